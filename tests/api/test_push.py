"""Web Push: subscriptions, and what arrives at the device."""
import time
import urllib.parse

import pytest

from howdah import Api
from howdah.browser import Browser
from howdah.push import PushService, claims
from howdah.remote import silent, status
from howdah.wait import until

AT = "/api/v1/push/subscription"
ALL = {t: True for t in ("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update",
                              "added_to_collection")}


@pytest.fixture
def service():
    with PushService() as service:
        yield service


def test_a_token_has_one_subscription_which_is_read_changed_replaced_and_dropped(shared, alice, service):
    alice.fails(404, "GET", AT, "Not Found")
    alice.fails(404, "PUT", AT, "Not Found", json={"data": {"alerts": {"mention": True}}})
    first, second = service.device("a"), service.device("b")
    made = alice.post(AT, first.subscription(alerts={"mention": True, "poll": "false"}, policy="followed"))
    assert made["endpoint"] == first.endpoint and made["standard"] is False and made["policy"] == "followed"
    assert isinstance(made["id"], int) and made["alerts"]["mention"] is True and made["alerts"]["poll"] is False
    assert made["server_key"] == alice.get("/api/v2/instance")["configuration"]["vapid"]["public_key"]
    assert alice.get(AT) == made
    other = Api(alice.base, shared.token(alice.name))
    other.fails(404, "GET", AT, "Not Found")
    for change in (alice.put, alice.patch):
        changed = change(AT, {"data": {"alerts": {"favourite": True}}})
        assert changed["alerts"]["favourite"] and not changed["alerts"]["mention"] and changed["policy"] == "all"
        assert changed["endpoint"] == first.endpoint
    form = {"subscription[endpoint]": second.endpoint, "subscription[standard]": "true", "data[alerts][follow]": "true",
            **{f"subscription[keys][{k}]": v for k, v in second.subscription()["subscription"]["keys"].items()}}
    replaced = alice.ok("POST", AT, data=form)
    assert replaced["endpoint"] == second.endpoint and replaced["standard"] is True and replaced["id"] != made["id"]
    assert alice.delete(AT) == {}
    assert alice.delete(AT) == {}
    alice.fails(404, "GET", AT, "Not Found")


def test_what_makes_no_subscription_is_refused(shared, alice, anonymous, service):
    good = service.device("a").subscription()["subscription"]
    alice.fails(400, "POST", AT, "param is missing or the value is empty: subscription", json={"data": {}})
    for endpoint in ("", "ftp://example.org/x", "not an address", "https://" + "x" * 3000):
        alice.fails(422, "POST", AT, json={"subscription": {**good, "endpoint": endpoint}})
    for keys in ({}, {"p256dh": good["keys"]["p256dh"], "auth": "short"}, {"p256dh": "A" * 87, "auth": good["keys"]["auth"]}):
        alice.fails(422, "POST", AT, json={"subscription": {**good, "keys": keys}})
    Api(alice.base, shared.token(alice.name, "read write follow")).fails(403, "GET", AT)
    anonymous.fails(401, "POST", AT, json={"subscription": good})
    alice.fails(404, "GET", AT, "Not Found")


@pytest.mark.parametrize("standard", [True, False])
def test_a_notification_arrives_and_names_itself(alice, bob, service, standard):
    device = service.device("a")
    key = alice.post(AT, device.subscription(standard=standard, alerts=ALL))["server_key"]
    post = bob.status(f"@{alice.name} good <b>morning</b>\n\nto you", spoiler_text="")
    told = device.wait()
    about = alice.get(f"/api/v1/notifications/{told['notification_id']}")
    # A number that a double holds: JavaScript reads it as one, and asks for that notification.
    assert int(float(told["notification_id"])) == told["notification_id"] == int(about["id"]) and about["status"]["id"] == post["id"]
    assert (told["access_token"], told["notification_type"]) == (alice.token, "mention")
    assert told["title"] == f"{bob.name} mentioned you" and told["body"] == f"@{alice.name} good <b>morning</b> to you"
    assert told["icon"] == bob.me()["avatar"] and told["preferred_locale"] == "en"
    got = device.received[0]
    assert got.headers["content-encoding"] == ("aes128gcm" if standard else "aesgcm")
    assert (got.headers["ttl"], got.headers["urgency"], got.headers["content-type"]) == ("172800", "normal", "application/octet-stream")
    said = claims(got, key)
    assert said["aud"] == service.remote.url and said["sub"] and time.time() < said["exp"] <= time.time() + 86400
    bob.post(f"/api/v1/statuses/{alice.status('mine')['id']}/favourite")
    assert device.wait(2)["notification_type"] == "favourite"
    alice.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    bob.post("/api/v1/collections", {"name": "Early risers", "account_ids": [alice.id]})
    told = device.wait(3)
    assert (told["notification_type"], told["body"]) == ("added_to_collection", "Early risers")
    assert told["title"] == f"{bob.name} added you to a collection"


