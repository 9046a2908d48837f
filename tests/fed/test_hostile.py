"""Strangers who lie: about who they are, whose things are whose, when they signed, and where their documents are."""
import contextlib
import json
import os
import threading
import time

import pytest
import requests
from howdah import FakeRemote, remote as ways, signing, wait

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Scene:
    """alice here; bob, an honest one, and mallory, who is not, on servers of their own."""

    def __init__(self, server, good, evil):
        self.server, self.good, self.evil = server, good, evil
        evil.actor("nobody")     # the first actors of all remotes have one key, and mallory's is not bob's
        self.alice, self.bob, self.mallory = server.account("alice"), good.actor("bob"), evil.actor("mallory")
        self.actor = f"http://{server.domain}/ap/users/{self.alice.id}"
        self.inbox = f"{server.url}/inbox"

    def account(self, actor):
        found = self.alice.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"]
        return found[0] if found else None

    def bob_followed(self):
        bob = self.account(self.bob)
        self.alice.follow(bob)
        self.bob.send(self.inbox, self.bob.accept(self.good.wait_activity("Follow")))
        wait.until(lambda: self.alice.relationship(bob)["following"], "alice follows bob")
        return bob

    def posted(self, text="the truth", **more):
        """A post of bob's that stands here."""
        note = self.bob.note(text, **more)
        self.bob.send(self.inbox, self.bob.create(note))
        return note, self.arrived(note["id"])

    def arrived(self, uri):
        return wait.until(lambda: next((s for s in self.alice.home() if s["uri"] == uri), None), f"{uri} arrives")

    def settle(self):
        """When this returns, all that was sent before has been processed."""
        self.server.settled()


@pytest.fixture
def scene(new_server, remote):
    with FakeRemote() as evil:
        yield Scene(new_server(), remote, evil)


# ---- signatures ----

def test_a_changed_body_is_refused(scene):
    follow = scene.bob.follow(scene.actor)
    body = json.dumps(follow).encode()
    headers = signing.sign(scene.bob.private, scene.bob.key_id, "POST", scene.inbox, body)
    headers["Content-Type"] = ways.ACTIVITY
    got = requests.post(scene.inbox, data=body.replace(b"Follow", b"Block "), headers=headers, timeout=30)
    assert got.status_code == 401, got.text


def test_a_signature_for_another_path_or_key_is_refused(scene):
    follow = scene.bob.follow(scene.actor)
    body = json.dumps(follow).encode()
    headers = signing.sign(scene.bob.private, scene.bob.key_id, "POST", scene.server.url + "/elsewhere", body)
    assert requests.post(scene.inbox, data=body, headers={**headers, "Content-Type": ways.ACTIVITY}, timeout=30).status_code == 401
    assert scene.mallory.deliver(scene.inbox, follow, key_id=scene.bob.key_id).status_code == 401
    assert requests.post(scene.inbox, data=body, headers={"Content-Type": ways.ACTIVITY}, timeout=30).status_code == 401


@pytest.mark.parametrize("hours", [-14, 3])
def test_an_old_or_future_signature_is_refused(scene, hours):
    got = scene.bob.deliver(scene.inbox, scene.bob.follow(scene.actor), date=time.time() + hours * 3600)
    assert got.status_code == 401, got.text


