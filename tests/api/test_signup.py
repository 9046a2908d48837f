"""Signing up by an application: POST /api/v1/accounts, and the address that must be confirmed first."""
import secrets

import pytest

from howdah import Api

OOB = "urn:ietf:wg:oauth:2.0:oob"


def app_of(server):
    """The client of an application's own token."""
    nobody = Api(server.url)
    app = nobody.post("/api/v1/apps", data={"client_name": "Joiner", "redirect_uris": OOB, "scopes": "read write"})
    token = nobody.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "read write", "client_id": app["client_id"],
                                              "client_secret": app["client_secret"]})
    return Api(server.url, token["access_token"])


def person(**changes):
    name = f"new_{secrets.token_hex(4)}"
    return {"username": name, "email": f"{name}@example.com", "password": "correct horse", "agreement": "true", "locale": "en", **changes}


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


def test_without_mail_nobody_joins_who_must_be_confirmed(new_server):
    server = new_server()
    app_of(server).fails(403, "POST", "/api/v1/accounts", data=person())
