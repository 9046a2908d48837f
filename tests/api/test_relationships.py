"""Following, asking to, blocking, muting, hiding: what one becomes to another, and what lists say of it."""
import pytest

from howdah import until


@pytest.fixture
def locked(shared):
    dora = shared.account(shared.new_name("dora"))
    dora.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    return dora


def act(who, what, whom, **data):
    return who.post(f"/api/v1/accounts/{whom.id}/{what}", data)


def counts(api):
    me = api.get(f"/api/v1/accounts/{api.id}")
    return me["followers_count"], me["following_count"]


def test_following_and_its_undoing(alice, bob):
    made = act(alice, "follow", bob)
    assert made["following"] and made["showing_reblogs"] and not made["notifying"] and made["languages"] is None
    assert not made["requested"] and made["id"] == bob.id
    assert act(alice, "follow", bob, reblogs="false", notify="true", languages=["de", "en"])["languages"] == ["de", "en"]
    alice.fails(422, "POST", f"/api/v1/accounts/{bob.id}/follow", "Validation failed: Languages is invalid", json={"languages": ["de", "xx"]})
    again = alice.relationship(bob)
    assert again["languages"] == ["de", "en"]
    assert again["following"] and not again["showing_reblogs"] and again["notifying"]
    assert bob.relationship(alice)["followed_by"]
    assert counts(alice) == (0, 1) and counts(bob) == (1, 0)
    assert not act(alice, "unfollow", bob)["following"]
    assert not act(alice, "unfollow", bob)["following"]
    assert counts(alice) == (0, 0) and counts(bob) == (0, 0)


def test_what_is_refused(alice, bob):
    alice.fails(403, "POST", f"/api/v1/accounts/{alice.id}/follow", "This action is not allowed")
    alice.fails(404, "POST", "/api/v1/accounts/1/follow", "Record not found")
    act(bob, "block", alice)
    alice.fails(403, "POST", f"/api/v1/accounts/{bob.id}/follow", "This action is not allowed")


def test_a_locked_account_is_asked(alice, bob, locked):
    assert act(alice, "follow", locked)["requested"]
    assert act(bob, "follow", locked)["requested"]
    assert locked.relationship(alice)["requested_by"]
    assert [a["id"] for a in locked.get("/api/v1/follow_requests")] == [bob.id, alice.id]
    assert locked.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 2
    assert locked.post(f"/api/v1/follow_requests/{alice.id}/authorize")["followed_by"]
    assert not locked.post(f"/api/v1/follow_requests/{bob.id}/reject")["followed_by"]
    locked.fails(404, "POST", f"/api/v1/follow_requests/{bob.id}/reject", "Record not found")
    assert alice.relationship(locked)["following"] and not bob.relationship(locked)["requested"]
    assert not act(locked, "remove_from_followers", alice)["followed_by"]
    assert not alice.relationship(locked)["following"]


def test_followers_are_paged(shared, alice):
    fans = [shared.account() for _ in range(5)]
    for fan in fans:
        fan.follow(alice)
    ids = [fan.id for fan in reversed(fans)]
    path = f"/api/v1/accounts/{alice.id}/followers"
    reply = alice.request("GET", path, params={"limit": 2})
    assert [a["id"] for a in reply.json] == ids[:2]
    assert set(reply.links) == {"next", "prev"} and "max_id" in reply.links["next"] and "since_id" in reply.links["prev"]
    assert [a["id"] for page in alice.pages(path, {"limit": 2}) for a in page] == ids
    assert [a["id"] for a in fans[0].get(f"/api/v1/accounts/{fans[0].id}/following")] == [alice.id]
    assert [a["id"] for a in alice.get(f"/api/v1/accounts/{fans[0].id}/following")] == [alice.id]


def test_hidden_collections_are_ones_own(alice, bob, anonymous):
    bob.follow(alice)
    alice.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    path = f"/api/v1/accounts/{alice.id}/followers"
    assert anonymous.get(path) == bob.get(path) == []
    assert [a["id"] for a in alice.get(path)] == [bob.id]


def test_a_block_ends_everything(alice, bob):
    alice.follow(bob)
    bob.follow(alice)
    posted = bob.status("seen until the block")
    until(lambda: posted["id"] in [s["id"] for s in alice.home()], "the post is in a follower's home")
    got = act(alice, "block", bob)
    assert got["blocking"] and not got["following"] and not got["followed_by"]
    assert bob.relationship(alice)["blocked_by"]
    assert posted["id"] not in [s["id"] for s in alice.home()]
    assert [a["id"] for a in alice.get("/api/v1/blocks")] == [bob.id]
    assert bob.get(f"/api/v1/accounts/{alice.id}/followers") == []
    assert not act(alice, "unblock", bob)["blocking"]
    assert alice.get("/api/v1/blocks") == []


