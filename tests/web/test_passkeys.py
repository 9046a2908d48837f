"""Passkeys with an authenticator of ours: what a browser would send, byte by byte, and what must be refused. (A real browser: tests/ui.)"""
import base64
import hashlib
import json
import re
import struct

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from howdah import Api
from howdah.browser import Browser

PAGE = "/settings/security/passkeys"


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """One key for one site, Web Authentication's formats."""

    def __init__(self, server):
        self.origin, self.host = f"http://{server.domain}", server.domain.split(":")[0]
        self.key, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), b"passkey of a test", 0

    def client(self, kind, challenge, **more):
        return json.dumps({"type": f"webauthn.{kind}", "challenge": b64(challenge.encode()), "origin": self.origin, **more}).encode()

    def data(self, flags, rest=b"", host=None):
        self.count += 1
        return hashlib.sha256((host or self.host).encode()).digest() + struct.pack(">BI", flags, self.count) + rest

    def create(self, challenge, **more):
        rest = b"\0" * 16 + struct.pack(">H", len(self.id)) + self.id + b"cose"
        key = self.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return {"client_data": b64(self.client("create", challenge, **more)), "authenticator_data": b64(self.data(0x45, rest)), "public_key": b64(key)}

    def use(self, challenge, flags=5, host=None, **more):
        client, data = self.client("get", challenge, **more), self.data(flags, host=host)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {"credential": b64(self.id), "client_data": b64(client), "authenticator_data": b64(data), "signature": b64(signature)}


@pytest.fixture
def person(shared):
    return shared.account()


def challenge_of(page):
    return re.search(r'data-challenge="([^"]+)"', page.text)[1]


def begin(page, person, name="My phone"):
    page.go(PAGE)
    page.submit(next(f for f in page.page.forms if f.action == PAGE), name=name, current_password=person.password)
    assert "script-src 'self'" in page.reply.headers["Content-Security-Policy"] and "unsafe" not in page.reply.headers["Content-Security-Policy"]
    return page.form("client_data"), challenge_of(page)


@pytest.fixture
def owner(shared, person):
    """Somebody with a passkey: .page is signed in, .key is the authenticator."""
    person.page, person.key = Browser(shared.url).go(PAGE).sign_in(person.email, person.password), Authenticator(shared)
    person.key.id += person.name.encode()
    form, challenge = begin(person.page, person)
    person.page.submit(form, **person.key.create(challenge))
    assert "you can sign in with it" in person.page.text and "My phone" in person.page.text
    return person


def attempt(server, key, page=None, **more):
    page = page or Browser(server.url).go("/auth/passkey")
    page.submit(page.form("signature"), **{**key.use(challenge_of(page), **more)})
    return page


def test_a_passkey_signs_in(shared, owner):
    page = attempt(shared, owner.key)
    assert "Sign out" in page.text and f"@{owner.name}" in page.text
    assert "last used" in page.go(PAGE).text
    reply = Api(shared.url).request("GET", "/assets/passkey.js")
    assert reply.status == 200 and reply.type == "text/javascript" and "navigator.credentials" in reply.text


@pytest.mark.parametrize("wrong", [{"flags": 1}, {"flags": 4}, {"host": "evil.example"}, {"origin": "http://evil.example"}, {"type": "webauthn.create"},
                                   {"crossOrigin": True}], ids=lambda w: next(iter(w)) + str(next(iter(w.values()))))
def test_what_was_signed_for_something_else_is_refused(shared, owner, wrong):
    page = attempt(shared, owner.key, **wrong)
    assert page.reply.status_code == 401 and "does not open anything here" in page.text


def test_a_reply_counts_once(shared, owner):
    page = Browser(shared.url).go("/auth/passkey")
    form, reply = page.form("signature"), owner.key.use(challenge_of(page))
    page.submit(form, **reply)
    assert "Sign out" in page.text
    again = Browser(shared.url).go("/auth/passkey")
    again.submit(again.form("signature"), **reply)
    assert again.reply.status_code == 401
    again.go("/auth/passkey")
    stale = owner.key.use("a challenge of my own")
    again.submit(again.form("signature"), **stale)
    assert again.reply.status_code == 401 and "too long" in again.text


def test_a_counter_that_goes_back_is_a_copy(shared, owner):
    attempt(shared, owner.key)
    owner.key.count = 0
    assert attempt(shared, owner.key).reply.status_code == 401


def test_who_is_shut_out_stays_out(shared, owner):
    shared.cli("account", "disable", owner.name)
    page = attempt(shared, owner.key)
    assert page.reply.status_code == 403 and "currently disabled" in page.text


def test_making_one_takes_the_password_and_a_challenge_of_ones_own(shared, owner):
    page, other = owner.page, Authenticator(shared)
    page.go(PAGE)
    page.submit(next(f for f in page.page.forms if f.action == PAGE), name="x", current_password="a guess")
    assert page.reply.status_code == 422 and "data-challenge" not in page.text
    form, challenge = begin(page, owner)
    page.submit(form, **other.create(challenge, origin="http://evil.example"))
    assert page.reply.status_code == 422 and "another site" in page.text
    page.submit(form, **other.create(challenge_of(Browser(shared.url).go("/auth/passkey"))))
    assert page.reply.status_code == 422 and "too long" in page.text
    form, challenge = begin(page, owner)
    page.submit(form, **owner.key.create(challenge))
    assert page.reply.status_code == 422 and "known here already" in page.text
    page.submit(form, **other.create(challenge))
    assert "you can sign in with it" in page.text, "a refusal uses nothing up"
    page.submit(form, **Authenticator(shared).create(challenge))
    assert page.reply.status_code == 422


def test_removing_one_takes_the_password(shared, owner):
    page = owner.page.go(PAGE)
    form, id = next(f for f in page.page.forms if f.action == PAGE + "/remove"), re.search(r'name="id" type="radio" value="(\d+)"', page.text)[1]
    page.submit(form, id=id, current_password="a guess")
    assert page.reply.status_code == 422
    page.submit(form, id=id, current_password=owner.password)
    assert "The passkey is removed" in page.text
    assert attempt(shared, owner.key).reply.status_code == 401
    page.submit(form, id=id, current_password=owner.password)
    assert page.reply.status_code == 404


def test_forms_from_elsewhere_do_nothing(shared, owner):
    for path in (PAGE, PAGE + "/add", PAGE + "/remove", "/auth/passkey"):
        assert owner.page.go(path, "POST", data={"csrf": "forged", "current_password": owner.password}).reply.status_code == 403
