"""Notifications, one by one and in groups; markers."""
from howdah.wait import until


def kinds(who, **params):
    return [(n["type"], n["account"]["id"]) for n in who.get("/api/v1/notifications", params)]


def test_what_others_do_is_told_once(alice, bob):
    post = alice.status("popular")
    bob.follow(alice)
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    mention = bob.status(f"hello @{alice.me()['username']}")
    until(lambda: len(kinds(alice)) == 4, "what was waited for")
    assert {k for k, _ in kinds(alice)} == {"follow", "favourite", "reblog", "mention"}
    assert {who for _, who in kinds(alice)} == {bob.id}
    about = {n["type"]: n.get("status", {}).get("id") for n in alice.get("/api/v1/notifications")}
    assert about == {"follow": None, "favourite": post["id"], "reblog": post["id"], "mention": mention["id"]}
    bob.post(f"/api/v1/statuses/{post['id']}/unfavourite")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.status(f"and again @{alice.me()['username']}")
    until(lambda: len([k for k, _ in kinds(alice) if k == "mention"]) == 2, "what was waited for")
    assert len([k for k, _ in kinds(alice) if k == "favourite"]) <= 1


def test_nobody_hears_of_oneself_or_of_those_one_blocked_or_muted(shared, alice, bob, carol):
    post = alice.status("quiet")
    alice.post(f"/api/v1/statuses/{post['id']}/favourite")
    alice.post(f"/api/v1/accounts/{bob.id}/mute")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    carol.post(f"/api/v1/statuses/{post['id']}/favourite")
    shared.settled()
    assert kinds(alice) == [("favourite", carol.id)]


def test_types_are_chosen_and_left_out(alice, bob):
    post = alice.status("post")
    bob.follow(alice)
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    until(lambda: len(kinds(alice)) == 2, "what was waited for")
    assert kinds(alice, **{"types[]": "follow"}) == [("follow", bob.id)]
    assert kinds(alice, **{"exclude_types[]": "follow"}) == [("favourite", bob.id)]
    assert kinds(alice, **{"types[]": "severed_relationships"}) == []
    assert kinds(alice, account_id=alice.id) == []


def test_one_is_shown_dismissed_and_all_are_cleared(alice, bob):
    post = alice.status("post")
    bob.follow(alice)
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    until(lambda: len(kinds(alice)) == 2, "what was waited for")
    first = alice.get("/api/v1/notifications")[0]
    assert alice.get(f"/api/v1/notifications/{first['id']}")["id"] == first["id"]
    bob.fails(404, "GET", f"/api/v1/notifications/{first['id']}")
    bob.fails(404, "POST", f"/api/v1/notifications/{first['id']}/dismiss")
    alice.post(f"/api/v1/notifications/{first['id']}/dismiss")
    assert len(kinds(alice)) == 1
    alice.post("/api/v1/notifications/clear")
    assert kinds(alice) == []


def test_favourites_of_one_post_are_one_group(shared, alice):
    post, others = alice.status("grouped"), [shared.account(shared.new_name("fan")) for _ in range(3)]
    for other in others:
        other.post(f"/api/v1/statuses/{post['id']}/favourite")
    others[0].status(f"hey @{alice.me()['username']}")
    until(lambda: len(kinds(alice)) == 4, "what was waited for")
    result = alice.get("/api/v2/notifications")
    groups = {g["type"]: g for g in result["notification_groups"]}
    fav = groups["favourite"]
    assert fav["notifications_count"] == 3 and fav["status_id"] == post["id"]
    assert set(fav["sample_account_ids"]) == {o.id for o in others} == {a["id"] for a in result["accounts"]}
    assert fav["group_key"].startswith(f"favourite-{post['id']}-") and groups["mention"]["group_key"].startswith("ungrouped-")
    assert isinstance(fav["most_recent_notification_id"], int)
    one = alice.get(f"/api/v2/notifications/{fav['group_key']}")["notification_groups"][0]
    assert one["notifications_count"] == 3
    assert len(alice.get(f"/api/v2/notifications/{fav['group_key']}/accounts")) == 3
    assert alice.get("/api/v2/notifications/unread_count") == {"count": 2}
    assert alice.get("/api/v1/notifications/unread_count") == {"count": 4}
    loose = alice.get("/api/v2/notifications", {"grouped_types[]": "follow"})["notification_groups"]
    assert len(loose) == 4
    partial = alice.get("/api/v2/notifications", {"expand_accounts": "partial_avatars"})
    assert len(partial["partial_accounts"]) == 3 - len([a for a in partial["accounts"]]) and partial["accounts"]
    alice.fails(400, "GET", "/api/v2/notifications", params={"expand_accounts": "nonsense"})
    alice.post(f"/api/v2/notifications/{fav['group_key']}/dismiss")
    assert [g["type"] for g in alice.get("/api/v2/notifications")["notification_groups"]] == ["mention"]
    alice.fails(404, "GET", f"/api/v2/notifications/{fav['group_key']}")
    alice.post("/api/v2/notifications/clear")
    assert alice.get("/api/v2/notifications")["notification_groups"] == []