def test_a_mute_is_nobodys_business(alice, bob):
    alice.follow(bob)
    got = act(alice, "mute", bob, duration=3600)
    assert got["muting"] and got["muting_notifications"] and got["following"] and got["muting_expires_at"]
    muted = alice.get("/api/v1/mutes")
    assert muted[0]["id"] == bob.id and muted[0]["mute_expires_at"] == got["muting_expires_at"]
    assert not act(alice, "mute", bob, notifications="false")["muting_notifications"]
    assert alice.get("/api/v1/mutes")[0]["mute_expires_at"] is None
    assert not act(alice, "unmute", bob)["muting"]


def test_a_note_is_only_for_oneself(alice, bob):
    assert act(alice, "note", bob, comment="met in Ulm")["note"] == "met in Ulm"
    assert bob.relationship(alice)["note"] == ""
    alice.fails(422, "POST", f"/api/v1/accounts/{bob.id}/note", data={"comment": "x" * 2001})
    assert act(alice, "note", bob, comment="")["note"] == ""


def test_domains_are_hidden(alice):
    alice.ok("POST", "/api/v1/domain_blocks", data={"domain": "Spam.Example"})
    alice.ok("POST", "/api/v1/domain_blocks", data={"domain": "other.example"})
    assert alice.get("/api/v1/domain_blocks") == ["other.example", "spam.example"]
    alice.ok("DELETE", "/api/v1/domain_blocks", data={"domain": "spam.example"})
    assert alice.get("/api/v1/domain_blocks") == ["other.example"]
    alice.fails(422, "POST", "/api/v1/domain_blocks", data={"domain": "not a domain"})
    alice.fails(422, "POST", "/api/v1/domain_blocks")


def test_relationships_skip_what_is_unknown(alice, bob, carol):
    got = alice.get("/api/v1/accounts/relationships", {"id[]": [bob.id, carol.id, bob.id, "77"]})
    assert sorted(r["id"] for r in got) == sorted([bob.id, carol.id])
    assert [r["id"] for r in alice.get("/api/v1/accounts/relationships", {"id": bob.id})] == [bob.id]
    alice.fails(403, "POST", f"/api/v1/accounts/{alice.id}/mute")


def test_familiar_followers(alice, bob, carol):
    alice.follow(bob)
    bob.follow(carol)
    got = alice.get("/api/v1/accounts/familiar_followers", {"id[]": [carol.id]})
    assert got[0]["id"] == carol.id and [a["id"] for a in got[0]["accounts"]] == [bob.id]
    several = alice.get("/api/v1/accounts/familiar_followers", {"id[]": ["1", bob.id, carol.id]})
    assert [(of["id"], len(of["accounts"])) for of in several] == [(bob.id, 0), (carol.id, 1)], "nothing is said of who is unknown"


def test_a_follow_rings_and_keeps_to_languages(shared, alice, bob):
    act(alice, "follow", bob, notify=True, languages=["de"])
    foreign, known = bob.status("Bonjour", language="fr"), bob.status("Guten Tag", language="de")
    shared.settled()
    assert known["id"] in [s["id"] for s in alice.home()] and foreign["id"] not in [s["id"] for s in alice.home()]
    assert [n["status"]["id"] for n in alice.get("/api/v1/notifications", {"types[]": "status"})] == [known["id"]]
    act(alice, "follow", bob, languages=[])
    unnamed = bob.status("Ciao", language="it")
    until(lambda: unnamed["id"] in [s["id"] for s in alice.home()], "without languages all are")


def test_a_mute_says_when_it_ends(alice, bob):
    made = act(alice, "mute", bob, duration=3600)
    assert made["muting"] and made["muting_expires_at"]
    assert alice.get("/api/v1/mutes")[0]["mute_expires_at"] == made["muting_expires_at"]
    act(alice, "mute", bob, duration=0)
    assert alice.get("/api/v1/mutes")[0]["mute_expires_at"] is None and alice.relationship(bob)["muting_expires_at"] is None


def test_the_one_followed_is_told(alice, bob):
    alice.follow(bob)
    until(lambda: [n["account"]["id"] for n in bob.get("/api/v1/notifications", {"types[]": ["follow"]})] == [alice.id], "a notification of a follow")
