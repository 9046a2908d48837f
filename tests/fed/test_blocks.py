"""Servers that this one suspends: nothing of theirs comes in, nothing goes out to them, and what stood is there again when the block goes."""
import pathlib

import pytest
import requests
from howdah import FakeRemote, signing, until
from howdah.remote import PUBLIC, redirect
from howdah.stream import WsStream

PICTURE = (pathlib.Path(__file__).parent.parent / "fixtures" / "media" / "photo.jpg").read_bytes()


class Scene:
    """alice here; bob at an honest server, mallory at one that will be blocked."""

    def __init__(self, server, good, evil):
        self.server, self.good, self.evil = server, good, evil
        self.alice = server.account("alice")
        self.bob, self.mallory = good.actor("bob"), evil.actor("mallory")
        self.inbox, self.actor = f"{server.url}/inbox", f"http://{server.domain}/ap/users/{self.alice.id}"

    def block(self, severity="suspend", remote=None, **options):
        """And the running server has heard of it: one second after, says the manual."""
        domain = (remote or self.evil).domain
        given = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), value)]
        self.server.cli("blocks", "add", domain, "--severity", severity, *given)
        if severity == "suspend":
            until(lambda: self.mallory.fetch(self.actor).status_code == 403, "the block holds")

    def unblock(self):
        self.server.cli("blocks", "remove", self.evil.domain)
        until(lambda: self.mallory.fetch(self.actor).status_code == 200, "the block is gone")

    def look(self, what):
        return self.alice.get("/api/v2/search", {"q": what, "resolve": "true"})

    def account(self, actor):
        return self.look("@" + actor.handle)["accounts"][0]

    def follow(self, actor, who=None):
        who, them = who or self.alice, self.account(actor)
        who.follow(them)
        asked = actor.remote.wait_activity("Follow", lambda a: a["actor"].endswith(f"/{who.id}"))
        actor.send(self.inbox, actor.accept(asked))
        until(lambda: who.relationship(them)["following"], "the follow is accepted")
        return them

    def followed(self, actor):
        follow = actor.send(self.inbox, actor.follow(self.actor))
        actor.remote.wait_activity("Accept", lambda a: a["object"]["id"] == follow["id"])

    def count(self, table, where="1 = 1"):
        return int(self.server.sql(f"SELECT count(*) FROM {table} WHERE {where}"))

    def metric(self, name):
        text = requests.get(f"{self.server.url}/metrics", headers={"Authorization": "Bearer numbers"}, timeout=30).text
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"howdah_{name}"))

    def heard(self):
        """What the blocked server was asked and sent."""
        return [f"{r.method} {r.target}" for r in self.evil.received]


@pytest.fixture
def scene(new_server, remote):
    with FakeRemote(first_key=4) as evil:
        yield Scene(new_server(metrics_token="numbers"), remote, evil)


# ---- what comes in ----

def test_nothing_of_a_suspended_server_is_taken_and_nothing_is_asked_of_it(scene):
    scene.block()
    before, refused = scene.heard(), scene.metric("requests_of_suspended_total")
    note = scene.mallory.note("buy this", to=[PUBLIC, scene.actor])
    for activity in (scene.mallory.create(note), scene.mallory.follow(scene.actor), scene.mallory.activity("Delete", scene.mallory.id)):
        got = scene.mallory.deliver(scene.inbox, activity)
        assert got.status_code == 403 and got.json() == {"error": f"Public key not found for key {scene.mallory.key_id}"}
    assert scene.mallory.deliver(f"{scene.actor}/inbox", scene.mallory.follow(scene.actor), sign=signing.sign_message).status_code == 403
    scene.server.settled()
    assert scene.count("accounts", f"domain = '{scene.evil.domain}'") == 0 == scene.count("activities_seen")
    assert scene.heard() == before and scene.metric("requests_of_suspended_total") == refused + 4
    assert any("fed.suspended" in line and scene.evil.domain in line for line in scene.server.log().splitlines())


