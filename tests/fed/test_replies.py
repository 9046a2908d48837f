"""A conversation elsewhere, opened here: its answers are fetched, within bounds."""
import re
import threading

import pytest
import requests
from howdah import Api, FakeRemote, remote as ways, until


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    with FakeRemote() as other:
        yield server, remote, other, server.account("alice")


def listed(remote, name, pages, type="CollectionPage"):
    """A collection of these pages, the first embedded; what stands in a post for it."""
    at = f"{remote.url}/lists/{name}"
    documents = [{"id": f"{at}?page={i}", "type": type, "partOf": at, "items": items,
                  **({"next": f"{remote.url}/lists/{name}/{i + 1}"} if i + 1 < len(pages) else {})} for i, items in enumerate(pages)]
    for i, page in enumerate(documents):
        page["id"] = remote.put(f"/lists/{name}/{i}", {"@context": ways.CONTEXT, **page, "id": f"{remote.url}/lists/{name}/{i}"})
    return {"id": at, "type": "Collection", "first": documents[0]}


def open_thread(api, status):
    return {s["uri"] for s in api.get(f"/api/v1/statuses/{status['id']}/context")["descendants"]}


def find(api, note):
    return api.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"][0]


def asked(remote, url):
    return len([r for r in remote.received if r.method == "GET" and remote.url + r.target == url])


def test_the_answers_of_a_thread_that_is_opened_are_fetched(world):
    server, remote, other, alice = world
    bob, carol = remote.actor("bob"), other.actor("carol")
    root = f"{remote.url}/notes/root"
    deep = carol.note("deeper", inReplyTo=f"{remote.url}/notes/mine")
    mine = bob.note("and more", id=f"{remote.url}/notes/mine", inReplyTo=root, replies=listed(remote, "mine", [[deep["id"]]]))
    answers = [carol.note(f"answer {i}", inReplyTo=root) for i in range(4)]
    stray, unrelated = carol.note("another matter"), carol.note("elsewhere", inReplyTo=carol.note("far")["id"])
    private = carol.note("quietly", inReplyTo=root, to=[carol.document["followers"]], cc=[])
    pages = [[mine["id"], stray["id"], answers[0]], [answers[1]["id"], unrelated["id"], 7, f"{other.url}/notes/none"],
             [answers[2]["id"], answers[3]["id"], private["id"]]]
    status = find(alice, bob.note("hear, hear", id=root, replies=listed(remote, "root", pages)))
    whole = {mine["id"], deep["id"], *(a["id"] for a in answers)}
    assert not open_thread(alice, status)
    until(lambda: open_thread(alice, status) == whole, "all of it is here")
    assert asked(remote, root) == 2               # to find it, and when it was opened for the first time
    assert asked(other, stray["id"]) == 1 and not alice.get("/api/v2/search", {"q": stray["id"]})["statuses"]
    assert not alice.home()


def test_a_conversation_that_has_a_collection_is_read_from_it(world):
    server, remote, other, alice = world
    bob, carol = remote.actor("bob"), other.actor("carol")
    root = f"{remote.url}/notes/root"
    context = listed(remote, "context", [[f"{other.url}/notes/a", f"{other.url}/notes/b"]])
    remote.put("/lists/context", {"@context": ways.CONTEXT, **context})
    carol.note("one", id=f"{other.url}/notes/a", inReplyTo=root)
    carol.note("two", id=f"{other.url}/notes/b", inReplyTo=f"{other.url}/notes/a")
    status = find(alice, bob.note("hear, hear", id=root, context=context["id"]))
    open_thread(alice, status)
    until(lambda: open_thread(alice, status) == {f"{other.url}/notes/a", f"{other.url}/notes/b"}, "all of it is here")


def test_what_is_listed_before_what_it_answers_is_kept(world):
    server, remote, other, alice = world
    bob, carol = remote.actor("bob"), other.actor("carol")
    root = f"{remote.url}/notes/root"
    chain = [root, *(f"{other.url}/notes/{i}" for i in range(4))]
    for parent, id in zip(chain, chain[1:]):
        carol.note("answer", id=id, inReplyTo=parent)
    last = bob.note("found from the last", inReplyTo=chain[-1])
    carol.note("answer", id=chain[-1], inReplyTo=chain[-2], replies=listed(other, "last", [[last["id"]]]))
    newest_first = listed(remote, "context", [[*reversed(chain[1:]), root]])
    remote.put("/lists/context", {"@context": ways.CONTEXT, **newest_first})
    status = find(alice, bob.note("hear, hear", id=root, context=newest_first["id"]))
    open_thread(alice, status)
    until(lambda: open_thread(alice, status) == {*chain[1:], last["id"]}, "all of it is here")
    assert all(asked(other, id) == 1 for id in chain[1:])


REFRESHES = "/api/v1_alpha/async_refreshes"


