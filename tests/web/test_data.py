"""Files to take along and files that are brought: what they hold, what becomes of their lines, and what does not."""
import json
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
    until(lambda: said in page.go("/settings/import").text.split("Brought lately")[1].split("</li>")[0], said)


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
    assert page.text.count(" download>CSV</a>") == 7
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


def filters(who):
    return sorted((f["title"], sorted(f["context"]), f["filter_action"], bool(f["expires_at"]), sorted((k["keyword"], k["whole_word"]) for k in f["keywords"]))
                  for f in who.get("/api/v2/filters"))


def test_filters_are_taken_along_and_brought_elsewhere(shared, page, alice, bob):
    alice.post("/api/v2/filters", {"title": 'Spoilers, "all"', "context": ["home", "public"], "filter_action": "hide", "expires_in": 86400,
                                   "keywords_attributes": [{"keyword": "finale", "whole_word": True}, {"keyword": "the end", "whole_word": False}]})
    alice.post("/api/v2/filters", {"title": "Bare", "context": ["thread"]})
    text = export(page, "filters")
    lines = text.splitlines()
    assert lines[0] == "Filter title,Filter contexts,Filter keyword,Whole word,Filter expires,Filter action" and len(lines) == 4
    assert lines[1].startswith('"Spoilers, ""all""","home, public",finale,true,20') and lines[1].endswith("Z,hide")
    assert lines[3] == "Bare,thread,,true,,warn"
    other = Browser(shared.url).go("/auth/sign_in").sign_in(bob.email, bob.password)
    for _ in range(2):                            # a second time nothing is there twice
        bring(other, "filters", text)
        ended(other, 3, 3, 0)
        assert filters(bob) == filters(alice)
    bring(other, "filters", "Bare,home,more,false,,blur\nOver,home,x,true,2020-01-01T00:00:00Z,warn\nOdd,nowhere,x,true,,warn\n")
    ended(other, 3, 3, 2)                         # what is over and what means nothing are not taken over
    assert filters(bob)[0] == ("Bare", ["thread"], "warn", False, [("more", False)])
    bring(other, "filters", "Bare,home,more,true,,blur\n", "overwrite")
    until(lambda: filters(bob) == [("Bare", ["home"], "blur", False, [("more", True)])], "the filters are those of the file")


def test_mastodons_own_file_of_filters_is_taken_in(page, alice):
    bring(page, "filters", json.dumps({"custom_filters": [
        {"title": "Films", "expire_at": "2099-05-19 12:00:00 UTC", "context": ["home", "account"], "action": "blur", "statuses": [],
         "keywords_attributes": [{"keyword": "finale", "whole_word": False}, {"keyword": "dies", "whole_word": True}]},
        {"title": "Posts", "expire_at": None, "context": ["public"], "action": "hide", "statuses": [], "keywords_attributes": []}]}))
    ended(page, 3, 3, 0)
    assert filters(alice) == [("Films", ["account", "home"], "blur", True, [("dies", True), ("finale", False)]), ("Posts", ["public"], "hide", False, [])]
    bring(page, "filters", '{"custom_filters": [{"title": ""}]}')
    assert page.reply.status_code == 422 and "is a file of another kind" in page.text


def test_files_that_are_none_are_refused(page, alice):
    for kind, text, why in (("follows", "", "is empty"), ("follows", "Account address\n", "is empty"), ("lists", "Account address\na@b.example\n",
                            "is a file of another kind"), ("follows", b"\xff\xfe\x00", "is no text in UTF-8"), ("secrets", "x\n", "is of no kind"),
                            ("follows", "a@b.example\n" * 20001, "has more than 20000 lines")):
        bring(page, kind, text)
        assert page.reply.status_code == 422 and why in page.text, why
    assert page.go("/settings/import", "POST", data={"type": "follows"}, files={"data": ("x.csv", "a@b.example\n", "text/csv")}).reply.status_code == 403
    assert "Brought lately" not in page.go("/settings/import").text