def test_what_others_pass_on_of_it_is_neither_stored_nor_fetched(scene):
    scene.follow(scene.bob)
    scene.block()
    before = scene.heard()
    theirs = scene.mallory.note("buy this")
    scene.bob.send(scene.inbox, scene.bob.activity("Announce", theirs["id"], to=[PUBLIC]))
    answer = scene.bob.note("look at @mallory", inReplyTo=theirs["id"],
                            tag=[{"type": "Mention", "href": scene.mallory.id, "name": "@" + scene.mallory.handle}])
    scene.bob.send(scene.inbox, scene.bob.create(answer))
    scene.bob.send(scene.inbox, scene.mallory.create(theirs))         # forwarded
    until(lambda: scene.count("statuses", f"uri = '{answer['id']}'") == 1, "bob's own words arrive")
    scene.server.settled()
    assert scene.count("accounts", f"domain = '{scene.evil.domain}'") == 0 == scene.count("statuses", f"uri = '{theirs['id']}'")
    assert scene.heard() == before


# ---- what goes out ----

def test_nothing_is_fetched_from_it_not_even_by_a_redirect(scene):
    theirs = scene.mallory.note("buy this")
    scene.block()
    before = scene.heard()
    assert scene.look("@" + scene.mallory.handle)["accounts"] == []
    assert scene.look(theirs["id"])["statuses"] == [] == scene.look(scene.mallory.id)["accounts"]
    scene.good.behave("/moved", redirect(theirs["id"]))
    assert scene.look(scene.good.url + "/moved")["statuses"] == []
    scene.good.behave("/.well-known/webfinger", redirect(scene.evil.url + "/.well-known/webfinger"))
    assert scene.look(f"@mallory@{scene.good.domain}")["accounts"] == []
    assert scene.heard() == before


def test_nothing_is_sent_to_it_and_what_waited_is_dropped(scene):
    scene.followed(scene.mallory)
    scene.followed(scene.bob)
    scene.server.cli("jobs", "pause", "--host", scene.evil.domain)
    until(lambda: scene.metric('jobs_held_back{how="paused"}') == 1, "the pause is known")
    first = scene.alice.status("before")
    until(lambda: scene.count("jobs", f"host = '{scene.evil.domain}'") > 0, "it waits")
    scene.block()
    until(lambda: scene.count("jobs", f"host = '{scene.evil.domain}'") == 0, "what waited is dropped")
    scene.server.cli("jobs", "resume")
    second = scene.alice.status("after")
    scene.good.wait_activity("Create", lambda a: a["object"]["id"] == second["uri"])
    scene.server.settled()
    assert scene.count("jobs", f"host = '{scene.evil.domain}'") == 0
    assert [a["object"]["id"] for a in scene.evil.activities("Create")] == [] and first["id"]


# ---- what it reads of ours ----

def test_what_it_signs_is_refused_although_everybody_may_read(scene):
    post = scene.alice.status("for everybody")
    scene.block()
    for url in (scene.actor, post["uri"], scene.actor + "/outbox", scene.actor + "/followers"):
        assert scene.mallory.fetch(url).status_code == 403, url
        assert scene.bob.fetch(url).status_code == 200, url
    assert requests.get(post["uri"], headers={"Accept": "application/activity+json"}, timeout=30).status_code == 200
    scene.unblock()
    assert scene.mallory.fetch(post["uri"]).status_code == 200


def test_a_block_of_a_domain_above_it_counts_and_a_longer_one_makes_an_exception(new_server):
    with FakeRemote("bad.far.example:8443") as bad, FakeRemote("good.far.example:8443", first_key=4) as good:
        server = new_server()
        server.cli("blocks", "add", "far.example", "--severity", "suspend")
        server.cli("blocks", "add", "good.far.example", "--severity", "noop")
        alice = server.account("alice")
        url = f"http://{server.domain}/ap/users/{alice.id}"
        until(lambda: bad.actor("bob").fetch(url).status_code == 403, "below a suspended domain")
        until(lambda: good.actor("bob").fetch(url).status_code == 200, "the exception below it is known too")
        server.cli("blocks", "remove", "good.far.example")
        until(lambda: good.actor("carol").fetch(url).status_code == 403, "the exception is gone")


def test_after_the_block_they_are_heard_again(scene):
    scene.block()
    assert scene.mallory.deliver(scene.inbox, scene.mallory.follow(scene.actor)).status_code == 403
    scene.unblock()
    scene.followed(scene.mallory)
    assert scene.account(scene.mallory)["acct"] == scene.mallory.handle


