"""Preview cards: the page that a post links to is looked up once, and what it says of itself is shown as text."""
import json
import pathlib
import urllib.parse

import pytest
from howdah.remote import redirect, reply, slow, status
from howdah.wait import until

PICTURE = (pathlib.Path(__file__).parent.parent / "fixtures" / "media" / "photo.jpg").read_bytes()


class Site:
    """Pages at the remote; no two tests share an address, because cards are shared by theirs."""

    def __init__(self, remote):
        self.remote = remote

    def page(self, path, head, type="text/html; charset=utf-8"):
        return self.remote.put(path, f"<!doctype html><html lang=en><head>{head}</head><body>x</body></html>", type)

    def asked(self, path):
        return len([r for r in self.remote.received if r.path == path])


@pytest.fixture
def site(remote):
    return Site(remote)


def card_of(api, post, missing=lambda card: card is None):
    return until(lambda: not missing(api.get(f"/api/v1/statuses/{post['id']}")["card"]) and api.get(f"/api/v1/statuses/{post['id']}")["card"],
                 "the card")


def test_a_page_becomes_a_card_for_everybody(alice, bob, anonymous, site):
    site.remote.put("/cat.jpg", PICTURE, "image/jpeg")
    url = site.page("/a", "<title>Own</title><meta property=og:title content='Cats &amp; dogs'><meta property=og:description content='All of them'>"
                          "<meta property=og:image content='/cat.jpg'><meta property=og:image:alt content='A cat'>"
                          "<meta property=og:site_name content='The Zoo'><meta property=article:published_time content='2026-08-01T12:00:00Z'>")
    post = alice.status(f"look: {url} and https://other.example/ too")
    card = card_of(bob, post, lambda card: card is None or card["blurhash"] is None)
    assert card["url"] == url and card["title"] == "Cats & dogs" and card["description"] == "All of them" and card["type"] == "link"
    assert card["provider_name"] == "The Zoo" and card["language"] == "en" and card["published_at"] == "2026-08-01T12:00:00.000Z"
    assert card["image_description"] == "A cat" and card["width"] > 0 and card["height"] > 0
    assert card["author_name"] == card["author_url"] == card["html"] == card["embed_url"] == card["provider_url"] == "" and card["authors"] == []
    assert card["missing_attribution"] is False
    # The picture is ours, and nobody's address reaches the site.
    assert "/media_proxy/card/" in card["image"]
    shown = anonymous.request("GET", urllib.parse.urlsplit(card["image"]).path)
    assert shown.status == 200 and shown.headers["Content-Type"] == "image/jpeg" and site.asked("/cat.jpg") == 1
    anonymous.fails(404, "GET", urllib.parse.urlsplit(card["image"]).path[:-8] + "00000000")
    assert alice.get(f"/api/v1/statuses/{post['id']}/card") == card
    boost = bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    assert boost["reblog"]["card"] == card and boost["card"] == card
    assert next(s for s in bob.get(f"/api/v1/accounts/{alice.id}/statuses") if s["id"] == post["id"])["card"] == card


def test_a_post_without_a_page_has_no_card(alice, bob, site):
    tag = alice.status(f"@{bob.me()['acct']} #cats {alice.me()['url']}")
    assert tag["card"] is None and alice.get(f"/api/v1/statuses/{tag['id']}/card") == {}
    hidden = alice.status("mine", visibility="direct")
    bob.fails(404, "GET", f"/api/v1/statuses/{hidden['id']}/card", "Not Found")
    bob.fails(404, "GET", "/api/v1/statuses/1/card", "Not Found")


def test_equal_links_are_looked_up_once_and_a_slow_site_holds_nobody_up(shared, alice, bob, site):
    url = site.page("/once", "<title>Once</title>")
    site.remote.behave("/once", slow(1))
    posts = [who.status(f"{n} {url}#part{n}") for n in range(3) for who in (alice, bob)]
    for post in posts:
        assert card_of(alice, post)["title"] == "Once"
    later = alice.status(f"again {url}")
    assert later["card"]["title"] == "Once", "what is known is shown at once"
    shared.settled()
    assert site.asked("/once") == 1


def test_a_redirect_and_a_canonical_address_are_one_page(alice, site):
    url = site.page("/real?x=1", "<title>Real</title><link rel=canonical href='/real'>")
    site.remote.documents["/real"] = site.remote.documents.pop("/real?x=1")
    site.remote.documents["/real?x=1"] = site.remote.documents["/real"]
    short = site.remote.url + "/s"
    site.remote.behave("/s", redirect(url))
    first, second = alice.status(f"short {short}"), alice.status(f"long {url}")
    assert card_of(alice, first)["url"] == short and card_of(alice, second)["url"] == url
    assert card_of(alice, first)["title"] == card_of(alice, second)["title"] == "Real"


