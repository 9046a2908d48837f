"""Debian's madonctl, a client for scripts written in Go: signs in by its code, with the browser of the harness, and does a day's work."""
import json
import os
import re
import select
import subprocess

import pytest
from howdah import need_tool, until
from howdah.browser import Browser
from howdah.wait import stretch


class Madonctl:
    """One person's madonctl, with settings of its own."""

    def __init__(self, program, folder, server, account):
        self.program, self.folder = program, folder
        self.env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self._sign_in(server, account)

    def _sign_in(self, server, account):
        argv = [self.program, "-i", f"http://{server.domain}", "oauth2"]
        with subprocess.Popen(argv, env=self.env, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as child:
            said, url = "", None
            while not url:
                line = child.stderr.readline()
                assert line, f"madonctl gave up: {said}"
                said += line
                url = re.search(r"http://\S*/oauth/authorize\S*", line)
            settings, rest = child.communicate(Browser(server.url).authorize(url[0], account) + "\n", timeout=stretch(30))
        assert child.returncode == 0 and "Login successful" in rest, said + rest
        (self.folder / "madonctl.yaml").write_text(settings)

    def start(self, *args):
        return subprocess.Popen([self.program, "--config", "madonctl.yaml", *args], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __call__(self, *args):
        """What it says; with JSON's values where it says any."""
        with self.start("--output", "json", *args) as child:
            said, _ = child.communicate(timeout=stretch(60))
        assert child.returncode == 0 and "Error:" not in said, f"madonctl {' '.join(args)}: {said}"
        return json.loads(said) if said.strip() else None


@pytest.fixture
def madonctl(shared, tmp_path):
    program = need_tool("madonctl")

    def sign_in(account):
        folder = tmp_path / account.name
        folder.mkdir()
        return Madonctl(program, folder, shared, account)
    return sign_in


def test_it_knows_the_server_and_who_it_is(madonctl, shared, alice):
    mine = madonctl(alice)
    assert mine("instance")["uri"] == shared.domain
    assert mine("account", "show")["username"] == alice.name


def test_it_posts_edits_its_profile_and_deletes(madonctl, alice, picture, tmp_path):
    (tmp_path / "field.jpg").write_bytes(picture)
    mine = madonctl(alice)
    posted = mine("toot", "--visibility", "unlisted", "--spoiler", "red", "--file", str(tmp_path / "field.jpg"), "A red field")
    status = alice.get(f"/api/v1/statuses/{posted['id']}")
    assert (status["content"], status["visibility"], status["spoiler_text"], len(status["media_attachments"])) == ("<p>A red field</p>", "unlisted", "red", 1)
    answer = mine("toot", "--in-reply-to", posted["id"], "and more of it")
    assert [s["id"] for s in mine("status", "--status-id", posted["id"], "context")["descendants"]] == [answer["id"]]
    mine("account", "update", "--display-name", "Alice of scripts")
    assert alice.me()["display_name"] == "Alice of scripts"
    mine("status", "--status-id", answer["id"], "delete")
    alice.fails(404, "GET", f"/api/v1/statuses/{answer['id']}")


def test_it_follows_marks_and_reads(madonctl, alice, bob):
    mine, post = madonctl(alice), bob.status("A post of #scripts")
    assert mine("account", "follow", bob.id)["following"] is True
    for what in ("favourite", "boost"):
        mine("status", "--status-id", post["id"], what)
    shown = alice.get(f"/api/v1/statuses/{post['id']}")
    assert (shown["favourited"], shown["reblogged"]) == (True, True)
    assert {n["type"] for n in until(lambda: len(bob.get("/api/v1/notifications")) == 3 and bob.get("/api/v1/notifications"), "bob is told")} == {
        "follow", "favourite", "reblog"}
    until(lambda: post["id"] in [s["id"] for s in mine("timeline", "home")], "home is filled")
    assert [s["id"] for s in mine("timeline", ":scripts")] == [post["id"]]
    assert [a["username"] for a in mine("account", "following")] == [bob.name]
    assert [a["username"] for a in mine("account", "search", bob.name)] == [bob.name]
    assert mine("account", "block", bob.id)["blocking"] is True and [a["username"] for a in mine("account", "blocked")] == [bob.name]


def test_it_keeps_lists_and_clears_notifications(madonctl, alice, bob):
    mine = madonctl(alice)
    alice.follow(bob)
    made = mine("lists", "create", "--title", "Scripts")
    mine("lists", "add-accounts", "--list-id", str(made["id"]), "--account-ids", bob.id)
    assert [a["id"] for a in alice.get(f"/api/v1/lists/{made['id']}/accounts")] == [bob.id]
    bob.status(f"@{alice.name} look")
    until(lambda: alice.get("/api/v1/notifications"), "alice is told")
    assert [n["type"] for n in mine("account", "notifications", "--list")] == ["mention"]
    mine("account", "notifications", "--clear")
    assert alice.get("/api/v1/notifications") == []


def test_it_hears_a_stream(madonctl, alice, bob):
    with madonctl(alice).start("--output", "json", "stream", "local") as child:
        def hears():
            """Says something as long as nothing of it is heard: the first may come before it listens."""
            bob.status("Is somebody listening?")
            return select.select([child.stdout], [], [], 0.2)[0] and "Is somebody listening?" in child.stdout.readline()
        try:
            until(hears, "it hears a post", seconds=30)
        finally:
            child.terminate()