# ---- what people here see ----

class Standing(Scene):
    """mallory has been here for a while: alice follows her, she follows alice, a post of hers mentions alice; bob, whom friend follows, boosts it."""

    def __init__(self, *people):
        super().__init__(*people)
        self.friend = self.server.account("friend")
        self.them = self.follow(self.mallory)
        self.follow(self.bob, self.friend)
        self.followed(self.mallory)
        self.note = self.mallory.note('gazpacho <a href="https://x.example/tags/soup" rel="tag">#soup</a>', to=[PUBLIC, self.actor], tag=[
            {"type": "Hashtag", "name": "#soup", "href": "https://x.example/tags/soup"},
            {"type": "Mention", "href": self.actor, "name": f"@alice@{self.server.domain}"}])
        self.mallory.send(self.inbox, self.mallory.create(self.note))
        self.post = until(lambda: next(iter(self.posts("home")), None), "it arrives")
        self.bob.send(self.inbox, self.bob.activity("Announce", self.note["id"], to=[PUBLIC]))
        until(lambda: self.posts("home", self.friend), "bob boosts it")
        self.server.settled()

    def posts(self, timeline, who=None):
        return [s for s in (who or self.alice).get(f"/api/v1/timelines/{timeline}")
                if self.note["id"] in (s["uri"], (s["reblog"] or {}).get("uri"))]

    def places(self, who=None):
        """Where the post is shown."""
        who = who or self.alice
        shown = {t for t in ("home", "public", "tag/soup") if self.posts(t, who)}
        if who.request("GET", f"/api/v1/statuses/{self.post['id']}").status == 200:
            shown.add("itself")
        if who.request("GET", "/api/v1/accounts/lookup", params={"acct": self.mallory.handle}).status == 200:
            shown.add("profile")
        if who.get("/api/v2/search", {"q": "mall", "type": "accounts"})["accounts"]:
            shown.add("search")
        return shown

    def notified(self):
        return [n["type"] for n in self.alice.get("/api/v1/notifications")]


@pytest.fixture
def standing(new_server, remote):
    with FakeRemote(first_key=4) as evil:
        yield Standing(new_server(metrics_token="numbers"), remote, evil)


EVERYWHERE = {"home", "public", "tag/soup", "itself", "profile", "search"}


def test_what_is_suspended_is_hidden_and_seen_again_when_the_block_goes(standing):
    alice, friend, id = standing.alice, standing.friend, standing.them["id"]
    assert standing.places() == standing.places(friend) == EVERYWHERE and "mention" in standing.notified()
    assert alice.get(f"/api/v1/accounts/{id}")["note"] != ""
    standing.block()
    until(lambda: standing.places() == standing.places(friend) == set(), "it is nowhere")
    standing.server.settled()
    shown = alice.get(f"/api/v1/accounts/{id}")
    assert shown["suspended"] is True and shown["note"] == "" and shown["avatar"].endswith("/avatars/original/missing.png")
    assert alice.get(f"/api/v1/accounts/{id}/statuses") == []
    assert standing.evil.domain not in alice.get("/api/v1/instance/peers")
    until(lambda: standing.notified()[:1] == ["severed_relationships"], "alice is told")
    assert "mention" not in standing.notified() and "follow" not in standing.notified()
    event = alice.get("/api/v1/notifications")[0]["event"]
    assert (event["type"], event["target_name"], event["followers_count"], event["following_count"]) == (
        "domain_block", standing.evil.domain, 1, 1)
    me = alice.get("/api/v1/accounts/verify_credentials")
    assert (me["followers_count"], me["following_count"]) == (0, 0)
    standing.unblock()
    until(lambda: standing.places(friend) == EVERYWHERE, "it is there again")
    assert standing.places() == EVERYWHERE - {"home"}
    assert alice.get(f"/api/v1/accounts/{id}").get("suspended") is None and "mention" in standing.notified()
    assert not alice.relationship(standing.them)["following"]


