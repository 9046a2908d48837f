"""Lists: kept, filled, read, streamed; what they keep out of home."""
import pytest

from howdah.stream import SseStream, WsStream
from howdah.wait import until


def ids(page):
    return [s["id"] for s in page]


def befriend(who, whom):
    who.follow(whom)
    assert until(lambda: who.relationship(whom)["following"], "the follow")


def new_list(who, title="people", members=(), **more):
    made = who.post("/api/v1/lists", {"title": title, **more})
    if members:
        assert who.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [m.id for m in members]}) == {}
    return made


def shown(who, made, **params):
    return ids(who.get(f"/api/v1/timelines/list/{made['id']}", params))


def test_a_list_is_made_changed_and_removed(alice, bob):
    made = alice.post("/api/v1/lists", {"title": " friends "})
    assert made == {"id": made["id"], "title": "friends", "replies_policy": "list", "exclusive": False}
    at = f"/api/v1/lists/{made['id']}"
    changed = alice.put(at, {"title": "foes", "replies_policy": "none", "exclusive": True})
    assert changed == {**made, "title": "foes", "replies_policy": "none", "exclusive": True}
    assert alice.put(at, {"title": "foes"}) == changed == alice.get(at)
    assert alice.get("/api/v1/lists") == [changed] and bob.get("/api/v1/lists") == []
    for method, path in (("GET", at), ("DELETE", at), ("GET", f"{at}/accounts"), ("POST", f"{at}/accounts"), ("DELETE", f"{at}/accounts"),
                         ("GET", f"/api/v1/timelines/list/{made['id']}")):
        bob.fails(404, method, path, "Record not found")
    bob.fails(404, "PUT", at, json={"title": "mine"})
    alice.fails(404, "GET", "/api/v1/lists/nonsense")
    assert alice.delete(at) == {}
    assert alice.get("/api/v1/lists") == []
    alice.fails(404, "DELETE", at)


def test_what_makes_no_list_is_refused(alice):
    alice.fails(422, "POST", "/api/v1/lists", "Validation failed: Title can't be blank", json={"title": "  "})
    alice.fails(422, "POST", "/api/v1/lists", "Validation failed: Title can't be blank", json={})
    alice.fails(422, "POST", "/api/v1/lists", "Validation failed: Title is too long (maximum is 256 characters)", json={"title": "x" * 257})
    alice.fails(422, "POST", "/api/v1/lists", "'all' is not a valid replies_policy", json={"title": "x", "replies_policy": "all"})
    assert alice.get("/api/v1/lists") == []
    for i in range(50):
        new_list(alice, f"list {i}")
    alice.fails(422, "POST", "/api/v1/lists", "Validation failed: You have reached the maximum number of lists", json={"title": "one more"})
    assert [made["title"] for made in alice.get("/api/v1/lists")] == [f"list {i}" for i in range(50)]


def test_only_whom_one_follows_or_asked_to_follow_comes_into_a_list(shared, alice, bob, carol):
    made = new_list(alice)
    at = f"/api/v1/lists/{made['id']}/accounts"
    carol.patch("/api/v1/accounts/update_credentials", {"locked": True})
    befriend(alice, bob)
    alice.fails(422, "POST", at, "Validation failed: Account follow relationship missing", json={"account_ids": [bob.id, carol.id]})
    alice.fails(404, "POST", at, "Record not found", json={"account_ids": [bob.id, "1"]})
    assert alice.get(at) == []
    alice.follow(carol)
    alice.post(at, {"account_ids": [bob.id, carol.id, alice.id]})
    alice.fails(422, "POST", at, "Validation failed: Account has already been taken", json={"account_ids": [bob.id]})
    assert {a["id"] for a in alice.get(at)} == {alice.id, bob.id, carol.id}
    assert alice.get(f"/api/v1/accounts/{bob.id}/lists") == [made] and alice.get(f"/api/v1/accounts/{carol.id}/lists") == [made]
    stranger = shared.account(shared.new_name("dora"))
    assert alice.get(f"/api/v1/accounts/{stranger.id}/lists") == [] and bob.get(f"/api/v1/accounts/{bob.id}/lists") == []
    alice.fails(404, "GET", "/api/v1/accounts/1/lists")
    alice.ok("DELETE", at, json={"account_ids": [alice.id]})
    carol.post(f"/api/v1/follow_requests/{alice.id}/reject")
    assert ids(alice.get(at)) == [bob.id]
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    assert alice.get(at) == [] and alice.get(f"/api/v1/accounts/{bob.id}/lists") == []


