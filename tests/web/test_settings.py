"""The pages of one's own settings: where one is signed in, the password, the e-mail address, the apps one has let in."""
import re

import pytest

from howdah import Api
from howdah.browser import Browser
from howdah.mail import MailSink, link_in
from howdah.stream import SseStream

OOB = "urn:ietf:wg:oauth:2.0:oob"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(scope="module")
def sink():
    sink = MailSink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory, sink):
    from howdah import Server
    with Server(tmp_path_factory.mktemp("settings"), smtp_url=sink.url) as server:
        yield server


@pytest.fixture
def person(house):
    return house.account()


def signed_in(house, person, agent=FIREFOX, address=None):
    page = Browser(house.url)
    page.session.headers["User-Agent"] = agent
    if address:
        page.session.headers["X-Forwarded-For"] = address
    return page.go("/auth/sign_in").sign_in(person.email, person.password)


def at(page, path, action):
    """The form of that page that is sent to that address."""
    page.go(path)
    return next(f for f in page.page.forms if f.action == action)


def is_in(page):
    return "Sign out" in page.go("/").text


def test_settings_are_for_who_is_signed_in(house, person):
    page = Browser(house.url).go("/settings/security")
    assert page.url.endswith("/auth/sign_in?return_to=%2Fsettings%2Fsecurity")
    page.sign_in(person.email, person.password)
    assert page.url.endswith("/settings/security") and page.reply.status_code == 200
    policy = page.reply.headers["Content-Security-Policy"]
    assert "script-src" not in policy and "unsafe" not in policy and "no-store" in page.reply.headers["Cache-Control"]
    assert page.go("/settings").url.endswith(re.search(r'<nav class="places".*?href="([^"]+)"', page.text, re.S)[1])


def test_a_form_from_elsewhere_changes_nothing(house, person):
    page = signed_in(house, person)
    for path in ("/settings/security/password", "/settings/security/email", "/settings/security/email/cancel", "/settings/security/sessions",
                 "/settings/security/sessions/1", "/oauth/authorized_applications/0"):
        assert page.go(path, "POST", data={"csrf": "forged", "current_password": person.password, "password": "another one"}).reply.status_code == 403
    assert is_in(signed_in(house, person))


