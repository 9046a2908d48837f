"""Who may see what, and touch what; that what one may not see is not told from what is not there."""
import threading

import pytest
import requests
from howdah import Api
from howdah.advisory import replays
from howdah.remote import ACTIVITY, PUBLIC
from howdah.wait import until

PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00"
       b"\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")
NEVER = "112233445566778899"
MARKS = "favourite unfavourite reblog unreblog bookmark unbookmark mute unmute pin unpin translate".split()


def same(one, other, *, but=()):
    """Two answers that nobody can tell apart, but for what names the request."""
    def seen(r):
        drop = {"x-request-id", "date", "x-ratelimit-remaining", "x-ratelimit-reset", "x-runtime", "server-timing"}
        return r.status, r.content.replace(NEVER.encode(), b"ID"), {k.lower(): v for k, v in r.headers.items() if k.lower() not in drop}
    a, b = seen(one), seen(other)
    for name in but:
        a = (a[0], a[1].replace(name.encode(), b"ID"), a[2])
    assert a[:2] == b[:2] and {k: v for k, v in a[2].items() if k != "content-length"} == {k: v for k, v in b[2].items() if k != "content-length"}, (
        f"{one!r} {one.headers} and {other!r} {other.headers}")


@pytest.fixture
def private(scene):
    """A post for alice's followers; bob is none of them."""
    return scene.alice.status("among friends", visibility="private", poll={"options": ["a", "b"], "expires_in": 3600})


@replays("GHSA-gwhw-gcjx-72v8", "MASTO-3.1.0#12930", "PL-1.1.0")
def test_hidden_and_absent_are_the_same(scene, private):
    id, poll = private["id"], private["poll"]["id"]
    for api in (scene.bob, scene.server.anonymous()):
        for path in ("", "/context", "/reblogged_by", "/favourited_by", "/history", "/source", "/card", "/quotes"):
            same(*(api.request("GET", f"/api/v1/statuses/{i}{path}") for i in (id, NEVER)), but=[id])
        for mark in MARKS:
            same(*(api.request("POST", f"/api/v1/statuses/{i}/{mark}") for i in (id, NEVER)), but=[id])
        same(*(api.request("GET", f"/api/v1/polls/{i}") for i in (poll, NEVER)), but=[poll])
        same(*(api.request("POST", f"/api/v1/polls/{i}/votes", json={"choices": [0]}) for i in (poll, NEVER)), but=[poll])
        for body in ({"status": "x", "in_reply_to_id": id}, {"status": "x", "quoted_status_id": id}):
            same(*(api.request("POST", "/api/v1/statuses", json={k: v.replace(id, i) for k, v in body.items()}) for i in (id, NEVER)), but=[id])
        page = f"http://{scene.server.domain}/@{scene.alice.name}/"
        same(*(api.request("GET", "/api/oembed", params={"url": page + i}) for i in (id, NEVER)), but=[id])
        same(*(api.request("GET", f"/@{scene.alice.name}/{i}", headers={"Accept": "text/html"}) for i in (id, NEVER)), but=[id])
        for path in ("", "/activity", "/likes", "/shares", "/replies", "/embed"):
            for start in (f"/ap/users/{scene.alice.id}/statuses/", f"/users/{scene.alice.name}/statuses/"):
                same(*(api.request("GET", start + i + path, headers={"Accept": ACTIVITY}) for i in (id, NEVER)), but=[id])
        same(*(api.request("GET", f"/ap/users/{scene.alice.id}/quote_authorizations/{i}", headers={"Accept": ACTIVITY}) for i in (id, NEVER)), but=[id])


@replays("MASTO-3.1.2#13161", "AKK-3.18-pin", "AKK-3.17-interact", "MITRA-2.21.0")
def test_what_one_may_not_see_one_does_not_touch(scene, private):
    for mark in MARKS:
        scene.bob.fails(404, "POST", f"/api/v1/statuses/{private['id']}/{mark}")
    scene.bob.fails(404, "POST", "/api/v1/statuses", json={"status": "x", "in_reply_to_id": private["id"]})
    assert scene.bob.request("POST", "/api/v1/statuses", json={"status": "x", "quoted_status_id": private["id"]}).status in (404, 422)
    m = scene.mallory
    for activity in (m.activity("Like", private["uri"]), m.activity("EmojiReact", private["uri"], content="x"), m.activity("Announce", private["uri"], to=[PUBLIC])):
        m.deliver(scene.inbox, activity)
    scene.settle()
    now = scene.alice.get(f"/api/v1/statuses/{private['id']}")
    assert (now["favourites_count"], now["reblogs_count"], now["replies_count"]) == (0, 0, 0)


