"""Pages for people without a client: what they say, and what they must not let through."""
import re

import pytest

from howdah import Api
from howdah.browser import Browser


@pytest.fixture
def browser(shared):
    return Browser(shared.url)


def strict(reply):
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
    # What people wrote may well talk about markup; it is between the tags.
    markup = re.sub(r">[^<]*<", "><", reply.text)
    assert "<script" not in markup and " style=" not in markup and not re.search(r"\son\w+=", markup)


@pytest.mark.parametrize("path", ["/", "/about", "/privacy-policy", "/terms-of-service", "/auth/sign_in"])
def test_every_page_is_one(browser, path):
    browser.go(path)
    assert browser.reply.status_code == 200 and browser.reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<main" in browser.text and 'lang="en"' in browser.text
    strict(browser.reply)


def test_a_profile_shows_who_it_is_and_what_was_said_in_public(shared, browser, alice):
    alice.request("PATCH", "/api/v1/accounts/update_credentials", data={
        "display_name": "Alice <b>", "note": "I row", "fields_attributes[0][name]": "Home", "fields_attributes[0][value]": "https://alice.example/"})
    alice.status("For everybody <script>alert(1)</script>")
    alice.status("For my followers", visibility="private")
    browser.go(f"/@{alice.name}")
    strict(browser.reply)
    assert "Alice &lt;b&gt;" in browser.text and "I row" in browser.text and "For everybody" in browser.text
    assert "For my followers" not in browser.text
    assert re.search(r'<a [^>]*href="https://alice.example/"[^>]*rel="[^"]*\bme\b', browser.text)
    assert 'property="og:type" content="profile"' in browser.text
    assert 'rel="alternate"; type="application/activity+json"' in browser.reply.headers["Link"]


def test_a_post_stands_in_its_conversation(shared, browser, alice, bob):
    first = alice.status("The question")
    bob.status(f"@{alice.name} The answer", in_reply_to_id=first["id"])
    browser.go(f"/@{alice.name}/{first['id']}")
    strict(browser.reply)
    assert "The question" in browser.text and "The answer" in browser.text
    assert 'property="og:description" content="The question"' in browser.text and f'href="{first["uri"]}"' in browser.text


def test_a_collection_shows_who_is_in_it_and_who_recommends_them(shared, browser, alice, bob):
    bob.patch("/api/v1/accounts/update_credentials", {"discoverable": True, "display_name": "Bob <i>"})
    new = alice.post("/api/v1/collections", {"name": "Rowers <b>", "description": "of <all> kinds", "discoverable": False,
                                             "account_ids": [bob.id]})["collection"]
    browser.go(new["url"])
    strict(browser.reply)
    assert browser.reply.status_code == 200 and "Rowers &lt;b&gt;" in browser.text and "of &lt;all&gt; kinds" in browser.text
    assert "Bob &lt;i&gt;" in browser.text and f"@{alice.name}" in browser.text and 'name="robots" content="noindex"' in browser.text
    # Her profile lists what may be found.
    assert "Featured collections" not in browser.go(f"/@{alice.name}").text
    alice.patch(f"/api/v1/collections/{new['id']}", {"discoverable": True})
    words = " ".join(re.sub(r"<[^>]+>", "", browser.go(f"/@{alice.name}").text).split())
    assert f'href="{new["url"]}">Rowers &lt;b&gt;</a>' in browser.text and "Rowers &lt;b&gt; 1 person" in words
    alice.patch("/api/v1/profile", {"show_featured": False})
    assert "Featured collections" not in browser.go(f"/@{alice.name}").text
    alice.delete(f"/api/v1/collections/{new['id']}")
    assert browser.go(new["url"]).reply.status_code == 404


def test_a_warning_hides_the_poll_as_well(browser, alice):
    post = alice.status("Which one?", spoiler_text="food", poll={"options": ["cheese pie", "fish pie"], "expires_in": 3600})
    browser.go(f"/@{alice.name}/{post['id']}")
    hidden = re.search(r"<details><summary>food</summary>(.*?)</details>", browser.text, re.S)[1]
    assert "Which one?" in hidden and "cheese pie" in hidden and browser.text.count("cheese pie") == 1


def test_numbers_are_said_as_people_say_them(browser, alice, bob, carol):
    post = alice.status("One of a kind")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.follow(alice)
    words = " ".join(re.sub(r"<[^>]+>", "", browser.go(f"/@{alice.name}").text).split())
    assert "1 post 0 following 1 follower since" in words and "0 replies 0 boosts 1 favourite" in words
    carol.post(f"/api/v1/statuses/{post['id']}/favourite")
    carol.follow(alice)
    words = " ".join(re.sub(r"<[^>]+>", "", browser.go(f"/@{alice.name}").text).split())
    assert "1 post 0 following 2 followers" in words and "2 favourites" in words


