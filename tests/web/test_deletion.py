"""Leaving for good: what goes at once, what goes after it, what stays, and what other servers hear."""
import pathlib

from howdah import Api, until
from howdah.browser import Browser

PICTURE = pathlib.Path(__file__).parents[1] / "fixtures" / "media" / "pixel.png"


def leave(server, who, password=None):
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(who.email, who.password)
    page.go("/settings/delete")
    form = next(f for f in page.page.forms if f.action == "/settings/delete")
    return page.submit(form, current_password=password or who.password)


def test_the_password_is_asked(shared, alice):
    page = leave(shared, alice, "not my password")
    assert page.reply.status_code == 422 and "is not your password" in page.text
    assert page.go("/settings/delete", "POST", data={"current_password": alice.password}).reply.status_code == 403
    assert alice.me()["id"]


def test_all_that_one_had_goes_and_the_name_stays(shared, alice, bob, anonymous):
    made = alice.ok("POST", "/api/v2/media", files={"file": ("pixel.png", PICTURE.read_bytes(), "image/png")})
    alice.ok("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("pixel.png", PICTURE.read_bytes(), "image/png")})
    avatar = alice.me()["avatar"]
    post = alice.status("mine", media_ids=[made["id"]])
    his = bob.status("his")
    alice.post(f"/api/v1/statuses/{his['id']}/favourite")
    alice.post(f"/api/v1/statuses/{his['id']}/reblog")
    alice.follow(bob)
    bob.follow(alice)
    bob.post(f"/api/v1/accounts/{alice.id}/note", {"comment": "a note"})
    assert "Your account is deleted" in leave(shared, alice).text
    assert Api(shared.url, alice.token).request("GET", "/api/v1/accounts/verify_credentials").status in (401, 403)
    until(lambda: anonymous.request("GET", f"/api/v1/accounts/{alice.id}").status == 404, "the account is gone")
    shared.settled("MEDIA")
    assert bob.request("GET", f"/api/v1/statuses/{post['id']}").status == 404
    left = bob.get(f"/api/v1/statuses/{his['id']}")
    assert left["favourites_count"] == 0 and left["reblogs_count"] == 0
    me = bob.get(f"/api/v1/accounts/{bob.id}")
    assert me["followers_count"] == 0 and me["following_count"] == 0
    assert anonymous.request("GET", made["url"]).status == anonymous.request("GET", avatar).status == 404, "the files are gone"
    page = Browser(shared.url)
    assert page.go(f"/@{alice.name}").reply.status_code in (404, 410)
    page.go("/auth/sign_in").sign_in(alice.email, alice.password)
    assert "Sign out" not in page.text
    assert anonymous.request("GET", "/.well-known/webfinger", params={"resource": f"acct:{alice.handle}"}).status == 410
    again = shared.cli("account", "create", alice.name, "--email", "other@example.com", "--password-stdin", stdin="a good password\n", check=False)
    assert "taken" in str(again)
    other = shared.new_name("other")
    shared.cli("account", "create", other, "--email", alice.email, "--password-stdin", stdin="a good password\n")
