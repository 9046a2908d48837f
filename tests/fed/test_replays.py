"""What is sent once more, by whom and when: inside the signature's window it is taken and changes nothing, outside it is refused. And what
others sign for somebody says nothing."""
import json
import time

import pytest
import requests
from howdah import FakeRemote, remote as ways, signing, until

MINUTE, HOUR = 60, 3600


class Scene:
    """bob elsewhere follows alice of ours, who follows him."""

    def __init__(self, server, good, evil):
        self.server, self.good, self.bob, self.mallory = server, good, good.actor("bob"), evil.actor("mallory")
        self.alice, self.inbox = server.account("alice"), server.url + "/inbox"
        self.uri = self.alice.me()["uri"]

    def acquainted(self):
        them = self.alice.get("/api/v2/search", {"q": self.bob.handle, "resolve": "true"})["accounts"][0]
        self.alice.follow(them)
        self.bob.send(self.inbox, self.bob.accept(self.good.wait_activity("Follow")))
        until(lambda: self.alice.relationship(them)["following"], "alice follows bob")
        return self

    def signed(self, activity, *, sign=signing.sign, **how):
        """A request as it goes over the wire, to be sent as often as one likes."""
        body = json.dumps(activity).encode()
        headers = {**sign(self.bob.private, self.bob.key_id, "POST", self.inbox, body, **how), "Content-Type": ways.ACTIVITY}
        return lambda inbox=self.inbox: requests.post(inbox, data=body, headers=headers, timeout=30).status_code

    def post(self, text, **more):
        note = self.bob.note(text, **more)
        return note, self.bob.create(note)

    def arrives(self, note):
        return until(lambda: next((s for s in self.alice.home() if s["uri"] == note["id"]), None), f"{note['id']} is at home")

    def accepts(self, follow):
        return [a for a in self.good.activities("Accept") if a["object"]["id"] == follow["id"]]

    def followers(self):
        return self.alice.me()["followers_count"]


@pytest.fixture
def scene(server):
    with FakeRemote() as good, FakeRemote(first_key=8) as evil:
        yield Scene(server, good, evil)


@pytest.mark.parametrize("sign", [signing.sign, signing.sign_message])
def test_the_very_same_request_is_taken_and_changes_nothing(scene, sign):
    scene.acquainted()
    ours = scene.alice.status("ours")
    note, create = scene.post("theirs")
    sent = [scene.signed(a, sign=sign) for a in (create, scene.bob.activity("Like", ours["uri"]),
                                                 scene.bob.activity("Announce", ours["uri"], to=[ways.PUBLIC]))]
    for _ in range(3):
        assert [again() for again in sent] == [202, 202, 202]
    scene.server.settled()
    scene.arrives(note)
    now = scene.alice.get(f"/api/v1/statuses/{ours['id']}")
    assert (now["favourites_count"], now["reblogs_count"]) == (1, 1)
    told = [n["type"] for n in scene.alice.get("/api/v1/notifications")]
    assert sorted(told) == ["favourite", "reblog"]


def test_a_follow_said_anew_is_answered_and_a_kept_request_is_not(scene):
    follow = scene.bob.follow(scene.uri)
    kept = scene.signed(follow)
    assert kept() == 202
    until(lambda: len(scene.accepts(follow)) == 1, "the follow is answered")
    # The same Follow in another request is answered again, and makes one follower.
    assert scene.signed(follow, date=time.time() + MINUTE)() == 202
    until(lambda: len(scene.accepts(follow)) == 2, "it is answered again")
    assert scene.followers() == 1
    scene.bob.send(scene.inbox, scene.bob.undo(follow))
    until(lambda: scene.followers() == 0, "he follows no longer")
    # Somebody has kept the request and sends it once more.
    assert kept() == 202
    scene.server.settled("PUSH")
    assert scene.followers() == 0 and len(scene.accepts(follow)) == 2
    # He himself may change his mind under the same id, as some servers do.
    assert scene.signed(follow, date=time.time() + 2 * MINUTE)() == 202
    until(lambda: scene.followers() == 1, "he follows again")


def test_a_replay_at_another_inbox_is_refused(scene):
    again = scene.signed(scene.bob.follow(scene.uri))
    assert again() == 202
    assert again(scene.uri.replace(f"http://{scene.server.domain}", scene.server.url) + "/inbox") == 401


@pytest.mark.parametrize("offset, status", [(-64 * MINUTE, 202), (-66 * MINUTE, 401), (59 * MINUTE, 202), (61 * MINUTE, 401)])
@pytest.mark.parametrize("sign, when", [(signing.sign, "date"), (signing.sign_message, "created")])
def test_the_window_is_five_minutes_and_an_hour_for_clocks(scene, sign, when, offset, status):
    assert scene.signed(scene.bob.follow(scene.uri), sign=sign, **{when: time.time() + offset})() == status


