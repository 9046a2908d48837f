"""What few servers say, or seldom: an edit before its post, what only a token opens, one's own post for followers boosted, a page attached."""
import datetime

import pytest
import requests
from howdah import FakeRemote, remote as ways, until


class Scene:
    """alice here follows bob."""

    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice, self.bob, self.inbox = server.account("alice"), remote.actor("bob"), server.url + "/inbox"
        them = self.account(self.bob)
        self.alice.follow(them)
        self.bob.send(self.inbox, self.bob.accept(remote.wait_activity("Follow")))
        until(lambda: self.alice.relationship(them)["following"], "alice follows bob")

    def account(self, actor):
        return self.alice.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]

    def home(self, uri):
        return next((s for s in self.alice.home() if s["uri"] == uri), None)

    def here(self, uri):
        return self.server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{uri}'") == "1"

    def update(self, note):
        return self.bob.send(self.inbox, self.bob.activity("Update", note, to=note["to"], cc=note["cc"]))


@pytest.fixture
def scene(server, remote):
    return Scene(server, remote)


def now(hours=0):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_edit_may_come_before_its_post(scene):
    note = scene.bob.note("first", published=now(-2))
    scene.update({**note, "content": "<p>second</p>", "updated": now(-1)})
    seen = until(lambda: scene.home(note["id"]), "the post is at home")
    scene.bob.send(scene.inbox, scene.bob.create(note))
    scene.server.settled()
    assert seen["content"] == scene.home(note["id"])["content"] == "<p>second</p>" and seen["edited_at"]


def test_an_edit_of_what_was_never_here_is_let_go(scene):
    old, gone, another = scene.bob.note("old", published=now(-26)), scene.bob.note("gone", published=now(-1)), scene.remote.actor("eve").note("eve's")
    unasked = scene.remote.actor("eve").note("to nobody here", published=now(-1))
    scene.bob.send(scene.inbox, scene.bob.activity("Delete", gone["id"]))
    scene.server.settled()
    for note in (old, gone, another):
        scene.update({**note, "content": "<p>edited</p>", "updated": now()})
    scene.remote.actor("eve").send(scene.inbox, scene.remote.actor("eve").activity("Update", unasked, to=unasked["to"]))
    scene.server.settled()
    assert not any(scene.here(n["id"]) for n in (old, gone, another, unasked))


def bearcap(at, token):
    return f"bear:?u={at}&t={token}"


def test_what_a_token_opens_is_fetched_with_it(scene):
    """Only at the actor's own server, and the token is shown nowhere else."""
    few = [scene.bob.document["followers"]]
    notes = [scene.bob.note(f"for who has the token {n}", to=few, cc=[]) for n in range(4)]

    def only_with_token(h, go_on):
        go_on() if h.headers.get("Authorization") == "Bearer s3same+" else ways.reply(h, 404)
    scene.remote.behave("/notes", only_with_token)

    def tells(*names):
        for name in names:
            scene.bob.send(scene.inbox, scene.bob.activity("Create", name, to=few))
        scene.server.settled()
    with FakeRemote(first_key=8) as other:
        moved = scene.remote.url + "/moved"
        scene.remote.behave("/moved", ways.redirect(other.url + "/moved"))
        tells(bearcap(notes[0]["id"], "s3same%2B"), bearcap(notes[1]["id"], "wrong"), bearcap(other.url + "/notes/1", "s3same%2B"), bearcap(moved, "s3same%2B"),
              bearcap(notes[2]["id"], "s3same%2B%0d%0aX-Injected:%201"), "bear:?", "bear:?t=x", f"bear:?u={notes[3]['id']}", "bear:" + notes[3]["id"])
        assert not any("Bearer" in str(r.headers) for r in other.received) and not any(r.path == "/notes/1" for r in other.received)
    assert scene.home(notes[0]["id"])["visibility"] == "private"
    assert [scene.here(n["id"]) for n in notes] == [True, False, False, False]
    assert not any("x-injected" in r.headers for r in scene.remote.received)


def test_ones_own_post_for_followers_may_be_boosted_with_it(scene):
    few = [scene.bob.document["followers"]]
    note = scene.bob.note("for followers", to=few, cc=[])
    theirs = scene.remote.actor("eve").note("eve's", to=few, cc=[])
    scene.remote.behave("/notes", ways.status(404))
    for said in (theirs, note):
        boost = scene.bob.send(scene.inbox, scene.bob.activity("Announce", said, to=few))
    until(lambda: any((s["reblog"] or {}).get("uri") == note["id"] for s in scene.alice.home()), f"{boost['id']} is at home")
    scene.server.settled()
    assert not scene.here(theirs["id"])


