"""The server is killed at each armed point (HOWDAH_FAULT=point:n kills it when it passes that point for the n-th time) while posts are
made and strangers send theirs. Afterwards every post that was answered exists once, every activity that was accepted is processed
once, and every delivery that is owed arrives. HOWDAH_CRASHES says how many times at each point."""
import concurrent.futures
import os
import pathlib
import re

import pytest
import requests
from howdah import FakeRemote, until
from howdah.binary import ROOT

CRASHES = int(os.environ.get("HOWDAH_CRASHES", "1"))
POSTS = 12


def points():
    """Every point that the source can be killed at while posts come and go; archives have theirs in test_archive.py."""
    found = set()
    for source in pathlib.Path(ROOT / "src").glob("*/*.c"):
        found |= set(re.findall(r'FAULT_POINT\("([^"]+)"\)', source.read_text()))
    return sorted(p for p in found if not p.startswith("archive."))


def start_armed(server, point, n):
    """Whether the server came up with that point armed; it may well die of it while it starts."""
    server.fault = f"{point}:{n}"
    try:
        server.start()
    except AssertionError as e:
        assert "ended with -9" in str(e), e
        return False
    return True


def recover(server):
    server.kill()
    server.fault = None
    server.start()


def attempt(do):
    """What do() gives, or None where the server died under it."""
    try:
        return do()
    except requests.RequestException:
        return None


class Crashing:
    """A server, an account with a follower elsewhere, and the same stranger, who is followed."""

    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice = server.account("alice")
        self.uri = self.alice.me()["uri"]
        self.bob = remote.actor("bob")
        self.send(self.bob.follow(self.uri))
        remote.wait_activity("Accept")
        found = self.alice.get("/api/v2/search", {"q": f"@{self.bob.handle}", "resolve": "true", "type": "accounts"})["accounts"]
        self.alice.follow(found[0])
        follow = remote.wait_activity("Follow")
        self.send(self.bob.accept(follow))
        until(lambda: self.alice.relationship(found[0])["following"], "alice follows bob")

    def send(self, activity):
        return self.bob.send(f"{self.server.url}/inbox", activity, extra={"host": self.server.domain})

    def offer(self, note):
        got = attempt(lambda: self.bob.deliver(f"{self.server.url}/inbox", self.bob.create(note), extra={"host": self.server.domain}))
        return got is not None and got.status_code == 202

    def post(self, text):
        reply = attempt(lambda: self.alice.request("POST", "/api/v1/statuses", json={"status": text}, headers={"Idempotency-Key": text}))
        return reply.json["id"] if reply is not None and reply.status == 200 else None

    def work(self, texts, notes, pool):
        """Posts and is sent posts, at once; which were answered: ({text: id}, [note])."""
        self.alice.base = self.server.url
        posted = [(text, pool.submit(self.post, text)) for text in texts]
        sent = [(note, pool.submit(self.offer, note)) for note in notes]
        return {t: f.result() for t, f in posted if f.result()}, [n for n, f in sent if f.result()]

    def has_settled(self, posted, notes):
        """Whether what was posted is delivered, and what was taken is at home."""
        uris = ", ".join(f"'{n['id']}'" for n in notes)
        home = uris and self.server.sql(f"SELECT count(*) FROM home_entries h JOIN statuses s ON s.id = h.status_id WHERE s.uri IN ({uris})")
        told = {re.sub("<[^>]+>", "", a["object"]["content"]) for a in self.remote.activities("Create")}
        return int(home or 0) == len(notes) and set(posted) <= told

    def mine(self):
        return [s for page in self.alice.pages(f"/api/v1/accounts/{self.alice.id}/statuses", {"limit": 40}) for s in page]


@pytest.mark.parametrize("point", points())
@pytest.mark.timeout(300 + 40 * CRASHES)
def test_nothing_is_lost(point, new_server, remote):
    server = new_server(fault=None)
    server.cli("config", "set", "home_entries_max", "5000")     # all of it is looked for there in the end
    world = Crashing(server, remote)
    crashed, n, lap = 0, 0, 0
    every, answered, accepted = [], {}, []
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        while crashed < CRASHES:
            lap += 1
            n += 1 if lap > 1 else 3
            assert lap <= 12 * CRASHES + 20, f"{point} was passed too rarely: {crashed} crashes in {lap} laps"
            server.kill()
            if not start_armed(server, point, n):
                recover(server)
                n += 2
                continue
            texts = [f"{lap}.{i} of {point}" for i in range(POSTS)]
            notes = [world.bob.note(f"note {lap}.{i} of {point}") for i in range(POSTS)]
            done, taken = world.work(texts, notes, pool)
            until(lambda: not server.running or world.has_settled(done, taken), "the server dies or is done", 90)
            if server.running:
                n = max(1, n // 2)
            else:
                crashed += 1
            recover(server)
            # Whoever got no answer asks again, as clients and servers do.
            again, retaken = world.work([t for t in texts if t not in done], [o for o in notes if o not in taken], pool)
            answered.update(done | again)
            accepted += taken + retaken
            every += texts
            assert len(answered) == len(every) and len(accepted) == len(every), server.log_tail()
            if lap % 4 == 0:     # what was begun 16 times and never ended is held to be what kills the server
                server.inbound_done()
    uris = {s["id"]: s["uri"] for s in world.mine()}
    mine = [re.sub("<[^>]+>", "", s["content"]) for s in world.mine()]
    assert sorted(mine) == sorted(every), "every answered post exists once"
    assert set(answered.values()) <= set(uris)
    until(lambda: {uris[i] for i in answered.values()} <= {a["object"]["id"] for a in remote.activities("Create")}, "every delivery arrives", 90)
    home = []

    def all_home():
        home[:] = [s for page in world.alice.pages("/api/v1/timelines/home", {"limit": 40}, most=130) for s in page]
        return {n["id"] for n in accepted} | {uris[i] for i in answered.values()} <= {s["uri"] for s in home}
    until(all_home, "every accepted activity is processed, every post of hers at home", 90)
    seen = [s["uri"] for s in home]
    assert len(seen) == len(set(seen)) == 2 * len(every)
    assert world.alice.me()["statuses_count"] == len(every)