@replays("MASTO-3.5.3#18528", "AKK-3.18-report", "MASTO-2.5.1#8916")
def test_a_report_holds_what_its_reporter_may_see(scene, private):
    public, others = scene.alice.status("seen by all"), scene.bob.status("bob's own")
    for ids in ([private["id"]], [public["id"], private["id"]], [public["id"], others["id"]], [NEVER]):
        reply = scene.bob.request("POST", "/api/v1/reports", json={"account_id": scene.alice.id, "status_ids": ids, "comment": "x", "forward": True})
        if reply.status == 200:
            assert set(reply.json["status_ids"] or []) <= {public["id"]}, reply
        else:
            assert reply.status in (404, 422), reply
    m, flag = scene.mallory, None
    flag = m.activity("Flag", [scene.actor, public["uri"], others["uri"], private["uri"]], content="x")
    m.send(scene.inbox, flag)
    scene.settle()
    rows = scene.sql(f"SELECT s.status_id FROM report_statuses s JOIN reports r ON r.id = s.report_id WHERE r.uri = '{flag['id']}' AND "
                     f"r.target_id = {scene.alice.id}")
    assert others["id"] not in rows


@replays("AKK-3.17-apfetch", "GHSA-7vgr-p3vc-p4h2#18")
def test_no_way_round_by_addresses(scene, private):
    """Documents of marks name their object by its id alone; a search for an address shows no more than the post's own reading."""
    friend = scene.server.account()
    friend.follow(scene.alice)
    until(lambda: friend.relationship(scene.alice)["following"], "a friend")
    boost = scene.alice.post(f"/api/v1/statuses/{private['id']}/reblog", {"visibility": "private"})
    for id in (boost["id"], private["id"]):
        for tail in ("", "/activity"):
            got = requests.get(f"{scene.server.url}/ap/users/{scene.alice.id}/statuses/{id}{tail}", headers={"Accept": ACTIVITY}, timeout=30)
            assert got.status_code == 404 and "among friends" not in got.text
    for url in (private["uri"], private["uri"] + "/activity", private["url"], scene.actor + "/outbox", scene.actor + "/followers", scene.actor + "/outbox?page=true"):
        assert scene.look(url, scene.bob)["statuses"] == [], url
    got = requests.get(f"{scene.server.url}/ap/users/{scene.alice.id}/outbox?page=true", headers={"Accept": ACTIVITY}, timeout=30)
    assert "among friends" not in got.text


@replays("CVE-2025-66402")
def test_what_was_seen_once_is_hidden_with_its_post(scene):
    """bob marks what only his following lets him see, and is no follower any more."""
    scene.bob.follow(scene.alice)
    until(lambda: scene.bob.relationship(scene.alice)["following"], "bob follows")
    post = scene.alice.status("for followers only, quokka", visibility="private")
    scene.bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    scene.bob.post(f"/api/v1/statuses/{post['id']}/bookmark")
    scene.alice.post(f"/api/v1/accounts/{scene.bob.id}/remove_from_followers")
    scene.settle()
    for path in ("/api/v1/favourites", "/api/v1/bookmarks", "/api/v1/timelines/home"):
        assert post["id"] not in [s["id"] for s in scene.bob.get(path)], path
    assert scene.bob.get("/api/v2/search", {"q": "quokka"})["statuses"] == []
    assert "quokka" not in requests.get(f"{scene.server.url}/@{scene.alice.name}.rss", timeout=30).text


