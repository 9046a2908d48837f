"""Applications and tokens, without pages: /api/v1/apps, /oauth/token, /oauth/revoke, /oauth/userinfo, the metadata document."""
import base64

import pytest

from howdah import Api

OOB = "urn:ietf:wg:oauth:2.0:oob"


@pytest.fixture
def app(anonymous):
    return anonymous.post("/api/v1/apps", data={"client_name": "Test", "redirect_uris": OOB, "scopes": "read write"})


def ask(api, **form):
    reply = api.request("POST", "/oauth/token", data=form)
    return reply.status, reply.json


def keys(app):
    return {"client_id": app["client_id"], "client_secret": app["client_secret"]}


def test_an_application_is_told_its_secret_once(anonymous, app):
    assert app["name"] == "Test" and app["scopes"] == ["read", "write"] and app["redirect_uris"] == [OOB]
    assert app["client_secret_expires_at"] == 0 and app["redirect_uri"] == OOB and app["vapid_key"]
    status, token = ask(anonymous, grant_type="client_credentials", **keys(app))
    assert status == 200 and token["token_type"] == "Bearer" and token["scope"] == "read"
    again = Api(anonymous.base, token["access_token"]).get("/api/v1/apps/verify_credentials")
    assert again["name"] == "Test" and "client_secret" not in again


def test_redirect_uris_come_as_lines_or_as_a_list(anonymous):
    lines = anonymous.post("/api/v1/apps", json={"client_name": "Lines", "redirect_uris": "https://a.example/\nhttps://b.example/"})
    listed = anonymous.post("/api/v1/apps", json={"client_name": "List", "redirect_uris": ["https://a.example/", "https://b.example/"]})
    assert lines["redirect_uris"] == listed["redirect_uris"] == ["https://a.example/", "https://b.example/"]


@pytest.mark.parametrize("wrong", [
    {"client_name": ""}, {"client_name": "x" * 61}, {"redirect_uris": ""}, {"redirect_uris": "javascript:alert(1)"}, {"redirect_uris": "nowhere"},
    {"scopes": "read everything"}, {"website": "gopher://x"},
])
def test_an_application_at_fault_is_refused(anonymous, wrong):
    reply = anonymous.request("POST", "/api/v1/apps", data={"client_name": "Test", "redirect_uris": OOB, **wrong})
    assert reply.status == 422 and reply.json["error"].startswith("Validation failed: ")


def test_an_application_may_authenticate_by_basic(anonymous, app):
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    reply = anonymous.request("POST", "/oauth/token", json={"grant_type": "client_credentials", "scope": "write"},
                              headers={"Authorization": "Basic " + basic})
    assert reply.status == 200 and reply.json["scope"] == "write"


def test_errors_are_oauths_own(anonymous, app):
    for form, status, error in [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password", **keys(app)}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "scope": "push", **keys(app)}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code", **keys(app)}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": OOB, **keys(app)}, 400, "invalid_grant"),
    ]:
        got, body = ask(anonymous, **form)
        assert (got, body["error"]) == (status, error) and body["error_description"], form


def test_a_token_is_revoked_by_its_application_alone(anonymous, app):
    other = anonymous.post("/api/v1/apps", data={"client_name": "Other", "redirect_uris": OOB})
    token = ask(anonymous, grant_type="client_credentials", **keys(app))[1]["access_token"]
    reply = anonymous.request("POST", "/oauth/revoke", data={"token": token, **keys(other)})
    assert reply.status == 403 and reply.json["error"] == "unauthorized_client"
    for _ in range(2):
        reply = anonymous.request("POST", "/oauth/revoke", data={"token": token, **keys(app)})
        assert reply.status == 200 and reply.json == {}
    Api(anonymous.base, token).fails(401, "GET", "/api/v1/apps/verify_credentials", "The access token is invalid")


def test_userinfo_says_who_it_is(shared, alice):
    app = Api(shared.url, shared.token(alice.name, "profile"))
    me = app.get("/oauth/userinfo")
    assert app.post("/oauth/userinfo") == me
    assert me["preferred_username"] == alice.name and me["profile"] == f"http://{shared.domain}/@{alice.name}"
    assert me["iss"] == f"http://{shared.domain}/" and "/ap/users/" in me["sub"]


def test_the_metadata_names_every_place(shared, anonymous):
    got = anonymous.get("/.well-known/oauth-authorization-server")
    assert got["issuer"] == f"http://{shared.domain}/"
    assert got["code_challenge_methods_supported"] == ["S256"] and "profile" in got["scopes_supported"]
    assert got["response_modes_supported"] == ["query", "fragment", "form_post"]
