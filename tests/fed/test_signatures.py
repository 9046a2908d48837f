"""Signatures of requests in both dialects, both ways, and what is remembered of who reads which."""
import pytest
from howdah import FakeRemote, signing, until


class Scene:
    """alice of ours, and dora elsewhere, who is followed by her."""

    def __init__(self, server, remote):
        self.server, self.remote, self.dora = server, remote, remote.actor("dora")
        self.alice = server.account("alice")
        self.uri, self.inbox = self.alice.me()["uri"], server.url + "/inbox"

    def met(self):
        """dora follows alice and has been told so."""
        follow = self.dora.send(self.inbox, self.dora.follow(self.uri))
        self.knocks("Accept", lambda a: a["object"]["id"] == follow["id"])

    def knocks(self, type, match=lambda activity: True):
        """In which dialects the first such activity was sent, in order, until it was taken."""
        def taken(r):
            return r.problem is None and isinstance(r.activity, dict) and r.activity["type"] == type and match(r.activity)
        sent = self.remote.wait_for(taken, f"a {type}").activity
        return [r.dialect for r in self.remote.received if r.activity and r.activity.get("id") == sent["id"]]

    def posted(self):
        """The same for a post that alice makes now."""
        uri = self.alice.status("to whom it may concern")["uri"]
        return self.knocks("Create", lambda a: a["object"]["id"] == uri)

    def gets(self, path):
        return [r.dialect for r in self.remote.received if r.method == "GET" and r.path == path]


@pytest.fixture
def scene(server):
    with FakeRemote() as remote:
        yield Scene(server, remote)


def test_who_reads_both_is_written_to_in_the_draft(scene):
    scene.met()
    assert scene.posted() == ["draft"] and scene.knocks("Accept") == ["draft"]


def test_who_reads_rfc_9421_alone_is_asked_twice_until_that_is_known(scene):
    scene.remote.dialects = {"rfc9421"}
    scene.met()
    assert scene.knocks("Accept") == ["draft", "rfc9421"]
    # It is written down a moment after it is seen.
    until(lambda: scene.posted() == ["rfc9421"], "what it reads is known")


def test_who_writes_in_rfc_9421_is_written_to_in_it(scene):
    follow = scene.dora.send(scene.inbox, scene.dora.follow(scene.uri), sign=signing.sign_message)
    assert scene.knocks("Accept", lambda a: a["object"]["id"] == follow["id"]) == ["rfc9421"]


def test_who_no_longer_reads_what_it_did_is_found_out(scene):
    scene.remote.dialects = {"rfc9421"}
    scene.met()
    until(lambda: scene.posted() == ["rfc9421"], "what it reads is known")
    scene.remote.dialects = {"draft"}
    assert scene.posted() == ["rfc9421", "draft"]


def test_a_document_is_asked_for_in_the_other_dialect_after_a_401(scene):
    scene.remote.dialects, scene.remote.authorized_fetch = {"rfc9421"}, True
    note = scene.dora.note("only for who signs as the standard says")
    found = scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"]
    assert [s["uri"] for s in found] == [note["id"]]
    path = note["id"].removeprefix(scene.remote.url)
    assert scene.gets(path) == ["draft", "rfc9421"]
    # Then it is known: the author's document was asked for only once.
    assert scene.gets("/users/dora") == ["rfc9421"]


def test_what_is_refused_in_both_is_not_asked_for_a_third_time(scene):
    scene.remote.dialects, scene.remote.authorized_fetch = set(), True
    note = scene.dora.note("for nobody")
    assert scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"] == []
    assert scene.gets(note["id"].removeprefix(scene.remote.url)) == ["draft", "rfc9421"]
