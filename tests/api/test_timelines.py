"""Timelines: what stands in them, for whom, and how they are paged."""
import re

import pytest

from howdah import Api
from howdah.wait import until


def ids(page):
    return [s["id"] for s in page]


def befriend(who, whom):
    who.follow(whom)
    assert until(lambda: who.relationship(whom)["following"], "what was waited for")


def test_a_home_holds_ones_own_posts_and_those_one_follows(shared, alice, bob, carol):
    befriend(alice, bob)
    mine, theirs, other = alice.status("mine"), bob.status("theirs"), carol.status("not followed")
    shared.settled()
    assert {mine["id"], theirs["id"]} <= set(ids(alice.home())) and other["id"] not in ids(alice.home())


def test_following_brings_what_was_posted_before(alice, bob):
    alice.home()
    old = bob.status("before")
    befriend(alice, bob)
    until(lambda: old["id"] in ids(alice.home()), "what was waited for")


def test_a_deleted_post_and_an_unfollowed_author_leave_at_once(alice, bob):
    befriend(alice, bob)
    one, two = bob.status("one"), bob.status("two")
    until(lambda: {one["id"], two["id"]} <= set(ids(alice.home())), "what was waited for")
    bob.delete(f"/api/v1/statuses/{one['id']}")
    assert ids(alice.home()) == [two["id"]]
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    assert alice.home() == []


def test_a_blocked_author_is_gone_from_every_timeline(alice, bob):
    befriend(alice, bob)
    post = bob.status("seen #blockme")
    until(lambda: post["id"] in ids(alice.home()), "what was waited for")
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    assert post["id"] not in ids(alice.home())
    assert post["id"] not in ids(alice.get("/api/v1/timelines/public"))
    assert post["id"] not in ids(alice.get("/api/v1/timelines/tag/blockme"))
    assert post["id"] not in ids(bob.get(f"/api/v1/accounts/{alice.id}/statuses"))


def test_replies_come_home_only_where_one_follows_both(shared, alice, bob, carol):
    befriend(alice, bob)
    root = carol.status("root")
    reply = bob.status("to carol", in_reply_to_id=root["id"])
    marker = bob.status("marker")
    shared.settled()
    assert marker["id"] in ids(alice.home()) and reply["id"] not in ids(alice.home())
    befriend(alice, carol)
    until(lambda: reply["id"] in ids(alice.home()), "what was waited for")


def test_home_pages_meet_without_gap_or_overlap(alice):
    made = [alice.status(f"post {i}")["id"] for i in range(7)][::-1]
    until(lambda: len(alice.home()) == 7, "what was waited for")
    assert [s["id"] for page in alice.pages("/api/v1/timelines/home", {"limit": 3}) for s in page] == made
    assert ids(alice.home(min_id=made[6], limit=2)) == [made[4], made[5]]
    assert ids(alice.home(since_id=made[6], limit=2)) == made[:2]
    assert ids(alice.home(max_id=made[2], min_id=made[5])) == made[3:5]


def test_the_public_timeline_holds_public_posts_and_no_replies_to_others(alice, bob, anonymous):
    root = alice.status("public")
    own = alice.status("own reply", in_reply_to_id=root["id"])
    reply = bob.status("reply", in_reply_to_id=root["id"])
    quiet, private = alice.status("unlisted", visibility="unlisted"), alice.status("private", visibility="private")
    direct = alice.status("direct", visibility="direct")
    page = ids(anonymous.get("/api/v1/timelines/public", {"local": "true", "limit": 40}))
    assert {root["id"], own["id"]} <= set(page)
    assert not {reply["id"], quiet["id"], private["id"], direct["id"]} & set(page)
    assert root["id"] not in ids(anonymous.get("/api/v1/timelines/public", {"remote": "true", "limit": 40}))


def test_a_muted_author_is_left_out_of_the_public_timeline(alice, bob, anonymous):
    post = bob.status("loud")
    assert post["id"] in ids(alice.get("/api/v1/timelines/public"))
    alice.post(f"/api/v1/accounts/{bob.id}/mute")
    assert post["id"] not in ids(alice.get("/api/v1/timelines/public"))
    assert post["id"] in ids(anonymous.get("/api/v1/timelines/public"))


def test_a_tag_with_any_all_and_none(alice, anonymous):
    one, both, third = alice.status("#xone"), alice.status("#xone #xtwo"), alice.status("#xthree")

    def tag(name, **params):
        return ids(anonymous.get(f"/api/v1/timelines/tag/{name}", params))

    assert tag("XOne") == [both["id"], one["id"]]
    assert tag("xone", **{"all[]": "xtwo"}) == [both["id"]]
    assert tag("xone", **{"none[]": "xtwo"}) == [one["id"]]
    assert tag("xone", **{"any[]": "xthree"}) == [third["id"], both["id"], one["id"]]
    assert tag("xone", **{"all[]": "neverused"}) == [] == tag("neverused")


