"""Moving within one server: aliases, the move with its checks, whom it takes along, and coming back."""
import pytest

from howdah import until
from howdah.browser import Browser


def settings(server, who, path):
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(who.email, who.password)
    return page.go(path)


def send(page, action, **values):
    return page.submit(next(f for f in page.page.forms if f.action == action), **values)


def alias(server, who, acct):
    return send(settings(server, who, "/settings/aliases"), "/settings/aliases", acct=acct)


def move(server, who, acct, password=None):
    return send(settings(server, who, "/settings/move"), "/settings/move", acct=acct, current_password=password or who.password)


@pytest.fixture
def pair(shared):
    """The old account, and the new one, which says that it is the old one too."""
    old, new = shared.account(shared.new_name("old")), shared.account(shared.new_name("new"))
    assert old.id != new.id and "The alias is added" in alias(shared, new, old.name).text
    return old, new


def test_aliases_are_said_to_everybody(shared, pair):
    old, new = pair
    document = new.request("GET", f"/users/{new.name}", headers={"Accept": "application/activity+json"}).content
    assert old.me()["uri"].encode() in document
    page = settings(shared, new, "/settings/aliases")
    assert old.handle in page.text
    assert "cannot be current account" in alias(shared, new, new.name).text
    missing = alias(shared, new, "nobody_at_all")
    assert missing.reply.status_code == 422 and "could not be found" in missing.text
    page.go("/settings/aliases")
    assert "The alias is removed" in send(page, "/settings/aliases/remove").text and old.handle not in page.text


def test_a_move_needs_the_other_side_and_the_password(shared, pair, alice):
    old, new = pair
    for acct, password, why in ((alice.name, None, "is not an alias of this account"), (new.name, "wrong password", "is not your password"),
                                (old.name, None, "cannot be current account"), ("nobody_at_all", None, "could not be found")):
        page = move(shared, old, acct, password)
        assert page.reply.status_code == 422 and why in page.text, why
    assert "moved" not in old.get(f"/api/v1/accounts/{old.id}")
    forged = settings(shared, old, "/settings/move").go("/settings/move", "POST", data={"acct": new.name, "current_password": old.password})
    assert forged.reply.status_code == 403


def test_followers_notes_blocks_and_mutes_go_along(shared, pair, alice, bob, carol):
    old, new = pair
    dan = shared.account(shared.new_name("dan"))
    alice.post(f"/api/v1/accounts/{old.id}/follow", {"reblogs": False, "languages": ["de"]})
    new.follow(old)
    held = alice.post("/api/v1/lists", {"title": "Rowers"})["id"]
    alice.post(f"/api/v1/lists/{held}/accounts", {"account_ids": [old.id]})
    alice.post(f"/api/v1/accounts/{old.id}/note", {"comment": "met in Ulm"})
    bob.post(f"/api/v1/accounts/{old.id}/block")
    carol.post(f"/api/v1/accounts/{old.id}/mute", {"notifications": False})
    dan.follow(old)
    dan.post(f"/api/v1/accounts/{new.id}/block")
    assert "on their way" in move(shared, old, f"@{new.handle}").text
    there = until(lambda: (r := alice.relationship(new))["following"] and r, "alice follows the new account")
    assert not there["showing_reblogs"] and there["languages"] == ["de"] and not alice.relationship(old)["following"]
    assert [a["id"] for a in alice.get(f"/api/v1/lists/{held}/accounts")] == [new.id]
    until(lambda: carol.relationship(new)["muting"], "the mute is carried, after all else")
    note = alice.relationship(new)["note"]
    assert old.name in note and note.endswith("met in Ulm")
    assert bob.relationship(new)["blocking"] and old.name in bob.relationship(new)["note"]
    assert not carol.relationship(new)["muting_notifications"]
    assert dan.relationship(old)["following"] and not dan.relationship(new)["following"], "whoever may not follow stays"
    gone = alice.get(f"/api/v1/accounts/{old.id}")
    assert gone["moved"]["id"] == new.id and gone["followers_count"] == 2
    assert alice.get(f"/api/v1/accounts/{new.id}")["followers_count"] == 1


def test_who_has_moved_is_a_signpost(shared, pair, alice):
    old, new = pair
    move(shared, old, new.name)
    old.fails(403, "POST", "/api/v1/statuses", "Your login is currently disabled", json={"status": "still here"})
    alice.fails(403, "POST", f"/api/v1/accounts/{old.id}/follow", "This action is not allowed")
    document = alice.request("GET", f"/users/{old.name}", headers={"Accept": "application/activity+json"}).content
    assert b'"movedTo":"' + new.me()["uri"].encode() in document
    page = settings(shared, old, "/settings/move")
    assert "You have moved" in page.text and new.handle in page.text
    assert "You live here again" in send(page, "/settings/move/cancel").text
    assert "moved" not in alice.get(f"/api/v1/accounts/{old.id}") and old.status("back")["content"] == "<p>back</p>"
    alias(shared, alice, old.name)
    again = move(shared, old, alice.name)
    assert again.reply.status_code == 422 and "within the last 30 days" in again.text
