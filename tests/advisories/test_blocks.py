"""A server that is suspended here: there is no way around that, neither by another's mouth nor by what stands already."""
import pytest
from howdah import FakeRemote, until
from howdah.advisory import Scene, replays
from howdah.remote import PUBLIC


class Blocking(Scene):
    """mallory's server can be suspended, so all of it is this test's own."""

    def block(self):
        self.server.cli("blocks", "add", self.evil.domain, "--severity", "suspend")
        until(lambda: self.mallory.fetch(self.actor).status_code == 403, "the block holds")
        self.settle()
        self.heard = len(self.evil.received)

    def nothing_was_asked(self):
        assert [(r.method, r.target) for r in self.evil.received[self.heard:]] == []

    def rows(self):
        """How much is stored of mallory's server."""
        return [self.sql(f"SELECT count(*) FROM {what}") for what in (
            f"accounts WHERE domain = '{self.evil.domain}'",
            f"statuses s JOIN accounts a ON a.id = s.account_id WHERE a.domain = '{self.evil.domain}'",
            "statuses WHERE reblog_of_id IS NOT NULL", "favourites", "follows", "follow_requests", "reports", "poll_votes")]


@pytest.fixture
def scene(new_server, remote):
    with FakeRemote(first_key=8) as evil:
        server = new_server()
        yield Blocking(server, remote, evil, server.account("alice"), server.account("bob"))


def of_victim(scene, **more):
    """A post of the victim's that is surely taken: when it is here, what was sent before it has been looked at."""
    note = scene.victim.note("my own words", to=[PUBLIC, scene.actor], **more)
    scene.victim.send(scene.inbox, scene.victim.create(note))
    until(lambda: scene.stored(note["id"]), "the victim's own words")
    scene.settle()
    return note


@replays("MASTO-2.9.3#11219")
def test_no_row_comes_of_a_suspended_server(scene):
    scene.block()
    m, v = scene.mallory, scene.victim
    theirs = m.note("never here")
    assert m.fetch(scene.actor).status_code == 403
    for activity in (m.create(theirs), m.follow(scene.actor), m.activity("Like", scene.alice.status("x")["uri"])):
        assert m.deliver(scene.inbox, activity).status_code == 403
    v.send(scene.inbox, v.activity("Announce", theirs["id"], to=[PUBLIC]))
    of_victim(scene, tag=[{"type": "Mention", "href": m.id, "name": "@" + m.handle}])
    scene.look("@" + m.handle)
    scene.look(theirs["id"])
    scene.bob.status(f"hello @{m.handle}")
    scene.settle()
    assert scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("AKK-3.16-blockedread")
def test_a_suspended_server_reads_nothing_under_its_name(scene):
    post = scene.alice.status("for everybody")
    scene.block()
    for url in (post["uri"], scene.actor, scene.actor + "/outbox?page=true", scene.actor + "/collections/featured"):
        assert scene.mallory.fetch(url).status_code in (403, 404), url
    scene.nothing_was_asked()


