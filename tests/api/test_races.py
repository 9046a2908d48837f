"""Two requests for one thing at once: each is answered, it happens once, and the counters say what is there. On both engines."""
import concurrent.futures

import pytest
from howdah import Api

AT_ONCE = 12


def together(*calls):
    """All calls at once; their replies in order."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [f.result() for f in [pool.submit(c) for c in calls]]


def clients(shared, api, n=AT_ONCE):
    """As many connections of one person."""
    return [Api(shared.url, api.token) for _ in range(n)]


def again(shared, api, method, path, n=AT_ONCE, **how):
    replies = together(*[lambda a=a: a.request(method, path, **how) for a in clients(shared, api, n)])
    for r in replies:
        assert r.status in (200, 422, 503), repr(r)
    return replies


@pytest.mark.parametrize("mark, undo, count", [("favourite", "unfavourite", "favourites_count"), ("reblog", "unreblog", "reblogs_count"),
                                               ("bookmark", "unbookmark", None)])
def test_a_mark_counts_once(shared, alice, bob, mark, undo, count):
    posted = alice.status("count me")
    for _ in range(2):
        again(shared, bob, "POST", f"/api/v1/statuses/{posted['id']}/{mark}")
        if count:
            assert alice.get(f"/api/v1/statuses/{posted['id']}")[count] == 1
        again(shared, bob, "POST", f"/api/v1/statuses/{posted['id']}/{undo}")
        if count:
            assert alice.get(f"/api/v1/statuses/{posted['id']}")[count] == 0


def test_many_people_at_once_are_all_counted(shared, alice):
    posted = alice.status("count us")
    people = [shared.account() for _ in range(8)]
    together(*[lambda p=p: p.post(f"/api/v1/statuses/{posted['id']}/favourite") for p in people],
             *[lambda p=p: Api(shared.url, p.token).post(f"/api/v1/statuses/{posted['id']}/reblog") for p in people],
             *[lambda p=p: Api(shared.url, p.token).post(f"/api/v1/accounts/{alice.id}/follow") for p in people],
             *[lambda p=p: Api(shared.url, p.token).status("answer", in_reply_to_id=posted["id"]) for p in people])
    now = alice.get(f"/api/v1/statuses/{posted['id']}")
    assert (now["favourites_count"], now["reblogs_count"], now["replies_count"]) == (8, 8, 8)
    assert alice.me()["followers_count"] == 8 and len(alice.get(f"/api/v1/accounts/{alice.id}/followers")) == 8


def test_a_follow_counts_once(shared, alice, bob):
    for _ in range(2):
        again(shared, bob, "POST", f"/api/v1/accounts/{alice.id}/follow")
        assert (alice.me()["followers_count"], bob.me()["following_count"]) == (1, 1)
        again(shared, bob, "POST", f"/api/v1/accounts/{alice.id}/unfollow")
        assert (alice.me()["followers_count"], bob.me()["following_count"]) == (0, 0)


def test_following_and_its_opposite_at_once_end_in_one_of_both(shared, alice, bob):
    c = clients(shared, bob)
    together(*[lambda a=a, i=i: a.request("POST", f"/api/v1/accounts/{alice.id}/{('follow', 'unfollow', 'block', 'unblock')[i % 4]}")
               for i, a in enumerate(c)])
    there = bob.relationship(alice)
    assert not (there["following"] and there["blocking"])
    assert alice.me()["followers_count"] == bob.me()["following_count"] == int(there["following"])


def test_a_follow_request_is_let_in_once(shared, alice, bob):
    alice.patch("/api/v1/accounts/update_credentials", {"locked": True})
    bob.follow(alice)
    together(*[lambda a=a, i=i: a.request("POST", f"/api/v1/follow_requests/{bob.id}/{('authorize', 'reject')[i % 2]}")
               for i, a in enumerate(clients(shared, alice))])
    there = bob.relationship(alice)
    assert not there["requested"] and alice.me()["followers_count"] == bob.me()["following_count"] == int(there["following"])


def test_a_key_makes_one_post(shared, alice):
    replies = again(shared, alice, "POST", "/api/v1/statuses", json={"status": "once"}, headers={"Idempotency-Key": "k1"})
    ids = {r.json["id"] for r in replies if r.status == 200}
    assert len(ids) == 1 and alice.me()["statuses_count"] == 1
    later = alice.ok("POST", "/api/v1/statuses", json={"status": "once"}, headers={"Idempotency-Key": "k1"})
    assert later["id"] in ids


@pytest.mark.parametrize("multiple", [False, True])
def test_a_vote_counts_once(shared, alice, bob, multiple):
    poll = alice.status("?", poll={"options": ["a", "b"], "expires_in": 3600, "multiple": multiple})["poll"]
    replies = again(shared, bob, "POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": [0]})
    assert sum(r.status == 200 for r in replies) == 1
    now = alice.get(f"/api/v1/polls/{poll['id']}")
    assert (now["votes_count"], now["voters_count"], [o["votes_count"] for o in now["options"]]) == (1, 1, [1, 0])


def test_one_is_pinned_once_and_no_more_than_five(shared, alice):
    posted = [alice.status(f"pin {i}") for i in range(8)]
    again(shared, alice, "POST", f"/api/v1/statuses/{posted[0]['id']}/pin")
    together(*[lambda a=a, p=p: a.request("POST", f"/api/v1/statuses/{p['id']}/pin") for a, p in zip(clients(shared, alice), posted)])
    assert len(alice.get(f"/api/v1/accounts/{alice.id}/statuses", {"pinned": "true"})) == 5


def test_a_picture_is_attached_once(shared, alice):
    import pathlib
    png = pathlib.Path(__file__).parent.parent / "fixtures" / "media" / "pixel.png"
    media = alice.ok("POST", "/api/v2/media", files={"file": ("p.png", png.read_bytes())})
    replies = together(*[lambda a=a, i=i: a.request("POST", "/api/v1/statuses", json={"status": f"p{i}", "media_ids": [media["id"]]})
                         for i, a in enumerate(clients(shared, alice, 6))])
    assert sum(r.status == 200 for r in replies) == 1, replies
    assert alice.me()["statuses_count"] == 1


def test_what_is_deleted_while_others_mark_it_leaves_no_trace(shared, alice, bob, carol):
    root = bob.status("root")
    for _ in range(4):
        posted = alice.status("soon gone", in_reply_to_id=root["id"])
        marks = [lambda a=a, m=m: a.request("POST", f"/api/v1/statuses/{posted['id']}/{m}")
                 for m in ("favourite", "reblog", "bookmark") for p in (bob, carol) for a in clients(shared, p, 1)]
        replies = together(*marks, lambda: alice.request("DELETE", f"/api/v1/statuses/{posted['id']}"),
                           lambda: Api(shared.url, alice.token).request("DELETE", f"/api/v1/statuses/{posted['id']}"))
        for r in replies:
            assert r.status in (200, 404, 503), repr(r)
        alice.fails(404, "GET", f"/api/v1/statuses/{posted['id']}")
        for api in (bob, carol):
            for path in ("/api/v1/favourites", "/api/v1/bookmarks", "/api/v1/timelines/home", f"/api/v1/accounts/{api.id}/statuses"):
                assert not [s for s in api.get(path) if s["id"] == posted["id"] or (s["reblog"] or {}).get("id") == posted["id"]], path
    assert alice.get(f"/api/v1/statuses/{root['id']}")["replies_count"] == 0
    assert alice.me()["statuses_count"] == 0 and carol.me()["statuses_count"] == 0 and bob.me()["statuses_count"] == 1


def test_who_unfollows_while_posts_are_passed_out_has_none_of_them(shared, alice, bob):
    bob.follow(alice)
    together(*[lambda a=a, i=i: a.status(f"post {i}") for i, a in enumerate(clients(shared, alice, 6))],
             lambda: bob.post(f"/api/v1/accounts/{alice.id}/unfollow"))
    marker = bob.status("mine")
    shared.settled()
    assert [s["id"] for s in bob.home(limit=40)] == [marker["id"]], "nothing of alice's"


def test_an_account_name_is_taken_once(shared):
    name = shared.new_name("twin")
    done = together(*[lambda i=i: shared.cli("account", "create", name, "--email", f"{name}{i}@example.com", check=False) for i in range(4)])
    assert sorted(d.returncode for d in done) == [0, 1, 1, 1], [d.stderr for d in done]
