"""Invitations, and how old one must be: what opens and closes the ways to an account."""
import concurrent.futures
import datetime
import re
import secrets

import pytest

from howdah import Api
from howdah.browser import Browser
from howdah.joining import app_of, person


@pytest.fixture
def server(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    return server


def invite(server, *args):
    url = server.cli("invite", "create", *args)
    return url.rsplit("/", 1)[1]


def test_an_invitation_opens_what_is_closed(server):
    app, code = app_of(server), invite(server, "--uses", "1")
    server.cli("config", "set", "registrations", "closed")
    server.restart()
    app.fails(403, "POST", "/api/v1/accounts", "This action is not allowed", data=person())
    app.fails(403, "POST", "/api/v1/accounts", "This action is not allowed", data=person(invite_code="nonsense"))
    nobody = Api(server.url)
    assert nobody.get(f"/invite/{code}", headers={"Accept": "application/json"}) == {
        "invite_code": code, "instance_api_url": f"http://{server.domain}/api/v2/instance"}
    token = app.post("/api/v1/accounts", data=person(invite_code=code))
    assert Api(server.url, token["access_token"]).me()
    app.fails(403, "POST", "/api/v1/accounts", data=person(invite_code=code))
    nobody.fails(401, "GET", f"/invite/{code}", "This invite is not valid", headers={"Accept": "application/json"})
    nobody.fails(404, "GET", "/invite/nonsense", "Record not found", headers={"Accept": "application/json"})
    assert "1 of 1" in server.cli("invite", "list")


def test_whoever_is_invited_waits_for_nobody(server):
    server.cli("config", "set", "registrations", "approval")
    server.restart()
    app = app_of(server)
    reply = app.request("POST", "/api/v1/accounts", data=person())
    assert reply.status == 422 and reply.json["details"]["reason"][0]["error"] == "ERR_BLANK"
    waiting = app.post("/api/v1/accounts", data=person(reason="I like it here"))["access_token"]
    Api(server.url, waiting).fails(403, "GET", "/api/v1/accounts/verify_credentials", "Your login is currently pending approval")
    token = app.post("/api/v1/accounts", data=person(invite_code=invite(server)))["access_token"]
    assert Api(server.url, token).me()
    v1, v2 = Api(server.url).get("/api/v1/instance"), Api(server.url).get("/api/v2/instance")["registrations"]
    assert v1["registrations"] and v1["approval_required"] and v1["invites_enabled"]
    assert v2["enabled"] and v2["approval_required"] and v2["reason_required"] and v2["min_age"] is None


def test_an_invitation_for_one_lets_in_one(server):
    app, code = app_of(server), invite(server, "--uses", "1")
    server.cli("config", "set", "registrations", "closed")
    server.restart()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: Api(server.url, app.token).request("POST", "/api/v1/accounts", data=person(invite_code=code)).status, range(4)))
    assert sorted(got) == [200, 403, 403, 403]


def test_an_invitation_ends(server):
    code = invite(server, "--days", "3")
    server.cli("invite", "end", code)
    assert "ended" in server.cli("invite", "list")
    assert server.cli("invite", "end", code, check=False).returncode != 0
    assert server.cli("invite", "create", "--uses", "none", check=False).returncode != 0
    Api(server.url).fails(401, "GET", f"/invite/{code}", headers={"Accept": "application/json"})
    page = Browser(server.url).go(f"/invite/{code}")
    assert page.reply.status_code == 401 and "over" in page.text
    assert Browser(server.url).go("/invite/nonsense").reply.status_code == 404


def test_people_invite_on_their_page(server):
    host = server.account()
    server.cli("config", "set", "registrations", "closed")
    server.restart()
    page = Browser(server.url).go("/settings/invites").sign_in(host.email, host.password)
    form = next(f for f in page.page.forms if f.action == "/settings/invites")
    page.submit(form, max_uses="1", expires_in="3600")
    url = re.search(r'<code class="whole">([^<]+)</code>', page.text)[1]
    page.submit(form, max_uses="-1", expires_in="3600")
    assert page.reply.status_code == 422
    new, guest = person(), Browser(server.url)
    assert guest.go("/auth/sign_up").reply.status_code == 403
    guest.go(url)
    assert "You were invited" in guest.text
    guest.submit(guest.form("username", "password"), **{k: new[k] for k in ("username", "email", "password")}, agreement="true")
    assert f"@{new['username']}" in guest.text and "Sign out" in guest.text
    assert "Used 1 of 1 times, over" in page.go("/settings/invites").text
    page.submit(form, max_uses="0", expires_in="0")
    url = re.search(r'<code class="whole">([^<]+)</code>', page.text)[1]
    page.submit(next(f for f in page.page.forms if re.fullmatch(r"/settings/invites/\d+", f.action)))
    assert "That invitation is over" in page.text and Browser(server.url).go(url).reply.status_code == 401
    page.go("/settings/invites", "POST", data={"csrf": "forged", "max_uses": "1", "expires_in": "1"})
    assert page.reply.status_code == 403


