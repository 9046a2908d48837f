"""The archive of one's account: what it holds, who gets it, how often it is made, and that nothing of it is left."""
import io
import json
import pathlib
import zipfile

import pytest
from howdah import until
from howdah.browser import Browser
from howdah.mail import MailSink, link_in

FILES = pathlib.Path(__file__).parents[1] / "fixtures" / "media"


@pytest.fixture
def sink():
    sink = MailSink()
    yield sink
    sink.close()


def signed_in(server, who):
    page = Browser(server.url)
    return page.go("/auth/sign_in").sign_in(who.email, who.password)


def ask(page):
    page.go("/settings/export")
    return page.submit(next(f for f in page.page.forms if f.action == "/settings/export"))


def archive(page):
    until(lambda: "Download" in page.go("/settings/export").text, "the archive is ready", 40)
    page.go("/settings/archive")
    assert page.reply.status_code == 200 and page.reply.headers["Content-Type"] == "application/zip"
    assert page.reply.headers["Cache-Control"] == "private, no-store"
    assert page.reply.headers["Content-Disposition"].startswith('attachment; filename="archive-20')
    return zipfile.ZipFile(io.BytesIO(page.reply.content))


def document(z, name):
    return json.loads(z.read(name))


def picture(who, name):
    return who.ok("POST", "/api/v2/media", files={"file": (name, (FILES / name).read_bytes(), "image/png")})["id"]


def test_it_holds_all_that_is_ones_own_and_nothing_else(shared, alice, bob, anonymous):
    alice.ok("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("pixel.png", (FILES / "pixel.png").read_bytes(), "image/png")})
    his = bob.status("his")
    asked = bob.status("which?", poll={"options": ["one", "two"], "expires_in": 600})
    secret = bob.status("not hers", visibility="direct")
    mine = [alice.status("in public #tagged", media_ids=[picture(alice, "alpha.png")])["id"],
            alice.status("to followers", visibility="private")["id"],
            alice.status(f"@{bob.name} to one", visibility="direct")["id"],
            alice.status("at home", local_only=True)["id"],
            alice.status("an answer", in_reply_to_id=his["id"])["id"],
            alice.status("or this?", poll={"options": ["red", "blue"], "expires_in": 600})["id"],
            alice.status("quoting", quoted_status_id=mine_quote(alice))["id"]]
    alice.post(f"/api/v1/statuses/{his['id']}/reblog")
    alice.post(f"/api/v1/statuses/{his['id']}/favourite")
    alice.post(f"/api/v1/statuses/{asked['id']}/bookmark")
    bob.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    alice.post("/api/v1/collections", {"name": "Rowers", "discoverable": False, "account_ids": [bob.id]})
    bob.post("/api/v1/collections", {"name": "not hers"})
    page = ask(signed_in(shared, alice))
    assert "Your archive is being made" in page.text
    with archive(page) as z:
        assert z.testzip() is None
        actor, outbox = document(z, "actor.json"), document(z, "outbox.json")
        likes, kept, people = (document(z, f"{name}.json") for name in ("likes", "bookmarks", "collections"))
        names = set(z.namelist())
    assert actor["preferredUsername"] == alice.name and actor["icon"]["url"] == "avatar.png" and actor["outbox"] == "outbox.json"
    items = outbox["orderedItems"]
    assert outbox["type"] == "OrderedCollection" and outbox["totalItems"] == len(items) == len(mine) + 2
    posts = [i["object"] for i in items if i["type"] == "Create"]
    said = [p["content"] for p in posts]
    for words in ("in public", "to followers", "to one", "at home", "an answer", "or this?", "quoting"):
        assert sum(words in s for s in said) == 1, words
    assert not any("not hers" in s or "his" == s for s in said) and secret["uri"] not in json.dumps(outbox)
    assert [i["object"] for i in items if i["type"] == "Announce"] == [his["uri"]]
    assert next(p for p in posts if "an answer" in p["content"])["inReplyTo"] == his["uri"]
    assert [o["name"] for o in next(p for p in posts if p["type"] == "Question")["oneOf"]] == ["red", "blue"]
    shown = next(p for p in posts if "in public" in p["content"])
    assert shown["tag"][0]["name"] == "#tagged" and shown["attachment"][0]["url"] in names
    assert next(p for p in posts if "quoting" in p["content"])["quote"]
    assert likes["orderedItems"] == [his["uri"]] and kept["orderedItems"] == [asked["uri"]]
    assert [(k["name"], len(k["orderedItems"])) for k in people["orderedItems"]] == [("Rowers", 1)] and people["totalItems"] == 1
    assert names == {"actor.json", "outbox.json", "likes.json", "bookmarks.json", "collections.json", "avatar.png", shown["attachment"][0]["url"]}


def mine_quote(alice):
    """A post of hers to be quoted: one more in the outbox."""
    return alice.status("to be quoted", visibility="unlisted")["id"]


def test_only_its_owner_gets_it_and_once_in_a_week(shared, alice, bob):
    page, other, stranger = signed_in(shared, alice), signed_in(shared, bob), Browser(shared.url)
    assert page.go("/settings/archive").reply.status_code == 404
    form = next(f for f in page.go("/settings/export").page.forms if f.action == "/settings/export")
    assert page.go("/settings/export", "POST", data={}).reply.status_code == 403
    page.submit(form)
    archive(page).close()
    assert not any(f.action == "/settings/export" for f in page.go("/settings/export").page.forms)
    page.submit(form)
    assert page.reply.status_code == 422 and "can be asked for once in 7 days" in page.text
    assert other.go("/settings/archive").reply.status_code == 404
    assert stranger.go("/settings/archive").reply.status_code == 401
    # One may go on with a download that broke off.
    part = page.session.get(f"{shared.url}/settings/archive", headers={"Range": "bytes=0-3"}, timeout=30)
    assert part.status_code == 206 and part.content == b"PK\x03\x04"


def test_many_posts_are_all_there_in_their_order(shared, alice, bob):
    words = [f"number {i}." for i in range(170)]
    for w in words:
        alice.status(w)
        if w.endswith("0."):
            bob.post(f"/api/v1/statuses/{alice.get(f'/api/v1/accounts/{alice.id}/statuses', {'limit': 1})[0]['id']}/favourite")
    with archive(ask(signed_in(shared, alice))) as z:
        items = document(z, "outbox.json")["orderedItems"]
    assert [i["object"]["content"] for i in items] == [f"<p>{w}</p>" for w in words]


def test_a_mail_says_that_it_is_ready_and_it_goes_with_the_account(new_server, sink):
    server = new_server(smtp_url=sink.url)
    alice = server.account("alice")
    page = ask(signed_in(server, alice))
    mail = sink.wait_for(alice.email)
    assert "archive" in mail["Subject"] and link_in(mail).endswith("/settings/export")
    archive(page).close()

    def stored():
        return [p for p in (server.data / "media").rglob("*") if p.is_file()]
    assert len(stored()) == 1
    form = next(f for f in page.go("/settings/delete").page.forms if f.action == "/settings/delete")
    assert "Your account is deleted" in page.submit(form, current_password=alice.password).text
    until(lambda: not stored(), "the archive is gone")