def test_an_accounts_posts_as_far_as_one_may_see_them(alice, bob, carol, anonymous):
    befriend(bob, alice)
    made = {v: alice.status(f"{v} post", visibility=v)["id"] for v in ("public", "unlisted", "private", "direct")}
    told = alice.status(f"@{carol.me()['username']} hello", visibility="direct")["id"]

    def seen(who, **params):
        return ids(who.get(f"/api/v1/accounts/{alice.id}/statuses", params))

    assert seen(anonymous) == [made["unlisted"], made["public"]]
    assert seen(bob) == [made["private"], made["unlisted"], made["public"]]
    assert seen(carol) == [told, made["unlisted"], made["public"]]
    assert seen(alice) == [told, made["direct"], made["private"], made["unlisted"], made["public"]]
    assert seen(alice, exclude_direct="true") == [made["private"], made["unlisted"], made["public"]]


def test_an_accounts_posts_narrowed(alice, bob, anonymous):
    plain, tagged = alice.status("plain"), alice.status("#narrow")
    root = bob.status("root")
    reply = alice.status("reply", in_reply_to_id=root["id"])
    boost = alice.post(f"/api/v1/statuses/{root['id']}/reblog")
    alice.post(f"/api/v1/statuses/{plain['id']}/pin")

    def narrowed(**params):
        return ids(anonymous.get(f"/api/v1/accounts/{alice.id}/statuses", params))

    assert narrowed() == [boost["id"], reply["id"], tagged["id"], plain["id"]]
    assert narrowed(exclude_reblogs="true") == [reply["id"], tagged["id"], plain["id"]]
    assert narrowed(exclude_replies="true") == [boost["id"], tagged["id"], plain["id"]]
    assert narrowed(tagged="narrow") == [tagged["id"]]
    assert narrowed(pinned="true") == [plain["id"]]
    assert narrowed(only_media="true") == []


def test_an_unknown_account_has_no_posts_and_an_odd_page_is_harmless(anonymous, alice):
    anonymous.fails(404, "GET", "/api/v1/accounts/1/statuses", "Record not found")
    alice.status("one")
    assert alice.get("/api/v1/timelines/public", {"limit": "0"}) == []


def test_timelines_for_members_only(new_server):
    server = new_server()
    server.cli("config", "set", "timelines_public", "authenticated")
    server.restart()
    Api(server.url).fails(422, "GET", "/api/v1/timelines/public", "This method requires an authenticated user")
    assert server.account("alice").get("/api/v1/timelines/public") == []


REFRESHES = "/api/v1_alpha/async_refreshes"


def test_a_client_can_ask_how_the_building_of_a_home_goes(server):
    """A home of more than two hundred people is built by a job, when somebody comes back after long."""
    alice = server.account("alice")
    for n in range(201):
        server.cli("account", "create", f"user{n}", "--email", f"user{n}@example.com", "--password-stdin", stdin="correct horse battery\n")
        alice.follow(alice.get("/api/v1/accounts/lookup", {"acct": f"user{n}"}))
    server.stop()
    server.settings["clock_offset_s"] = 90 * 86400
    server.start()
    alice.base = server.url
    first = alice.request("GET", "/api/v1/timelines/home")
    name = re.fullmatch(r'id="([^"]+)", retry=5', first.headers["Mastodon-Async-Refresh"])[1]
    assert first.status == 206
    asked = until(lambda: [a for a in [alice.get(f"{REFRESHES}/{name}")["async_refresh"]] if a["status"] == "finished"], "it is built", seconds=60)[0]
    assert asked == {"id": name, "status": "finished", "result_count": None}
    then = alice.request("GET", "/api/v1/timelines/home")
    assert then.status == 200 and "Mastodon-Async-Refresh" not in then.headers


def test_nobody_asks_after_the_home_of_another(shared, alice, bob, anonymous):
    assert alice.get(f"{REFRESHES}/home-{alice.id}")["async_refresh"]["id"] == f"home-{alice.id}"
    for name in (f"home-{bob.id}", "home-", "context-1"):
        alice.fails(404, "GET", f"{REFRESHES}/{name}", "Record not found")
    anonymous.fails(401, "GET", f"{REFRESHES}/home-{alice.id}")
    shared.account(shared.new_name("writes"), scopes="write").fails(403, "GET", f"{REFRESHES}/home-1")