def test_what_is_not_for_everybody_is_not_there(shared, browser, alice):
    hidden = alice.status("A secret", visibility="private")
    browser.go(f"/@{alice.name}/{hidden['id']}")
    assert browser.reply.status_code == 404 and "A secret" not in browser.text and "<h1>" in browser.text
    assert browser.go("/@nobody_here").reply.status_code == 404
    assert browser.go(f"/@{alice.name}/12345").reply.status_code == 404
    browser.go("/auth/sign_in").sign_in(alice.email, alice.password)
    assert "A secret" in browser.go(f"/@{alice.name}/{hidden['id']}").text


def test_profiles_are_turned_over(browser, alice):
    for i in range(25):
        alice.status(f"Post number {i:02}")
    browser.go(f"/@{alice.name}")
    assert "Post number 24" in browser.text and "Post number 04" not in browser.text
    older = next(link for link in browser.page.links if "max_id=" in link)
    browser.go(older)
    assert "Post number 04" in browser.text and "Post number 00" in browser.text and "Post number 05" not in browser.text
    newer = next(link for link in browser.page.links if "min_id=" in link)
    assert "Post number 24" in browser.go(newer).text


def test_a_tag_has_a_page(browser, alice):
    alice.status("Something about #RowingBoats")
    browser.go("/tags/rowingboats")
    assert "Something about" in browser.text
    strict(browser.reply)


def test_a_profile_has_a_page_for_each_tag(browser, alice):
    for i in range(22):
        alice.status(f"Row number {i:02} #RowingBoats")
    alice.status("On land")
    alice.status("For few #RowingBoats", visibility="private")
    featured = alice.post("/api/v1/featured_tags", {"name": "RowingBoats"})
    browser.go(featured["url"])
    assert browser.url.lower().endswith(f"/@{alice.name}/tagged/rowingboats")
    assert browser.reply.status_code == 200 and "Row number 21" in browser.text and "Row number 02" in browser.text
    assert "Row number 01" not in browser.text and "On land" not in browser.text and "For few" not in browser.text
    assert f"/@{alice.name}/tagged/rowingboats.rss" in browser.text.lower() and f"/@{alice.name}" in browser.page.links
    strict(browser.reply)
    older = next(link for link in browser.page.links if "max_id=" in link)
    assert "/tagged/" in older and "Row number 01" in browser.go(older).text and "Row number 02" not in browser.text
    newer = next(link for link in browser.page.links if "min_id=" in link)
    assert "Row number 21" in browser.go(newer).text
    # The profile leads there, unless its owner leaves that part out.
    assert any(link.lower().endswith("/tagged/rowingboats") for link in browser.go(f"/@{alice.name}").page.links)
    alice.ok("PATCH", "/api/v1/profile", json={"show_featured": False})
    assert not any("/tagged/" in link for link in browser.go(f"/@{alice.name}").page.links)
    # One with no post, one that is nothing but trouble, somebody else's.
    for tag in ("nothing", "%3Cb%3E", "%F0%9F%90%8C"):
        assert "Nothing to read here" in browser.go(f"/@{alice.name}/tagged/{tag}").text and "<b>" not in browser.text
    assert browser.go("/@nobody_at_all/tagged/x").reply.status_code == 404
    browser.go(f"/@{alice.name}?tag=RowingBoats")
    assert "On land" in browser.text


def test_the_front_page_keeps_timelines_for_members_where_it_is_told_to(new_server):
    server = new_server()
    alice = server.account("alice")
    alice.status("Look at this")
    page = Browser(server.url)
    assert "Look at this" in page.go("/").text
    server.cli("config", "set", "timelines_public", "authenticated")
    server.restart()
    assert "Look at this" not in page.go("/").text and "signed in" in page.go("/tags/x").text
    page.go("/auth/sign_in").sign_in(alice.email, alice.password)
    assert "Look at this" in page.go("/").text


def test_errors_are_pages_for_browsers_and_json_for_programs(shared, browser):
    browser.go("/no/such/page")
    assert browser.reply.status_code == 404 and browser.reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(browser.reply.raw.headers.getlist("Content-Type")) == 1
    strict(browser.reply)
    reply = Api(shared.url).request("GET", "/api/v1/no/such", headers={"Accept": "text/html"})
    assert reply.status == 404 and reply.type == "application/json"


def test_assets_are_kept_until_they_change(shared, browser):
    style = re.search(r'href="(/assets/style\.css\?v=[^"]+)"', browser.go("/").text)[1]
    nobody = Api(shared.url)
    reply = nobody.request("GET", style)
    assert reply.status == 200 and reply.type == "text/css" and "immutable" in reply.headers["Cache-Control"]
    again = nobody.request("GET", style, headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status == 304 and not again.content
    assert "Disallow: /auth/" in nobody.request("GET", "/robots.txt").text
    assert nobody.request("GET", "/manifest.json").json["icons"]


def test_somebody_is_followed_from_another_servers_page(shared, browser, alice, bob):
    browser.go(f"/authorize_interaction?uri={bob.name}@{shared.domain}")
    browser.sign_in(alice.email, alice.password)
    assert f"@{bob.name}" in browser.text
    browser.submit(browser.form("id"))
    assert "You follow them now" in browser.text and alice.relationship(bob)["following"]