@replays("AKK-3.19-ctx", "AKK-2.5.2-local")
def test_what_stays_here_stays_here(scene):
    root = scene.alice.status("a thread")
    local = scene.bob.status("stays here", in_reply_to_id=root["id"], local_only=True)
    boost = scene.server.account().request("POST", f"/api/v1/statuses/{local['id']}/reblog")
    anonymous = scene.server.anonymous()
    assert local["id"] not in [s["id"] for s in anonymous.get(f"/api/v1/statuses/{root['id']}/context")["descendants"]]
    assert local["id"] in [s["id"] for s in scene.alice.get(f"/api/v1/statuses/{root['id']}/context")["descendants"]]
    assert anonymous.request("GET", f"/api/v1/statuses/{local['id']}").status == 404
    assert scene.document(local["uri"]) == 404 and scene.document(local["uri"] + "/activity") == 404
    for url in (f"/@{scene.bob.name}.rss", f"/@{scene.bob.name}", f"/@{scene.alice.name}/{root['id']}", f"/@{scene.bob.name}/{local['id']}"):
        assert "stays here" not in requests.get(scene.server.url + url, timeout=30).text, url
    outbox = scene.document(f"http://{scene.server.domain}/ap/users/{scene.bob.id}/outbox?page=true")
    assert local["uri"] not in str(outbox)
    assert local["uri"] not in str(scene.document(root["uri"] + "/replies"))
    if boost.status == 200:
        assert scene.document(boost.json["uri"]) == 404


@replays("AKK-3.16-replies")
def test_only_what_all_may_see_is_counted(scene):
    root = scene.alice.status("a question")
    for visibility in ("private", "direct", "private"):
        scene.bob.status("an answer", in_reply_to_id=root["id"], visibility=visibility)
    scene.bob.status("a public answer", in_reply_to_id=root["id"])
    assert scene.server.anonymous().get(f"/api/v1/statuses/{root['id']}")["replies_count"] == 1
    document = scene.document(root["uri"] + "/replies")
    assert document.get("totalItems", 1) <= 1 and len(document["first"]["items"]) <= 1


@replays("AKK-3.20-tagged")
def test_a_name_in_a_post_that_is_not_for_one(scene):
    """A note to mallory's followers names alice, who is none and is not addressed."""
    m = scene.mallory
    note = m.note("psst", to=[m.document["followers"]], cc=[], tag=[{"type": "Mention", "href": scene.actor, "name": "@alice"}])
    m.deliver(scene.inbox, m.create(note))
    scene.settle()
    assert m.handle not in [n["account"]["acct"] for n in scene.alice.get("/api/v1/notifications")]
    assert scene.look(note["id"])["statuses"] == []


@replays("GHSA-5fq7-3p3j-9vrf")
def test_a_stranger_reaches_nobody_by_answering_another(scene):
    carol = scene.server.account()
    carol.put("/api/v2/notifications/policy", {"for_not_following": "drop", "for_private_mentions": "drop"})
    target = scene.actor_of(carol)
    m, theirs = scene.mallory, scene.bob.status(f"hello @{carol.name}")
    tag = [{"type": "Mention", "href": target, "name": "@carol"}]
    own = m.note("first", to=[target], cc=[], tag=tag)
    m.send(scene.inbox, m.create(own))
    for parent in (theirs["uri"], own["id"]):
        m.send(scene.inbox, m.create(m.note("hey", to=[target], cc=[], tag=tag, inReplyTo=parent)))
    scene.settle()
    assert [n for n in carol.get("/api/v1/notifications") if n["account"]["acct"] == m.handle] == []


@replays("GTS-#593")
def test_who_is_blocked_is_not_heard_through_others(scene):
    """The victim's server passes on something of mallory's, whom alice blocks; and something of the victim's that answers mallory."""
    v, m = scene.victim, scene.mallory
    them = scene.account(m)
    scene.alice.post(f"/api/v1/accounts/{them['id']}/block")
    note = scene.mention(m, "blocked words")
    v.deliver(scene.inbox, v.activity("Announce", note["id"], to=[PUBLIC], cc=[scene.actor]))
    m.deliver(scene.inbox, m.create(note))
    v.deliver(scene.inbox, m.create(note))
    scene.settle()
    assert not {m.handle} & {n["account"]["acct"] for n in scene.alice.get("/api/v1/notifications")}
    assert "blocked words" not in str(scene.alice.home())