def test_what_is_no_page_makes_no_card_and_is_not_asked_again(shared, alice, site):
    paths = {"/gone": status(404), "/file.pdf": None, "/nothing": None}
    site.remote.put("/file.pdf", "%PDF", "application/pdf")
    site.page("/nothing", "")
    for path, how in paths.items():
        if how:
            site.remote.behave(path, how)
        alice.status(f"see {site.remote.url}{path}")
    shared.settled()
    assert all(site.asked(path) == 1 for path in paths)
    for path in paths:
        assert alice.status(f"once more {site.remote.url}{path}")["card"] is None
    shared.settled()
    assert all(site.asked(path) == 1 for path in paths)


def test_an_edit_leads_to_another_page(alice, site):
    one, two = site.page("/one", "<title>One</title>"), site.page("/two", "<title>Two</title>")
    post = alice.status(f"first {one}")
    assert card_of(alice, post)["title"] == "One"
    alice.put(f"/api/v1/statuses/{post['id']}", {"status": f"then {two}"})
    assert card_of(alice, post, lambda card: card is None or card["title"] != "Two")["url"] == two
    assert alice.put(f"/api/v1/statuses/{post['id']}", {"status": "no more"})["card"] is None


def test_oembed_is_asked_and_its_markup_is_not_believed(alice, site):
    url = site.page("/video", "<title>Own</title><link rel=alternate type='application/json+oembed' href='/oembed?u=1'>")
    site.remote.behave("/oembed", lambda h, go_on: reply(h, 200, json.dumps({
        "version": "1.0", "type": "video", "title": "A film", "author_name": "Ann", "author_url": "/ann", "provider_name": "Tube", "width": 480,
        "height": 270, "html": "<script>alert(1)</script><iframe src='https://tube.example/e' onload='x()'></iframe>"}).encode(), "application/json"))
    card = card_of(alice, alice.status(url))
    assert card["type"] == "video" and card["title"] == "A film" and (card["width"], card["height"]) == (480, 270)
    assert card["html"].startswith('<iframe src="https://tube.example/e"') and card["html"].endswith("</iframe>") and " sandbox=" in card["html"]
    assert "script>" not in card["html"] and "onload" not in card["html"] and card["html"].count("<") == 2
    assert card["author_name"] == "Ann" and card["authors"] == [{"name": "Ann", "url": site.remote.url + "/ann", "account": None}]
    bad = site.page("/bad", "<title>Bad</title><meta name=twitter:player content='javascript:alert(1)'>"
                            "<link rel=alternate type='application/json+oembed' href='/bad-oembed'>")
    site.remote.behave("/bad-oembed", lambda h, go_on: reply(h, 200, json.dumps({
        "version": "1.0", "type": "video", "html": "<embed src='https://evil.example/x.swf'><iframe srcdoc='<script>x</script>'></iframe>"}).encode(),
        "application/json"))
    card = card_of(alice, alice.status(bad))
    assert card["html"] == "" and card["type"] == "link" and card["title"] == "Bad"


def test_a_post_from_elsewhere_has_its_card_too(new_server, remote):
    server, site = new_server(card_spread_s=0), Site(remote)
    alice, bob = server.account("alice"), remote.actor("bob")
    url = site.page("/far", "<title>Far</title>")
    note = bob.note(f'<a href="{bob.document["url"]}" class="u-url mention">@bob</a> <a href="{remote.url}/tags/x" rel="tag">#x</a> '
                    f'<a href="{url}">{url}</a>', tag=[{"type": "Hashtag", "name": "#x", "href": f"{remote.url}/tags/x"}])
    bob.send(f"{server.url}/inbox", bob.create(note))
    found = until(lambda: alice.get("/api/v2/search", {"q": note["id"], "resolve": True})["statuses"], "the post")
    assert card_of(alice, found[0])["title"] == "Far"


def test_private_addresses_are_not_asked(new_server, remote):
    server = new_server(allow_private_addresses=None, metrics_token="told")
    alice = server.account("alice")
    url = Site(remote).page("/secret", "<title>Secret</title>")
    posts = [alice.status(url), alice.status(f"http://localhost:{remote.port}/secret")]

    def ended():
        told = alice.request("GET", "/metrics", headers={"Authorization": "Bearer told"}).text
        return any(line.startswith("howdah_jobs_done_total") and '"card"' in line.lower() and float(line.split()[-1]) >= 2
                   for line in told.splitlines())
    until(ended, "both jobs have ended")
    assert not remote.received and all(alice.get(f"/api/v1/statuses/{post['id']}")["card"] is None for post in posts)
