"""Signing in with a second factor: codes of an authenticator app, recovery codes, and what switches them on and off."""
import base64
import hmac
import re
import struct
import time

import pytest

from howdah import until
from howdah.browser import Browser

PAGE = "/settings/security/two_factor"


def code_of(seed, step):
    mac = hmac.digest(base64.b32decode(seed), struct.pack(">Q", step), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}"


class Phone:
    """An authenticator app that gives no code twice, as the server takes none twice."""

    def __init__(self, seed):
        self.seed, self.last = seed, 0

    def code(self):
        def fresh():
            # The server takes the step after now's as well.
            return int(time.time()) // 30 + 1 > self.last

        until(fresh, "the app shows another code", 60)
        self.last = max(self.last + 1, int(time.time()) // 30)
        return code_of(self.seed, self.last)


def form_at(page, action):
    return next(f for f in page.page.forms if f.action == action)


def sign_in(server, person):
    return Browser(server.url).go("/auth/sign_in").sign_in(person.email, person.password)


@pytest.fixture
def person(shared):
    return shared.account()


@pytest.fixture
def owner(shared, person):
    """Somebody with codes switched on: .page is signed in, .phone shows codes, .recovery are the recovery codes."""
    person.page = sign_in(shared, person).go(PAGE)
    person.page.submit(form_at(person.page, PAGE), current_password="a guess")
    assert person.page.reply.status_code == 422 and "<svg" not in person.page.text
    person.page.submit(form_at(person.page, PAGE), current_password=person.password)
    assert "<svg" in person.page.text and "script-src" not in person.page.reply.headers["Content-Security-Policy"]
    person.phone = Phone(person.page.page.codes[0])
    person.page.submit(form_at(person.page, PAGE + "/prove"), code="000000" if code_of(person.phone.seed, int(time.time()) // 30) != "000000" else "1")
    assert person.page.reply.status_code == 422 and person.page.page.codes[0] == person.phone.seed
    person.page.submit(form_at(person.page, PAGE + "/prove"), code=person.phone.code())
    person.recovery = person.page.page.codes
    assert len(set(person.recovery)) == 10 and all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", c) for c in person.recovery)
    return person


def test_a_password_alone_does_not_sign_in(shared, owner):
    page = sign_in(shared, owner)
    assert page.reply.status_code == 200 and "One more step" in page.text
    assert "Sign out" not in Browser(shared.url).go("/").text and "Sign out" not in page.go("/").text
    page = sign_in(shared, owner)
    form = page.form("code")
    for bad in ("", "123", "12345a", "aaaa-bbbb-cccc-dddd"):
        page.submit(form, code=bad)
        assert page.reply.status_code == 401 and "is not right" in page.text
    code = owner.phone.code()
    page.submit(page.form("code"), code=code)
    assert "Sign out" in page.text
    again = sign_in(shared, owner)
    again.submit(again.form("code"), code=code)
    assert again.reply.status_code == 401


def test_a_recovery_code_signs_in_once(shared, owner):
    page = sign_in(shared, owner)
    page.submit(page.form("code"), code=owner.recovery[0].upper().replace("-", " "))
    assert "Sign out" in page.text
    assert "<strong>9</strong> recovery codes left" in page.go(PAGE).text
    again = sign_in(shared, owner)
    again.submit(again.form("code"), code=owner.recovery[0])
    assert again.reply.status_code == 401
    page.submit(form_at(page, "/settings/security/recovery_codes"), current_password="a guess")
    assert page.reply.status_code == 422
    page.submit(form_at(page, "/settings/security/recovery_codes"), current_password=owner.password)
    fresh = page.page.codes
    assert len(fresh) == 10 and not set(fresh) & set(owner.recovery)
    again = sign_in(shared, owner)
    again.submit(again.form("code"), code=owner.recovery[1])
    assert again.reply.status_code == 401
    again.submit(again.form("code"), code=fresh[1])
    assert "Sign out" in again.text


def test_switching_it_off_takes_the_password(shared, owner):
    page = owner.page.go(PAGE)
    page.submit(form_at(page, PAGE + "/off"), current_password="a guess")
    assert page.reply.status_code == 422 and "One more step" in sign_in(shared, owner).text
    page.submit(form_at(page, PAGE + "/off"), current_password=owner.password)
    assert "Two-factor sign-in is off" in page.text and "Sign out" in sign_in(shared, owner).text


def test_the_way_to_an_app_goes_on_after_the_second_step(shared, owner, anonymous):
    oob = "urn:ietf:wg:oauth:2.0:oob"
    app = anonymous.post("/api/v1/apps", {"client_name": "An app", "redirect_uris": oob, "scopes": "read"})
    page = Browser(shared.url).go("/oauth/authorize", params={"response_type": "code", "client_id": app["client_id"], "redirect_uri": oob,
                                                              "scope": "read"})
    page.sign_in(owner.email, owner.password)
    page.submit(page.form("code"), code=owner.recovery[2])
    assert "/oauth/authorize?" in page.url and "Let An app in?" in page.text


def test_the_first_half_is_no_more_good_once_the_password_changes(shared, owner):
    page = sign_in(shared, owner)
    half = page.form("code")
    settings = owner.page.go("/settings/security")
    settings.submit(form_at(settings, "/settings/security/password"), current_password=owner.password, password="battery staple")
    page.submit(half, code=owner.recovery[5])
    assert page.reply.status_code == 401 and "sign in again" in page.text
    page.submit(half, pending="forged", code=owner.recovery[5])
    assert page.reply.status_code == 401


def test_forms_from_elsewhere_do_nothing(shared, owner):
    for path in (PAGE, PAGE + "/prove", PAGE + "/off", "/settings/security/recovery_codes", "/auth/second_factor"):
        got = owner.page.go(path, "POST", data={"csrf": "forged", "current_password": owner.password, "code": owner.phone.seed})
        assert got.reply.status_code == 403
    assert "One more step" in sign_in(shared, owner).text
