"""Files to take along and files that are brought: what they hold, what becomes of their lines, and what does not."""
import re

import pytest

from howdah import until
from howdah.browser import Browser


@pytest.fixture
def page(shared, alice):
    page = Browser(shared.url)
    return page.go("/auth/sign_in").sign_in(alice.email, alice.password)


def export(page, kind):
    page.go(f"/settings/exports/{kind}.csv")
    assert page.reply.status_code == 200 and page.reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.reply.headers["Content-Disposition"].startswith('attachment; filename="')
    return page.text


def bring(page, kind, text, mode="merge"):
    page.go("/settings/import")
    form = next(f for f in page.page.forms if f.action == "/settings/import")
    return page.go("/settings/import", "POST", data={**form.fields, "type": kind, "mode": mode}, files={"data": (f"{kind}.csv", text, "text/csv")})


def ended(page, done, total, failed):
    """The newest import says so."""
    said = f"Done: {done} of {total} lines, {failed} of them failed"
    until(lambda: said in page.go("/settings/import").text.split("Brought lately")[1].split("</li>")[0], said, 20)


def test_what_one_has_is_written_as_mastodon_writes_it(shared, page, alice, bob, carol):
    host = bob.handle.split("@")[1]
    alice.post(f"/api/v1/accounts/{bob.id}/follow", {"reblogs": False, "notify": True, "languages": ["de", "en"]})
    alice.post(f"/api/v1/accounts/{carol.id}/mute", {"notifications": False})
    dan = shared.account(shared.new_name("dan"))
    alice.post(f"/api/v1/accounts/{dan.id}/block")
    alice.post("/api/v1/domain_blocks", {"domain": "hidden.example"})
    post = bob.status("worth keeping")
    alice.post(f"/api/v1/statuses/{post['id']}/bookmark")
    held = alice.post("/api/v1/lists", {"title": 'Rowers, "fast"'})["id"]
    alice.post(f"/api/v1/lists/{held}/accounts", {"account_ids": [bob.id]})
    assert export(page, "follows") == ("Account address,Show boosts,Notify on new posts,Languages\n"
                                       f'{bob.name}@{host},false,true,"de, en"\n')
    assert export(page, "mutes") == f"Account address,Hide notifications\n{carol.name}@{host},false\n"
    assert export(page, "blocks") == f"{dan.name}@{host}\n"
    assert export(page, "domain_blocks") == "hidden.example\n"
    assert export(page, "bookmarks") == post["uri"] + "\n"
    assert export(page, "lists") == f'"Rowers, ""fast""",{bob.name}@{host}\n'
    page.go("/settings/export")
    assert page.text.count(" download>CSV</a>") == 6
    assert page.go("/settings/exports/secrets.csv").reply.status_code == 404
    assert Browser(shared.url).go("/settings/export").url.endswith("/auth/sign_in?return_to=%2Fsettings%2Fexport")


def test_follows_are_brought_with_their_options(shared, page, alice, bob, carol):
    text = ("Account address,Show boosts,Notify on new posts,Languages\r\n"
            f'@{bob.handle},false,true,"de, en"\r\n{carol.name},true,false,\r\nnobody_here@{bob.handle.split("@")[1]},true,false,\r\n')
    assert "The file is here" in bring(page, "follows", text).text
    ended(page, 3, 3, 1)
    there = alice.relationship(bob)
    assert there["following"] and there["notifying"] and not there["showing_reblogs"] and there["languages"] == ["de", "en"]
    assert alice.relationship(carol)["following"] and alice.relationship(carol)["languages"] is None
    failures = re.search(r'href="(/settings/imports/\d+/failures.csv)"', page.text)[1]
    page.go(failures)
    assert page.text == f'Account address,Show boosts,Notify on new posts,Languages\nnobody_here@{bob.handle.split("@")[1]},true,false,\n'
    other = Browser(shared.url)
    other.go("/auth/sign_in").sign_in(bob.email, bob.password)
    assert other.go(failures).reply.status_code == 404


def test_what_a_file_does_not_name_goes_where_it_replaces(shared, page, alice, bob, carol):
    dan = shared.account(shared.new_name("dan"))
    for who in (bob, carol):
        alice.post(f"/api/v1/accounts/{who.id}/follow", {"notify": True})
    bring(page, "follows", f"Account address\n{bob.handle}\n{dan.handle.upper()}\n", "overwrite")
    ended(page, 2, 2, 0)
    assert alice.relationship(bob)["following"] and alice.relationship(dan)["following"] and not alice.relationship(carol)["following"]
    for title, who in (("Keep", bob), ("Drop", dan)):
        held = alice.post("/api/v1/lists", {"title": title})["id"]
        alice.post(f"/api/v1/lists/{held}/accounts", {"account_ids": [who.id]})
    bring(page, "lists", f"Keep,{dan.handle}\nNew,{bob.handle}\n", "overwrite")
    until(lambda: {x["title"]: [a["id"] for a in alice.get(f"/api/v1/lists/{x['id']}/accounts")] for x in alice.get("/api/v1/lists")} ==
          {"Keep": [dan.id], "New": [bob.id]}, "the lists are those of the file")


def test_blocks_mutes_domains_and_bookmarks_are_brought(page, alice, bob, carol):
    post = bob.status("worth keeping")
    secret = carol.status("not for alice", visibility="private")
    for kind, text, lines, failed in (("bookmarks", f"{post['uri']}\n{secret['uri']}\n", 2, 1), ("mutes", f"{carol.handle},false\n", 1, 0),
                                      ("domain_blocks", "#domain\nhidden.example\n", 1, 0), ("blocks", f"{bob.handle}\n", 1, 0)):
        bring(page, kind, text)
        ended(page, lines, lines, failed)
        if kind == "bookmarks":
            assert [s["id"] for s in alice.get("/api/v1/bookmarks")] == [post["id"]]
    assert alice.relationship(bob)["blocking"] and alice.get("/api/v1/domain_blocks") == ["hidden.example"]
    assert alice.relationship(carol)["muting"] and not alice.relationship(carol)["muting_notifications"]


def test_files_that_are_none_are_refused(page, alice):
    for kind, text, why in (("follows", "", "is empty"), ("follows", "Account address\n", "is empty"), ("lists", "Account address\na@b.example\n",
                            "is a file of another kind"), ("follows", b"\xff\xfe\x00", "is no text in UTF-8"), ("secrets", "x\n", "is of no kind"),
                            ("follows", "a@b.example\n" * 20001, "has more than 20000 lines")):
        bring(page, kind, text)
        assert page.reply.status_code == 422 and why in page.text, why
    assert page.go("/settings/import", "POST", data={"type": "follows"}, files={"data": ("x.csv", "a@b.example\n", "text/csv")}).reply.status_code == 403
    assert "Brought lately" not in page.go("/settings/import").text
