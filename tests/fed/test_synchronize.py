"""Followers synchronization (FEP-8fcf), both ways."""
import hashlib

import pytest
import requests
from howdah import FakeRemote, remote as ways, until


def digest(*uris):
    total = 0
    for uri in uris:
        total ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{total:064x}"


def header(collection, url, uris):
    return {"Collection-Synchronization": f'collectionId="{collection}", url="{url}", digest="{digest(*uris)}"'}


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    return server, remote, server.account("alice")


def follow_us(server, remote, actor, whom):
    actor.send(f"{server.url}/inbox", actor.follow(whom))
    remote.wait_activity("Accept", lambda a: a["object"]["actor"] == actor.id)


def test_what_is_for_followers_says_who_they_are(world):
    server, remote, alice = world
    bob, carol = remote.actor("bob"), remote.actor("carol")
    me = alice.me()["uri"]
    with FakeRemote() as other:
        dave = other.actor("dave")
        for at, actor in ((remote, bob), (remote, carol), (other, dave)):
            follow_us(server, at, actor, me)
        private = alice.status("for friends", visibility="private")
        public = alice.status("for all")
        for at, names in ((remote, (bob.id, carol.id)), (other, (dave.id,))):
            got = at.wait_for(lambda r: r.activity and r.activity["type"] == "Create" and r.activity["object"]["id"] == private["uri"], "the post")
            assert got.problem is None
            url = f"{me}/followers_synchronization"
            assert got.headers["collection-synchronization"] == header(f"{me}/followers", url, names)["Collection-Synchronization"]
            got = at.wait_for(lambda r: r.activity and r.activity["type"] == "Create" and r.activity["object"]["id"] == public["uri"], "the other")
            assert "collection-synchronization" not in got.headers
        url = url.replace(f"http://{server.domain}", server.url)
        assert requests.get(url, headers={"Accept": ways.ACTIVITY}, timeout=30).status_code == 401
        assert set(bob.fetch(url).json()["orderedItems"]) == {bob.id, carol.id}
        assert dave.fetch(url).json()["orderedItems"] == [dave.id]
        assert dave.fetch(f"{server.url}/users/alice/followers_synchronization").json()["orderedItems"] == [dave.id]
    assert bob.fetch(url.replace(alice.id, "12345")).status_code == 404


def follows(server, remote, api, actor):
    account = api.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]
    api.follow(account)
    follow = remote.wait_activity("Follow", lambda a: a["object"] == actor.id and a["actor"] == api.me()["uri"])
    actor.send(f"{server.url}/inbox", actor.accept(follow))
    until(lambda: api.relationship(account)["following"], "the follow is accepted")
    return account


def test_a_follower_whom_they_do_not_know_follows_no_longer(world):
    server, remote, alice = world
    inbox = f"{server.url}/inbox"
    bob, carol, dave = remote.actor("bob"), server.account("carol"), server.account("dave")
    account = follows(server, remote, alice, bob)
    follows(server, remote, dave, bob)
    carol.get("/api/v2/search", {"q": f"@{bob.handle}", "resolve": "true"})
    uris = {api.name: api.me()["uri"] for api in (alice, carol, dave)}
    collection, url = bob.document["followers"], f"{remote.url}/users/bob/sync"

    def asked():
        return len([r for r in remote.received if r.path == "/users/bob/sync"])

    def say(names, said_by=bob, of=collection, listed=None, at=url):
        remote.put("/users/bob/sync", {"@context": ways.CONTEXT, "id": url, "type": "OrderedCollection",
                                       "orderedItems": [uris[n] for n in listed or names] + [f"{remote.url}/users/x"]})
        note = said_by.note("for friends", to=[said_by.document["followers"]], cc=[])
        said_by.send(inbox, said_by.create(note), headers=header(of, at, [uris[n] for n in names]))

    say(["alice", "dave"])                        # they agree
    say(["carol"], said_by=remote.actor("mallory"))           # not mallory's to say
    say(["carol"], at="http://127.0.0.1:1/users/bob/sync")    # not at bob's
    server.inbound_done()
    remote.behave("/users/bob/sync", ways.status(404))
    say(["carol", "dave"])                        # cannot be read
    server.settled()
    assert asked() == 1 and alice.relationship(account)["following"]
    remote.behave("/users/bob/sync", None)
    say(["carol", "dave"])
    until(lambda: not alice.relationship(account)["following"], "alice does not follow")
    undone = remote.wait_activity("Undo", lambda a: a["actor"] == uris["carol"])
    assert undone["object"]["type"] == "Follow" and undone["object"]["object"] == bob.id
    assert dave.relationship(account)["following"] and not carol.relationship(account)["following"]
    assert asked() == 2
