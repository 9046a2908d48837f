"""Relays: asked on the command line; what is public goes to them, and what they announce is fetched."""
import pytest
from howdah import FakeRemote, remote as ways, until


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    with FakeRemote() as other:
        relay = remote.actor("relay", type="Application")
        relay.document["endpoints"] = {}
        relay.publish()
        yield server, relay, other.actor("bob"), server.account("alice")


def agree(server, relay, answer="Accept"):
    """The server asks the relay, which answers."""
    server.cli("relay", "add", relay.inbox)
    follow = relay.remote.wait_activity("Follow")
    assert follow["object"] == ways.PUBLIC and follow["actor"] == f"http://{server.domain}/actor"
    relay.send(f"{server.url}/inbox", relay.activity(answer, follow))
    word = {"Accept": "accepted", "Reject": "rejected"}[answer]
    until(lambda: f"{relay.inbox}  {word} since" in server.cli("relay", "list"), f"it is {word}")
    return follow


def told(relay, type):
    return [r.activity["object"]["id"] for r in relay.remote.received if r.path == "/users/relay/inbox" and (r.activity or {}).get("type") == type]


def test_what_is_public_goes_to_a_relay_that_agreed(world):
    server, relay, bob, alice = world
    alice.status("before")
    follow = agree(server, relay)
    hidden = [alice.status("hidden", visibility=v) for v in ("unlisted", "private", "direct")]
    status = alice.status("for all")
    until(lambda: told(relay, "Create") == [status["uri"]], "the post is passed on")
    alice.delete(f"/api/v1/statuses/{status['id']}")
    until(lambda: told(relay, "Delete") == [status["uri"]], "so is its deletion")
    server.settled("PUSH")
    assert not {h["uri"] for h in hidden} & set(told(relay, "Create"))
    server.cli("relay", "remove", relay.inbox)
    undo = relay.remote.wait_activity("Undo")
    assert undo["object"]["id"] == follow["id"] and undo["object"]["object"] == ways.PUBLIC and server.cli("relay", "list") == ""


def test_what_a_relay_announces_is_fetched(world):
    server, relay, bob, alice = world
    inbox = f"{server.url}/inbox"
    early = bob.note("too early")
    relay.send(inbox, relay.activity("Announce", early["id"], to=[relay.document["followers"]]))
    server.inbound_done()
    agree(server, relay)
    note, wrapped = bob.note("hello, world"), bob.note("hello again")
    quiet = bob.note("not for the timeline", to=[bob.document["followers"]], cc=[ways.PUBLIC])
    lie = {**wrapped, "content": "spam"}
    for object in (quiet["id"], note["id"], bob.create(lie)):
        relay.send(inbox, relay.activity("Announce", object, to=[relay.document["followers"]]))
    server.settled()
    assert {s["uri"] for s in alice.get("/api/v1/timelines/public")} == {note["id"], wrapped["id"]}
    assert "spam" not in str(alice.get("/api/v1/timelines/public"))
    assert not [s for s in alice.get("/api/v1/timelines/public") if s["reblog"]]
    last = bob.note("passed on as it is")
    relay.send(inbox, bob.create(last))           # with a signature of its own that nobody here reads
    until(lambda: last["id"] in {s["uri"] for s in alice.get("/api/v1/timelines/public")}, "it is fetched")


def test_only_the_relay_itself_answers(world):
    server, relay, bob, alice = world
    server.cli("relay", "add", relay.inbox)
    server.cli("relay", "add", relay.inbox)
    follow = relay.remote.wait_activity("Follow")
    bob.send(f"{server.url}/inbox", bob.accept(follow))
    server.settled()
    assert "accepted" not in server.cli("relay", "list")
    relay.send(f"{server.url}/inbox", relay.activity("Reject", follow["id"]))
    until(lambda: "rejected" in server.cli("relay", "list"), "the relay refuses")
    status = alice.status("for all")
    server.settled("PUSH")
    assert status["uri"] not in told(relay, "Create") and len(relay.remote.activities("Follow")) == 1
    for wrong in ("nonsense", f"http://{server.domain}/inbox"):
        assert server.cli("relay", "add", wrong, check=False).returncode == 1
    assert server.cli("relay", "remove", "https://no.example/inbox", check=False).returncode == 1