def test_a_block_either_way_takes_out_of_lists(alice, bob, carol):
    for other in (bob, carol):
        befriend(alice, other)
    made = new_list(alice, members=[bob, carol])
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    carol.post(f"/api/v1/accounts/{alice.id}/block")
    assert alice.get(f"/api/v1/lists/{made['id']}/accounts") == []


def test_members_come_in_pages_or_all_at_once(shared, alice):
    people = [shared.account(shared.new_name("m")) for _ in range(5)]
    for p in people:
        befriend(alice, p)
    made = new_list(alice, members=people)
    at = f"/api/v1/lists/{made['id']}/accounts"
    newest_first = sorted((p.id for p in people), key=int, reverse=True)
    reply = alice.request("GET", at, params={"limit": 2})
    assert ids(reply.json) == newest_first[:2]
    assert f"max_id={newest_first[1]}" in reply.links["next"] and f"since_id={newest_first[0]}" in reply.links["prev"]
    assert [a for page in alice.pages(at, {"limit": 2}) for a in ids(page)] == newest_first
    everybody = alice.request("GET", at, params={"limit": 0})
    assert ids(everybody.json) == newest_first and "Link" not in everybody.headers


def test_a_list_shows_its_people_only_before_and_after(alice, bob, carol):
    for other in (bob, carol):
        befriend(alice, other)
    before = bob.status("before")
    made = new_list(alice, members=[bob])
    assert shown(alice, made) == [before["id"]]
    other, after, mine = carol.status("other"), bob.status("after", visibility="private"), alice.status("mine")
    direct = bob.status(f"@{alice.me()['username']} direct", visibility="direct")
    until(lambda: {other["id"], direct["id"], mine["id"]} <= set(ids(alice.home())), "home")
    until(lambda: shown(alice, made) == [after["id"], before["id"]], "the list")
    page = alice.request("GET", f"/api/v1/timelines/list/{made['id']}", params={"limit": 1})
    assert ids(page.json) == [after["id"]] and f"min_id={after['id']}" in page.links["prev"]
    assert [i for p in alice.pages(f"/api/v1/timelines/list/{made['id']}", {"limit": 1}) for i in ids(p)] == [after["id"], before["id"]]
    alice.ok("DELETE", f"/api/v1/lists/{made['id']}/accounts", params={"account_ids[]": bob.id})
    assert shown(alice, made) == []


@pytest.mark.parametrize("policy, wanted", [("none", {"own"}), ("list", {"own", "to member"}), ("followed", {"own", "to member", "to followed"})])
def test_replies_come_by_the_lists_policy(shared, alice, bob, carol, policy, wanted):
    dora = shared.account(shared.new_name("dora"))
    for other in (bob, carol, dora):
        befriend(alice, other)
    made = new_list(alice, members=[bob, carol], replies_policy=policy)
    roots = {"own": bob.status("own"), "to member": carol.status("member"), "to followed": dora.status("followed")}
    replies = {why: bob.status(why, in_reply_to_id=root["id"])["id"] for why, root in roots.items()}
    shared.settled()
    assert set(shown(alice, made)) & set(replies.values()) == {replies[why] for why in wanted}


def test_an_exclusive_list_keeps_its_peoples_posts_out_of_home(shared, alice, bob, carol):
    for other in (bob, carol):
        befriend(alice, other)
    alice.home()
    made = new_list(alice, members=[bob], exclusive=True)
    alice.post(f"/api/v1/accounts/{bob.id}/follow", {"notify": True})
    kept, other = bob.status("kept"), carol.status("other")
    shared.settled()
    assert other["id"] in ids(alice.home()) and kept["id"] in shown(alice, made) and kept["id"] not in ids(alice.home())
    until(lambda: any(n["type"] == "status" and n["status"]["id"] == kept["id"] for n in alice.get("/api/v1/notifications")), "the bell")
    alice.put(f"/api/v1/lists/{made['id']}", {"title": "open", "exclusive": False})
    until(lambda: kept["id"] in ids(alice.home()), "home is filled again")
    alice.put(f"/api/v1/lists/{made['id']}", {"title": "shut", "exclusive": True})
    assert kept["id"] not in ids(alice.home())
    alice.delete(f"/api/v1/lists/{made['id']}")
    until(lambda: kept["id"] in ids(alice.home()), "home is filled once more")


