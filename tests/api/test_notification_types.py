"""Each type of notification, where the thing that causes it happens; and the ways of putting one away that older apps know."""
from howdah import Api
from howdah.wait import until


def of_type(who, kind, **params):
    return [n for n in who.get("/api/v1/notifications", params) if n["type"] == kind]


def one(who, kind):
    return until(lambda: of_type(who, kind), f"a {kind}")[0]


def test_posts_of_those_one_asked_to_hear_of(shared, alice, bob, carol):
    alice.post(f"/api/v1/accounts/{bob.id}/follow", {"notify": True})
    alice.follow(carol)
    carol.status("not this")
    post = bob.status("this")
    assert one(alice, "status")["status"]["id"] == post["id"]
    shared.settled()
    assert [n["account"]["id"] for n in of_type(alice, "status")] == [bob.id]


def test_requests_edits_and_polls(alice, bob):
    alice.patch("/api/v1/accounts/update_credentials", {"locked": True})
    bob.follow(alice)
    assert one(alice, "follow_request")["account"]["id"] == bob.id and of_type(alice, "follow") == []
    post = alice.status("first")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    alice.put(f"/api/v1/statuses/{post['id']}", {"status": "second"})
    edited = one(bob, "update")
    assert edited["status"]["id"] == post["id"] and edited["group_key"] == f"ungrouped-{edited['id']}"
    poll = alice.status("which?", poll={"options": ["a", "b"], "expires_in": 300})
    bob.post(f"/api/v1/polls/{poll['poll']['id']}/votes", {"choices": [0]})
    assert of_type(bob, "poll") == [] == of_type(alice, "poll")


def test_follows_that_a_hidden_domain_cuts_are_told_once(shared, alice, remote):
    bob, carol = remote.actor("bob"), remote.actor("carol")
    me, inbox = alice.me()["uri"], alice.me()["uri"] + "/inbox"
    found = alice.get("/api/v2/search", {"q": f"@bob@{remote.domain}", "resolve": True, "type": "accounts"})["accounts"][0]
    alice.follow(found)
    bob.send(inbox, bob.accept(remote.wait_activity("Follow")))
    for actor in (bob, carol):
        actor.send(inbox, actor.follow(me))
    until(lambda: alice.get("/api/v1/domain_blocks/preview", {"domain": remote.domain}) == {"following_count": 1, "followers_count": 2},
          "the follows stand")
    alice.ok("POST", "/api/v1/domain_blocks", data={"domain": remote.domain})
    told = one(alice, "severed_relationships")
    assert told["account"]["id"] == alice.id and "status" not in told
    assert {k: told["event"][k] for k in ("type", "target_name", "followers_count", "following_count")} == {
        "type": "user_domain_block", "target_name": remote.domain, "followers_count": 2, "following_count": 1}
    group = next(g for g in alice.get("/api/v2/notifications")["notification_groups"] if g["type"] == "severed_relationships")
    assert group["event"] == told["event"] and group["sample_account_ids"] == [alice.id]
    alice.ok("POST", "/api/v1/domain_blocks", data={"domain": remote.domain})
    alice.ok("POST", "/api/v1/domain_blocks", data={"domain": "nobody.example"})
    shared.settled()
    assert len(of_type(alice, "severed_relationships")) == 1


def test_moderators_hear_of_who_signs_up(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    moderator, user = server.account("mod", role="moderator"), server.account("user")
    app = server.anonymous().post("/api/v1/apps", {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"})
    token = server.anonymous().post("/oauth/token", {"grant_type": "client_credentials", "client_id": app["client_id"],
                                                     "client_secret": app["client_secret"], "scope": "read write"})["access_token"]
    for name in ("new", "newer"):
        Api(server.url, token).post("/api/v1/accounts", {"username": name, "email": f"{name}@example.com", "password": "a long password",
                                                         "agreement": True, "locale": "en"})
    until(lambda: len(of_type(moderator, "admin.sign_up")) == 2, "both are told of")
    assert {n["account"]["username"] for n in of_type(moderator, "admin.sign_up")} == {"new", "newer"}
    group = moderator.get("/api/v2/notifications")["notification_groups"]
    assert [(g["type"], g["notifications_count"]) for g in group] == [("admin.sign_up", 2)] and group[0]["group_key"].startswith("admin.sign_up-")
    assert of_type(user, "admin.sign_up") == []


def test_types_that_an_app_does_not_know_say_what_they_are(alice, bob):
    bob.patch("/api/v1/accounts/update_credentials", {"display_name": "<Bob>"})
    bob.follow(alice)
    bob.status(f"hello @{alice.name}")
    one(alice, "mention"), one(alice, "follow")
    known = {n["type"]: n.get("fallback") for n in alice.get("/api/v1/notifications", {"supported_types[]": ["mention", "status"]})}
    assert known == {"mention": None, "follow": {"title": "&lt;Bob&gt; follows you", "summary": None, "details": None}}
    groups = alice.get("/api/v2/notifications", {"supported_types[]": "follow"})["notification_groups"]
    assert {g["type"]: "fallback" in g for g in groups} == {"mention": True, "follow": False}
    assert all("fallback" not in n for n in alice.get("/api/v1/notifications"))


def test_old_ways_of_putting_away(shared, alice, bob, carol):
    for i in range(4):
        bob.status(f"@{alice.name} {i}")
    until(lambda: len(of_type(alice, "mention")) == 4, "four mentions")
    a, b, c, d = (n["id"] for n in of_type(alice, "mention"))
    carol.fails(404, "POST", "/api/v1/notifications/dismiss", "Record not found", json={"id": a})
    carol.fails(404, "DELETE", f"/api/v1/notifications/{a}", "Record not found")
    carol.delete("/api/v1/notifications/destroy_multiple", params={"ids[]": [a, b]})
    Api(alice.base, shared.token(alice.name, "read")).fails(403, "DELETE", f"/api/v1/notifications/{a}")
    assert len(of_type(alice, "mention")) == 4
    assert alice.post("/api/v1/notifications/dismiss", {"id": a}) == {}
    assert alice.delete(f"/api/v1/notifications/{b}") == {}
    assert alice.delete("/api/v1/notifications/destroy_multiple", params={"ids[]": [c, "1", "nonsense"]}) == {}
    assert [n["id"] for n in of_type(alice, "mention")] == [d]
    alice.fails(404, "POST", "/api/v1/notifications/dismiss", "Record not found", json={})