@replays("AKK-3.20-refetch")
def test_what_stands_is_not_fetched_again(scene):
    """A poll, a thread, a profile: all of them would be fetched again when somebody looks."""
    m = scene.mallory
    poll = {**scene.mention(m, "which?"), "type": "Question", "endTime": "2030-01-01T00:00:00Z",
            "oneOf": [{"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 1}} for name in ("a", "b")]}
    m.send(scene.inbox, {**m.create(scene.mention(m, "x")), "object": {k: v for k, v in poll.items() if k != "@context"}})
    until(lambda: scene.stored(poll["id"]), "the poll is here")
    post = next(s for s in scene.look(poll["id"])["statuses"])
    answer = of_victim(scene, inReplyTo=poll["id"])
    here = scene.look(answer["id"])["statuses"][0]
    scene.block()
    assert scene.alice.request("GET", f"/api/v1/polls/{post['poll']['id']}").status == 404
    assert scene.alice.request("POST", f"/api/v1/polls/{post['poll']['id']}/votes", json={"choices": [0]}).status == 404
    context = scene.alice.get(f"/api/v1/statuses/{here['id']}/context")
    assert context["ancestors"] == []
    assert scene.look(poll["id"])["statuses"] == [] == scene.look("@" + m.handle)["accounts"]
    scene.settle()
    scene.nothing_was_asked()


@replays("PL-2.1.2")
def test_no_kind_of_activity_is_overlooked(scene):
    m = scene.mallory
    scene.followed(m)
    liked = scene.alice.status("something of alice's")["uri"]
    scene.block()
    before = scene.rows()
    objects = [{**m.note("x", to=[PUBLIC, scene.actor]), "type": type} for type in
               ("Note", "Question", "Article", "Page", "Audio", "Video", "Event", "ChatMessage", "Image")]
    vote = {**m.note("", to=[scene.actor]), "name": "a", "inReplyTo": liked}
    activities = [m.create(o) for o in (*objects, vote)] + [
        m.activity("EmojiReact", liked, content="x"), m.activity("Like", liked), m.activity("Announce", liked, to=[PUBLIC]),
        m.activity("Move", m.id, target=scene.victim.id), m.activity("Flag", [scene.actor], content="x"), m.activity("Block", scene.actor),
        m.activity("Follow", scene.actor_of(scene.bob)), m.activity("Update", {**m.document, "name": "changed"}),
        m.activity("QuoteRequest", liked, instrument=objects[0]["id"]), m.activity("Add", objects[0]["id"], target=m.id + "/featured")]
    for activity in activities:
        for inbox in (scene.inbox, scene.actor + "/inbox"):
            assert m.deliver(inbox, activity).status_code == 403, activity["type"]
    scene.settle()
    assert scene.rows() == before and scene.sql(f"SELECT display_name FROM accounts WHERE uri = '{m.id}'") == [m.document["name"]]
    scene.nothing_was_asked()


@replays("AKK-2022.10.1")
def test_a_suspended_server_speaks_for_nobody_else(scene):
    """Its key, the victim's name; and the victim's key, its name."""
    scene.block()
    v, note = scene.victim, scene.victim.note("never said", to=[PUBLIC, scene.actor])
    assert scene.mallory.deliver(scene.inbox, v.create(note)).status_code == 403
    v.deliver(scene.inbox, scene.mallory.create(scene.mallory.note("passed on", to=[PUBLIC, scene.actor])))
    scene.settle()
    assert scene.stored(note["id"]) is None and scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("GTS-#593")
def test_a_suspended_server_that_is_only_named_is_not_asked(scene):
    scene.block()
    m, theirs = scene.mallory, scene.mallory.note("never here")
    of_victim(scene, cc=[m.id, m.document["followers"]], inReplyTo=theirs["id"], quote=theirs["id"], quoteUrl=theirs["id"],
              tag=[{"type": "Mention", "href": m.id, "name": "@" + m.handle}])
    note = scene.victim.note("not mine", attributedTo=m.id, to=[PUBLIC, scene.actor])
    scene.victim.deliver(scene.inbox, scene.victim.create(note))
    scene.settle()
    assert scene.stored(note["id"]) is None and scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("GHSA-5h2f-wg8j-xqwp")
def test_what_was_suspended_does_not_come_back_by_an_update_or_a_boost(scene):
    m, v = scene.mallory, scene.victim
    scene.follow(v)
    old = scene.mention(m, "old words #soup", tag=[{"type": "Hashtag", "name": "#soup", "href": "https://x.example/soup"}])
    m.send(scene.inbox, m.create(old))
    until(lambda: scene.stored(old["id"]), "the old post is here")
    scene.block()
    fresh = m.note("new words", to=[PUBLIC, scene.actor])
    assert m.deliver(scene.inbox, m.activity("Update", {k: x for k, x in fresh.items() if k != "@context"})).status_code == 403
    v.send(scene.inbox, v.activity("Announce", old["id"], to=[PUBLIC]))
    quoting = of_victim(scene, inReplyTo=old["id"], quote=old["id"])
    assert scene.stored(fresh["id"]) is None
    seen = str([scene.alice.home(), scene.alice.get("/api/v1/timelines/tag/soup"), scene.alice.get("/api/v1/notifications"),
                scene.alice.get("/api/v1/timelines/public"), scene.look(quoting["id"])["statuses"]])
    assert "my own words" in seen and "old words" not in seen and "new words" not in seen
    scene.nothing_was_asked()
