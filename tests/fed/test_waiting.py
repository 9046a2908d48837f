"""Who does not answer holds up nobody, however much there is to ask of them."""
import contextlib

import pytest
import requests
from howdah import FakeRemote, remote as ways, until
from howdah.remote import PUBLIC

MANY = 60


class Scene:
    """alice here, who follows bob; hana, who follows her, at an honest server; sam, whose server may be silent."""

    def __init__(self, server, stack):
        self.server, self.alice = server, server.account("alice")
        self.bob, self.hana, self.sam = (stack.enter_context(FakeRemote(first_key=4 * n)).actor(name) for n, name in enumerate(("bob", "hana", "sam")))
        self.inbox, self.uri = f"{server.url}/inbox", self.alice.me()["uri"]
        self.follow(self.bob)
        self.hana.send(self.inbox, self.hana.follow(self.uri))
        self.hana.remote.wait_activity("Accept")

    def follow(self, actor):
        them = self.alice.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]
        self.alice.follow(them)
        actor.send(self.inbox, actor.accept(actor.remote.wait_activity("Follow")))
        until(lambda: self.alice.relationship(them)["following"], f"alice follows {actor.name}", 30)

    def asked(self):
        return len([r for r in self.sam.remote.received if r.path.startswith("/notes/")])

    def metrics(self):
        return requests.get(f"{self.server.url}/metrics", headers={"Authorization": "Bearer numbers"}, timeout=30).text

    def is_liked(self):
        post = self.alice.status("what do you think?")
        self.hana.send(self.inbox, self.hana.activity("Like", post["uri"]))
        until(lambda: self.alice.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 1, "a like that came after all that is here", 60)


@pytest.fixture
def scene(new_server):
    with contextlib.ExitStack() as stack:
        yield Scene(new_server(metrics_token="numbers"), stack)


@pytest.mark.parametrize("how", [ways.silent, ways.trickle()])
def test_what_names_a_silent_server_keeps_nothing_else_waiting(scene, how):
    """Of sixty boosts of posts there, a few are being asked for when what came after them has been done; the others wait for that server."""
    notes = [scene.sam.note(f"no. {n}") for n in range(MANY)]
    scene.sam.remote.behave("/notes/", how)
    for note in notes:
        scene.bob.send(scene.inbox, scene.bob.activity("Announce", note["id"], to=[PUBLIC]))
    scene.is_liked()
    assert scene.asked() < MANY / 2, scene.asked()
    # It is there again: all that waited for it comes.
    scene.sam.remote.behave("/notes/", None)

    def known():
        scene.server.cli("jobs", "drain", "--host", scene.sam.remote.domain, "--yes")
        return scene.server.sql("SELECT count(*) FROM statuses WHERE content LIKE '%no. %'") == str(MANY)
    until(known, "all that was boosted is here", 90)


def test_what_needs_nobody_is_not_handed_on(scene):
    scene.is_liked()
    note = scene.bob.note("as it is")
    scene.bob.send(scene.inbox, scene.bob.create(note))
    until(lambda: any(s["uri"] == note["id"] for s in scene.alice.home()), "the post is here", 30)
    assert 'outcome="handed_on"' not in scene.metrics(), "nothing of it"
    scene.bob.send(scene.inbox, scene.bob.activity("Announce", scene.sam.note("to be fetched")["id"], to=[PUBLIC]))
    until(lambda: 'howdah_inbound_total{outcome="handed_on"} 1' in scene.metrics(), "the boost is", 30)


def test_what_many_boost_at_once_is_asked_for_once(scene):
    note = scene.sam.note("seen everywhere")
    scene.sam.remote.behave("/notes/", ways.slow(2))
    for _ in range(MANY // 4):
        scene.bob.send(scene.inbox, scene.bob.activity("Announce", note["id"], to=[PUBLIC]))
    until(lambda: any((s["reblog"] or {}).get("uri") == note["id"] for s in scene.alice.home()), "the boost is here", 60)
    scene.server.settled()
    assert scene.asked() == 1, scene.asked()


def test_what_many_boost_in_vain_is_asked_for_once_at_a_time(scene):
    note = scene.sam.note("not there yet")
    scene.sam.remote.behave("/notes/", ways.silent)
    for _ in range(MANY // 4):
        scene.bob.send(scene.inbox, scene.bob.activity("Announce", note["id"], to=[PUBLIC]))
    until(lambda: scene.server.sql("SELECT count(*) FROM hosts WHERE failures > 0") == "1", "its silence is noticed", 60)
    assert scene.asked() < 4, "as many as the host may have at once, without turns"