def test_a_replay_changes_nothing(scene):
    scene.bob_followed()
    note, seen = scene.posted()
    scene.bob.send(scene.inbox, scene.bob.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    wait.until(lambda: scene.alice.request("GET", f"/api/v1/statuses/{seen['id']}").status == 404, "it is gone")
    for _ in range(2):
        scene.bob.send(scene.inbox, scene.bob.create(note))
    scene.settle()
    assert scene.alice.home() == []


# ---- in another's name ----

def test_another_may_not_post_edit_or_delete_in_bobs_name(scene):
    scene.bob_followed()
    note, seen = scene.posted()
    false = dict(note, content="<p>lies</p>", updated="2026-02-01T00:00:00Z")
    new = dict(false, id=scene.good.url + "/notes/never-written")
    m = scene.mallory
    for activity in (m.activity("Update", false), m.activity("Create", new), m.activity("Delete", note["id"]),
                     m.activity("Delete", {"id": note["id"], "type": "Tombstone"}), m.undo({"type": "Announce", "id": note["id"], "actor": scene.bob.id}),
                     m.activity("Create", dict(new, id=m.new_id("notes"))), m.activity("Delete", scene.bob.id),
                     {**m.activity("Delete", note["id"]), "actor": scene.bob.id}, {**m.activity("Delete", scene.bob.id), "actor": scene.bob.id},
                     {**m.activity("Update", {**scene.bob.document, "name": "Mallory was here"}), "actor": scene.bob.id},
                     m.activity("Update", {**scene.bob.document, "name": "Mallory was here"})):
        got = m.deliver(scene.inbox, activity)
        assert got.status_code < 500, got.text
    scene.settle()
    now = scene.alice.get(f"/api/v1/statuses/{seen['id']}")
    assert now["content"] == seen["content"] and now["account"]["display_name"] == "Bob"
    assert [s["uri"] for s in scene.alice.home()] == [note["id"]]


def test_another_may_not_touch_what_is_ours(scene):
    posted = scene.alice.status("mine")
    m = scene.mallory
    ours = requests.get(posted["uri"].replace("localhost", "127.0.0.1"), headers={"Accept": ways.ACTIVITY}, timeout=30).json()
    for activity in (m.activity("Update", {**ours, "content": "<p>yours</p>", "updated": "2027-01-01T00:00:00Z"}), m.activity("Delete", posted["uri"]),
                     m.activity("Delete", scene.actor), {**m.activity("Delete", scene.actor), "actor": scene.actor},
                     m.activity("Create", {**ours, "id": ours["id"] + "0", "attributedTo": m.id}),
                     m.activity("Create", {**ours, "id": ours["id"] + "1"}),
                     m.activity("Update", {"type": "Person", "id": scene.actor, "preferredUsername": "alice", "name": "Not alice"})):
        got = m.deliver(scene.inbox, activity)
        assert got.status_code < 500, got.text
    scene.settle()
    assert scene.alice.get(f"/api/v1/statuses/{posted['id']}")["content"] == "<p>mine</p>"
    assert scene.alice.me()["display_name"] != "Not alice"
    assert len(scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/statuses")) == 1


def test_an_activitys_id_is_not_anothers_to_use_up(scene):
    """mallory says something under the id that bob's Delete is going to have; bob's is heard all the same."""
    scene.bob_followed()
    note, seen = scene.posted()
    taken = note["id"] + "#delete"
    scene.mallory.deliver(scene.inbox, {**scene.mallory.activity("Like", scene.actor), "id": taken})
    scene.settle()
    scene.bob.send(scene.inbox, {**scene.bob.activity("Delete", {"id": note["id"], "type": "Tombstone"}), "id": taken})
    wait.until(lambda: scene.alice.request("GET", f"/api/v1/statuses/{seen['id']}").status == 404, "bob's own Delete is heard")


def test_a_handle_is_not_anothers_to_take(scene):
    """An Application of the name of bob's server says that it is called bob there."""
    bob = scene.account(scene.bob)
    host = scene.good.domain
    thief = scene.evil.actor("bob", type="Application", webfinger=f"{host}@{host}")
    plain = scene.evil.actor("carol", webfinger=f"bob@{host}")
    for one in (thief, plain):
        one.deliver(scene.inbox, one.follow(scene.actor))
    scene.settle()
    again = scene.alice.get("/api/v1/accounts/lookup", {"acct": scene.bob.handle})
    assert again["id"] == bob["id"] and again["uri"] == scene.bob.id
    for a in scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/followers"):
        assert not a["acct"].endswith(host), a["acct"]


def test_a_key_is_believed_only_at_its_owner(scene):
    """mallory's actor names bob's key id with a key of mallory's."""
    scene.account(scene.bob)
    m = scene.evil.actor("eve")
    m.document["publicKey"] = {"id": scene.bob.key_id, "owner": scene.bob.id, "publicKeyPem": m.document["publicKey"]["publicKeyPem"]}
    m.publish()
    scene.alice.get("/api/v2/search", {"q": f"@{m.handle}", "resolve": "true"})
    assert m.deliver(scene.inbox, scene.bob.follow(scene.actor), key_id=scene.bob.key_id).status_code == 401
    assert scene.bob.deliver(scene.inbox, scene.bob.follow(scene.actor)).status_code == 202


def test_an_accept_is_only_the_followeds(scene):
    bob = scene.account(scene.bob)
    scene.alice.follow(bob)
    follow = scene.good.wait_activity("Follow")
    m = scene.mallory
    for activity in (m.accept(follow), {**m.accept(follow), "actor": scene.bob.id}, m.accept(follow["id"]),
                     m.accept({**follow, "object": m.id}), m.activity("Reject", follow)):
        m.deliver(scene.inbox, activity)
    scene.settle()
    there = scene.alice.relationship(bob)
    assert there["requested"] and not there["following"]
    assert not scene.alice.relationship(scene.account(m))["following"]


def test_an_undo_is_only_the_doers(scene):
    status = scene.alice.status("like me")
    follow, like = scene.bob.follow(scene.actor), scene.bob.activity("Like", status["uri"])
    boost = scene.bob.activity("Announce", status["uri"], to=[PUBLIC])
    for activity in (follow, like, boost):
        scene.bob.send(scene.inbox, activity)

    def stands():
        s = scene.alice.get(f"/api/v1/statuses/{status['id']}")
        return s["favourites_count"], s["reblogs_count"], len(scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/followers"))
    wait.until(lambda: stands() == (1, 1, 1), "all three")
    for activity in (follow, like, boost):
        scene.mallory.deliver(scene.inbox, scene.mallory.undo(activity))
        scene.mallory.deliver(scene.inbox, scene.mallory.undo(activity["id"]))
        scene.mallory.deliver(scene.inbox, {**scene.mallory.undo(activity), "actor": scene.bob.id})
    scene.settle()
    assert stands() == (1, 1, 1)


# ---- what is not theirs to see or to spread ----

def test_what_is_private_is_neither_boosted_nor_liked_nor_answered_by_strangers(scene):
    scene.bob.send(scene.inbox, scene.bob.follow(scene.actor))
    scene.good.wait_activity("Accept")
    posted = scene.alice.status("among friends", visibility="private", poll={"options": ["yes", "no"], "expires_in": 3600})
    m = scene.mallory
    for activity in (m.activity("Announce", posted["uri"], to=[PUBLIC]), m.activity("Like", posted["uri"]),
                     scene.mallory.activity("Create", {"id": m.new_id("votes"), "type": "Note", "name": "yes", "attributedTo": m.id,
                                                       "inReplyTo": posted["uri"], "to": [scene.actor]}, to=[scene.actor])):
        m.deliver(scene.inbox, activity)
    scene.bob.send(scene.inbox, scene.bob.activity("Announce", posted["uri"], to=[PUBLIC]))
    scene.settle()
    now = scene.alice.get(f"/api/v1/statuses/{posted['id']}")
    assert (now["favourites_count"], now["reblogs_count"], now["poll"]["votes_count"]) == (0, 0, 0)


def test_who_is_blocked_is_not_heard(scene):
    m = scene.account(scene.mallory)
    scene.alice.post(f"/api/v1/accounts/{m['id']}/block")
    status = scene.alice.status("for all")
    note = scene.mallory.note("hey", inReplyTo=status["uri"], tag=[{"type": "Mention", "href": scene.actor, "name": "@alice"}], cc=[scene.actor])
    for activity in (scene.mallory.create(note), scene.mallory.activity("Like", status["uri"]), scene.mallory.activity("Announce", status["uri"], to=[PUBLIC])):
        scene.mallory.send(scene.inbox, activity)
    follow = scene.mallory.follow(scene.actor)
    scene.mallory.send(scene.inbox, follow)
    scene.evil.wait_activity("Reject", lambda a: a["object"]["id"] == follow["id"])
    scene.settle()
    assert [n for n in scene.alice.get("/api/v1/notifications") if n["account"]["id"] == m["id"]] == []
    assert scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/followers") == []


def test_a_private_document_is_given_to_those_it_is_for(scene):
    scene.bob.send(scene.inbox, scene.bob.follow(scene.actor))
    scene.good.wait_activity("Accept")
    posted = scene.alice.status("among friends", visibility="private")
    url = posted["uri"].replace("localhost", "127.0.0.1")
    assert scene.mallory.fetch(url).status_code == 404
    got = requests.get(url, headers={"Accept": ways.ACTIVITY}, timeout=30)
    assert got.status_code == 404
    for more in ("/likes", "/shares", "/replies"):
        assert scene.mallory.fetch(url + more).status_code == 404, more


# ---- votes ----

def test_votes_are_not_stuffed(scene):
    poll = {"options": ["yes", "no"], "expires_in": 3600}
    posted = scene.alice.status("well?", poll=poll)

    def vote(name):
        return scene.mallory.activity("Create", {"id": scene.mallory.new_id("votes"), "type": "Note", "name": name, "attributedTo": scene.mallory.id,
                                                 "inReplyTo": posted["uri"], "to": [scene.actor]}, to=[scene.actor])
    for name in ("maybe", "yes", "yes", "no", "YES", ""):
        scene.mallory.deliver(scene.inbox, vote(name))
    scene.settle()
    now = scene.alice.get(f"/api/v1/polls/{posted['poll']['id']}")
    assert now["votes_count"] == 1 and now["voters_count"] == 1, now


# ---- documents ----

def test_a_document_is_believed_only_at_its_own_id(scene):
    scene.bob_followed()
    lie = scene.bob.note("never said")
    scene.good.drop(lie["id"])
    path = "/stolen"
    scene.evil.put(path, {**lie})
    found = scene.alice.get("/api/v2/search", {"q": scene.evil.url + path, "resolve": "true"})["statuses"]
    assert found == []


@pytest.mark.parametrize("how", [ways.redirect("http://127.0.0.1:9/"), ways.redirect("file:///etc/passwd"), ways.redirect("/loop/x"), ways.big(),
                                 ways.big(told=False), ways.reset(), ways.reset(100), ways.status(500), ways.status(200)],
                         ids=["closed-port", "file", "loop", "big", "big-chunked", "reset", "half", "500", "empty"])
def test_a_bad_answer_is_no_post(scene, how):
    scene.evil.behave("/loop/", how)
    got = scene.alice.get("/api/v2/search", {"q": scene.evil.url + "/loop/x", "resolve": "true"}, timeout=60)
    assert got["statuses"] == [] and got["accounts"] == []


def test_bombs_are_refused(scene):
    deep = b'{"@context":' + b"[" * 100000 + b"]" * 100000 + b"}"
    wide = json.dumps({**scene.bob.follow(scene.actor), "x": [{} for _ in range(150000)]}).encode()
    huge = json.dumps({**scene.bob.follow(scene.actor), "x": "y" * (1 << 20)}).encode()
    number = b'{"type":"Follow","actor":"%s","id":1' % scene.bob.id.encode() + b"0" * 500000 + b"}"
    assert scene.bob.deliver(scene.inbox, None, body=deep).status_code in (400, 413)
    assert scene.bob.deliver(scene.inbox, None, body=wide).status_code in (202, 400, 413)
    assert scene.bob.deliver(scene.inbox, None, body=huge).status_code == 413
    assert scene.bob.deliver(scene.inbox, None, body=number).status_code in (202, 400, 401)
    for body in (b"", b"null", b"[]", b'"x"', b"{}", b'{"type":[],"actor":{}}', b'{"type":"Follow","actor":"javascript:x"}', b"\xff\xfe"):
        assert scene.bob.deliver(scene.inbox, None, body=body).status_code in (400, 401), body


def test_a_long_list_takes_no_time(scene):
    """A million bytes of short lists: whoever looks for the n-th of them from the front, for every n, is busy for a minute."""
    long = ",".join(["[0]"] * 200000)
    began = time.monotonic()
    for field in ("attachment", "tag", "alsoKnownAs", "attributionDomains", "icon", "assertionMethod"):
        m = scene.evil.actor("long" + field.lower())
        scene.evil.put("/users/" + m.name, json.dumps({**m.document, field: "HERE"}).replace('"HERE"', f"[{long}]"))
        m.send(scene.inbox, m.follow(scene.actor))
        m.remote.wait_activity("Accept", lambda a: a["object"]["actor"] == m.id)
    m, note = scene.mallory, scene.mallory.note("long lists", cc=[scene.actor], tag=[{"type": "Mention", "href": scene.actor, "name": "@alice"}])
    for field in ("attachment", "contentMap", "url"):
        body = json.dumps(m.create({**note, "id": m.new_id("notes"), field: "HERE"}))
        m.send(scene.inbox, None, body=body.replace('"HERE"', f"[{long}]").encode())
    scene.settle()
    assert time.monotonic() - began < wait.stretch(20)


def test_a_proof_of_many_contexts_takes_no_time(scene):
    """The context of a proof is how that of its document begins: of a hundred thousand contexts it is not looked at."""
    private = signing.new_ed25519()
    m = scene.mallory
    key = m.id + "#ed25519"
    m.document["assertionMethod"] = [signing.multikey(key, m.id, private.public_key())]
    m.publish()
    m.send(scene.inbox, m.follow(scene.actor))
    m.remote.wait_activity("Accept")
    note = m.note("proven at length", cc=[scene.actor], tag=[{"type": "Mention", "href": scene.actor, "name": "@alice"}])
    activity = signing.prove({**m.create(note), "@context": [["x"]] * 80000}, private, key)
    began = time.monotonic()
    scene.bob.send(scene.inbox, None, body=json.dumps(activity, separators=(",", ":")).encode())
    scene.settle()
    assert time.monotonic() - began < wait.stretch(10)


def test_strangers_without_keys_keep_nobody_waiting(scene):
    """Forty requests with signatures, of people at a server that never answers: alice finds bob meanwhile."""
    scene.evil.behave("", ways.silent)
    strangers = [threading.Thread(target=scene.mallory.deliver, args=(scene.inbox, scene.mallory.follow(scene.actor)),
                                  kwargs={"key_id": f"{scene.evil.url}/users/nobody{n}#main-key"}) for n in range(40)]
    for t in strangers:
        t.start()
    wait.until(lambda: [r for r in scene.evil.received if "nobody" in r.path], "a key is asked for")
    began = time.monotonic()
    assert scene.account(scene.bob)["acct"] == scene.bob.handle
    assert time.monotonic() - began < wait.stretch(9)
    scene.evil.closing.set()
    for t in strangers:
        t.join()


def test_odd_shapes_leave_nothing_behind(scene):
    """Well signed, and senseless."""
    b, status = scene.bob, scene.alice.status("x")
    odd = [None, 1, [], {}, [[]], "", "x", {"id": 5}, {"type": []}, {"id": status["uri"], "type": {"a": 1}}, [status["uri"]] * 3, {"type": "Note"},
           {"type": "Note", "id": b.new_id("notes"), "attributedTo": [], "content": 7, "tag": {"type": "Mention"}, "to": {"id": PUBLIC}}]
    for type in ("Create", "Update", "Delete", "Follow", "Accept", "Reject", "Undo", "Announce", "Like", "Block", "Move", "Flag", "Add", "Unheard"):
        for object in odd:
            got = b.deliver(scene.inbox, b.activity(type, object))
            assert got.status_code < 500, f"{type} {object}: {got.text}"
    scene.settle()
    assert scene.alice.get(f"/api/v1/statuses/{status['id']}")["content"] == "<p>x</p>"


ODD = [None, True, -1, 1e300, "x", "-9999-01-01T00:00:00Z", [[None]], {"id": 7, "type": []}]


def test_odd_values_in_every_field(scene):
    """One field of a post, of its parts, of a profile is not what it should be: what stands is whole, and shown."""
    b = scene.bob
    scene.bob_followed()
    whole = {"type": "Note", "attributedTo": b.id, "to": [PUBLIC], "cc": [b.document["followers"]], "content": "<p>whole</p>", "summary": "w", "name": "n",
             "nameMap": {"de": "n"}, "contentMap": {"en": "<p>whole</p>"}, "published": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00Z", "url": b.id,
             "sensitive": True, "inReplyTo": scene.alice.status("first")["uri"], "conversation": "tag:x", "context": "x", "replies": {}, "likes": {}, "shares": {},
             "oneOf": [{"type": "Note", "name": "a", "replies": {"totalItems": 1}}], "anyOf": [], "endTime": "2099-01-01T00:00:00Z", "closed": False,
             "votersCount": 1, "quote": b.new_id("notes"), "quoteAuthorization": b.new_id(), "interactionPolicy": {"canQuote": {"automaticApproval": []}}}
    picture = {"type": "Document", "mediaType": "image/png", "url": scene.good.url + "/x.png"}
    files = [{**picture, k: v} for k in ("type", "mediaType", "url", "name", "blurhash", "focalPoint", "width", "duration", "icon") for v in ODD]
    tags = [{"type": type, "name": "#x", "href": b.id, "icon": {"url": b.id}, k: v} for type in ("Hashtag", "Mention", "Emoji")
            for k in ("type", "name", "href", "icon") for v in ODD]
    fields = [{k: v} for k in (*whole, "attachment", "tag") for v in ODD]
    ids = []
    for n, field in enumerate(fields):
        type = ("Note", "Question", "Article", "Video", "Event")[n % 5]
        note = {**whole, "type": type, "attachment": [files[n % len(files)]], "tag": [tags[n % len(tags)]], "id": b.new_id("notes"), **field}
        assert b.deliver(scene.inbox, b.activity("Create", note, to=[PUBLIC])).status_code == 202, field
        ids.append(note["id"])
    for n, k in enumerate(b.document):
        for v in ODD[n % 2::2]:
            got = b.deliver(scene.inbox, b.activity("Update", {**b.document, k: v}))
            assert got.status_code in (202, 400), (k, v, got.text)
    scene.settle()
    last, at, shown = b.note("the last"), None, set()
    b.send(scene.inbox, b.create(last))
    scene.settle()
    while page := scene.alice.get("/api/v1/timelines/home", {"limit": 40, **({"max_id": at} if at else {})}):
        shown |= {s["uri"] for s in page}
        at = page[-1]["id"]
    assert last["id"] in shown and len(shown) > len(ids) * 3 // 4, (len(shown), len(ids))
    assert scene.account(b)["acct"] == b.handle


def test_an_edit_gives_a_post_no_other_author_audience_or_place(scene):
    scene.bob_followed()
    other = scene.alice.status("elsewhere")["uri"]
    friends = scene.bob.document["followers"]
    note, seen = scene.posted()
    hidden, _ = scene.posted("among friends", to=[friends], cc=[])
    day = iter(range(2, 27))
    scene.bob.note("edited", id=note["id"], updated="2026-01-27T00:00:00Z")

    def edit(of, **more):
        said = {**of, "content": "<p>edited</p>", "updated": f"2026-01-{next(day):02}T00:00:00Z", **more}
        scene.bob.send(scene.inbox, scene.bob.activity("Update", {k: v for k, v in said.items() if k != "@context"}))
    for more in ({"to": [friends], "cc": []}, {"to": [scene.actor], "cc": []}, {"inReplyTo": other}, {"attributedTo": scene.mallory.id},
                 {"attributedTo": [scene.mallory.id, scene.bob.id]}, {"published": "2020-01-01T00:00:00Z"}):
        edit(note, **more)
    edit(hidden, to=[PUBLIC])
    scene.settle()
    for uri, visibility in ((note["id"], "public"), (hidden["id"], "private")):
        now = scene.arrived(uri)
        assert now["content"] == "<p>edited</p>" and now["account"]["acct"] == scene.bob.handle
        assert now["visibility"] == visibility and now["in_reply_to_id"] is None and now["created_at"] == seen["created_at"]


def test_markup_in_names_is_text(scene):
    evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>'
    m = scene.evil.actor("xss", summary=f"<p onclick='x'>hi{evil}</p><a href=\"javascript:alert(3)\">a</a>",
                         attachment=[{"type": "PropertyValue", "name": evil, "value": evil}],
                         url="javascript:alert(4)", icon={"type": "Image", "url": "javascript:alert(5)"})
    m.document["name"] = evil
    m.publish()
    m.send(scene.inbox, m.follow(scene.actor))
    m.remote.wait_activity("Accept")
    seen = scene.account(m)
    assert "script" not in seen["note"] and "onclick" not in seen["note"] and "javascript" not in json.dumps({**seen, "display_name": ""})
    assert "<" not in seen["display_name"] or evil in seen["display_name"]
    for f in seen["fields"]:
        assert "script" not in f["value"] and "onerror" not in f["value"]


# ---- what costs ----

def cpu_seconds(server):
    with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_lists_without_end_are_walked_once(scene):
    """Of things that mean nothing, as long as a document may be: to look each up from the list's begin would take minutes."""
    scene.bob_followed()
    long, before = [[0], *[{}] * 100_000], cpu_seconds(scene.server)
    bob = scene.bob
    for more in ({"to": [PUBLIC, *long]}, {"cc": long}, {"tag": long}, {"attachment": long}, {"url": long}, {"type": "Question", "oneOf": long},
                 {"interactionPolicy": {"canQuote": {"automaticApproval": long}}}):
        bob.send(scene.inbox, bob.create(bob.note(f"much of {next(iter(more))}", **more)))
    bob.send(scene.inbox, bob.activity("Update", {**bob.document, "attachment": long, "alsoKnownAs": long, "tag": []}, to=[PUBLIC]))
    bob.send(scene.inbox, bob.activity("Flag", [scene.actor, *long], content="x"))
    scene.server.settled()
    spent = cpu_seconds(scene.server) - before
    assert spent < 8, spent


# ---- what is asked in vain ----

class Vain:
    """A bound of twelve: m.flood.test and n.flood.test are one hostile domain, other.test is honest; both may have us ask third.test."""

    def __init__(self, new_server, stack):
        def named(name, key):
            remote = stack.enter_context(FakeRemote(first_key=key))
            remote.domain, remote.url = f"{name}:{remote.port}", f"http://{name}:{remote.port}"
            return remote
        self.m, self.n, self.other, self.third = (named(f"{name}.test", i) for i, name in enumerate(("m.flood", "n.flood", "other", "third")))
        self.server = new_server(static_hosts=" ".join(f"{r.domain.partition(':')[0]}=127.0.0.1:{r.port}"
                                                       for r in (self.m, self.n, self.other, self.third)), card_spread_s=0, start=False)
        self.server.cli("config", "set", "vain_hour_max", "12")
        self.server.start()
        self.alice, self.inbox = self.server.account("alice"), self.server.url + "/inbox"
        self.bob = self.third.actor("bob")

    def asked(self, path="/notes/"):
        return len([r for r in self.third.received if r.path.startswith(path)])

    def names(self, actor, uri):
        """actor passes on what is said to be bob's."""
        actor.send(self.inbox, actor.activity("Create", {"id": uri, "type": "Note", "attributedTo": self.bob.id}))


@pytest.fixture
def vain(new_server):
    with contextlib.ExitStack() as stack:
        yield Vain(new_server, stack)


def test_who_makes_up_ids_is_not_followed_without_end(vain):
    mallory, moll, honest = vain.m.actor("mallory"), vain.n.actor("moll"), vain.other.actor("hana")
    for n in range(60):
        vain.names((mallory, moll)[n % 2], f"{vain.third.url}/notes/nothing-{n}")
    vain.server.settled()
    assert 12 <= vain.asked() <= 45, vain.asked()         # eighteen, and what many workers had begun
    assert "fetches.in_vain" in vain.server.log() and "for=flood.test" in vain.server.log()
    # Nor what is there but nobody here wants; nor what a post of theirs answers.
    before = vain.asked()
    vain.names(moll, vain.bob.note("to nobody here")["id"])
    note = mallory.note("hey", to=[PUBLIC, vain.alice.me()["uri"]], inReplyTo=f"{vain.third.url}/notes/never",
                        tag=[{"type": "Mention", "href": vain.alice.me()["uri"], "name": "@alice"}])
    mallory.send(vain.inbox, mallory.create(note))
    vain.server.settled()
    assert vain.server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{note['id']}'") == "1" and vain.asked() == before
    # Who has done nothing has us ask as ever.
    wanted = vain.bob.note("to alice", to=[PUBLIC, vain.alice.me()["uri"]], tag=note["tag"])
    vain.names(honest, wanted["id"])
    wait.until(lambda: vain.server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{wanted['id']}'") == "1", "the post is here")


def test_who_has_others_asked_for_much_that_is_there_is_not_stopped(vain):
    """Three of four are there, many times over the bound."""
    honest, me = vain.other.actor("hana"), vain.alice.me()["uri"]
    notes = [vain.bob.note(f"no. {n}", to=[PUBLIC, me], tag=[{"type": "Mention", "href": me, "name": "@alice"}]) for n in range(60)]
    for n, note in enumerate(notes):
        vain.names(honest, note["id"] if n % 4 else f"{vain.third.url}/notes/nothing-{n}")
    vain.server.settled()
    assert vain.server.sql("SELECT count(*) FROM statuses WHERE uri LIKE '%third.test%'") == "45"
    assert "fetches.in_vain" not in vain.server.log()


def test_collections_that_a_post_links_to_are_asked_for_in_its_authors_name(vain):
    """No other post says whose they are, and who owns them is unknown."""
    mallory, me = vain.m.actor("mallory"), vain.alice.me()["uri"]
    for n in range(60):
        note = mallory.note("they are good", to=[PUBLIC, me], tag=[{"type": "Mention", "href": me, "name": "@alice"},
                                                                   {"type": "FeaturedCollection", "id": f"{vain.third.url}/collections/{n}"}])
        mallory.send(vain.inbox, mallory.create(note))
    vain.server.settled()
    assert 12 <= vain.asked("/collections/") <= 45, vain.asked("/collections/")
    assert "for=flood.test" in vain.server.log()


def test_the_authors_that_pages_name_are_asked_for_in_the_pages_name(vain):
    """alice's links lead to pages that say they are by people of third.test."""
    for n in range(40):
        named = f'<title>{n}</title><meta name="fediverse:creator" content="@nobody{n}@{vain.third.domain}">'
        vain.alice.status(vain.m.put(f"/pages/{n}", named, "text/html"))
    vain.server.settled()
    assert 12 <= vain.asked("/.well-known/") <= 60, vain.asked("/.well-known/")      # two requests each
    assert "for=flood.test" in vain.server.log()


def test_lists_of_followers_that_lead_elsewhere_are_asked_for_in_their_owners_name(vain):
    """A redirect at mallory's server would have us ask third.test for each activity of hers."""
    mallory = vain.m.actor("mallory")
    vain.m.behave("/users/mallory/ours", ways.redirect(f"{vain.third.url}/lists"))
    said = f'collectionId="{mallory.document["followers"]}", url="{mallory.id}/ours", digest="{"1" * 64}"'
    for n in range(60):
        mallory.send(vain.inbox, mallory.activity("Like", f"{vain.third.url}/notes/{n}"), headers={"Collection-Synchronization": said})
        vain.server.settled("PULL")
    assert 6 <= vain.asked("/lists") <= 20, vain.asked("/lists")
    assert "for=flood.test" in vain.server.log()


def test_keys_that_are_not_there_are_asked_for_a_while(vain):
    honest = vain.other.actor("hana")
    follow = honest.send(vain.inbox, honest.follow(vain.alice.me()["uri"]))
    vain.other.wait_activity("Accept")
    answers = [honest.deliver(vain.inbox, {**follow, "id": honest.new_id()}, key_id=f"{vain.third.url}/keys/{n}").status_code for n in range(60)]
    assert set(answers) == {401, 429} and answers[0] == 401 and 12 <= answers.count(401) <= 45, answers
    assert vain.asked("/keys/") == answers.count(401)
    honest.send(vain.inbox, honest.undo(follow))
    wait.until(lambda: vain.alice.me()["followers_count"] == 0, "who is known goes on")


# ---- without TLS ----

def test_nothing_is_said_without_tls_where_others_may_listen(scene):
    """A laboratory's addresses are its own; an inbox elsewhere that was taken in once is not written to any more."""
    scene.bob.send(scene.inbox, scene.bob.follow(scene.actor))
    scene.good.wait_activity("Accept")
    scene.alice.status("in the laboratory")
    scene.good.wait_activity("Create")
    scene.server.sql("UPDATE accounts SET shared_inbox_uri = 'http://plain.example/inbox' WHERE username = 'bob'")
    scene.alice.status("for those who follow")
    wait.until(lambda: "'http://plain.example/inbox' would be written to without TLS" in scene.server.log(), "the delivery is dropped")
    scene.server.settled("PUSH")
    assert len(scene.good.activities("Create")) == 1
