"""Debian's toot, a client for terminals: signs in through its browser flow, with the browser of the harness, and does a day's work."""
import os
import re
import subprocess

import pytest
from howdah import need_tool, until
from howdah.browser import Browser
from howdah.wait import stretch


class Toot:
    """One person's toot, with settings of its own."""

    def __init__(self, program, folder, server, account):
        self.program, self.folder = program, folder
        self.env = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1",
                    "PYTHONWARNINGS": "ignore"}
        self._sign_in(server, account)

    def _sign_in(self, server, account):
        argv = [self.program, "login", "-i", server.domain, "--disable-https"]
        with subprocess.Popen(argv, env=self.env, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True) as child:
            said, url = "", None
            while not url:
                line = child.stdout.readline()
                assert line, f"toot gave up: {said}"
                said += line
                url = re.search(r"http://\S*/oauth/authorize\S*", line)
            code = Browser(server.url).authorize(url[0], account)
            rest, _ = child.communicate(f"n\n{code}\n", timeout=stretch(30))
        assert child.returncode == 0 and "Successfully logged in" in rest, said + rest

    def __call__(self, *args):
        done = subprocess.run([self.program, *args], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=stretch(60))
        assert done.returncode == 0, f"toot {' '.join(args)}: {done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture
def toot(shared, tmp_path):
    program = need_tool("toot")

    def sign_in(account):
        folder = tmp_path / account.name
        folder.mkdir()
        return Toot(program, folder, shared, account)
    return sign_in


def posted_id(text):
    return re.search(r"http\S+/(\d+)", text)[1]


def test_it_knows_who_it_is(toot, shared, alice):
    mine = toot(alice)
    assert alice.name in mine("whoami")
    assert f"{alice.name}@{shared.domain}" in mine("auth")
    assert "Howdah" in mine("instance", "--disable-https")


def test_it_posts_with_a_picture(toot, alice, picture, tmp_path):
    image = tmp_path / "field.jpg"
    image.write_bytes(picture)
    mine = toot(alice)
    status = alice.get(f"/api/v1/statuses/{posted_id(mine('post', 'A red field', '-m', str(image), '-d', 'all of it red'))}")
    assert status["content"] == "<p>A red field</p>"
    assert [m["description"] for m in status["media_attachments"]] == ["all of it red"]


def test_it_follows_reads_and_answers(toot, alice, bob):
    reader = toot(bob)
    assert "now following" in reader("follow", alice.name)
    posted = alice.status("To whom it concerns")
    until(lambda: "To whom it concerns" in reader("timeline", "-1"), "the post is in the follower's home")
    assert alice.name in reader("following", bob.name)
    reader("favourite", posted["id"])
    reader("reblog", posted["id"])
    reader("post", f"@{alice.name} It does me", "-r", posted["id"])
    assert "It does me" in reader("thread", posted["id"])
    until(lambda: {"favourite", "reblog", "mention", "follow"} <= {n["type"] for n in alice.get("/api/v1/notifications")}, "the author is told")
    writer = toot(alice)
    assert "favourited" in writer("notifications")
    assert bob.name in writer("search", bob.name)


def test_it_blocks_mutes_and_deletes(toot, alice, bob):
    mine = toot(alice)
    mine("mute", bob.name)
    assert alice.relationship(bob)["muting"]
    mine("unmute", bob.name)
    mine("block", bob.name)
    assert alice.relationship(bob)["blocking"]
    mine("unblock", bob.name)
    gone = alice.status("Not for long")
    mine("delete", gone["id"])
    alice.fails(404, "GET", f"/api/v1/statuses/{gone['id']}")