def test_nobody_ends_the_invitations_of_others(server):
    host, other = server.account(), server.account()
    page = Browser(server.url).go("/settings/invites").sign_in(host.email, host.password)
    page.submit(next(f for f in page.page.forms if f.action == "/settings/invites"), max_uses="5", expires_in="3600")
    action = next(f.action for f in page.page.forms if re.fullmatch(r"/settings/invites/\d+", f.action))
    theirs = Browser(server.url).go("/settings/invites").sign_in(other.email, other.password)
    csrf = next(f for f in theirs.page.forms if f.action == "/settings/invites").fields["csrf"]
    assert theirs.go(action, "POST", data={"csrf": csrf}).reply.status_code == 404
    assert action in page.go("/settings/invites").text


def test_an_invitation_of_somebody_shut_out_is_none(server):
    host = server.account()
    page = Browser(server.url).go("/settings/invites").sign_in(host.email, host.password)
    page.submit(next(f for f in page.page.forms if f.action == "/settings/invites"), max_uses="5", expires_in="3600")
    code = re.search(r"/invite/([0-9a-f]+)<", page.text)[1]
    server.cli("account", "disable", host.name)
    Api(server.url).fails(401, "GET", f"/invite/{code}", headers={"Accept": "application/json"})


def test_people_invite_only_where_they_may(server):
    host, moderator = server.account(), server.account(role="moderator")
    server.cli("config", "set", "invites", "off")
    server.restart()
    page = Browser(server.url).go("/settings/invites").sign_in(host.email, host.password)
    assert page.reply.status_code == 403
    page = Browser(server.url).go("/settings/invites").sign_in(moderator.email, moderator.password)
    assert page.reply.status_code == 200
    assert Api(server.url).get("/api/v1/instance")["invites_enabled"] is False


def born(years, days=0):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    try:
        day = today.replace(year=today.year - years)
    except ValueError:
        day = today.replace(year=today.year - years, day=28)
    return str(day + datetime.timedelta(days=days))


def test_one_must_be_old_enough(server):
    server.cli("config", "set", "min_age", "16")
    server.restart()
    app = app_of(server)
    assert Api(server.url).get("/api/v2/instance")["registrations"]["min_age"] == 16
    for given, error in (({}, "ERR_BLANK"), ({"date_of_birth": born(16, 1)}, "ERR_BELOW_LIMIT"), ({"date_of_birth": "yesterday"}, "ERR_INVALID"),
                         ({"date_of_birth": "1990-02-30"}, "ERR_INVALID")):
        reply = app.request("POST", "/api/v1/accounts", data=person(**given))
        assert reply.status == 422 and reply.json["details"]["date_of_birth"][0]["error"] == error, given
    app.post("/api/v1/accounts", data=person(date_of_birth=born(16, -2)))
    app.post("/api/v1/accounts", data=person(date_of_birth="1936-02-29"))
    new, page = person(), Browser(server.url).go("/auth/sign_up")
    fields = {k: new[k] for k in ("username", "email", "password")}
    page.submit(page.form("username", "password"), **fields, agreement="true", date_of_birth=born(12))
    assert page.reply.status_code == 422 and "below the age limit" in page.text
    page.submit(page.form("username", "password"), **fields, agreement="true", date_of_birth=born(40))
    assert "Sign out" in page.text


def test_the_rules_are_shown_and_must_be_agreed_to(server):
    server.cli("rule", "add", "No " + (word := secrets.token_hex(4)))
    new, page = person(), Browser(server.url).go("/auth/sign_up")
    assert word in page.text and re.search(r'name="agreement"[^>]* required', page.text)
    page.submit(page.form("username", "password"), **{k: new[k] for k in ("username", "email", "password")})
    assert page.reply.status_code == 422 and "must be accepted" in page.text
