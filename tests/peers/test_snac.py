"""A conversation with snac2, a server in C that shares nothing with ours but the protocol. It is driven by its own command line, its
Mastodon API and, for deleting, its page."""
import functools
import json
import re
import subprocess

import pytest
import requests
from howdah import need_tool, until


class Snac:
    """One snac2 with one user, bob."""

    def __init__(self, world):
        self.world, self.program, self.base = world, need_tool("snac"), f"http://127.0.0.1:{world.port}"
        self.folder, self.log_file = world.lab.folder / "snac", world.lab.folder / "snac.log"
        answers = "\n".join(["127.0.0.1", str(world.port), world.domain, "", "admin@example.com"]) + "\n"
        subprocess.run([self.program, "init", self.folder], input=answers, text=True, capture_output=True, check=True, timeout=60)
        added = subprocess.run([self.program, "adduser", self.folder, "bob"], stdin=subprocess.DEVNULL, text=True, capture_output=True,
                               check=True, timeout=60)
        self.password = re.search(r"password is (\S+)", added.stdout + added.stderr)[1]
        settings = self.folder / "server.json"
        settings.write_text(json.dumps({**json.loads(settings.read_text()), "dbglevel": 1}))
        world.lab.run([self.program, "httpd", self.folder], log=self.log_file)
        self.session = requests.Session()
        self.session.trust_env = False
        # It closes each connection after its answer without saying so.
        self.session.headers["Connection"] = "close"
        self.session.headers["Authorization"] = "Bearer " + until(self._token, "snac answers", 30)

    def _token(self):
        try:
            got = self.session.post(f"{self.base}/oauth/x-snac-get-token", data={"login": "bob", "passwd": self.password}, timeout=10)
        except requests.ConnectionError:
            return None
        return got.text.strip() if re.fullmatch(r"[0-9a-f]+", got.text.strip()) else None

    def _posted(self, text):
        """Its own status that says so, if it has one."""
        home = self.api("GET", "/api/v1/timelines/home", limit=40)
        return next((s for s in home if s["account"]["username"] == "bob" and text.split()[-1] in s["content"]), None)

    def api(self, method, path, **data):
        """Now and then it resets a connection before its answer is read; what was asked is then done or not, and asked once more if not."""
        ask = functools.partial(self.session.request, method, self.base + path, **({"params": data} if method == "GET" else {"data": data}), timeout=30)
        try:
            got = ask()
        except requests.ConnectionError:
            done = self._posted(data["status"]) if (method, path) == ("POST", "/api/v1/statuses") else None
            if done:
                return done
            got = ask()
        assert got.status_code == 200, f"{method} {path}: {got.status_code} {got.text[:500]}\n{self.log_file.read_text()[-3000:]}"
        return got.json()

    def cli(self, command, *args):
        """A command of its own, inside the lab."""
        log = self.world.lab.folder / f"snac-{command}.log"
        child = self.world.lab.run([self.program, command, self.folder, "bob", *args], log=log)
        assert child.wait(timeout=60) == 0, log.read_text()

    def page(self, **fields):
        """Presses a button of its page. Its addresses are those of posts and people."""
        got = requests.post(f"{self.base}/bob/admin/action", data=fields, auth=("bob", self.password), timeout=30, allow_redirects=False)
        assert got.status_code in (200, 303), got.text[:500]

    def find(self, uri):
        """The status of that address in its home, where a boosted one stands within its boost; None if it has none."""
        home = [s.get("reblog") or s for s in self.api("GET", "/api/v1/timelines/home", limit=40)]
        return next((s for s in home if s["uri"] == uri), None)

    def wait_for(self, uri, what=lambda status: True):
        def look():
            found = self.find(uri)
            assert found, "not in its home"
            assert what(found), {k: found[k] for k in ("content", "favourites_count", "reblogs_count")}
            return found
        return until(look, f"snac has {uri}", 30)


@pytest.fixture(scope="module")
def world(meet):
    return meet("snac.test")


@pytest.fixture(scope="module")
def snac(world):
    return Snac(world)


@pytest.fixture(scope="module")
def alice(world, snac):
    """Somebody of ours who follows bob of snac and is followed by him."""
    alice = world.howdah.account("alice")
    alice.uri = alice.me()["uri"]
    alice.bob = world.find(alice, "@bob@snac.test")
    alice.follow(alice.bob)
    until(lambda: alice.relationship(alice.bob)["following"], "bob accepts", 30)
    snac.cli("follow", "@alice@alpha.test")
    until(lambda: alice.relationship(alice.bob)["followed_by"], "bob follows", 30)
    return alice