@pytest.mark.parametrize("created, expires, status", [
    (-11 * HOUR, HOUR, 202),              # within twelve hours, if the signer says so
    (-11 * HOUR, -59 * MINUTE, 202), (-11 * HOUR, -61 * MINUTE, 401),
    (-14 * HOUR, HOUR, 401),              # twelve hours and one are the most
    (0, 48 * HOUR, 202), (61 * MINUTE, 2 * HOUR, 401),
])
def test_a_signature_may_say_when_it_ends(scene, created, expires, status):
    now = time.time()
    got = scene.signed(scene.bob.follow(scene.uri), sign=signing.sign_message, created=now + created, expires=now + expires)()
    assert got == status


@pytest.mark.parametrize("sign, when", [(signing.sign, "date"), (signing.sign_message, "created")])
def test_what_was_taken_is_refused_once_its_time_is_over(scene, sign, when):
    """Although its id is known, and it would change nothing."""
    scene.acquainted()
    note, create = scene.post("once")
    assert scene.signed(create, sign=sign)() == 202
    scene.arrives(note)
    assert scene.signed(create, sign=sign)() == 202
    assert scene.signed(create, sign=sign, **{when: time.time() - 2 * HOUR})() == 401


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019"])
def test_a_time_that_is_not_signed_says_nothing(scene, algorithm):
    """Whoever has kept a request writes today's time into its Signature header, where the signature does not cover it."""
    now, body = int(time.time()), json.dumps(scene.bob.follow(scene.uri)).encode()
    for hours in (-2, -24, -24 * 30):
        headers = {**signing.sign(scene.bob.private, scene.bob.key_id, "POST", scene.inbox, body, date=now + hours * HOUR), "Content-Type": ways.ACTIVITY}
        kept = headers["signature"].replace("rsa-sha256", algorithm)
        for more in ("", f",created={now}", f",expires={now + HOUR}", f",created={now},expires={now + HOUR}"):
            got = requests.post(scene.inbox, data=body, headers={**headers, "signature": kept + more}, timeout=30)
            assert got.status_code == 401, (hours, more, got.text)
    fresh = {**signing.sign(scene.bob.private, scene.bob.key_id, "POST", scene.inbox, body), "Content-Type": ways.ACTIVITY}
    fresh["signature"] = fresh["signature"].replace("rsa-sha256", algorithm) + f",created={now - 24 * HOUR},expires={now - 23 * HOUR}"
    assert requests.post(scene.inbox, data=body, headers=fresh, timeout=30).status_code == 202


@pytest.mark.parametrize("answer, stays", [(None, True), (404, True), (410, False)])
def test_a_forwarded_end_counts_only_where_the_post_is_gone(scene, answer, stays):
    """With a Linked Data signature or without: nobody looks at it."""
    scene.acquainted()
    note, create = scene.post("still here?")
    scene.bob.send(scene.inbox, create)
    status = scene.arrives(note)
    if answer:
        scene.good.behave("/notes", ways.status(answer))
    before = len(scene.good.received)
    end = scene.bob.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=[ways.PUBLIC])
    signature = {"type": "RsaSignature2017", "creator": scene.bob.key_id, "created": "2026-01-01T00:00:00Z", "signatureValue": "AAAA"}
    for activity in ({**end, "signature": signature}, {**end, "id": scene.bob.new_id(), "signature": {}}, {**end, "id": scene.bob.new_id()}):
        assert scene.mallory.deliver(scene.inbox, activity).status_code == 202
    until(lambda: any(r.method == "GET" and note["id"].endswith(r.path) for r in scene.good.received[before:]), "its server is asked")
    if stays:
        scene.server.inbound_done()
        assert scene.alice.get(f"/api/v1/statuses/{status['id']}")["content"] == status["content"]
    else:
        until(lambda: scene.alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404, "it is gone here, too")


def test_a_linked_data_signature_makes_nobody_speak_for_another(scene):
    scene.acquainted()
    note = {**scene.bob.note("forged by mallory"), "id": scene.bob.new_id("notes")}
    signature = {"type": "RsaSignature2017", "creator": scene.bob.key_id, "created": "2026-01-01T00:00:00Z", "signatureValue": "AAAA"}
    for activity in (scene.bob.create(note), scene.bob.activity("Undo", {"type": "Follow", "actor": scene.uri, "object": scene.bob.id}),
                     scene.bob.follow(scene.uri), scene.bob.activity("Block", scene.uri)):
        assert scene.mallory.deliver(scene.inbox, {**activity, "signature": signature}).status_code == 202
    scene.server.settled()
    assert all(s["uri"] != note["id"] for s in scene.alice.home()) and scene.followers() == 0
    assert scene.alice.me()["following_count"] == 1
