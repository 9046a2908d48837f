"""Links of profile fields are verified by rel="me", looked at again, and withdrawn; sites name authors who let them."""
import urllib.parse

from howdah.remote import redirect, status
from howdah.wait import until

ACTOR = "/api/v1/accounts/update_credentials"


def fields(*values):
    return {"fields_attributes": [{"name": f"link {i}", "value": value} for i, value in enumerate(values)]}


def page(remote, path, profile, rel="me"):
    return remote.put(path, f'<html><body><a rel="{rel}" href="{profile}">me</a></body></html>', "text/html")


def verified(api, who, seen=lambda at: all(at)):
    """When each field was verified, once that is as wanted."""
    def look():
        at = [field["verified_at"] for field in api.get(f"/api/v1/accounts/{who}")["fields"]]
        return seen(at) and [at]
    return until(look, "the fields' times")[0]


def test_a_page_that_links_back_proves_whose_profile_it_is(alice, bob, remote):
    me = alice.me()["url"]
    good = page(remote, "/good", me, "nofollow me")
    head = remote.put("/head", f'<html><head><link rel=me href="{me.upper()}"></head></html>', "text/html")
    other = page(remote, "/other", bob.me()["url"])
    plain = page(remote, "/plain", me, "nofollow")
    away = remote.url + "/away"
    remote.behave("/away", redirect(good.replace("127.0.0.1", "localhost")))
    alice.patch(ACTOR, fields(good, head, other, away))
    at = verified(bob, alice.id, lambda at: at[0] and at[1])
    remote.wait_for(lambda r: r.path == "/good" and "localhost" in r.headers["host"], "the redirect")
    assert at[2:] == [None] * 2
    source = alice.me()["source"]["fields"]
    assert [field["verified_at"] for field in source] == at and source[0]["value"] == good
    # The same value keeps its time; what is no longer there loses it.
    page(remote, "/head", bob.me()["url"])
    alice.patch(ACTOR, fields(good, head, plain, f"see {good}"))
    assert verified(bob, alice.id, lambda now: now[1] is None) == [at[0], None, None, None]


def test_links_are_looked_at_again_and_withdrawn(new_server, remote):
    server = new_server()
    alice = server.account("alice")
    stays, goes, silent = (page(remote, path, alice.me()["url"]) for path in ("/stays", "/goes", "/silent"))
    alice.patch(ACTOR, fields(stays, goes, silent))
    at = verified(alice, alice.id)
    server.stop()
    page(remote, "/goes", "https://elsewhere.example/")
    remote.behave("/silent", status(503))
    # Nine days later they are due.
    server.settings["clock_offset_s"] = 9 * 86400
    server.start()
    assert verified(alice, alice.id, lambda now: now[1] is None) == [at[0], None, at[2]]


def test_the_links_of_strangers_are_looked_at_too(new_server, remote):
    server = new_server(card_spread_s=0)
    alice, bob = server.account("alice"), remote.actor("bob")
    link = page(remote, "/bobs", bob.document["url"])
    bob.document["attachment"] = [{"type": "PropertyValue", "name": "Site", "value": f'<a href="{link}" rel="me">{link}</a>'}]
    bob.publish()
    found = alice.get("/api/v2/search", {"q": bob.handle, "resolve": True})["accounts"][0]
    at = verified(alice, found["id"])
    bob.document["attachment"].append({"type": "PropertyValue", "name": "Age", "value": "7"})
    bob.publish()
    bob.send(f"{server.url}/inbox", bob.activity("Update", bob.document))
    assert verified(alice, found["id"], lambda now: len(now) == 2) == at + [None]


def test_sites_name_authors_who_let_them(alice, bob, remote):
    host = urllib.parse.urlsplit(alice.me()["url"]).netloc
    url = remote.put("/article", f'<title>News</title><meta name="fediverse:creator" content="@{alice.me()["acct"]}@{host}">', "text/html")
    post = bob.status(url)

    def card(api, seen):
        return until(lambda: (lambda card: card and seen(card) and card)(api.get(f"/api/v1/statuses/{post['id']}")["card"]), "the card")
    assert card(alice, lambda card: card["missing_attribution"])["authors"] == []
    alice.patch(ACTOR, {"attribution_domains": [remote.domain, " other.example "]})
    assert alice.me()["source"]["attribution_domains"] == [remote.domain, "other.example"]
    named = card(bob, lambda card: card["authors"])
    assert named["authors"][0]["account"]["id"] == alice.id and named["missing_attribution"] is False
    document = alice.request("GET", urllib.parse.urlsplit(alice.me()["uri"]).path, headers={"Accept": "application/activity+json"}).json
    assert document["attributionDomains"] == [remote.domain, "other.example"]
    alice.fails(422, "PATCH", ACTOR, "Validation failed: Attribution domains is invalid", json={"attribution_domains": ["not a domain"]})
    alice.patch(ACTOR, {"attribution_domains": ["https://News.example", "*.news.example", "http://b.example", "news.example"]})
    assert alice.get("/api/v1/profile")["attribution_domains"] == ["news.example", "b.example"], "as people paste them, each once"
    alice.patch(ACTOR, {"attribution_domains": [""]})
    assert alice.get("/api/v1/profile")["attribution_domains"] == [] and card(bob, lambda card: not card["authors"])
