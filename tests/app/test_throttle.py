"""Guessing passwords: counted by account and by address, in rows, so that neither a restart nor another node forgets."""
import time

import pytest

from howdah.browser import Browser


@pytest.fixture
def server(new_server):
    """Its clock stands at the beginning of an hour, where every window begins."""
    return new_server(rate_limits="on", clock_offset_s=str(1 - int(time.time()) % 3600))


def attempt(server, name, address, password=""):
    """One sign-in from that address; an empty password is wrong without any hash, so that the test is quick."""
    page = Browser(server.url)
    page.session.headers["X-Forwarded-For"] = address
    page.go("/auth/sign_in")
    form = page.form("email", "password")
    return page.submit(form, email=name, password=password).reply.status_code


def test_an_account_is_not_guessed_at_from_many_addresses(server):
    person = server.account()
    tries = [attempt(server, person.name, f"192.0.2.{i}") for i in range(13)]
    server.restart()
    tries += [attempt(server, person.name.upper(), f"198.51.100.{i}") for i in range(12)]
    assert tries == [401] * 25
    assert attempt(server, person.name, "203.0.113.1", person.password) == 429, "the right password too"
    assert attempt(server, server.account().name, "203.0.113.1") == 401, "others are not in the way"


def test_many_accounts_are_not_guessed_at_from_one_address(server):
    tries = [attempt(server, f"nobody{i}", "192.0.2.1") for i in range(13)]
    server.restart()
    tries += [attempt(server, f"somebody{i}", "192.0.2.1") for i in range(12)]
    assert tries == [401] * 25
    assert attempt(server, "anybody", "192.0.2.1") == 429
    assert attempt(server, "anybody", "198.51.100.1") == 401