def at_home(api, uri):
    return until(lambda: next((s for s in api.home(limit=40) if s["uri"] == uri), None), f"{uri} is at home", 30)


def test_each_knows_who_the_other_is(snac, alice):
    assert alice.bob["acct"] == "bob@snac.test" and alice.bob["uri"] == "https://snac.test/bob"
    until(lambda: "follow" in [n["type"] for n in alice.get("/api/v1/notifications")], "alice is told of her follower", 30)


def test_our_post_its_edit_and_its_end_reach_them(snac, alice):
    posted = alice.status("Hello over there, @bob@snac.test")
    assert "Hello over there" in snac.wait_for(posted["uri"])["content"]
    alice.put(f"/api/v1/statuses/{posted['id']}", {"status": "Hello again"})
    snac.wait_for(posted["uri"], lambda s: "Hello again" in s["content"])
    alice.delete(f"/api/v1/statuses/{posted['id']}")
    until(lambda: snac.find(posted["uri"]) is None, "snac lets go of it", 30)


def test_their_post_its_edit_and_its_end_reach_us(snac, alice):
    theirs = snac.api("POST", "/api/v1/statuses", status="From snac", visibility="public")
    status = at_home(alice, theirs["uri"])
    assert "From snac" in status["content"] and status["account"]["acct"] == "bob@snac.test" and status["visibility"] == "public"
    snac.api("PUT", f"/api/v1/statuses/{theirs['id']}", status="Changed my mind")
    edited = until(lambda: (s := alice.get(f"/api/v1/statuses/{status['id']}"))["edited_at"] and s, "the edit arrives", 30)
    assert "Changed my mind" in edited["content"]
    snac.page(action="Delete", id=theirs["uri"])
    until(lambda: alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404, "the post is gone", 30)


def test_we_like_boost_and_answer_theirs(snac, alice):
    theirs = snac.api("POST", "/api/v1/statuses", status="Do as you like", visibility="public")
    status = at_home(alice, theirs["uri"])
    alice.post(f"/api/v1/statuses/{status['id']}/favourite")
    alice.post(f"/api/v1/statuses/{status['id']}/reblog")
    snac.wait_for(theirs["uri"], lambda s: s["favourites_count"] == 1 and s["reblogs_count"] == 1)
    answer = alice.status("@bob@snac.test I will", in_reply_to_id=status["id"])
    answered = snac.wait_for(answer["uri"])
    assert answered["in_reply_to_id"] == theirs["id"]
    alice.post(f"/api/v1/statuses/{status['id']}/unfavourite")
    snac.wait_for(theirs["uri"], lambda s: s["favourites_count"] == 0)


def test_they_like_boost_and_answer_ours(snac, alice):
    posted = alice.status("What do you make of it?")
    there = snac.wait_for(posted["uri"])
    snac.api("POST", f"/api/v1/statuses/{there['id']}/favourite")
    snac.api("POST", f"/api/v1/statuses/{there['id']}/reblog")
    answer = snac.api("POST", "/api/v1/statuses", status="@alice@alpha.test A lot", in_reply_to_id=there["id"], visibility="public")

    def now():
        return alice.get(f"/api/v1/statuses/{posted['id']}")
    until(lambda: now()["favourites_count"] == 1 and now()["reblogs_count"] == 1 and now()["replies_count"] == 1, "all three are counted", 30)
    assert [s["uri"] for s in alice.get(f"/api/v1/statuses/{posted['id']}/context")["descendants"]] == [answer["uri"]]
    snac.api("POST", f"/api/v1/statuses/{there['id']}/unfavourite")
    until(lambda: now()["favourites_count"] == 0, "the like is taken back", 30)


def test_both_part(world, snac, alice):
    snac.cli("unfollow", alice.uri)
    until(lambda: not alice.relationship(alice.bob)["followed_by"], "bob follows no more", 30)
    alice.post(f"/api/v1/accounts/{alice.bob['id']}/unfollow")
    until(lambda: not list((snac.folder / "user/bob/followers").glob("*.json")), "alice follows no more", 30)
