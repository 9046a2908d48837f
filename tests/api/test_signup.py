"""Signing up by an application: POST /api/v1/accounts, and the address that must be confirmed first."""
import pytest

from howdah import Api, until
from howdah.browser import Browser
from howdah.joining import app_of, person
from howdah.mail import MailSink, link_in


@pytest.fixture
def server(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    return server


def test_an_application_makes_an_account_and_gets_its_token(server):
    new = person()
    token = app_of(server).post("/api/v1/accounts", data=new)
    assert token["token_type"] == "Bearer" and token["scope"] == "read write"
    me = Api(server.url, token["access_token"])
    assert me.get("/api/v1/emails/check_confirmation") is True
    me.fails(403, "POST", "/api/v1/emails/confirmations", "This method is only available while the e-mail is awaiting confirmation")


def test_every_field_at_fault_is_named(server):
    reply = app_of(server).request("POST", "/api/v1/accounts", data=person(username="a b", email="x", password="short", agreement="false"))
    assert reply.status == 422
    assert {field: [e["error"] for e in errors] for field, errors in reply.json["details"].items()} == {
        "username": ["ERR_INVALID"], "email": ["ERR_INVALID"], "password": ["ERR_TOO_SHORT"], "agreement": ["ERR_ACCEPTED"]}
    assert reply.json["details"]["agreement"][0]["description"] == "must be accepted"
    assert reply.json["error"] == ("Validation failed: Username must contain only letters, numbers and underscores, Email is invalid, "
                                   "Password is too short (minimum is 8 characters), Agreement must be accepted")


def test_a_name_is_taken_once(server):
    app, new = app_of(server), person()
    app.post("/api/v1/accounts", data=new)
    reply = app.request("POST", "/api/v1/accounts", data=person(username=new["username"].upper()))
    assert reply.json["details"]["username"][0]["error"] == "ERR_TAKEN"
    reply = app.request("POST", "/api/v1/accounts", data=person(username="Admin"))
    assert reply.json["details"]["username"][0]["error"] == "ERR_RESERVED"


def test_people_and_strangers_do_not_sign_up(server):
    Api(server.url).fails(401, "POST", "/api/v1/accounts", data=person())
    server.account("owner", role="owner").fails(403, "POST", "/api/v1/accounts", data=person())


def test_registrations_can_be_closed(server):
    app = app_of(server)
    server.cli("config", "set", "registrations", "closed")
    server.restart()
    app.fails(403, "POST", "/api/v1/accounts", "This action is not allowed", data=person())


def test_who_comes_while_it_is_closed_is_told_why(new_server):
    server = new_server()
    anybody = server.anonymous()
    server.cli("config", "set", "closed_message", "We are <full>.\n\nCome back in May.")
    server.cli("config", "set", "status_page", "https://status.example/")
    until(lambda: anybody.get("/api/v2/instance")["configuration"]["urls"]["status"] == "https://status.example/", "the page of the status")
    server.cli("config", "set", "confirm_email", "off")
    until(lambda: anybody.get("/api/v2/instance")["registrations"]["enabled"], "registrations are open")
    assert anybody.get("/api/v2/instance")["registrations"]["message"] is None
    server.cli("config", "set", "registrations", "closed")
    said = until(lambda: anybody.get("/api/v2/instance")["registrations"]["message"], "the message")
    assert "We are &lt;full&gt;." in said and "<p>Come back in May.</p>" in said
    page = anybody.request("GET", "/auth/sign_up", headers={"Accept": "text/html"})
    assert page.status == 403 and "We are &lt;full&gt;." in page.text


def test_without_mail_nobody_joins_who_must_be_confirmed(new_server):
    server = new_server()
    app_of(server).fails(403, "POST", "/api/v1/accounts", data=person())


@pytest.fixture
def sink():
    sink = MailSink()
    yield sink
    sink.close()


def test_an_address_is_proven_by_the_link_in_a_mail(new_server, sink):
    server = new_server(smtp_url=sink.url)
    new = person()
    token = app_of(server).post("/api/v1/accounts", data=new)["access_token"]
    me = Api(server.url, token)
    assert me.get("/api/v1/emails/check_confirmation") is False
    me.fails(403, "GET", "/api/v1/accounts/verify_credentials", "Your login is missing a confirmed e-mail address")
    mail = sink.wait_for(new["email"])
    assert mail["To"] == new["email"] and "confirm" in mail["Subject"] and new["username"] in mail.get_content()
    page = Browser(server.url).go(link_in(mail))
    assert page.reply.status_code == 200 and "confirmed" in page.text
    assert me.me()["username"] == new["username"]
    assert page.go(link_in(mail)).reply.status_code == 404


def test_the_mail_is_sent_again_and_to_another_address(new_server, sink):
    server = new_server(smtp_url=sink.url)
    new = person()
    me = Api(server.url, app_of(server).post("/api/v1/accounts", data=new)["access_token"])
    sink.wait_for(new["email"])
    assert me.post("/api/v1/emails/confirmations", data={"email": "other-" + new["email"]}) == {}
    Browser(server.url).go(link_in(sink.wait_for("other-" + new["email"])))
    assert me.get("/api/v1/emails/check_confirmation") is True


def test_people_sign_up_on_the_page_and_choose_a_new_password(new_server, sink):
    server = new_server(smtp_url=sink.url)
    new, page = person(), Browser(server.url)
    fields = {k: new[k] for k in ("username", "email", "password")}
    page.go("/auth/sign_up")
    page.submit(page.form("username", "password"), **{**fields, "username": "a b"}, agreement="true")
    assert page.reply.status_code == 422 and "Username must contain only letters, numbers and underscores" in page.text
    page.submit(page.form("username", "password"), **fields, agreement="true")
    assert page.reply.status_code == 200 and new["email"] in page.text
    page.go("/auth/sign_in").sign_in(new["email"], new["password"])
    assert page.reply.status_code == 403 and "missing a confirmed e-mail address" in page.text
    page.go(link_in(sink.wait_for(new["email"])))
    page.go("/auth/sign_in").sign_in(new["email"], new["password"])
    assert "Sign out" in page.text

    page.session.cookies.clear()
    page.go("/auth/password")
    page.submit(page.form("email"), email=new["email"])
    page.go(link_in(sink.wait_for(new["email"])))
    page.submit(page.form("password"), password="battery staple")
    assert "changed" in page.text
    page.go("/auth/sign_in").sign_in(new["username"], "battery staple")
    assert "Sign out" in page.text


def test_a_page_without_confirmation_signs_in_at_once(server):
    new, page = person(), Browser(server.url)
    page.go("/auth/sign_up")
    page.submit(page.form("username", "password"), **{k: new[k] for k in ("username", "email", "password")}, agreement="true")
    assert f"@{new['username']}" in page.text and "Sign out" in page.text


def test_a_mail_that_is_refused_for_good_is_not_tried_again(new_server):
    sink = MailSink(refuse="550 no such mailbox")
    try:
        server = new_server(smtp_url=sink.url)
        app_of(server).post("/api/v1/accounts", data=person())
        until(lambda: "no such mailbox" in server.log() or "refused it: 550" in server.log(), "the refusal is in the log")
        assert sink.mails == []
    finally:
        sink.close()
