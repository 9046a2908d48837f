"""Whose notifications one wants: the policy, requests, and what becomes of them."""
import pytest

from howdah import Api
from howdah.stream import WsStream
from howdah.wait import until

POLICY, REQUESTS = "/api/v2/notifications/policy", "/api/v1/notifications/requests"
DEFAULT = {"for_not_following": "accept", "for_not_followers": "accept", "for_new_accounts": "accept", "for_private_mentions": "filter",
           "for_limited_accounts": "filter", "for_bots": "accept"}


def rules(policy):
    return {k: v for k, v in policy.items() if k != "summary"}


def told(who, **params):
    return [(n["type"], n["account"]["id"]) for n in who.get("/api/v1/notifications", params)]


def one_request(who):
    return until(lambda: who.get(REQUESTS), "a request")[0]


def test_the_policy_is_read_and_changed_a_rule_at_a_time(shared, alice, bob):
    assert rules(alice.get(POLICY)) == DEFAULT
    assert alice.get(POLICY)["summary"] == {"pending_requests_count": 0, "pending_notifications_count": 0}
    assert rules(alice.patch(POLICY, {"for_bots": "drop", "for_not_following": "filter"})) == {
        **DEFAULT, "for_bots": "drop", "for_not_following": "filter"}
    assert rules(alice.put(POLICY, {"for_not_following": "accept"})) == {**DEFAULT, "for_bots": "drop"}
    alice.fails(422, "PATCH", POLICY, "Validation failed: For bots is not included in the list", json={"for_bots": "hide", "for_new_accounts": "drop"})
    assert rules(alice.get(POLICY)) == {**DEFAULT, "for_bots": "drop"} and rules(bob.get(POLICY)) == DEFAULT
    reader = Api(alice.base, shared.token(alice.name, "read"))
    reader.get(POLICY)
    reader.fails(403, "PATCH", POLICY, json={"for_bots": "drop"})


def test_the_boolean_policy_of_old_clients_is_the_same_one(alice):
    old = "/api/v1/notifications/policy"
    assert rules(alice.get(old)) == {"filter_not_following": False, "filter_not_followers": False, "filter_new_accounts": False,
                                     "filter_private_mentions": True}
    assert alice.put(old, {"filter_not_followers": True, "filter_private_mentions": False})["filter_not_followers"] is True
    assert rules(alice.get(POLICY)) == {**DEFAULT, "for_not_followers": "filter", "for_private_mentions": "accept"}