def test_what_one_keeps_is_hidden_too(standing):
    """Bookmarks, a list, a conversation, a quote of it; and the words themselves are still there."""
    alice, bob = standing.alice, standing.bob
    alice.post(f"/api/v1/statuses/{standing.post['id']}/bookmark")
    whisper = standing.mallory.note("gazpacho for you alone", to=[standing.actor], cc=[], tag=[standing.note["tag"][1]])
    standing.mallory.send(standing.inbox, standing.mallory.create(whisper))
    soup = alice.post("/api/v1/lists", {"title": "soup"})["id"]
    alice.post(f"/api/v1/lists/{soup}/accounts", {"account_ids": [standing.them["id"]]})
    answer = bob.note("no, thanks", inReplyTo=standing.note["id"], to=[PUBLIC, standing.actor])
    bob.send(standing.inbox, bob.create(answer))
    here = until(lambda: standing.look(answer["id"])["statuses"], "bob's answer is here")[0]
    places = ["/api/v1/bookmarks", "/api/v1/conversations", f"/api/v1/timelines/list/{soup}", f"/api/v1/statuses/{here['id']}/context"]
    until(lambda: all("gazpacho" in str(alice.get(place)) for place in places), "all of it is shown")
    standing.block()
    until(lambda: not any("gazpacho" in str(alice.get(place)) for place in places), "none of it is shown")
    assert alice.get(f"/api/v1/lists/{soup}/accounts") == []
    assert standing.count("statuses", "content LIKE '%gazpacho%'") == 2
    standing.unblock()
    until(lambda: all("gazpacho" in str(alice.get(place)) for place in places if "list" not in place), "what hangs on no follow is shown again")


def test_homes_are_filled_up_where_a_boost_kept_another_out(standing):
    """Of two boosts of a post a home shows one. Where that vanishes the other is there, and so is one whose post comes back with its server."""
    alice, friend = standing.alice, standing.friend
    standing.follow(standing.bob)
    dora = standing.good.actor("dora")
    note = dora.note("borscht")
    for who in (standing.mallory, standing.bob):
        boost = who.send(standing.inbox, who.activity("Announce", note["id"], to=[PUBLIC]))
        until(lambda: standing.count("statuses", f"uri = '{boost['id']}'") == 1, "it is boosted")
        standing.server.settled()

    def boosters():
        return [s["account"]["acct"] for s in alice.home() if (s["reblog"] or {}).get("uri") == note["id"]]
    assert boosters() == [standing.mallory.handle]
    standing.block()
    until(lambda: boosters() == [standing.bob.handle], "the other is seen")
    standing.follow(dora, friend)             # their home is built while mallory's post is hidden
    standing.server.settled()
    assert not standing.posts("home", friend)
    standing.unblock()
    until(lambda: standing.posts("home", friend), "bob's boost of mallory's is there again")


def test_a_boost_of_what_is_suspended_is_not_taken(standing):
    standing.block()
    standing.server.settled()
    before = standing.count("statuses")
    standing.bob.send(standing.inbox, standing.bob.activity("Announce", standing.note["id"], to=[PUBLIC]))
    answer = standing.bob.note("well", inReplyTo=standing.note["id"])
    standing.bob.send(standing.inbox, standing.bob.create(answer))
    until(lambda: standing.count("statuses", f"uri = '{answer['id']}'") == 1, "bob's own answer is taken")
    standing.server.settled()
    assert standing.count("statuses") == before + 1 and standing.places() == set()


