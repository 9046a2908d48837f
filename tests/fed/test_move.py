"""Moving between servers: what we say when one of ours leaves, and what we believe when somebody elsewhere does."""
import pytest

from howdah import FakeRemote, remote as ways, until
from howdah.browser import Browser


def here(api, actor):
    return api.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]


def follows(server, remote, api, actor):
    """api follows that actor elsewhere, who agrees."""
    account = here(api, actor)
    api.follow(account)
    follow = remote.wait_activity("Follow", lambda a: a["object"] == actor.id and a["actor"] == api.me()["uri"])
    actor.send(f"{server.url}/inbox", actor.accept(follow))
    until(lambda: api.relationship(account)["following"], "the follow is accepted")
    return account


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    return server, remote, server.account("alice")


def test_followers_of_somebody_elsewhere_go_along(world):
    server, remote, alice = world
    old, new = remote.actor("old"), remote.actor("new")
    account = follows(server, remote, alice, old)
    here(alice, new)
    new.document["alsoKnownAs"] = [old.id]
    new.publish()
    move = old.activity("Move", old.id, target=new.id)
    old.send(f"{server.url}/inbox", move)
    asked = remote.wait_activity("Follow", lambda a: a["object"] == new.id)
    undone = remote.wait_activity("Undo", lambda a: a["object"]["object"] == old.id)
    assert asked["actor"] == undone["actor"] == alice.me()["uri"]
    assert alice.relationship(here(alice, new))["requested"] and not alice.relationship(account)["following"]
    assert alice.get(f"/api/v1/accounts/{account['id']}")["moved"]["acct"] == new.handle
    old.send(f"{server.url}/inbox", {**move, "id": move["id"] + "/again"})
    server.settled("PUSH")
    assert len([a for a in remote.activities("Follow") if a["object"] == new.id]) == 1


def test_a_move_that_the_other_side_does_not_confirm_is_not_believed(world):
    server, remote, alice = world
    old, thief = remote.actor("old"), remote.actor("thief")
    new, loot = remote.actor("new", alsoKnownAs=[old.id + "/almost"]), remote.actor("loot", alsoKnownAs=[old.id])
    account = follows(server, remote, alice, old)
    inbox = f"{server.url}/inbox"
    old.send(inbox, old.activity("Move", old.id, target=new.id))
    old.send(inbox, old.activity("Move", old.id, target=f"{remote.url}/users/nobody"))
    thief.send(inbox, thief.activity("Move", old.id, target=loot.id))
    thief.send(inbox, thief.activity("Move", thief.id, target=loot.id))
    marker = old.create(old.note("still here"))
    old.send(inbox, marker)
    until(lambda: any(s["uri"] == marker["object"]["id"] for s in alice.home()), "what came after is here")
    server.settled("PUSH")
    assert alice.relationship(account)["following"] and {a["object"] for a in remote.activities("Follow")} == {old.id}
    assert "moved" not in alice.get(f"/api/v1/accounts/{account['id']}")


def test_somebody_moves_here(world):
    server, remote, alice = world
    old, carol = remote.actor("old"), server.account("carol")
    account = follows(server, remote, alice, old)
    carol.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(carol.email, carol.password)
    page.go("/settings/aliases")
    page.submit(next(f for f in page.page.forms if f.action == "/settings/aliases"), acct=old.handle)
    assert old.handle in page.text
    old.send(f"{server.url}/inbox", old.activity("Move", old.id, target=carol.me()["uri"]))
    until(lambda: alice.relationship(carol)["following"], "alice follows carol, who need not be asked")
    assert not alice.relationship(account)["following"]
    until(lambda: [n for n in carol.get("/api/v1/notifications") if n["type"] == "follow"], "carol is told")


def test_one_of_ours_moves_away(world):
    server, remote, alice = world
    new, fan = remote.actor("alice"), remote.actor("fan")
    uri = alice.me()["uri"]
    fan.send(f"{server.url}/inbox", fan.follow(uri))
    remote.wait_activity("Accept")
    new.document["alsoKnownAs"] = [uri]
    new.publish()
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(alice.email, alice.password)
    page.go("/settings/move")
    page.submit(next(f for f in page.page.forms if f.action == "/settings/move"), acct=new.handle, current_password=alice.password)
    assert "on their way" in page.text
    move = remote.wait_activity("Move")
    assert move["actor"] == move["object"] == uri and move["target"] == new.id
    update = remote.wait_activity("Update", lambda a: a["object"].get("movedTo"))
    assert update["object"]["movedTo"] == new.id


def test_a_move_has_a_ledger(world):
    server, remote, alice = world
    uri = alice.me()["uri"]
    with FakeRemote() as other:
        new, fans = remote.actor("alice"), [remote.actor("fan"), remote.actor("friend"), other.actor("far")]
        for fan in fans:
            fan.send(f"{server.url}/inbox", fan.follow(uri))
            fan.remote.wait_activity("Accept", lambda a: a["object"]["actor"] == fan.id)
        new.document["alsoKnownAs"] = [uri]
        new.publish()
        page = Browser(server.url)
        page.go("/auth/sign_in").sign_in(alice.email, alice.password)
        page.go("/settings/move")
        other.behave("/inbox", ways.status(503))
        page.submit(next(f for f in page.page.forms if f.action == "/settings/move"), acct=new.handle, current_password=alice.password)
        first = remote.wait_activity("Move")

        def ledger():
            return {line.split()[0]: line.split()[1:5] for line in server.cli("move", "show", "alice").splitlines()[1:]}

        until(lambda: ledger() == {remote.domain: ["0", "of", "2", "pending"], other.domain: ["0", "of", "1", "waiting"]}, "one has heard of it")
        fans[0].send(f"{server.url}/inbox", fans[0].undo(fans[0].follow(uri)))
        until(lambda: ledger()[remote.domain] == ["1", "of", "2", "pending"], "one has gone along")
        page.go("/settings/move")
        assert "1 of 3 followers on 2 other servers have gone along" in page.text
        page.submit(next(f for f in page.page.forms if f.action == "/settings/move/again"))
        again = remote.wait_activity("Move", lambda a: a["id"] != first["id"])
        assert again["target"] == new.id and again["object"] == uri
        assert "1 times again" in server.cli("move", "show", "alice")
        fans[1].send(f"{server.url}/inbox", fans[1].undo(fans[1].follow(uri)))
        until(lambda: ledger()[remote.domain] == ["2", "of", "2", "done"], "all there have gone along")
        server.cli("move", "prompt", "alice")
        server.settled("PUSH")
        assert len(remote.activities("Move")) == 2 and ledger()[other.domain][3] == "waiting"
        assert server.cli("move", "show", "nobody", check=False).returncode == 1


def test_everybody_who_is_known_hears_that_one_of_ours_is_gone(world):
    server, remote, alice = world
    follows(server, remote, alice, remote.actor("stranger"))      # who learns her key by it: soon it is not to be had
    uri = alice.me()["uri"]
    post = alice.status("soon gone")
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(alice.email, alice.password)
    page.go("/settings/delete")
    page.submit(next(f for f in page.page.forms if f.action == "/settings/delete"), current_password=alice.password)
    gone = remote.wait_activity("Delete")
    assert gone["actor"] == gone["object"] == uri
    until(lambda: server.anonymous().request("GET", uri, headers={"Accept": "application/activity+json"}).status == 410, "the actor is gone")
    until(lambda: server.anonymous().request("GET", f"/api/v1/statuses/{post['id']}").status == 404, "the post is gone")
    server.settled("PUSH", "MEDIA")
    assert len(remote.activities("Delete")) == 1
