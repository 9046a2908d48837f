"""OAuth as people and apps go through it: sign in, agree, code, token; and each way in which that must not work."""
import base64
import hashlib
import re
import secrets
import urllib.parse

import pytest

from howdah import Api
from howdah.browser import Browser

OOB = "urn:ietf:wg:oauth:2.0:oob"
BACK = "https://app.example/back?keep=1"


class App:
    def __init__(self, server, redirect=BACK, scopes="read write follow"):
        self.server, self.redirect, self.nobody = server, redirect, Api(server.url)
        self.keys = self.nobody.post("/api/v1/apps", data={"client_name": "An <App>", "redirect_uris": redirect, "scopes": scopes,
                                                           "website": "https://app.example/"})

    def url(self, **changes):
        ask = {"response_type": "code", "client_id": self.keys["client_id"], "redirect_uri": self.redirect, "scope": "read write", "state": "s&t",
               **changes}
        return "/oauth/authorize?" + urllib.parse.urlencode({k: v for k, v in ask.items() if v is not None})

    def token(self, code, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect, "client_id": self.keys["client_id"],
                "client_secret": self.keys["client_secret"], **changes}
        reply = self.nobody.request("POST", "/oauth/token", data=form)
        return reply.status, reply.json

    def revoke(self, token):
        return self.nobody.request("POST", "/oauth/revoke", data={"token": token, "client_id": self.keys["client_id"],
                                                                  "client_secret": self.keys["client_secret"]})


def answer(address):
    parts = urllib.parse.urlsplit(address)
    return dict(urllib.parse.parse_qsl(parts.query or parts.fragment))


@pytest.fixture
def app(shared):
    return App(shared)


@pytest.fixture
def browser(shared):
    return Browser(shared.url)


def test_from_the_app_to_its_token_and_out_again(shared, app, browser, alice):
    back = browser.authorize(app.url(), alice)
    assert back.startswith(BACK + "&code=")
    got = answer(back)
    assert got["state"] == "s&t" and got["keep"] == "1"
    status, token = app.token(got["code"])
    assert status == 200 and token["scope"] == "read write" and token["token_type"] == "Bearer"
    assert app.token(got["code"]) == (400, {"error": "invalid_grant", "error_description": app.token(got["code"])[1]["error_description"]})
    me = Api(shared.url, token["access_token"])
    assert me.me()["username"] == alice.name
    assert me.get("/api/v1/apps/verify_credentials")["name"] == "An <App>"
    assert app.revoke(token["access_token"]).status == 200
    me.fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")


def test_the_consent_page_says_what_is_asked(app, browser, alice):
    browser.go(app.url(scope="read:statuses write:media"))
    browser.sign_in(alice.email, alice.password)
    assert "An &lt;App&gt;" in browser.text and "Upload media" in browser.text and "app.example" in browser.text
    policy = browser.reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script-src" not in policy


def test_the_consent_page_shows_no_letters_that_look_like_others(shared, browser, alice):
    browser.go(App(shared, "https://\u0430pple.example/back").url()).sign_in(alice.email, alice.password)
    assert "xn--pple-43d.example" in browser.text and "\u0430pple.example" not in re.sub(r'value="[^"]*"', "", browser.text)


def test_a_code_is_shown_where_an_app_has_no_address(shared, browser, alice):
    app = App(shared, OOB)
    code = browser.authorize(app.url(), alice)
    assert app.token(code)[0] == 200


def test_who_refuses_sends_the_app_away(app, browser, alice):
    browser.go(app.url())
    browser.sign_in(alice.email, alice.password)
    browser.submit(browser.form("client_id"), "deny")
    assert answer(browser.away)["error"] == "access_denied" and answer(browser.away)["state"] == "s&t"


def test_a_challenge_is_held_to(app, browser, alice):
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = answer(browser.authorize(app.url(code_challenge=challenge, code_challenge_method="S256"), alice))["code"]
    assert app.token(code)[1]["error"] == "invalid_grant"
    assert app.token(code, code_verifier="x" * 43)[1]["error"] == "invalid_grant"
    assert app.token(code, code_verifier=verifier)[0] == 200
    plain = answer(browser.go(app.url(code_challenge=verifier, code_challenge_method="plain")).away)
    assert plain["error"] == "invalid_request"
    code = answer(browser.go(app.url()).submit(browser.form("client_id"), "allow").away)["code"]
    assert app.token(code, code_verifier=verifier)[1]["error"] == "invalid_grant", "the challenge was taken out on the way"
    assert app.token(code)[0] == 200