def test_a_page_that_is_attached_is_previewed(scene):
    scene.remote.put("/page", "<html><head><title>The page</title><meta property='og:title' content='The page'></head></html>", type="text/html")
    note = scene.bob.note("look: <a href='https://elsewhere.example/'>here</a>", attachment=[{"type": "Link", "href": scene.remote.url + "/page"}])
    scene.bob.send(scene.inbox, scene.bob.create(note))
    until(lambda: scene.home(note["id"]), "the post is at home")
    card = until(lambda: scene.home(note["id"])["card"], "it has a card", 60)
    assert card["title"] == "The page" and scene.home(note["id"])["media_attachments"] == []


def test_who_is_gone_when_their_key_is_asked_for_again_is_gone(scene):
    """The signature does not fit, so the key may be another by now; but its owner is gone."""
    note = scene.bob.note("last words")
    scene.bob.send(scene.inbox, scene.bob.create(note))
    until(lambda: scene.home(note["id"]), "the post is at home")
    scene.server.sql("UPDATE accounts SET fetched_us = 1 WHERE username = 'bob'")
    scene.remote.drop(scene.bob.id)
    eve = scene.remote.actor("eve")
    assert scene.bob.deliver(scene.inbox, scene.bob.activity("Like", note["id"]), private=eve.private).status_code in (401, 410)
    until(lambda: not scene.here(note["id"]), "what bob said is gone")


def test_where_people_are_sent_by_other_servers(scene):
    jrd = requests.get(scene.server.url + "/.well-known/webfinger", {"resource": f"acct:alice@{scene.server.domain}"}, timeout=30).json()
    templates = {link["rel"]: link["template"] for link in jrd["links"] if "template" in link}
    assert templates["https://w3id.org/fep/3b86/Object"] == f"http://{scene.server.domain}/authorize_interaction?uri={{object}}"
    assert templates["http://ostatus.org/schema/1.0/subscribe"] == f"http://{scene.server.domain}/authorize_interaction?uri={{uri}}"


def test_of_who_is_suspended_only_what_ends_or_mends_counts(scene):
    """The account, not its server: Delete, Reject, Undo and Update."""
    bob, inbox = scene.bob, scene.inbox
    me, mine = scene.alice.me()["uri"], scene.alice.status("mine")
    edited, deleted = scene.bob.note("first"), scene.bob.note("to be deleted")
    for note in (edited, deleted):
        bob.send(inbox, bob.create(note))
        until(lambda note=note: scene.home(note["id"]), "the post is at home")
    like = bob.send(inbox, bob.activity("Like", mine["uri"]))
    until(lambda: scene.alice.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"] == 1, "the like counts")
    scene.server.sql("UPDATE accounts SET suspended_us = 1 WHERE username = 'bob'")
    said = bob.note("said since", to=[ways.PUBLIC, me], tag=[{"type": "Mention", "href": me, "name": "@alice"}])
    young = bob.note("young", published=now(-1))
    for activity in (bob.create(said), bob.follow(me), bob.activity("Announce", mine["uri"], to=[ways.PUBLIC]), bob.activity("Flag", [me], content="x"),
                     bob.activity("Like", scene.alice.status("another")["uri"]), bob.activity("Update", young, to=young["to"])):
        bob.send(inbox, activity)
    scene.server.settled()
    assert not scene.here(said["id"]) and not scene.here(young["id"]) and scene.alice.me()["followers_count"] == 0
    counts = [scene.server.sql(f"SELECT count(*) FROM {table}") for table in ("reports", "favourites", "statuses WHERE reblog_of_id IS NOT NULL")]
    assert counts == ["0", "1", "0"]
    bob.send(inbox, bob.activity("Update", {**edited, "content": "<p>second</p>", "updated": now()}, to=edited["to"]))
    bob.send(inbox, bob.activity("Delete", deleted["id"]))
    bob.send(inbox, bob.undo(like))
    follow = scene.remote.activities("Follow")[0]
    bob.send(inbox, bob.activity("Reject", follow))
    until(lambda: scene.server.sql("SELECT count(*) FROM favourites") == scene.server.sql("SELECT count(*) FROM follows") == "0", "they count")
    until(lambda: not scene.here(deleted["id"]), "the post is gone")
    until(lambda: scene.server.sql(f"SELECT content FROM statuses WHERE uri = '{edited['id']}'") == "<p>second</p>", "the other is edited")


def test_who_was_met_lately_hears_of_a_changed_profile(scene):
    """Whom alice mentions, and whom she follows; not somebody whom she only looked up."""
    with FakeRemote(first_key=8) as other, FakeRemote(first_key=16) as third:
        carol, dave = other.actor("carol"), third.actor("dave")
        scene.account(dave)
        scene.account(carol)
        scene.alice.status(f"@{carol.handle} hello")
        other.wait_activity("Create")
        scene.alice.patch("/api/v1/accounts/update_credentials", {"display_name": "Alice of late"})
        for remote in (other, scene.remote):
            assert remote.wait_activity("Update")["object"]["name"] == "Alice of late"
        scene.server.settled("PUSH")
        assert not third.activities("Update")
