"""Pinned posts and featured tags, both ways: told of with Add and Remove, and read from their collections."""
import time

import pytest
from howdah import FakeRemote, remote as ways, until


def here(api, actor):
    return api.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]


def pinned(api, account):
    return {s["uri"] for s in api.get(f"/api/v1/accounts/{account['id']}/statuses", {"pinned": "true"})}


def tags(api, account):
    return {t["name"] for t in api.get(f"/api/v1/accounts/{account['id']}/featured_tags")}


def feature(remote, actor, posts, names=()):
    """Serves the actor with these pinned posts and featured tags."""
    at = f"/users/{actor.name}/collections"
    actor.document["featured"] = remote.put(f"{at}/featured", {
        "@context": ways.CONTEXT, "id": f"{remote.url}{at}/featured", "type": "OrderedCollection", "totalItems": len(posts), "orderedItems": posts})
    actor.document["featuredTags"] = remote.put(f"{at}/tags", {
        "@context": ways.CONTEXT, "id": f"{remote.url}{at}/tags", "type": "Collection", "totalItems": len(names),
        "items": [{"type": "Hashtag", "name": f"#{name}", "href": f"{remote.url}/tags/{name}"} for name in names]})
    actor.publish()


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    return server, remote, server.account("alice")


def test_followers_elsewhere_hear_of_what_is_pinned_and_featured(world):
    server, remote, alice = world
    bob = remote.actor("bob")
    actor = f"http://{server.domain}/ap/users/{alice.id}"
    bob.send(f"{server.url}/inbox", bob.follow(actor))
    remote.wait_activity("Accept")
    status, hidden = alice.status("look at this"), alice.status("for friends", visibility="private")
    for post in (hidden, status, status):
        alice.post(f"/api/v1/statuses/{post['id']}/pin")
    added = remote.wait_activity("Add")
    assert added["actor"] == actor and added["object"] == status["uri"] and added["target"] == f"{actor}/collections/featured"
    alice.post(f"/api/v1/statuses/{status['id']}/unpin")
    removed = remote.wait_activity("Remove")
    assert removed["object"] == status["uri"] and removed["target"] == added["target"] and removed["id"] != added["id"]
    tag = alice.post("/api/v1/featured_tags", {"name": "Cats"})
    told = remote.wait_activity("Add", lambda a: isinstance(a["object"], dict))
    assert told["object"] == {"type": "Hashtag", "href": f"http://{server.domain}/@alice/tagged/cats", "name": "#Cats"}
    assert told["target"] == added["target"]
    alice.delete(f"/api/v1/featured_tags/{tag['id']}")
    assert remote.wait_activity("Remove", lambda a: isinstance(a["object"], dict))["object"]["name"] == "#Cats"
    server.settled("PUSH")
    assert [a["object"] for a in remote.activities("Add")].count(status["uri"]) == 1
    assert hidden["uri"] not in str(remote.activities("Add"))


def test_what_somebody_elsewhere_has_pinned_is_read_with_their_profile(world):
    server, remote, alice = world
    bob, carol = remote.actor("bob"), remote.actor("carol")
    mine, embedded, others = bob.note("mine"), bob.note("mine too"), carol.note("not bob's")
    private = bob.note("for friends", to=[bob.document["followers"]], cc=[])
    feature(remote, bob, [mine["id"], embedded, others["id"], f"{remote.url}/notes/none", 7, private["id"]], ["Cats", "no tag!", "dogs"])
    account = here(alice, bob)
    until(lambda: tags(alice, account), "the collections are read")
    assert pinned(alice, account) == {mine["id"], embedded["id"]} and tags(alice, account) == {"Cats", "dogs"}
    assert not alice.home()


def test_only_so_many_are_pinned(world):
    server, remote, alice = world
    bob = remote.actor("bob")
    feature(remote, bob, [bob.note(f"post {i}")["id"] for i in range(30)], [f"tag{i}" for i in range(30)])
    account = here(alice, bob)
    until(lambda: tags(alice, account), "the collections are read")
    assert len(pinned(alice, account)) == 20 and len(tags(alice, account)) == 20


def test_add_and_remove_are_theirs_alone_to_say(world):
    server, remote, alice = world
    inbox = f"{server.url}/inbox"
    bob, mallory = remote.actor("bob"), remote.actor("mallory")
    one, two, other = bob.note("one"), bob.note("two"), mallory.note("mallory's")
    feature(remote, bob, [one["id"]])
    account = here(alice, bob)
    until(lambda: pinned(alice, account) == {one["id"]}, "the collection is read")
    target = bob.document["featured"]

    def say(actor, type, object, **how):
        activity = actor.activity(type, object, target=target)
        del activity["id"]                    # Mastodon gives it none
        actor.send(inbox, activity, **how)

    say(mallory, "Add", two["id"])
    say(mallory, "Remove", one["id"])
    say(bob, "Add", other["id"])
    bob.send(inbox, bob.activity("Add", two["id"], target=bob.id + "/elsewhere"))
    say(bob, "Add", {"type": "Hashtag", "name": "#Birds", "href": f"{remote.url}/tags/birds"})
    until(lambda: tags(alice, account) == {"Birds"}, "the tag is featured")
    server.inbound_done()
    assert pinned(alice, account) == {one["id"]}
    say(bob, "Add", two["id"])
    until(lambda: pinned(alice, account) == {one["id"], two["id"]}, "the second post is pinned")
    say(bob, "Remove", two["id"])
    until(lambda: pinned(alice, account) == {one["id"]}, "and no more")
    say(bob, "Add", two["id"], date=int(time.time()) - 60)    # another second, so another signature
    until(lambda: pinned(alice, account) == {one["id"], two["id"]}, "and again, in the same words")
    say(bob, "Remove", {"type": "Hashtag", "name": "#birds"})
    until(lambda: tags(alice, account) == set(), "the tag is not featured")


def test_a_profile_does_not_have_another_host_asked(world):
    server, remote, alice = world
    bob = remote.actor("bob")
    with FakeRemote() as other:
        carol = other.actor("carol")
        notes = [carol.note(str(i))["id"] for i in range(20)]
        feature(remote, bob, notes, ["cats"])
        account = here(alice, bob)
        until(lambda: tags(alice, account) == {"cats"}, "the collections are read")
        bob.send(f"{server.url}/inbox", bob.activity("Add", notes[0], target=bob.document["featured"]))
        server.inbound_done()
        assert other.received == [] == alice.get("/api/v1/timelines/public")


def test_who_asks_to_put_one_of_ours_into_a_collection_is_told_no(world):
    """There is no way to agree here, and silence would leave them waiting (FEP-7aa9)."""
    server, remote, alice = world
    bob, uri = remote.actor("bob"), alice.me()["uri"]
    ask = bob.activity("FeatureRequest", uri, instrument=f"{remote.url}/collections/1")
    bob.send(f"{server.url}/inbox", {**ask, "id": "https://elsewhere.example/1"})
    bob.send(f"{server.url}/inbox", bob.activity("FeatureRequest", f"{uri}0", instrument=f"{remote.url}/collections/1"))
    bob.send(f"{server.url}/inbox", ask)
    no = remote.wait_activity("Reject")
    assert no["actor"] == uri and no["object"] == {k: ask[k] for k in ("id", "type", "actor", "object", "instrument")}
    server.settled("PUSH")
    assert len(remote.activities("Reject")) == 1