def test_who_writes_directly_unasked_makes_a_request(alice, bob, carol):
    with WsStream(alice) as stream:
        stream.subscribe("user")
        first = bob.status(f"@{alice.name} psst", visibility="direct")
        request = one_request(alice)
        assert request["account"]["id"] == bob.id and request["last_status"]["id"] == first["id"] and request["notifications_count"] == "1"
        assert alice.get(f"{REQUESTS}/{request['id']}") == request
        bob.fails(404, "GET", f"{REQUESTS}/{request['id']}", "Record not found")
        assert told(alice) == [] and alice.get("/api/v1/notifications/unread_count") == {"count": 0}
        assert alice.get("/api/v2/notifications")["notification_groups"] == []
        held = alice.get("/api/v1/notifications", {"include_filtered": "true", "account_id": bob.id})
        assert [(n["type"], n["filtered"], n["status"]["id"]) for n in held] == [("mention", True, first["id"])]
        assert len(alice.get("/api/v2/notifications", {"include_filtered": "true"})["notification_groups"]) == 1
        second = bob.status(f"@{alice.name} psst again", visibility="direct")
        newer = until(lambda: [r for r in alice.get(REQUESTS) if r["notifications_count"] == "2"], "the second")[0]
        assert newer["id"] == request["id"] and newer["last_status"]["id"] == second["id"] and newer["updated_at"] > newer["created_at"]
        assert alice.get(POLICY)["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 2}
        # Nothing of it was told: the first that the stream hears of is somebody else's.
        carol.status(f"@{alice.name} hello")
        assert stream.wait("notification")["payload"]["account"]["id"] == carol.id


def test_accepted_they_are_let_in_now_and_later(alice, bob):
    bob.status(f"@{alice.name} one", visibility="direct")
    request = one_request(alice)
    with WsStream(alice) as stream:
        stream.subscribe("user:notification")
        bob.fails(404, "POST", f"{REQUESTS}/{request['id']}/accept", "Record not found")
        assert alice.post(f"{REQUESTS}/{request['id']}/accept") == {}
        assert stream.wait("notifications_merged")["payload"] in ("1", 1)
    assert alice.get(f"{REQUESTS}/merged") == {"merged": True}
    assert told(alice) == [("mention", bob.id)] and "filtered" not in alice.get("/api/v1/notifications")[0]
    assert alice.get(REQUESTS) == [] and alice.get(POLICY)["summary"]["pending_requests_count"] == 0
    alice.fails(404, "POST", f"{REQUESTS}/{request['id']}/accept", "Record not found")
    bob.status(f"@{alice.name} two", visibility="direct")
    until(lambda: told(alice) == [("mention", bob.id)] * 2, "the next one is not held back")


def test_dismissed_they_are_gone_and_may_ask_again(alice, bob):
    bob.status(f"@{alice.name} one", visibility="direct")
    request = one_request(alice)
    assert alice.post(f"{REQUESTS}/{request['id']}/dismiss") == {}
    assert alice.get(REQUESTS) == [] and told(alice, include_filtered="true") == []
    alice.fails(404, "POST", f"{REQUESTS}/{request['id']}/dismiss", "Record not found")
    bob.status(f"@{alice.name} two", visibility="direct")
    assert one_request(alice)["notifications_count"] == "1"


def test_many_are_decided_at_once_and_lists_are_paged(shared, alice):
    people = [shared.account(shared.new_name("p")) for _ in range(5)]
    for p in people:
        p.status(f"@{alice.name} hello", visibility="direct")
    until(lambda: len(alice.get(REQUESTS)) == 5, "five requests")
    every = alice.get(REQUESTS)
    paged = [r for page in alice.pages(REQUESTS, {"limit": 2}) for r in page]
    assert paged == every and sorted((r["id"] for r in every), key=int, reverse=True) == [r["id"] for r in every]
    accept, dismiss = every[:2], every[2:4]
    assert alice.post(f"{REQUESTS}/accept", {"id": [r["id"] for r in accept] + ["1", "nonsense"]}) == {}
    assert alice.ok("POST", f"{REQUESTS}/dismiss", data={"id[]": [r["id"] for r in dismiss]}) == {}
    until(lambda: alice.get(f"{REQUESTS}/merged")["merged"], "all are let in")
    assert {who for _, who in told(alice)} == {r["account"]["id"] for r in accept}
    assert [r["id"] for r in alice.get(REQUESTS)] == [every[4]["id"]]


def test_an_answer_and_whom_one_follows_are_no_strangers(alice, bob, carol):
    asked = alice.status(f"@{bob.name} what do you say?")
    bob.status(f"@{alice.name} this", visibility="direct", in_reply_to_id=asked["id"])
    alice.follow(carol)
    carol.status(f"@{alice.name} psst", visibility="direct")
    until(lambda: {("mention", bob.id), ("mention", carol.id)} <= set(told(alice)), "both are told")
    assert alice.get(REQUESTS) == []


@pytest.mark.parametrize("rule", ["for_not_following", "for_not_followers", "for_new_accounts"])
def test_each_rule_holds_back_and_drops(shared, alice, bob, carol, rule):
    """bob and carol are strangers, and new."""
    post = alice.status("popular")
    alice.patch(POLICY, {rule: "filter"})
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.status(f"@{alice.name} hi")
    until(lambda: set(told(alice, include_filtered="true")) == {("favourite", bob.id), ("mention", bob.id)}, "both are held back")
    assert one_request(alice)["account"]["id"] == bob.id and told(alice) == []
    alice.patch(POLICY, {rule: "drop"})
    dropped = carol.status(f"@{alice.name} hi")
    shared.settled()      # it was looked at
    alice.follow(carol)
    carol.follow(alice)
    alice.patch(POLICY, {rule: "accept"})
    last = carol.status(f"@{alice.name} bye")
    until(lambda: last["id"] in [n.get("status", {}).get("id") for n in alice.get("/api/v1/notifications")], "the last one")
    assert dropped["id"] not in [n.get("status", {}).get("id") for n in alice.get("/api/v1/notifications", {"include_filtered": "true"})]


def test_bots_and_limited_people_are_known(shared, alice, bob, carol):
    bob.patch("/api/v1/accounts/update_credentials", {"bot": True})
    alice.patch(POLICY, {"for_bots": "drop"})
    bob.status(f"@{alice.name} beep")
    carol.status(f"@{alice.name} hello")
    shared.settled()
    assert told(alice) == [("mention", carol.id)] and alice.get(REQUESTS) == []


def test_nobody_above_is_held_back(shared, alice):
    moderator = shared.account(shared.new_name("mod"), role="moderator")
    alice.patch(POLICY, {"for_not_following": "drop", "for_private_mentions": "drop"})
    moderator.status(f"@{alice.name} about your report", visibility="direct")
    until(lambda: told(alice) == [("mention", moderator.id)], "the moderator is heard")


def test_what_is_held_back_reaches_no_device(shared, alice, bob, carol):
    from howdah.push import PushService
    with PushService() as service:
        device = service.device("a")
        alice.post("/api/v1/push/subscription", device.subscription(alerts={"mention": True}))
        bob.status(f"@{alice.name} psst", visibility="direct")
        one_request(alice)
        carol.status(f"@{alice.name} hello")
        assert device.wait()["title"] == f"{carol.name} mentioned you"
        shared.settled("DEVICES")
        assert len(device.received) == 1
