"""Feeds: well-formed RSS of what anybody may read, found from the pages, and not sent twice to who has it."""
import pathlib
import xml.etree.ElementTree as xml

from howdah import until

PICTURE = pathlib.Path(__file__).parents[1] / "fixtures" / "media" / "pixel.png"
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(api, path, **how):
    reply = api.request("GET", path, **how)
    assert reply.status == 200 and reply.headers["Content-Type"] == "application/rss+xml; charset=utf-8", repr(reply)
    channel = xml.fromstring(reply.content).find("channel")
    for name in ("title", "description", "link"):
        assert channel.find(name).text
    assert channel.find(f"{ATOM}link").get("rel") == "self" and channel.find(f"{ATOM}link").get("href").endswith(path)
    return reply, channel


def texts(channel):
    return [item.find("description").text for item in channel.findall("item")]


def test_a_profile_has_a_feed_of_what_everybody_may_read(shared, alice, bob, anonymous):
    alice.patch("/api/v1/accounts/update_credentials", json={"display_name": "Alice & <friends>"})
    first = alice.status("One <two> & \"three\" #gardens", spoiler_text="A & B")
    alice.status("For followers", visibility="private")
    alice.status("For nobody", visibility="direct")
    alice.status("An answer", in_reply_to_id=bob.status("A question")["id"])
    poll = alice.status("Which?", poll={"options": ["left & right", "up"], "expires_in": 3600})
    reply, channel = feed(anonymous, f"/@{alice.name}.rss")
    assert channel.find("title").text == "Alice & <friends>" and channel.find("link").text.endswith(f"/@{alice.name}")
    items = channel.findall("item")
    assert [i.find("guid").text for i in items] == [poll["url"], first["url"]] == [i.find("link").text for i in items]
    assert "<li>left &amp; right</li>" in texts(channel)[0]
    assert "<strong>A &amp; B</strong>" in texts(channel)[1] and "One &lt;two&gt; &amp;" in texts(channel)[1]
    assert items[1].find("category").text == "gardens" and items[1].find("pubDate").text.endswith("GMT")
    assert texts(feed(alice, f"/@{alice.name}.rss")[1]) == texts(channel), "the author sees the same feed"
    assert "max-age=60" in reply.headers["Cache-Control"]
    assert anonymous.request("GET", f"/@{alice.name}.rss", headers={"If-None-Match": reply.headers["ETag"]}).status == 304
    alice.status("News")
    assert len(feed(anonymous, f"/@{alice.name}.rss", headers={"If-None-Match": reply.headers["ETag"]})[1].findall("item")) == 3
    assert len(anonymous.request("GET", f"/@{alice.name}.rss", params={"limit": 1}).text.split("<item>")) == 2
    assert anonymous.request("GET", f"/users/{alice.name}.rss").headers["Location"] == f"/@{alice.name}.rss"
    assert f'type="application/rss+xml" title="Alice &amp; &lt;friends&gt; (@{alice.name}' in anonymous.request(
        "GET", f"/@{alice.name}", headers={"Accept": "text/html"}).text
    assert anonymous.request("GET", "/@nobody_here.rss").status == 404


def test_a_feed_carries_its_files(alice, anonymous):
    made = alice.ok("POST", "/api/v2/media", files={"file": ("pixel.png", PICTURE.read_bytes(), "image/png")},
                    data={"description": "a \"square\" & more"})
    alice.status("Look", media_ids=[made["id"]], sensitive=True)
    item = feed(anonymous, f"/@{alice.name}.rss")[1].find("item")
    enclosure, content = item.find("enclosure"), item.find(f"{MEDIA}content")
    assert enclosure.get("type") == "image/png" and int(enclosure.get("length")) > 0 and enclosure.get("url") == content.get("url")
    assert content.get("medium") == "image" and content.find(f"{MEDIA}rating").text == "adult"
    assert content.find(f"{MEDIA}description").text == "a \"square\" & more"
    assert anonymous.request("GET", enclosure.get("url")).status == 200


def test_a_profile_has_feeds_of_some_of_it(shared, alice, bob, anonymous):
    tag, media = shared.new_name("tag"), alice.ok("POST", "/api/v2/media", files={"file": ("pixel.png", PICTURE.read_bytes(), "image/png")})
    question = bob.status("A question")
    plain, tagged = alice.status("Plain"), alice.status(f"Tagged #{tag}")
    answer = alice.status(f"An answer #{tag}", in_reply_to_id=question["id"])
    shown = alice.status("Shown", media_ids=[media["id"]])
    alice.status(f"For followers #{tag}", visibility="private", in_reply_to_id=question["id"])
    alice.post(f"/api/v1/statuses/{question['id']}/reblog")
    for path, posts in (("with_replies", [shown, answer, tagged, plain]), ("media", [shown]), (f"tagged/{tag}", [tagged])):
        _, channel = feed(anonymous, f"/@{alice.name}/{path}.rss")
        assert [i.find("link").text for i in channel.findall("item")] == [p["url"] for p in posts], path
    assert anonymous.request("GET", "/@nobody_here/with_replies.rss").status == 404
    assert feed(anonymous, f"/@{alice.name}/tagged/nobodyeverusedthis.rss")[1].findall("item") == []


def test_a_tag_has_a_feed_and_a_page_that_names_it(shared, alice, anonymous):
    tag = shared.new_name("tag")
    post = alice.status(f"about #{tag}")
    alice.status(f"hidden #{tag}", visibility="unlisted")
    _, channel = feed(anonymous, f"/tags/{tag}.rss")
    assert channel.find("title").text == f"#{tag}" and [i.find("link").text for i in channel.findall("item")] == [post["url"]]
    page = anonymous.request("GET", f"/tags/{tag}", headers={"Accept": "text/html"})
    assert f'/tags/{tag}.rss"' in page.text and "about" in page.text
    assert feed(anonymous, "/tags/nobodyeverusedthis.rss")[1].findall("item") == []


def test_where_timelines_are_closed_tags_have_no_feed(new_server):
    server = new_server()
    server.cli("config", "set", "timelines_public", "authenticated")
    until(lambda: server.anonymous().request("GET", "/tags/cats.rss").status == 403, "the feed is closed")