def test_a_code_is_for_its_app_and_address_alone(shared, app, browser, alice):
    code = answer(browser.authorize(app.url(), alice))["code"]
    other = App(shared)
    assert other.token(code)[1]["error"] == "invalid_grant"
    assert app.token(code, redirect_uri="https://app.example/")[1]["error"] == "invalid_grant"
    assert app.token(code, client_secret="x")[1]["error"] == "invalid_client"
    assert app.token(code)[0] == 200


def test_answers_come_as_the_app_wants_them(app, browser, alice):
    by_fragment = browser.authorize(app.url(response_mode="fragment"), alice)
    assert urllib.parse.urlsplit(by_fragment).fragment.startswith("code=")
    browser.away = None
    browser.go(app.url(response_mode="form_post"))
    browser.submit(browser.form("client_id"), "allow")
    form = browser.form("code")
    assert form.action == BACK and form.fields["state"] == "s&t" and app.token(form.fields["code"])[0] == 200


@pytest.mark.parametrize("changes, error", [
    ({"scope": "admin:write"}, "invalid_scope"), ({"scope": "everything"}, "invalid_scope"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "telepathy"}, "unsupported_response_mode"),
])
def test_what_the_app_asks_wrongly_is_answered_to_the_app(app, browser, alice, changes, error):
    browser.go("/auth/sign_in")
    browser.sign_in(alice.email, alice.password)
    assert answer(browser.go(app.url(**changes)).away)["error"] == error


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": None}])
def test_without_a_known_app_and_address_nobody_is_sent_anywhere(app, browser, alice, changes):
    browser.go("/auth/sign_in")
    browser.sign_in(alice.email, alice.password)
    browser.go(app.url(**changes))
    assert browser.away is None and browser.reply.status_code == 400 and "<h1>" in browser.text


def test_an_app_may_have_one_sign_in_again(app, browser, alice, bob):
    browser.go("/auth/sign_in")
    browser.sign_in(alice.email, alice.password)
    browser.go(app.url(force_login="true"))
    browser.sign_in(bob.email, bob.password)
    assert bob.name in browser.text and "client_id" in browser.form("client_id").fields


def test_somebody_else_may_sign_in_instead(app, browser, alice, bob):
    browser.go(app.url())
    browser.sign_in(alice.email, alice.password)
    browser.go(next(link for link in browser.page.links if "again=1" in link))
    browser.sign_in(bob.email, bob.password)
    assert f"@{bob.name}@" in browser.text and "client_id" in browser.form("client_id").fields


def test_consent_is_not_given_by_other_sites(app, browser, alice):
    browser.go(app.url())
    browser.sign_in(alice.email, alice.password)
    form = browser.form("client_id")
    url = browser._local("/oauth/authorize")
    for fields, headers in [({"csrf": "x" * 43}, {}), ({"csrf": ""}, {}), ({}, {"Origin": "https://evil.example"}), ({}, {"Origin": "null"}),
                            ({}, {"Sec-Fetch-Site": "cross-site"})]:
        reply = browser.session.post(url, data={**form.fields, "decision": "allow", **fields}, headers=headers, allow_redirects=False)
        assert reply.status_code == 403, (fields, headers)


def test_signing_in_goes_on_to_pages_here_only(browser, alice):
    for there in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]:
        browser.go("/auth/sign_in?again=1&return_to=" + urllib.parse.quote(there, safe=""))
        browser.sign_in(alice.email, alice.password)
        assert browser.away is None and urllib.parse.urlsplit(browser.url).path == "/"


def test_a_wrong_password_says_no_more_than_an_unknown_name(browser, alice):
    texts = []
    for name in [alice.email, "nobody@example.com"]:
        browser.go("/auth/sign_in")
        browser.sign_in(name, "wrong password")
        assert browser.reply.status_code == 401
        texts.append(browser.text.replace(name, "").replace(" autofocus", ""))
    assert "Invalid e-mail address or password" in texts[0]
    assert texts[0] == texts[1]


def test_the_session_is_a_cookie_for_pages_alone(shared, browser, alice):
    browser.go("/auth/sign_in")
    browser.sign_in(alice.email, alice.password)
    [cookie] = [c for c in browser.session.cookies if c.name == "howdah_session"]
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "Lax" and cookie.path == "/"
    api = Api(shared.url)
    api.session.cookies.update(browser.session.cookies)
    api.fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")
    browser.go("/")
    browser.submit(browser.form("csrf"))
    browser.session.cookies.set("howdah_session", cookie.value)
    assert "Sign out" not in browser.go("/").text