def test_what_is_silenced_is_for_those_who_follow_it(standing):
    friend, id = standing.friend, standing.them["id"]
    standing.block("silence")
    until(lambda: friend.get(f"/api/v1/accounts/{id}").get("limited"), "mallory is limited")
    assert standing.places() == {"home", "itself", "profile", "search"}
    assert standing.places(friend) == {"home", "itself", "profile"}      # bob boosts it
    assert friend.get("/api/v2/search", {"q": "@" + standing.mallory.handle, "type": "accounts"})["accounts"] != []
    standing.mallory.send(standing.inbox, standing.mallory.follow(f"http://{standing.server.domain}/ap/users/{friend.id}"))
    until(lambda: [a["id"] for a in friend.get("/api/v1/follow_requests")] == [id], "she has to ask friend")
    for whom in (friend, standing.alice):
        uri = f"http://{standing.server.domain}/ap/users/{whom.id}"
        note = standing.mallory.note("hello", to=[PUBLIC, uri], tag=[{"type": "Mention", "href": uri, "name": "@x"}])
        standing.mallory.send(standing.inbox, standing.mallory.create(note))
    until(lambda: standing.notified().count("mention") == 2, "alice follows her and is told")
    until(lambda: [r["account"]["id"] for r in friend.get("/api/v1/notifications/requests")] == [id], "friend is told apart")
    assert "mention" not in [n["type"] for n in friend.get("/api/v1/notifications")]
    standing.server.cli("blocks", "remove", standing.evil.domain)
    until(lambda: friend.get(f"/api/v1/accounts/{id}").get("limited") is None, "mallory is free")
    assert standing.places() == standing.places(friend) == EVERYWHERE and standing.alice.relationship(standing.them)["following"]


def test_pictures_and_reports_of_it_are_refused_where_that_is_said(new_server, remote):
    picture = {"type": "Image", "mediaType": "image/jpeg", "url": remote.url + "/face.jpg"}
    remote.put("/face.jpg", PICTURE, "image/jpeg")
    remote.actor("mallory", icon=picture)
    server = new_server()
    scene = Scene(server, remote, remote)
    scene.followed(scene.mallory)
    them = scene.account(scene.mallory)
    assert "/media_proxy/avatar/" in them["avatar"]
    note = scene.mallory.note("look", to=[PUBLIC, scene.actor], attachment=[{**picture, "type": "Document", "name": "a face"}])
    scene.mallory.send(scene.inbox, scene.mallory.create(note))
    post = until(lambda: scene.look(note["id"])["statuses"], "her post is here")[0]
    assert post["media_attachments"][0]["type"] == "image"
    for address in (post["media_attachments"][0]["url"], them["avatar"]):
        assert requests.get(address.replace(f"http://{server.domain}", server.url), timeout=30).status_code == 200
    scene.block("noop", media="reject", reports="reject")
    until(lambda: scene.alice.get(f"/api/v1/accounts/{them['id']}")["avatar"].endswith("/missing.png"), "no picture is shown")
    attached = scene.alice.get(f"/api/v1/statuses/{post['id']}")["media_attachments"][0]
    assert (attached["type"], attached["preview_url"], attached["remote_url"]) == ("unknown", None, picture["url"])
    until(lambda: scene.count("proxy_files", "fetched_us > 0") == 0, "the copies are to go")
    assert scene.count("proxy_files") == 2
    shown = post["media_attachments"][0]["url"].replace(f"http://{server.domain}", server.url)
    assert requests.get(shown, timeout=30).status_code == 404
    server.settled("PUSH")
    before = scene.heard()
    assert requests.get(them["avatar"].replace(f"http://{server.domain}", server.url), timeout=30).status_code == 404
    scene.mallory.send(scene.inbox, scene.mallory.activity("Flag", [scene.actor], content="I do not like her"))
    server.settled()
    assert scene.count("reports") == 0 and scene.heard() == before
    assert scene.alice.get(f"/api/v1/accounts/{them['id']}").get("limited") is None


