"""A conversation elsewhere, opened here: its answers are fetched, within bounds."""
import pytest
import requests
from howdah import FakeRemote, remote as ways, until


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
    assert asked(remote, note["id"]) == 1