def test_who_opens_a_thread_is_told_while_more_of_it_is_fetched(world):
    server, remote, other, alice = world
    bob, go_on = remote.actor("bob"), threading.Event()
    root = f"{remote.url}/notes/root"
    late = other.actor("carol").note("late", inReplyTo=root)["id"]
    slow = listed(remote, "slow", [[]] * 9 + [[late]])
    answers = [bob.note(f"answer {i}", inReplyTo=root, replies=slow)["id"] for i in range(2)]
    status = find(alice, bob.note("hear, hear", id=root, replies=listed(remote, "root", [answers])))
    remote.behave("/lists/slow/", lambda h, answer: (go_on.wait(5), answer()))       # page after page, each before it is given up
    path = f"/api/v1/statuses/{status['id']}/context"
    anonymous, eve = Api(server.url), server.account("eve")
    assert "Mastodon-Async-Refresh" not in anonymous.request("GET", path).headers
    first = alice.request("GET", path)
    assert first.json["descendants"] == [] and first.headers["Mastodon-Async-Refresh"] == f'id="context-{status["id"]}", retry=3, result_count=0'
    asked_for = f"{REFRESHES}/context-{status['id']}"
    until(lambda: alice.get(asked_for)["async_refresh"]["result_count"], "the first of them are told of")
    for api in (alice, eve, anonymous):
        assert re.fullmatch(f'id="context-{status["id"]}", retry=3, result_count=1', api.request("GET", path).headers["Mastodon-Async-Refresh"])
    assert alice.get(asked_for)["async_refresh"]["status"] == "running"
    anonymous.fails(401, "GET", asked_for)
    go_on.set()
    until(lambda: alice.get(asked_for)["async_refresh"]["status"] == "finished", "all of it is fetched")
    assert alice.get(asked_for) == {"async_refresh": {"id": f"context-{status['id']}", "status": "finished", "result_count": 3}}
    then = alice.request("GET", path)
    assert "Mastodon-Async-Refresh" not in then.headers and {s["uri"] for s in then.json["descendants"]} == {*answers, late}
    for name in (f"context-{int(status['id']) + 1}", "context-", "context-x", f"context-{alice.status('mine')['id']}"):
        alice.fails(404, "GET", f"{REFRESHES}/{name}", "Record not found")


def test_a_fetch_is_not_told_of_to_who_may_not_see_the_thread(world):
    server, remote, other, alice = world
    bob = remote.actor("bob")
    status = find(alice, bob.note("hear, hear"))
    assert "Mastodon-Async-Refresh" in alice.request("GET", f"/api/v1/statuses/{status['id']}/context").headers
    eve = server.account("eve")
    assert eve.get(f"{REFRESHES}/context-{status['id']}")["async_refresh"]["id"] == f"context-{status['id']}"
    private = alice.status("for friends", visibility="private")
    eve.fails(404, "GET", f"{REFRESHES}/context-{private['id']}", "Record not found")


def test_a_thread_without_an_end_is_left(world):
    server, remote, other, alice = world
    bob = remote.actor("bob")
    root, last = f"{remote.url}/notes/root", bob.note("the last", inReplyTo=f"{remote.url}/notes/root")
    for name in ("circle", "ring"):               # each leads to the other, for ever
        to = "ring" if name == "circle" else "circle"
        remote.put(f"/lists/{name}", {"@context": ways.CONTEXT, "id": f"{remote.url}/lists/{name}", "type": "CollectionPage",
                                      "items": [root, last["id"]], "next": f"{remote.url}/lists/{to}"})
    status = find(alice, bob.note("hear", id=root, replies=f"{remote.url}/lists/circle"))
    open_thread(alice, status)
    until(lambda: open_thread(alice, status) == {last["id"]}, "the answer is here")
    server.settled()
    assert len([r for r in remote.received if r.path.startswith("/lists/")]) < 20


def test_no_host_is_asked_without_end_for_a_thread(world):
    server, remote, other, alice = world
    bob = remote.actor("bob")
    root = f"{remote.url}/notes/root"
    last = bob.note("the last", inReplyTo=root)
    strangers = [f"{other.url}/notes/none/{i}" for i in range(150)]
    status = find(alice, bob.note("hear", id=root, replies=listed(remote, "many", [[*strangers, last["id"]]])))
    open_thread(alice, status)
    until(lambda: open_thread(alice, status) == {last["id"]}, "what stands elsewhere is fetched all the same")
    assert len([r for r in other.received if r.path.startswith("/notes/none/")]) == 100


def test_what_is_ours_or_for_nobody_signed_in_is_not_fetched(world):
    server, remote, other, alice = world
    bob = remote.actor("bob")
    note = bob.note("hear", replies=listed(remote, "some", [[bob.note("no", inReplyTo="x")["id"]]]))
    status = find(alice, note)
    assert requests.get(f"{server.url}/api/v1/statuses/{status['id']}/context", timeout=30).status_code == 200
    own = alice.status("mine")
    open_thread(alice, own)
    marker = bob.note("marker", replies=listed(remote, "marker", [[]]))
    open_thread(alice, find(alice, marker))
    until(lambda: asked(remote, marker["id"]) == 2, "what was asked for later was fetched")
    server.settled()
    assert asked(remote, note["id"]) == 1