def test_alerts_and_policy_say_what_is_sent(shared, alice, bob, carol, service):
    """Each device hears one kind of thing."""
    def device(name, policy, **alerts):
        made = service.device(name)
        Api(alice.base, shared.token(alice.name)).post(AT, made.subscription(alerts=alerts, policy=policy))
        return made

    alice.follow(bob)
    carol.follow(alice)
    everyone, followed, follower = (device(p, p, mention=True) for p in ("all", "followed", "follower"))
    none, favourites = device("none", "none", **ALL), device("favourites", "all", favourite=True)
    bob.status(f"@{alice.name} one")
    carol.status(f"@{alice.name} two")
    bob.post(f"/api/v1/statuses/{alice.status('x')['id']}/favourite")
    assert {everyone.wait(1)["body"], everyone.wait(2)["body"]} == {f"@{alice.name} one", f"@{alice.name} two"}
    assert followed.wait()["body"] == f"@{alice.name} one" and follower.wait()["body"] == f"@{alice.name} two"
    assert favourites.wait()["notification_type"] == "favourite"
    shared.settled("DEVICES")
    assert [len(d.received) for d in (everyone, followed, follower, none, favourites)] == [2, 1, 1, 0, 1]


@pytest.mark.parametrize("code", [404, 410])
def test_a_device_that_is_gone_is_not_written_to_again(alice, bob, service, code):
    device = service.device("a")
    alice.post(AT, device.subscription(alerts=ALL))
    device.answers(status(code))
    bob.status(f"@{alice.name} one")
    device.wait()
    until(lambda: alice.request("GET", AT).status == 404, "the subscription is dropped")
    assert len(device.received) == 1


def test_a_service_in_trouble_is_asked_again(alice, bob, service):
    device = service.device("a")
    alice.post(AT, device.subscription(alerts=ALL))
    device.answers(status(503))
    bob.status(f"@{alice.name} one")
    device.wait()
    device.answers(status(201))
    assert device.wait(2)["body"] == f"@{alice.name} one"
    assert alice.get(AT)["endpoint"] == device.endpoint


def test_a_silent_service_holds_up_nobody(new_server, service):
    server = new_server(job_workers=2)
    alice, bob = server.account("alice"), server.account("bob")
    stuck, well = service.device("stuck"), PushService()
    with well:
        quick = well.device("quick")
        stuck.answers(silent)
        for device in [stuck] + [service.device(f"stuck{i}") for i in range(8)]:
            device.answers(silent)
            Api(alice.base, server.token("alice")).post(AT, device.subscription(alerts=ALL))
        alice.post(AT, quick.subscription(alerts=ALL))
        for i in range(3):
            bob.status(f"@alice {i}")
        assert {quick.wait(n)["body"] for n in (1, 2, 3)} == {"@alice 0", "@alice 1", "@alice 2"}
        until(lambda: len(alice.get("/api/v1/notifications")) == 3, "the notifications")
        service.remote.closing.set()


def test_nothing_is_sent_to_addresses_inside(new_server, service):
    server = new_server(allow_private_addresses="10.255.255.255/32")
    alice, bob = server.account("alice"), server.account("bob")
    device = service.device("inside")
    alice.post(AT, device.subscription(alerts=ALL))
    bob.status("@alice one")
    until(lambda: "WEB_PUSH" in server.log_path.read_text() and "job.dropped" in server.log_path.read_text(), "the job is dropped")
    assert device.received == [] and alice.get(AT)["endpoint"] == device.endpoint


def test_a_revoked_token_takes_its_subscription_along(shared, alice, bob, anonymous, service):
    app = {"client_name": "x", "redirect_uris": "https://app.example/back", "scopes": "read write push"}
    keys = {k: v for k, v in anonymous.post("/api/v1/apps", app).items() if k in ("client_id", "client_secret")}
    ask = {"response_type": "code", "client_id": keys["client_id"], "redirect_uri": app["redirect_uris"], "scope": app["scopes"]}
    back = Browser(shared.url).authorize("/oauth/authorize?" + urllib.parse.urlencode(ask), alice)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    token = anonymous.post("/oauth/token", {"grant_type": "authorization_code", "code": code, "redirect_uri": app["redirect_uris"], **keys})
    gone, kept = service.device("gone"), service.device("kept")
    Api(alice.base, token["access_token"]).post(AT, gone.subscription(alerts=ALL))
    alice.post(AT, kept.subscription(alerts=ALL))
    anonymous.post("/oauth/revoke", {"token": token["access_token"], **keys})
    bob.status(f"@{alice.name} hello")
    kept.wait()
    shared.settled("DEVICES")
    assert gone.received == []


def test_the_service_itself_may_end_a_subscription(alice, bob, anonymous, service):
    device = service.device("a")
    alice.post(AT, device.subscription(alerts=ALL))
    bob.status(f"@{alice.name} hello")
    device.wait()
    url = device.received[0].headers["unsubscribe-url"]
    path = urllib.parse.urlsplit(url).path
    for forged in ("/api/web/push_subscriptions/nonsense", path[:-6] + "AAAAAA"):
        assert anonymous.request("DELETE", forged).status == 200
        assert alice.get(AT)["endpoint"] == device.endpoint
    assert anonymous.request("DELETE", path).status == 200
    alice.fails(404, "GET", AT, "Not Found")
