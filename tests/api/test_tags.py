"""Hashtags: shown, followed into home, featured on profiles."""
import secrets

import pytest

from howdah.stream import WsStream
from howdah.wait import until


def ids(page):
    return [s["id"] for s in page]


@pytest.fixture
def tag():
    """A tag that no other test uses."""
    return "t" + secrets.token_hex(6)


def names(page):
    return [t["name"] for t in page]


def test_a_tag_is_shown_with_its_week_and_what_it_is_to_one(alice, bob, anonymous, tag):
    unused = anonymous.get(f"/api/v1/tags/{tag}")
    assert (unused["id"], unused["name"]) == ("", tag) and unused["url"].endswith(f"/tags/{tag}") and len(unused["history"]) == 7
    assert {day["uses"] for day in unused["history"]} == {"0"} and "following" not in unused
    alice.status(f"#{tag} once"), alice.status(f"#{tag} twice"), bob.status(f"#{tag.upper()} thrice")
    alice.status(f"#{tag} unlisted", visibility="unlisted")
    today = anonymous.get(f"/api/v1/tags/{tag}")["history"][0]
    assert (today["uses"], today["accounts"]) == ("3", "2")
    mine = alice.get(f"/api/v1/tags/{tag.upper()}")
    assert mine["name"] == tag and mine["following"] is False and mine["featuring"] is False
    for name in ("no%20tag", "12345", "%23", "a.b"):
        anonymous.fails(404, "GET", f"/api/v1/tags/{name}", "Record not found")


def test_a_tag_is_followed_and_listed(alice, bob, tag):
    followed = alice.post(f"/api/v1/tags/{tag}/follow")
    assert followed["following"] is True and followed["id"].isdigit()
    assert alice.post(f"/api/v1/tags/{tag}/follow") == followed == alice.get(f"/api/v1/tags/{tag}")
    alice.post(f"/api/v1/tags/{tag}2/follow")
    alice.post(f"/api/v1/tags/{tag}3/follow")
    assert names(alice.get("/api/v1/followed_tags")) == [f"{tag}3", f"{tag}2", tag] and bob.get("/api/v1/followed_tags") == []
    reply = alice.request("GET", "/api/v1/followed_tags", params={"limit": 2})
    assert set(reply.links) == {"next", "prev"} and "since_id=" in reply.links["prev"] and "max_id=" in reply.links["next"]
    assert [n for page in alice.pages("/api/v1/followed_tags", {"limit": 2}) for n in names(page)] == [f"{tag}3", f"{tag}2", tag]
    assert alice.post(f"/api/v1/tags/{tag}/unfollow")["following"] is False
    assert alice.post(f"/api/v1/tags/{tag}/unfollow")["following"] is False
    assert alice.post(f"/api/v1/tags/{tag}9/unfollow")["following"] is False      # which nobody ever used
    assert tag not in names(alice.get("/api/v1/followed_tags"))
    alice.fails(404, "POST", "/api/v1/tags/a.b/follow", "Record not found")
    found = alice.get("/api/v2/search", {"q": f"{tag}2", "type": "hashtags"})["hashtags"]
    assert found[0]["following"] is True


def test_posts_of_a_followed_tag_come_home(shared, alice, bob, carol, tag):
    alice.home()
    before = bob.status(f"before #{tag}")
    alice.post(f"/api/v1/tags/{tag}/follow")
    until(lambda: ids(alice.home()) == [before["id"]], "what was there before")
    with WsStream(alice, "user") as stream:
        unlisted, private = bob.status(f"unlisted #{tag}", visibility="unlisted"), bob.status(f"private #{tag}", visibility="private")
        reply = bob.status(f"to carol #{tag}", in_reply_to_id=carol.status("root")["id"])
        came = [stream.wait("update")["payload"]["id"]]
        while came[-1] != reply["id"]:
            came.append(stream.wait("update")["payload"]["id"])
        assert came[:-1] in ([], [before["id"]])      # which may have come home by its tag as well
        bob.put(f"/api/v1/statuses/{reply['id']}", {"status": f"edited #{tag}"})
        assert "edited" in stream.wait("status.update")["payload"]["content"]
        carol.post(f"/api/v1/statuses/{reply['id']}/reblog")
        bob.delete(f"/api/v1/statuses/{before['id']}")
        assert stream.wait("delete")["payload"] == before["id"]
    shared.settled()
    assert ids(alice.home()) == [reply["id"]] and unlisted["id"] != private["id"]
    alice.post(f"/api/v1/tags/{tag}/unfollow")
    assert alice.home() == []