@replays("CVE-2025-30741")
def test_only_the_followed_lets_a_follower_in(scene):
    """mallory accepts mallory's own follow of a locked account, and hears nothing for followers."""
    dora = scene.server.account()
    dora.patch("/api/v1/accounts/update_credentials", {"locked": True})
    m, actor = scene.mallory, scene.actor_of(dora)
    follow = m.follow(actor)
    m.send(scene.inbox, follow)
    until(lambda: [a["acct"] for a in dora.get("/api/v1/follow_requests")] == [m.handle], "the request")
    m.deliver(scene.inbox, m.accept(follow))
    m.deliver(scene.inbox, {**m.accept(follow), "actor": actor})
    scene.settle()
    secret = dora.status("for followers", visibility="private")
    scene.settle("PUSH")
    public = dora.status("for all")
    assert dora.get(f"/api/v1/accounts/{dora.id}/followers") == []
    assert m.fetch(secret["uri"].replace("localhost", "127.0.0.1")).status_code == 404
    assert m.fetch(public["uri"].replace("localhost", "127.0.0.1")).status_code == 200
    assert not [r for r in scene.evil.received if r.method == "POST" and secret["uri"].encode() in r.body]


@replays("PL-2.0.3-force", "PL-1.0.3")
def test_who_did_not_ask_is_not_let_in(scene):
    eve = scene.server.account()
    eve.patch("/api/v1/accounts/update_credentials", {"locked": True})
    eve.fails(404, "POST", f"/api/v1/follow_requests/{scene.bob.id}/authorize")
    eve.fails(404, "POST", f"/api/v1/follow_requests/{NEVER}/authorize")
    assert eve.get(f"/api/v1/accounts/{eve.id}/followers") == []
    scene.bob.follow(eve)
    assert scene.bob.relationship(eve)["requested"] and not scene.bob.relationship(eve)["following"]
    m = scene.mallory
    m.send(scene.inbox, m.follow(scene.actor_of(eve)))
    until(lambda: len(eve.get("/api/v1/follow_requests")) == 2, "both asked, by whatever way")
    assert eve.get(f"/api/v1/accounts/{eve.id}/followers") == []


@replays("MASTO-2.5.1#8864")
def test_a_relay_that_was_left_does_not_let_itself_in(scene):
    """It accepts the Follow that was taken back; and somebody at another server accepts one that stands."""
    relay = scene.evil.actor(scene.server.new_name("relay"), type="Application", endpoints={})
    scene.server.cli("relay", "add", relay.inbox)
    follow = scene.evil.wait_for(lambda r: r.path == relay.inbox.removeprefix(scene.evil.url), "the Follow").activity
    scene.victim.send(scene.inbox, scene.victim.accept(follow))
    scene.settle()
    assert f"{relay.inbox}  asked" in scene.server.cli("relay", "list")
    scene.server.cli("relay", "remove", relay.inbox)
    relay.send(scene.inbox, relay.accept(follow))
    scene.settle()
    assert relay.inbox not in scene.server.cli("relay", "list")
    scene.server.cli("relay", "add", relay.inbox)
    relay.send(scene.inbox, {**relay.accept(follow), "id": relay.new_id()})
    relay.send(scene.inbox, {**relay.accept(follow["id"]), "id": relay.new_id()})
    scene.settle()
    assert f"{relay.inbox}  asked" in scene.server.cli("relay", "list"), "the Follow of today is another"
    scene.server.cli("relay", "remove", relay.inbox)


