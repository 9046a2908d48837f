"""Posts for other sites to show."""
import re
import urllib.parse


def test_a_public_post_can_be_shown_elsewhere(alice, anonymous):
    post = alice.status("hello <there> & there")
    got = anonymous.get("/api/oembed", {"url": post["url"], "maxwidth": 300})
    assert got["type"] == "rich" and got["version"] == "1.0" and got["author_url"] == alice.me()["url"] and got["width"] == 300
    assert got["html"].startswith("<blockquote") and post["content"] in got["html"] and post["url"] in got["html"] and "<script" not in got["html"]
    assert got["height"] is None and anonymous.get("/api/oembed", {"url": post["url"] + "/embed"})["html"] == got["html"]
    page = anonymous.request("GET", urllib.parse.urlsplit(post["url"]).path, headers={"Accept": "text/html"}).text
    link = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert anonymous.get(link[link.index("/api/"):])["html"] == got["html"]
    warned = alice.status("hidden", spoiler_text="careful")
    assert "hidden" not in anonymous.get("/api/oembed", {"url": warned["url"]})["html"]


def test_what_is_not_for_everybody_is_not_told_from_what_is_not_there(alice, bob, anonymous):
    private = alice.status("private", visibility="private")
    boost = bob.post(f"/api/v1/statuses/{alice.status('public')['id']}/reblog")
    for url in (private["url"], private["url"][:-1], "https://other.example/@a/1", "", "x", alice.me()["url"], f"{bob.me()['url']}/{boost['id']}"):
        for who in (anonymous, alice):
            who.fails(404, "GET", "/api/oembed?url=" + urllib.parse.quote(url, safe=""), "Record not found")