def test_a_browser_is_signed_out_from_another(house, person):
    here = signed_in(house, person)
    there = signed_in(house, person, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1")
    elsewhere = signed_in(house, person, "curl/8.0", "198.51.100.7")
    here.go("/settings/security")
    rows = re.findall(r"<li>(.*?)</li>", here.text, re.S)
    assert len(rows) == 3 and "Firefox on Linux" in rows[0] and "this one" in rows[0] and "Sign out" not in rows[0]
    phone = next(row for row in rows if "Safari on iPhone" in row)
    assert "from the network that you use now" in phone and "198.51" not in here.text
    assert "from another network" in next(row for row in rows if "curl" in row)
    action = re.search(r'action="([^"]+)"', phone)[1]
    here.submit(at(here, "/settings/security", action))
    assert "That browser is signed out" in here.text and "Safari" not in here.text
    assert not is_in(there) and is_in(elsewhere) and is_in(here)
    here.submit(at(here, "/settings/security", "/settings/security/sessions"))
    assert not is_in(elsewhere) and is_in(here)


def test_nobody_ends_the_sessions_of_others(house, person):
    other = house.account()
    page, theirs = signed_in(house, person), signed_in(house, other)
    twice = signed_in(house, other)
    theirs.go("/settings/security")
    action = next(f.action for f in theirs.page.forms if re.fullmatch(r"/settings/security/sessions/\d+", f.action))
    form = at(page, "/settings/security", "/settings/security/password")
    page.go(action, "POST", data={"csrf": form.fields["csrf"]})
    assert is_in(twice)


def test_the_password_is_changed_by_who_knows_it(house, person, sink):
    page, other = signed_in(house, person), signed_in(house, person)
    form = at(page, "/settings/security", "/settings/security/password")
    page.submit(form, current_password="a guess", password="battery staple")
    assert page.reply.status_code == 422 and "is not your password" in page.text
    page.submit(form, current_password=person.password, password="short")
    assert page.reply.status_code == 422 and "too short" in page.text
    form = at(page, "/settings/security", "/settings/security/password")
    assert form.fields["apps"] == "true", "as a careful person would"
    del form.fields["apps"]
    page.submit(form, current_password=person.password, password="short")
    form = page.form("current_password", "password")
    assert "apps" not in form.fields, "what was chosen stays chosen"
    page.submit(form, current_password=person.password, password="battery staple")
    assert "Your password is changed." in page.text and is_in(page) and not is_in(other)
    assert "was changed" in sink.wait_for(person.email).get_content()
    assert person.me()["username"] == person.name, "apps stay"
    assert signed_in(house, person).reply.status_code == 401
    person.password = "battery staple"
    assert is_in(signed_in(house, person))


def test_apps_are_signed_out_with_the_old_password(house, person, sink):
    page, stream = signed_in(house, person), SseStream(person, "/api/v1/streaming/user")
    page.submit(at(page, "/settings/security", "/settings/security/password"), current_password=person.password, password="battery staple")
    assert "every app is signed out" in page.text and is_in(page)
    stream.wait_end()
    person.fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")
    assert "was changed" in sink.wait_for(person.email).get_content()


def test_password_managers_find_the_page(house):
    for path in ("/.well-known/change-password", "/auth/edit"):
        reply = Api(house.url).request("GET", path)
        assert reply.status == 302 and reply.headers["Location"] == "/settings/security#password-card"


def test_another_address_counts_once_its_link_is_opened(house, person, sink):
    page, wanted = signed_in(house, person), "new-" + person.email
    taken = house.account().email
    form = at(page, "/settings/security", "/settings/security/email")
    for email, password, said in ((wanted, "a guess", "is not your password"), (taken, person.password, "already been taken"),
                                  ("nonsense", person.password, "is invalid")):
        page.submit(form, email=email, current_password=password)
        assert page.reply.status_code == 422 and said in page.text
    page.submit(form, email=wanted, current_password=person.password)
    assert wanted in page.text and person.email in page.text
    first = link_in(sink.wait_for(wanted))
    page.submit(at(page, "/settings/security", "/settings/security/email/cancel"))
    assert wanted not in page.text and Browser(house.url).go(first).reply.status_code == 404
    page.submit(at(page, "/settings/security", "/settings/security/email"), email=wanted, current_password=person.password)
    link = link_in(sink.wait_for(wanted))
    assert Browser(house.url).go(link).reply.status_code == 200
    assert "another e-mail address" in sink.wait_for(person.email).get_content()
    assert Browser(house.url).go(link).reply.status_code == 404
    assert f"<strong>{wanted}</strong>" in page.go("/settings/security").text
    person.email = wanted
    assert is_in(signed_in(house, person))


def test_a_sign_in_from_a_network_not_seen_before_is_told(house, person, sink):
    signed_in(house, person, address="203.0.113.5")
    signed_in(house, person, address="203.0.99.80")
    signed_in(house, person, "Lynx/2.9", "198.51.100.7")
    mail = sink.wait_for(person.email)
    assert "sign-in" in mail["Subject"] and "Lynx/2.9" in mail.get_content() and "198.51" not in mail.get_content()
    house.settled("MAIL")
    assert not [to for to, _ in sink.mails if person.email in to]


def test_a_new_password_by_mail_ends_sessions_and_tokens(house, person, sink):
    page = signed_in(house, person)
    stream = SseStream(person, "/api/v1/streaming/user")
    other = Browser(house.url)
    other.go("/auth/password")
    other.submit(other.form("email"), email="nobody@example.com")
    same = re.sub(r'value="[^"]*"', "", other.text)
    other.go("/auth/password")
    other.submit(other.form("email"), email=person.email)
    assert re.sub(r'value="[^"]*"', "", other.text) == same
    link = link_in(sink.wait_for(person.email))
    other.go(link)
    other.submit(other.form("password"), password="battery staple")
    assert not is_in(page)
    person.fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")
    stream.wait_end()
    other.go(link)
    other.submit(other.form("password"), password="battery staple again")
    assert other.reply.status_code == 422 and "unknown, was used already, or is too old" in other.text
    person.password = "battery staple"
    assert is_in(signed_in(house, person))


@pytest.fixture
def app(house):
    return Api(house.url).post("/api/v1/apps", {"client_name": "A fine app", "redirect_uris": OOB + "\nhttps://app.example/back",
                                                "scopes": "read write"})


def consent(app, **more):
    return {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OOB, "scope": "read", **more}


def test_an_app_is_let_in_listed_and_sent_away(house, person, app):
    from urllib.parse import urlencode
    page = Browser(house.url)
    code = page.authorize("/oauth/authorize?" + urlencode(consent(app)), person)
    token = Api(house.url).post("/oauth/token", {"grant_type": "authorization_code", "code": code, "redirect_uri": OOB,
                                                 "client_id": app["client_id"], "client_secret": app["client_secret"]})["access_token"]
    client = Api(house.url, token)
    assert client.me()["username"] == person.name
    page.go("/oauth/authorized_applications")
    row = next(row for row in re.findall(r'<li>\n<div><strong>.*?</form>', page.text, re.S) if "A fine app" in row)
    assert "last used" in row and "Read everything that you can read" in row
    stream = SseStream(client, "/api/v1/streaming/user")
    page.submit(next(f for f in page.page.forms if f.action == re.search(r'action="([^"]+)"', row)[1]))
    assert "may not use your account any more" in page.text and "A fine app" not in page.text
    client.fails(401, "GET", "/api/v1/accounts/verify_credentials")
    stream.wait_end()
    assert person.me()["username"] == person.name, "the token of the command line stays"
    page.go("/oauth/authorized_applications/0", "DELETE", data={"csrf": at(page, "/oauth/authorized_applications",
                                                                          "/oauth/authorized_applications/0").fields["csrf"]})
    person.fails(401, "GET", "/api/v1/accounts/verify_credentials")
    assert "You have let no app in" in page.go("/oauth/authorized_applications").text
    assert page.go("/oauth/authorized_applications/0", "DELETE").reply.status_code == 403


def test_an_app_is_refused(house, person, app):
    page = signed_in(house, person)
    asked = consent(app, redirect_uri="https://app.example/back", state="s1")
    page.go("/oauth/authorize", params=asked)
    csrf = page.form("decision").fields["csrf"]
    page.go("/oauth/authorize", "DELETE", data={**asked, "csrf": csrf})
    assert page.away.startswith("https://app.example/back?error=access_denied") and page.away.endswith("&state=s1")
    page.go("/oauth/authorize", "DELETE", data=asked)
    assert page.reply.status_code == 403