def test_what_hangs_on_a_post_is_refused_with_its_pictures(new_server, remote):
    """Former states, custom emoji of posts, polls and people, and the previews of its pages: what came before the block as well as after it."""
    picture = {"type": "Image", "mediaType": "image/png", "url": remote.url + "/face.png"}
    emoji = {"type": "Emoji", "name": ":blob:", "icon": picture}
    mallory = remote.actor("mallory", tag=[emoji])
    mallory.document["name"] = "mallory :blob:"
    mallory.publish()
    remote.put("/page", "<!doctype html><html><head><title>A page</title><meta property=og:image content='/face.png'></head></html>", "text/html")
    server = new_server()
    scene = Scene(server, remote, remote)
    alice, them, link = scene.alice, scene.account(scene.mallory), f'<a href="{remote.url}/page">a page</a>'

    def post(name, words="", **more):
        note = scene.mallory.note(f"{name} :blob: {words}", to=[PUBLIC, scene.actor], tag=[emoji], **more)
        scene.mallory.send(scene.inbox, scene.mallory.create(note))
        return note, until(lambda: scene.look(note["id"])["statuses"], f"{name} is here")[0]["id"]

    def shown(id):
        """Whether any of it is, and all of it."""
        states = alice.get(f"/api/v1/statuses/{id}/history")
        now = alice.get(f"/api/v1/statuses/{id}")
        seen = [bool(of["emojis"]) for of in (*states, now, now["account"])]
        seen += [a["type"] == "image" or bool(a["preview_url"]) for state in (*states, now) for a in state["media_attachments"]]
        if now["poll"]:
            seen += [bool(now["poll"]["emojis"]), bool(alice.get(f"/api/v1/polls/{now['poll']['id']}")["emojis"])]
        if now["card"]:
            seen += [bool(now["card"]["image"] or now["card"]["html"]), bool(alice.get(f"/api/v1/statuses/{id}/card")["image"])]
        return any(seen), all(seen)

    note, seen = post("look", attachment=[{**picture, "type": "Document", "name": "a face"}])
    edit = {**note, "content": "<p>look again :blob:</p>", "updated": "2026-01-02T00:00:00Z", "attachment": [
        {**picture, "type": "Document", "name": "another", "url": remote.url + "/other.png"}]}
    scene.mallory.send(scene.inbox, scene.mallory.activity("Update", edit, to=note["to"]))
    until(lambda: len(alice.get(f"/api/v1/statuses/{seen}/history")) == 2, "it is edited")
    _, page = post("page", link)
    card = until(lambda: alice.get(f"/api/v1/statuses/{page}")["card"], "the page is known")
    _, poll = post("poll", type="Question", oneOf=[{"name": name, "replies": {"totalItems": 0}} for name in (":blob:", "no")], endTime="2036-01-01T00:00:00Z")
    before = [seen, page, poll]
    assert [shown(id) for id in before] == [(True, True)] * 3
    scene.block("noop", media="reject")
    until(lambda: not alice.get(f"/api/v1/accounts/{them['id']}")["emojis"], "the block is known")
    after = [post("another", attachment=[{**picture, "type": "Document", "name": "a face"}])[1],
             post("another page", link)[1]]
    until(lambda: alice.get(f"/api/v1/statuses/{after[1]}")["card"], "its page is known already")
    assert [shown(id)[0] for id in before + after] == [False] * 5
    assert alice.get(f"/api/v1/statuses/{page}")["card"]["title"] == "A page"
    assert requests.get(card["image"].replace(f"http://{server.domain}", server.url), timeout=30).status_code == 404
    server.cli("blocks", "remove", remote.domain)
    until(lambda: alice.get(f"/api/v1/accounts/{them['id']}")["emojis"], "the block is gone")
    assert [shown(id) for id in before + after] == [(True, True)] * 5


def test_what_is_known_of_a_suspended_server_can_be_taken_out(standing):
    server = standing.server
    refused = server.cli("blocks", "purge", standing.evil.domain, "--yes", check=False)
    assert refused.returncode == 1 and "is not suspended" in refused.stderr
    server.cli("blocks", "add", "unknown.example", "--severity", "suspend")
    assert server.cli("blocks", "purge", "unknown.example", "--yes") == "0 accounts purged"
    standing.block()
    server.settled()
    assert server.cli("blocks", "purge", standing.evil.domain).startswith("1 account would be purged")
    assert standing.count("statuses", "content LIKE '%gazpacho%'") == 1
    assert server.cli("blocks", "purge", standing.evil.domain, "--yes") == "1 account purged"
    assert standing.count("statuses", "content LIKE '%gazpacho%'") == 0
    assert standing.count("accounts", f"domain = '{standing.evil.domain}' AND deleted_us = 0") == 0
    assert server.cli("blocks", "purge", standing.evil.domain) == "0 accounts would be purged, with all that is theirs; say --yes to do it"
    assert f"blocks purge {standing.evil.domain} (1)" in server.cli("jobs", "audit")
    server.cli("blocks", "remove", standing.evil.domain)
    until(lambda: standing.mallory.fetch(standing.actor).status_code != 403, "the block is gone")
    standing.follow(standing.bob)                # what others have is as it was
    assert standing.places() == set() and standing.look("@" + standing.bob.handle)["accounts"]