def test_groups_are_paged_by_what_is_newest_in_them(alice, bob):
    posts = [alice.status(f"post {i}")["id"] for i in range(5)]
    for i, post in enumerate(posts):
        bob.post(f"/api/v1/statuses/{post}/favourite")
        until(lambda: len(kinds(alice)) == i + 1, "what was waited for")
    seen = [g["status_id"] for page in alice.pages("/api/v2/notifications", {"limit": 2}) for g in page["notification_groups"]]
    assert seen == posts[::-1]


def test_a_deleted_post_takes_its_notifications_along(alice, bob):
    post = bob.status(f"hello @{alice.me()['username']}")
    until(lambda: kinds(alice), "what was waited for")
    bob.delete(f"/api/v1/statuses/{post['id']}")
    assert kinds(alice) == []


def test_markers_are_kept_and_count_as_read(alice, bob):
    assert alice.get("/api/v1/markers", {"timeline[]": ["home", "notifications"]}) == {}
    bob.follow(alice)
    until(lambda: kinds(alice), "what was waited for")
    last = alice.get("/api/v1/notifications")[0]["id"]
    put = alice.post("/api/v1/markers", {"notifications": {"last_read_id": last}})
    assert put["notifications"]["last_read_id"] == last and put["notifications"]["version"] == 1
    assert alice.get("/api/v1/notifications/unread_count") == {"count": 0}
    again = alice.post("/api/v1/markers", {"notifications": {"last_read_id": last}, "home": {"last_read_id": "5"}})
    assert again["notifications"] == put["notifications"] and again["home"]["last_read_id"] == "5"
    assert alice.post("/api/v1/markers", {"home": {"last_read_id": "6"}})["home"]["version"] == 2
    assert set(alice.get("/api/v1/markers", {"timeline[]": "home"})) == {"home"}


def test_a_page_of_forty_takes_as_many_queries_as_one_of_twenty(server):
    alice, people = server.account("alice"), [server.account(f"p{i}") for i in range(3)]
    post = alice.status("popular")
    alice.patch("/api/v2/notifications/policy", {"for_private_mentions": "accept"})
    for i in range(40):
        people[i % 3].status(f"@alice {i}", visibility="direct" if i % 2 else "public")
    for p in people:
        p.post(f"/api/v1/statuses/{post['id']}/favourite")
    until(lambda: len(kinds(alice, limit=80)) == 43, "all are told")
    for path, queries in (("/api/v1/notifications", 7), ("/api/v2/notifications", 9)):
        size = {n: [alice.request("GET", path, params={"limit": n}) for _ in range(2)][1] for n in (20, 40)}
        shown = {n: r.json if path.startswith("/api/v1") else r.json["notification_groups"] for n, r in size.items()}
        assert {n: len(v) for n, v in shown.items()} == {20: 20, 40: 40}
        assert server.queries(size[20]) == server.queries(size[40]) == queries
