"""The npm package masto, the typed client that web apps are built with: REST and streaming, area by area. masto/client.mjs drives it."""
import json
import pathlib
import queue
import subprocess
import threading

import pytest
from howdah import until
from howdah.npm import install, node

MASTO = pathlib.Path(__file__).parent / "masto"


class Masto:
    """One signed-in client. call("v1.statuses.create", {...}); a step like [id] selects."""

    def __init__(self, base, token):
        modules = install(MASTO)
        self.process = subprocess.Popen([node(modules, 20), MASTO / "client.mjs", base, token], cwd=MASTO, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.answers, self.events, self.asked = queue.Queue(), [], 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            said = json.loads(line)
            self.events.append(said["event"]) if "event" in said else self.answers.put(said)
        self.answers.put({"id": None, "error": {"message": "the client ended: " + self.process.stderr.read()}})

    @staticmethod
    def path(steps):
        return [s if isinstance(s, str) else ["$select", *s] for step in steps for s in (step.split(".") if isinstance(step, str) else [step])]

    def _ask(self, **request):
        self.asked += 1
        self.process.stdin.write(json.dumps({"id": self.asked, **request}) + "\n")
        self.process.stdin.flush()
        got = self.answers.get(timeout=120)
        assert got["id"] == self.asked, got
        return got

    def __call__(self, *steps, **params):
        """Fails where masto does. Named arguments are the call's parameters."""
        got = self._ask(call=self.path(steps), args=[params] if params else [])
        assert "error" not in got, f"{steps} {params}: {got['error']}"
        return got["value"]

    def refused(self, *steps, **params):
        got = self._ask(call=self.path(steps), args=[params] if params else [])
        assert "error" in got, got
        return got["error"]

    def pages(self, *steps, most=100, **params):
        got = self._ask(pages=self.path(steps), args=[params] if params else [], most=most)
        assert "error" not in got, f"{steps} {params}: {got['error']}"
        return got["value"]

    def watch(self, *steps, **params):
        got = self._ask(watch=self.path(steps), args=[params] if params else [])
        assert got["value"] == "asked", got

    def heard(self, event, fits=lambda payload: True):
        return next((e["payload"] for e in list(self.events) if e["event"] == event and fits(e["payload"])), None)

    def wait(self, event, fits=lambda payload: True):
        return until(lambda: self.heard(event, fits), f"masto hears {event}; it heard {[e['event'] for e in self.events]}")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def client(shared):
    made = []

    def start(account):
        made.append(Masto(shared.url, account.token))
        return made[-1]

    yield start
    for m in made:
        m.close()


def ids(entities):
    return [e["id"] for e in entities]


def test_accounts(client, alice, bob):
    a, b = client(alice), client(bob)
    me = a("v1.accounts.verifyCredentials")
    assert me["acct"] == alice.name and me["source"]["privacy"] == "public"
    assert a("v1.accounts.updateCredentials", displayName="Alice of masto", note="hello", indexable=True)["displayName"] == "Alice of masto"
    assert b("v1.accounts.lookup", acct=alice.name)["id"] == me["id"]
    assert b("v1.accounts", [me["id"]], "follow")["following"]
    assert ids(b("v1.accounts", [bob.id], "following.list")) == [me["id"]] and ids(a("v1.accounts", [me["id"]], "followers.list")) == [bob.id]
    assert b("v1.accounts.relationships.fetch", id=[me["id"]])[0]["following"]
    assert b("v1.accounts", [me["id"]], "note.create", comment="a friend")["note"] == "a friend"
    assert b("v1.accounts", [me["id"]], "mute")["muting"] and ids(b("v1.mutes.list")) == [me["id"]]
    assert not b("v1.accounts", [me["id"]], "unmute")["muting"]
    assert b("v1.accounts", [me["id"]], "block")["blocking"] and ids(b("v1.blocks.list")) == [me["id"]]
    assert not b("v1.accounts", [me["id"]], "unblock")["blocking"]
    assert a.refused("v1.accounts", ["1"], "fetch")["status"] == 404


def test_statuses(client, alice, bob, tmp_path, picture):
    a, b = client(alice), client(bob)
    file = tmp_path / "picture.jpg"
    file.write_bytes(picture)
    media = a("v2.media.create", file={"$file": str(file)}, description="a red field")
    posted = a("v1.statuses.create", status="With a picture", mediaIds=[media["id"]], spoilerText="look", language="en")
    one = posted["id"]
    assert posted["mediaAttachments"][0]["description"] == "a red field" and posted["sensitive"]
    assert b("v1.statuses", [one], "favourite")["favourited"] and b("v1.statuses", [one], "bookmark")["bookmarked"]
    boost = b("v1.statuses", [one], "reblog")
    assert boost["reblog"]["id"] == one and ids(a("v1.statuses", [one], "rebloggedBy.list")) == [bob.id]
    assert ids(a("v1.statuses", [one], "favouritedBy.list")) == [bob.id]
    assert ids(b("v1.favourites.list")) == [one] and ids(b("v1.bookmarks.list")) == [one]
    answer = b("v1.statuses.create", status=f"@{alice.name} fine", inReplyToId=one)
    assert ids(a("v1.statuses", [one], "context.fetch")["descendants"]) == [answer["id"]]
    edited = a("v1.statuses", [one], "update", status="With a better text", mediaIds=[media["id"]])
    assert "better" in edited["content"] and edited["editedAt"] and len(a("v1.statuses", [one], "history.list")) == 2
    assert a("v1.statuses", [one], "source.fetch")["text"] == "With a better text"
    assert a("v1.statuses", [one], "pin")["pinned"] and ids(b("v1.accounts", [alice.id], "statuses.list", pinned=True)) == [one]
    poll = a("v1.statuses.create", status="Which?", poll={"options": ["this", "that"], "expiresIn": 3600})["poll"]
    assert b("v1.polls", [poll["id"]], "votes.create", choices=[1])["ownVotes"] == [1]
    assert a("v1.statuses", [one], "remove")["text"] == "With a better text"
    assert b.refused("v1.statuses", [one], "fetch")["status"] == 404


def test_timelines_and_their_pages(client, alice, bob):
    a, b = client(alice), client(bob)
    b("v1.accounts", [alice.id], "follow")
    tag = "t" + alice.name[-8:]
    posts = [a("v1.statuses.create", status=f"{i} #{tag}")["id"] for i in range(5)]
    until(lambda: [i for i in ids(b("v1.timelines.home.list")) if i in posts] == posts[::-1], "all are at home")
    pages = b.pages("v1.timelines.tag", [tag], "list", limit=2)
    assert [ids(p) for p in pages if p] == [posts[:2:-1], posts[2:0:-1], posts[:1]]
    assert set(posts) <= set(ids(b("v1.timelines.public.list", local=True)))
    own = b("v1.lists.create", title="Readers", repliesPolicy="none")
    b("v1.lists", [own["id"]], "accounts.create", accountIds=[alice.id])
    assert ids(b("v1.lists", [own["id"]], "accounts.list")) == [alice.id] and own["id"] in ids(b("v1.lists.list"))
    late = a("v1.statuses.create", status="for the list")["id"]
    until(lambda: late in ids(b("v1.timelines.list", [own["id"]], "list")), "the list has it")
    marker = b("v1.markers.create", home={"lastReadId": late})
    assert marker["home"]["lastReadId"] == late == b("v1.markers.fetch", timeline=["home"])["home"]["lastReadId"]


def test_filters(client, alice, bob):
    a, b = client(alice), client(bob)
    word = "f" + alice.name[-8:]
    made = b("v2.filters.create", title="No such thing", context=["home", "public"], filterAction="warn",
             keywordsAttributes=[{"keyword": word, "wholeWord": True}])
    b("v1.accounts", [alice.id], "follow")
    posted = a("v1.statuses.create", status=f"a {word} here")["id"]
    seen = until(lambda: next((s for s in b("v1.timelines.home.list") if s["id"] == posted), None), "it is at home")
    assert seen["filtered"][0]["filter"]["title"] == "No such thing" and seen["filtered"][0]["keywordMatches"] == [word]
    assert b("v2.filters", [made["id"]], "fetch")["keywords"][0]["wholeWord"] is True
    b("v2.filters", [made["id"]], "remove")
    assert b("v2.filters.list") == []


def test_notifications(client, alice, bob):
    a, b = client(alice), client(bob)
    posted = a("v1.statuses.create", status="to be liked")["id"]
    b("v1.statuses", [posted], "favourite")
    b("v1.accounts", [alice.id], "follow")
    b("v1.statuses.create", status=f"hey @{alice.name}")
    until(lambda: {n["type"] for n in a("v1.notifications.list")} == {"favourite", "follow", "mention"}, "all three arrive")
    assert [n["type"] for n in a("v1.notifications.list", types=["mention"])] == ["mention"]
    first = a("v1.notifications.list")[0]
    assert a("v1.notifications", [first["id"]], "fetch")["type"] == first["type"]
    a("v1.notifications", [first["id"]], "dismiss")
    assert len(a("v1.notifications.list")) == 2
    a("v1.notifications.clear")
    assert a("v1.notifications.list") == []


def test_search(client, alice, bob):
    a, b = client(alice), client(bob)
    word = "s" + alice.name[-8:]
    a("v1.accounts.updateCredentials", indexable=True)
    posted = a("v1.statuses.create", status=f"found by {word} #{word}", visibility="public")
    hit = until(lambda: b("v2.search.list", q=f"{word} from:{alice.name}", type="statuses")["statuses"], "the post is found")
    assert ids(hit) == [posted["id"]]
    assert [t["name"] for t in b("v2.search.list", q=word, type="hashtags")["hashtags"]] == [word]
    assert ids(b("v2.search.list", q=f"@{alice.name}", type="accounts")["accounts"]) == [alice.id]
    assert ids(b("v1.accounts.search.list", q=alice.name)) == [alice.id]


def test_the_instance(client, alice):
    a = client(alice)
    assert a("v2.instance.fetch")["configuration"]["statuses"]["maxCharacters"] >= 500
    assert a("v1.instance.fetch")["uri"]
    assert isinstance(a("v1.customEmojis.list"), list) and isinstance(a("v1.preferences.fetch"), dict)


def test_streams(client, alice, bob):
    a, b = client(alice), client(bob)
    b("v1.accounts", [alice.id], "follow")
    tag = "w" + alice.name[-8:]
    b.watch("user")
    b.watch("hashtag", tag=tag)

    # The client subscribes once its socket is open; nothing says when, so posts are made until both streams tell of one.
    def both_tell():
        a("v1.statuses.create", status=f"are you there #{tag}")
        return {tuple(e["stream"]) for e in b.events if e["event"] == "update"} >= {("user",), ("hashtag", tag)}
    until(both_tell, "both streams are open")
    posted = a("v1.statuses.create", status="over the wire")["id"]
    assert b.wait("update", lambda s: s["id"] == posted)["account"]["id"] == alice.id
    a("v1.statuses", [posted], "update", status="over the wire, edited")
    assert "edited" in b.wait("status.update", lambda s: s["id"] == posted)["content"]
    a("v1.statuses", [posted], "remove")
    assert b.wait("delete", lambda id: id == posted)
    a("v1.statuses.create", status=f"hey @{bob.name}", visibility="direct")
    assert b.wait("notification", lambda n: n["type"] == "mention")["account"]["id"] == alice.id
