"""Passkeys in a real browser, with chromium's virtual authenticator: made, used, replayed, forged, removed."""
import json
import os
import pathlib
import subprocess

import pytest
from howdah import Server, need_tool
from howdah.mail import MailSink
from howdah.npm import install, node

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    modules = install(HERE)
    folder = pathlib.Path(os.environ.get("HOWDAH_SCREENSHOTS") or tmp_path_factory.mktemp("screens"))
    folder.mkdir(parents=True, exist_ok=True)
    sink = MailSink()
    try:
        with Server(tmp_path_factory.mktemp("passkeys"), smtp_url=sink.url) as server:
            person = server.account("ada")
            plan = {"browser": need_tool("chromium"), "base": f"http://{server.domain}", "folder": str(folder),
                    "account": {"email": person.email, "password": person.password, "name": person.name}}
            done = subprocess.run([node(modules, 20), str(HERE / "passkey.mjs"), json.dumps(plan)], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=150)
            assert done.returncode == 0, done.stdout + done.stderr
            got = json.loads(done.stdout)
            got["mails"] = [sink.wait_for(person.email)["Subject"] for _ in range(2)]
            return got
    finally:
        sink.close()


def test_it_is_made_by_who_knows_the_password(seen):
    assert "is not your password" in seen["guess"]
    assert "you can sign in with it" in seen["added"] and "Test key" in seen["added"] and seen["keys"] == 1


def test_it_signs_in(seen):
    assert seen["signedIn"] and seen["first"] == "in"


def test_a_reply_counts_once_and_only_as_it_was_signed(seen):
    assert (seen["tampered"], seen["unknown"], seen["replayed"], seen["forged"]) == (401, 401, 401, 403)


def test_an_authenticator_must_know_who_uses_it(seen):
    assert "Nothing was done" in seen["unverified"] or "did not work" in seen["unverified"]


def test_it_is_no_more_good_once_removed(seen):
    assert "The passkey is removed" in seen["removed"] and not seen["afterRemoval"]


def test_the_pages_keep_to_their_policy(seen):
    assert seen["problems"] == []


def test_its_owner_is_told(seen):
    assert any("was added" in subject for subject in seen["mails"]) and any("was removed" in subject for subject in seen["mails"])