@pytest.mark.parametrize("way", ["block", "blocked", "mute", "list"])
def test_followed_tags_bring_nobody_home_whom_one_does_not_want_there(shared, alice, bob, carol, tag, way):
    alice.post(f"/api/v1/tags/{tag}/follow")
    if way == "block":
        alice.post(f"/api/v1/accounts/{bob.id}/block")
    elif way == "blocked":
        bob.post(f"/api/v1/accounts/{alice.id}/block")
    elif way == "mute":
        alice.post(f"/api/v1/accounts/{bob.id}/mute")
    else:
        alice.follow(bob)
        made = alice.post("/api/v1/lists", {"title": "apart", "exclusive": True})
        alice.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [bob.id]})
    kept = bob.status(f"kept out #{tag}")
    marker = carol.status(f"marker #{tag}")
    shared.settled()
    assert marker["id"] in ids(alice.home()) and kept["id"] not in ids(alice.home())


def test_tags_are_featured_counted_and_taken_off(alice, bob, anonymous, tag):
    post = alice.status(f"one #{tag}")
    alice.status(f"hidden #{tag}", visibility="private")
    assert names(alice.get("/api/v1/featured_tags/suggestions")) == [tag]
    made = alice.post("/api/v1/featured_tags", {"name": f"#{tag.upper()}"})
    assert made["name"] == tag.upper() and made["statuses_count"] == "1" and made["last_status_at"] == post["created_at"][:10]
    assert made["url"].endswith(f"/@{alice.me()['username']}/tagged/{tag}")
    assert alice.post("/api/v1/featured_tags", {"name": tag}) == made
    assert alice.get("/api/v1/featured_tags/suggestions") == []
    assert alice.get(f"/api/v1/tags/{tag}")["featuring"] is True and bob.get(f"/api/v1/tags/{tag}")["featuring"] is False
    bob.status(f"not alice's #{tag}")

    def count(who=alice):
        return who.get(f"/api/v1/accounts/{alice.id}/featured_tags")[0]["statuses_count"]

    two = alice.status(f"two #{tag}", visibility="unlisted")
    assert count() == "2" == count(anonymous) == count(bob)
    alice.put(f"/api/v1/statuses/{two['id']}", {"status": "no more tag"})
    assert count() == "1"
    alice.put(f"/api/v1/statuses/{two['id']}", {"status": f"again #{tag}"})
    alice.delete(f"/api/v1/statuses/{post['id']}")
    assert count() == "1"
    alice.delete(f"/api/v1/statuses/{two['id']}")
    assert alice.get("/api/v1/featured_tags") == [{**made, "statuses_count": "0", "last_status_at": None}]
    bob.fails(404, "DELETE", f"/api/v1/featured_tags/{made['id']}", "Record not found")
    assert alice.delete(f"/api/v1/featured_tags/{made['id']}") == {}
    assert alice.get("/api/v1/featured_tags") == []
    alice.fails(404, "DELETE", f"/api/v1/featured_tags/{made['id']}")


def test_ten_tags_are_featured_at_most(alice, anonymous, tag):
    for i in range(10):
        assert alice.post(f"/api/v1/tags/{tag}{i}/feature")["featuring"] is True
    full = "Validation failed: You have already featured the maximum number of hashtags"
    alice.fails(422, "POST", "/api/v1/featured_tags", full, json={"name": f"{tag}x"})
    alice.fails(422, "POST", f"/api/v1/tags/{tag}x/feature", full)
    assert alice.post(f"/api/v1/tags/{tag}0/feature")["featuring"] is True
    assert alice.post(f"/api/v1/tags/{tag}0/unfeature")["featuring"] is False
    assert alice.post(f"/api/v1/tags/{tag}0/unfeature")["featuring"] is False
    assert len(alice.get("/api/v1/featured_tags")) == 9
    alice.fails(422, "POST", "/api/v1/featured_tags", "Validation failed: Name is invalid", json={"name": "no tag"})
    alice.fails(400, "POST", "/api/v1/featured_tags", "param is missing or the value is empty: name", json={})
    alice.fails(404, "POST", "/api/v1/tags/a.b/feature", "Record not found")
    anonymous.fails(404, "GET", "/api/v1/accounts/1/featured_tags", "Record not found")


def test_a_tags_timeline_by_place_and_pictures(alice, anonymous, tag):
    mine = alice.status(f"here #{tag}")

    def shown(**params):
        return ids(anonymous.get(f"/api/v1/timelines/tag/{tag}", params))

    assert shown(local="true") == [mine["id"]] == shown(local="true", remote="true") == shown()
    assert shown(remote="true") == [] == shown(only_media="true")