def test_what_one_mutes_is_not_in_lists_and_comes_back(alice, bob):
    befriend(alice, bob)
    made = new_list(alice, members=[bob])
    post = bob.status("now and then")
    until(lambda: shown(alice, made) == [post["id"]], "the list")
    alice.post(f"/api/v1/accounts/{bob.id}/mute")
    assert shown(alice, made) == []
    alice.post(f"/api/v1/accounts/{bob.id}/unmute")
    assert shown(alice, made) == [post["id"]]


def test_an_accepted_request_brings_its_posts_into_the_list(alice, bob):
    bob.patch("/api/v1/accounts/update_credentials", {"locked": True})
    post = bob.status("public all the same")
    alice.follow(bob)
    made = new_list(alice, members=[bob])
    assert shown(alice, made) == []
    bob.post(f"/api/v1/follow_requests/{alice.id}/authorize")
    assert shown(alice, made) == [post["id"]]


def test_a_list_is_streamed_to_its_owner_alone(alice, bob, carol):
    for who in (alice, carol):
        befriend(who, bob)
    made, others = new_list(alice, members=[bob]), new_list(carol, members=[bob])
    assert SseStream(alice, "/api/v1/streaming/list").status == 400
    refused = SseStream(alice, "/api/v1/streaming/list", {"list": others["id"]})
    assert refused.status == 401 and b"Not authorized to stream this list" in refused.body
    with WsStream(alice) as ws, SseStream(alice, "/api/v1/streaming/list", {"list": made["id"]}) as sse, \
            WsStream(alice, "list", list=made["id"]) as direct:
        ws.subscribe("list", list=others["id"])
        assert ws.wait("error")["error"] == "Not authorized to stream this list"
        ws.subscribe("list", list=made["id"])
        ws.subscribe("list")
        assert ws.wait("error")["error"] == "Missing list name parameter"
        ws.subscribe("list", list="0")         # judged after the one before, which is granted by then
        ws.wait("error")
        ws.subscribe("list", list=others["id"])
        ws.wait("error")
        post = bob.status("told")
        for stream in (ws, sse, direct):
            assert stream.wait("update")["payload"]["id"] == post["id"]
        bob.put(f"/api/v1/statuses/{post['id']}", {"status": "told better"})
        for stream in (ws, sse, direct):
            assert "told better" in stream.wait("status.update")["payload"]["content"]
        bob.delete(f"/api/v1/statuses/{post['id']}")
        got = ws.wait("delete")
        assert got["payload"] == post["id"] and got["stream"] == ["list", made["id"]]
        ws.unsubscribe("list", list=made["id"])
        ws.subscribe("list", list=others["id"])
        ws.wait("error")
        quiet = bob.status("not told")
        assert sse.wait("update")["payload"]["id"] == quiet["id"]
        ws.subscribe("user")
        ws.subscribe("nonsense")
        ws.wait("error")
        last = alice.status("a marker")
        assert [e["stream"] for e in ws.take_until(lambda e: e["payload"]["id"] == last["id"])] == [["user"]]


def test_a_list_takes_as_many_queries_for_forty_posts_as_for_twenty(server):
    alice, bob = server.account("alice"), server.account("bob")
    befriend(alice, bob)
    made = new_list(alice, members=[bob])
    for i in range(40):
        bob.status(f"post {i}")
    until(lambda: len(shown(alice, made, limit=40)) == 40, "forty posts")
    pages = [alice.request("GET", f"/api/v1/timelines/list/{made['id']}", params={"limit": n}) for n in (40, 20, 40)]
    assert [len(page.json) for page in pages] == [40, 20, 40]
    assert server.queries(pages[1]) == server.queries(pages[2])