# ---- streams ----

def heard_by(stream, sentinel):
    """What it told of up to that post: the texts of posts, also of those in notifications."""
    told = stream.take_until(lambda e: e["event"] == "update" and e["payload"]["id"] == sentinel["id"])
    return [str(e["payload"]) for e in told if e["event"] in ("update", "status.update", "notification")]


def soup(standing, words):
    note = standing.mallory.note(words, to=[PUBLIC, standing.actor], tag=standing.note["tag"])
    standing.mallory.send(standing.inbox, standing.mallory.create(note))
    return note


def bobs_soup(standing, tag):
    """A post of bob's that comes by itself (what is looked up streams to nobody), and as it stands here."""
    note = standing.bob.note("bob's #soup", to=[PUBLIC, standing.actor], tag=tag)
    standing.bob.send(standing.inbox, standing.bob.create(note))
    until(lambda: standing.count("statuses", f"uri = '{note['id']}'") == 1, "bob's is here")
    return standing.look(note["id"])["statuses"][0]


@pytest.mark.parametrize("held", ["INBOUND", "FANOUT", "NOTIFY"])
def test_a_stream_says_nothing_of_what_was_suspended_while_it_was_on_its_way(standing, held):
    """What was accepted before the block and is worked off after it: read, put into timelines, told of."""
    server, alice, friend = standing.server, standing.alice, standing.friend
    server.cli("jobs", "pause", "--kind", held)
    until(lambda: standing.metric('jobs_held_back{how="paused"}') == 1, "the pause is known")
    note = soup(standing, "gazpacho again")
    until(lambda: standing.count("jobs", f"kind = {dict(INBOUND=0, FANOUT=1, NOTIFY=2)[held]}") > 0, "it waits")
    if held != "INBOUND":
        until(lambda: standing.count("statuses", f"uri = '{note['id']}'") == 1, "it is here")
    standing.block()
    streams = [WsStream(alice, "user"), WsStream(friend, "user"), WsStream(friend, "public"), WsStream(friend, "public:remote"),
               WsStream(alice, "hashtag", tag="soup"), WsStream(alice, "user:notification")]
    try:
        server.cli("jobs", "resume")
        standing.bob.send(standing.inbox, standing.bob.activity("Announce", note["id"], to=[PUBLIC]))
        edit = {**standing.note, "content": "<p>gazpacho, edited</p>", "updated": "2026-01-02T00:00:00Z"}
        standing.bob.send(standing.inbox, standing.mallory.activity("Update", edit, to=edit["to"]))
        server.settled()
        sentinels = {who: who.status("that was all #soup") for who in (alice, friend)}
        last = bobs_soup(standing, standing.note["tag"])
        ends = [sentinels[alice], sentinels[friend], sentinels[friend], last, sentinels[friend]]
        for stream, end in zip(streams, ends):
            assert not [text for text in heard_by(stream, end) if "gazpacho" in text or standing.mallory.handle in text], stream
        told = streams[5].take_until(lambda e: e["event"] == "notification" and (e["payload"].get("status") or {}).get("id") == last["id"])
        assert not [e for e in told if "gazpacho" in str(e["payload"])]
    finally:
        for stream in streams:
            stream.close()


def test_what_is_silenced_streams_to_those_who_follow_it_alone(standing):
    alice, friend = standing.alice, standing.friend
    standing.block("silence")
    until(lambda: friend.get(f"/api/v1/accounts/{standing.them['id']}").get("limited"), "mallory is limited")
    with WsStream(alice, "user") as own, WsStream(friend, "public") as public, WsStream(friend, "public:remote") as remote, \
            WsStream(friend, "hashtag", tag="soup") as tag:
        note = soup(standing, "gazpacho again")
        event = own.wait(lambda e: e["event"] == "update" and e["payload"]["uri"] == note["id"])
        assert "gazpacho again" in event["payload"]["content"]
        last = bobs_soup(standing, standing.note["tag"][:1])
        for stream in (public, remote, tag):
            assert not [text for text in heard_by(stream, last) if standing.mallory.handle in text]