@replays("GHSA-f3q8-7vw3-69v4", "CVE-2026-28433", "AKK-2024.04.1-media", "PL-2.6.0-attach", "MASTO-3.1.5#14254")
def test_what_is_anothers_is_not_there(scene):
    """Whatever is named by a number: bob tries all of alice's."""
    a, b = scene.alice, scene.bob
    list_id = a.post("/api/v1/lists", {"title": "mine"})["id"]
    filter_ = a.post("/api/v2/filters", {"title": "mine", "context": ["home"], "keywords_attributes": [{"keyword": "x"}]})
    keyword = filter_["keywords"][0]["id"]
    later = a.post("/api/v1/statuses", {"status": "later", "scheduled_at": "2037-01-01T00:00:00Z"})["id"]
    media = a.ok("POST", "/api/v2/media", files={"file": ("x.png", PNG, "image/png")}, data={"description": "mine"})
    tag = a.post("/api/v1/featured_tags", {"name": "Mine"})["id"]
    note = scene.mention(scene.mallory, "hey")
    scene.mallory.send(scene.inbox, scene.mallory.create(note))
    told = until(lambda: next((n for n in a.get("/api/v1/notifications") if n["account"]["acct"] == scene.mallory.handle), None), "a notification")["id"]
    for method, path, json in (
            ("GET", f"/api/v1/lists/{list_id}", None), ("PUT", f"/api/v1/lists/{list_id}", {"title": "bob's"}), ("DELETE", f"/api/v1/lists/{list_id}", None),
            ("GET", f"/api/v1/lists/{list_id}/accounts", None), ("POST", f"/api/v1/lists/{list_id}/accounts", {"account_ids": [a.id]}),
            ("GET", f"/api/v1/timelines/list/{list_id}", None),
            ("GET", f"/api/v2/filters/{filter_['id']}", None), ("PUT", f"/api/v2/filters/{filter_['id']}", {"title": "bob's"}),
            ("DELETE", f"/api/v2/filters/{filter_['id']}", None), ("GET", f"/api/v2/filters/{filter_['id']}/keywords", None),
            ("POST", f"/api/v2/filters/{filter_['id']}/keywords", {"keyword": "y"}), ("PUT", f"/api/v2/filters/keywords/{keyword}", {"keyword": "y"}),
            ("DELETE", f"/api/v2/filters/keywords/{keyword}", None), ("GET", f"/api/v1/filters/{keyword}", None), ("DELETE", f"/api/v1/filters/{keyword}", None),
            ("GET", f"/api/v1/scheduled_statuses/{later}", None), ("PUT", f"/api/v1/scheduled_statuses/{later}", {"scheduled_at": "2038-01-01T00:00:00Z"}),
            ("DELETE", f"/api/v1/scheduled_statuses/{later}", None),
            ("GET", f"/api/v1/media/{media['id']}", None), ("PUT", f"/api/v1/media/{media['id']}", {"description": "bob's"}),
            ("DELETE", f"/api/v1/media/{media['id']}", None), ("DELETE", f"/api/v1/featured_tags/{tag}", None),
            ("GET", f"/api/v1/notifications/{told}", None), ("POST", f"/api/v1/notifications/{told}/dismiss", None)):
        got = b.request(method, path, **({"json": json} if json else {}))
        assert got.status == 404 or (got.status == 200 and path.endswith("dismiss")), got
    reply = b.request("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]]})
    assert reply.status == 422, reply
    mine = b.status("mine")
    assert b.request("PUT", f"/api/v1/statuses/{mine['id']}", json={"status": "x", "media_ids": [media["id"]]}).status == 422
    assert b.request("POST", "/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]], "scheduled_at": "2037-01-01T00:00:00Z"}).status == 422
    assert a.get(f"/api/v1/lists/{list_id}")["title"] == "mine" and a.get(f"/api/v2/filters/{filter_['id']}")["title"] == "mine"
    assert a.get(f"/api/v1/media/{media['id']}")["description"] == "mine" and a.get(f"/api/v1/notifications/{told}")
    assert a.get(f"/api/v1/scheduled_statuses/{later}")["scheduled_at"].startswith("2037")


@replays("PL-0.9.x")
def test_a_list_holds_whom_one_follows(scene):
    list_id = scene.bob.post("/api/v1/lists", {"title": "strangers"})["id"]
    stranger = scene.server.account()
    assert scene.bob.request("POST", f"/api/v1/lists/{list_id}/accounts", json={"account_ids": [stranger.id]}).status in (404, 422)


@replays("GHSA-7pxq-6xx9-xpgm")
def test_a_narrow_token_opens_what_it_names(scene):
    """The table of all rows is tests/api/test_scopes.py; here, one scope at every kind of door."""
    api = Api(scene.server.url, scene.server.token(scene.alice.name, "read:mutes"))
    api.get("/api/v1/mutes")
    for method, path in (("GET", "/api/v1/timelines/home"), ("POST", "/api/v1/statuses"), ("GET", "/api/v1/notifications"), ("GET", "/api/v1/blocks"),
                         ("GET", "/api/v1/accounts/verify_credentials"), ("GET", "/api/v1/streaming/user"), ("GET", "/api/v1/streaming/public"),
                         ("POST", "/api/v2/media"), ("GET", "/api/v1/lists"), ("GET", "/api/v2/search?q=x"), ("POST", "/api/v1/push/subscription")):
        assert api.request(method, path).status == (401 if "streaming" in path else 403), path


@replays("GHSA-58x8-3qxw-6hm7")
def test_an_application_is_nobody(scene):
    from howdah.joining import app_of
    app = app_of(scene.server)
    post = scene.alice.status("hello", language="de")
    for method, path in (("GET", "/api/v1/scheduled_statuses"), ("GET", "/api/v1/scheduled_statuses/1"), ("DELETE", "/api/v1/scheduled_statuses/1"),
                         ("POST", f"/api/v1/statuses/{post['id']}/translate"), ("GET", "/api/v1/timelines/home"), ("POST", "/api/v1/statuses"),
                         ("GET", "/api/v1/notifications"), ("GET", "/api/v1/streaming/user")):
        assert app.request(method, path).status in (401, 403, 422), path
    narrow = Api(scene.server.url, scene.server.token(scene.alice.name, "profile"))
    for path in ("/api/v1/scheduled_statuses", "/api/v1/timelines/home"):
        assert narrow.request("GET", path).status == 403


@replays("MASTO-3.5.3#18526")
def test_a_vote_chooses(scene):
    poll = scene.alice.status("well?", poll={"options": ["a", "b"], "expires_in": 3600})["poll"]
    for choices in ([], None, [2], [-1], ["x"], [0, 1], [0, 0, 1]):
        assert scene.bob.request("POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": choices}).status in (404, 422), choices
    m, uri = scene.mallory, scene.sql(f"SELECT uri FROM statuses WHERE poll_id = {poll['id']}")[0]
    for name in ("maybe", "", "A", None, 7):
        m.deliver(scene.inbox, m.activity("Create", {"id": m.new_id("votes"), "type": "Note", "name": name, "attributedTo": m.id, "inReplyTo": uri,
                                                     "to": [scene.actor]}, to=[scene.actor]))
    scene.settle()
    now = scene.alice.get(f"/api/v1/polls/{poll['id']}")
    assert (now["votes_count"], now["voters_count"]) == (0, 0)


@replays("MASTO-3.5.3#18527")
def test_a_follow_ends_once(scene):
    m = scene.mallory
    follow = m.follow(scene.actor_of(scene.bob))
    m.send(scene.inbox, follow)
    scene.evil.wait_activity("Accept", lambda a: a["object"]["id"] == follow["id"])
    count = scene.bob.me()["followers_count"]
    undo = [m.undo(follow) for _ in range(20)]
    threads = [threading.Thread(target=m.deliver, args=(scene.inbox, u)) for u in undo]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    scene.settle()
    assert scene.bob.me()["followers_count"] == count - 1
    scene.bob.follow(scene.alice)
    count = scene.alice.me()["followers_count"]
    threads = [threading.Thread(target=Api(scene.server.url, scene.bob.token).request, args=("POST", f"/api/v1/accounts/{scene.alice.id}/unfollow")) for _ in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert scene.alice.me()["followers_count"] == count - 1


@replays("MASTO-2.7.0#9830")
def test_what_was_deleted_does_not_come_back(scene):
    m = scene.mallory
    note = scene.mention(m, "once")
    m.send(scene.inbox, m.create(note))
    until(lambda: scene.stored(note["id"]), "the post arrives")
    m.send(scene.inbox, m.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    until(lambda: scene.stored(note["id"]) is None, "it is gone")
    m.send(scene.inbox, m.create(note))
    m.send(scene.inbox, {**m.create(note), "id": m.new_id()})
    scene.victim.send(scene.inbox, m.create(note))
    scene.victim.send(scene.inbox, scene.victim.activity("Announce", note["id"], to=[PUBLIC]))
    scene.settle()
    assert scene.stored(note["id"]) is None


@replays("SNAC-5d26796")
def test_a_notification_outlives_its_post(scene):
    m, status = scene.mallory, scene.alice.status("mine", poll={"options": ["a", "b"], "expires_in": 3600})
    note = scene.mention(m, "and gone")
    for activity in (m.create(note), m.activity("Like", status["uri"]), m.activity("Announce", status["uri"], to=[PUBLIC])):
        m.send(scene.inbox, activity)
    until(lambda: len([n for n in scene.alice.get("/api/v1/notifications") if n["account"]["acct"] == m.handle]) == 3, "three notifications")
    m.send(scene.inbox, m.activity("Delete", note["id"]))
    scene.alice.delete(f"/api/v1/statuses/{status['id']}")
    until(lambda: scene.stored(note["id"]) is None, "it is gone")
    for path in ("/api/v1/notifications", "/api/v2/notifications"):
        assert scene.alice.request("GET", path).status == 200


@replays("PL-2.4.3-cache", "GHSA-ccpr-m53r-mfwr")
def test_an_answer_is_for_who_asked(scene):
    """A private document read by who may is not there for who asks after, and the other way round; caches are told."""
    dora, v = scene.server.account(), scene.victim
    v.send(scene.inbox, v.follow(scene.actor_of(dora)))
    until(lambda: scene.follows(v, dora), "the victim follows her")
    post = dora.status("for followers", visibility="private")
    url = post["uri"].replace("localhost", "127.0.0.1")
    got = [who() for who in (lambda: scene.mallory.fetch(url), lambda: v.fetch(url), lambda: requests.get(url, headers={"Accept": ACTIVITY}, timeout=30),
                             lambda: scene.mallory.fetch(url), lambda: v.fetch(url))]
    assert [g.status_code for g in got] == [404, 200, 404, 404, 200]
    assert all("public" not in g.headers.get("Cache-Control", "") for g in got)
    assert "Signature" in got[1].headers.get("Vary", "") or "no-store" in got[1].headers["Cache-Control"]
    pinned = dora.status("pinned")
    dora.post(f"/api/v1/statuses/{pinned['id']}/pin")
    dora.post(f"/api/v1/accounts/{scene.account(scene.mallory)['id']}/block")
    featured = scene.actor_of(dora).replace("localhost", "127.0.0.1") + "/collections/featured"
    for _ in range(2):
        theirs, mine = scene.mallory.fetch(featured), v.fetch(featured)
        assert pinned["uri"] in mine.text
        for g in (theirs, mine):
            assert "Signature" in g.headers.get("Vary", "") or "public" not in g.headers.get("Cache-Control", ""), g.headers


@replays("PL-2.0.3-rereg")
def test_a_name_is_given_once(new_server):
    server = new_server()
    gone = server.account("gone")
    from howdah.browser import Browser
    page = Browser(server.url).go("/settings/delete")
    page.sign_in(gone.email, gone.password)
    page.go("/settings/delete")
    form = page.form("password")
    page.submit(form, **{form.field("password"): gone.password, **({form.field("username"): gone.name} if "username" in form.types else {})})
    until(lambda: Api(server.url, gone.token).request("GET", "/api/v1/accounts/verify_credentials").status == 401, "the account is gone", 30)
    done = server.cli("account", "create", "gone", "--email", "other@example.com", "--password-stdin", stdin="correct horse\n", check=False)
    assert done.returncode != 0


@replays("AKK-3.20-follow")
def test_lists_of_people_want_a_signature_too(new_server, remote):
    server = new_server()
    server.cli("config", "set", "authorized_fetch", "on")
    alice, bob = server.account("alice"), remote.actor("bob")
    actor = f"{server.url}/ap/users/{alice.id}"
    for path in ("/followers?page=true", "/following?page=true", "/followers", "/following", "/outbox", "/outbox?page=true", "/collections/featured", "/collections/tags"):
        until(lambda: requests.get(actor + path, headers={"Accept": ACTIVITY}, timeout=30).status_code == 401, f"{path} wants a signature")
        assert bob.fetch(actor + path).status_code == 200, path
