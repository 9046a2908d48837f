"""A post of another server's with all that it may carry, as clients see it."""
import pytest
from howdah import until
from howdah.remote import PUBLIC


@pytest.fixture
def world(new_server, remote):
    """alice here, to whom bob writes."""
    server = new_server()
    alice = server.account("alice")
    alice.uri = alice.me()["uri"]
    return server, remote.actor("bob"), alice


def arrives(server, bob, alice, **more):
    """A note of bob's to alice, as she sees it."""
    tag = more.pop("tag", []) + [{"type": "Mention", "href": alice.uri}]
    note = bob.note(more.pop("text", "look"), to=[PUBLIC], cc=[alice.uri], tag=tag)
    note = {k: v for k, v in {**note, **more}.items() if v is not None}
    bob.send(f"{server.url}/inbox", bob.create(note))

    def seen():
        told = [n["status"] for n in alice.get("/api/v1/notifications") if n["type"] == "mention"]
        return next((s for s in told if s["uri"] == note["id"]), None)
    return until(seen, "the post is here", 30)


def test_words_come_in_their_language(world):
    seen = arrives(*world, content=None, contentMap={"de": "<p>Guten Tag</p>", "en": "<p>Good day</p>"}, summaryMap={"de": "Gruß"})
    assert (seen["content"], seen["spoiler_text"], seen["language"], seen["sensitive"]) == ("<p>Guten Tag</p>", "Gruß", "de", True)
    seen = arrives(*world, content="<p>Hello</p>", contentMap={"en": "<p>Hello</p>"}, summary=None)
    assert (seen["content"], seen["language"], seen["spoiler_text"], seen["sensitive"]) == ("<p>Hello</p>", "en", "", False)
    assert arrives(*world, contentMap={"und efined": "<p>x</p>"})["language"] is None


def test_pictures_come_with_what_is_said_of_them(world):
    server, bob, alice = world
    picture = {"type": "Document", "mediaType": "image/jpeg", "url": f"{bob.remote.url}/cat.jpg", "name": "A cat\n\nand a dog", "focalPoint": [0.5, -0.25],
               "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", "width": 1200, "height": 800}
    film = {"type": "Video", "mediaType": "video/mp4", "url": [{"type": "Link", "href": f"{bob.remote.url}/cat.mp4", "mediaType": "video/mp4"}],
            "duration": "PT1M5S", "name": None}
    odd = {"type": "Document", "mediaType": "application/pdf", "url": f"{bob.remote.url}/cat.pdf"}
    one, two, three = arrives(server, bob, alice, attachment=[picture, film, odd, {"type": "Document", "mediaType": "image/png"}])["media_attachments"]
    assert (one["type"], one["description"], one["blurhash"]) == ("image", "A cat\n\nand a dog", picture["blurhash"])
    assert one["meta"]["focus"] == {"x": 0.5, "y": -0.25} and one["meta"]["original"]["width"] == 1200 and one["meta"]["original"]["height"] == 800
    assert one["remote_url"] == picture["url"] and one["url"].startswith(f"http://{server.domain}/")
    assert (two["type"], two["description"], two["meta"]["original"]["duration"]) == ("video", None, 65)
    assert three["type"] == "unknown" and three["remote_url"] == odd["url"]


def test_tags_emoji_and_people_are_known(world):
    server, bob, alice = world
    emoji = {"id": f"{bob.remote.url}/emoji/wave", "type": "Emoji", "name": ":wave:", "updated": "2026-01-01T00:00:00Z",
             "icon": {"type": "Image", "mediaType": "image/png", "url": f"{bob.remote.url}/wave.png"}}
    tags = [{"type": "Hashtag", "href": f"{bob.remote.url}/tags/cats", "name": "#Cats"}, {"type": "Hashtag", "name": "dogs"}, emoji,
            {"type": "Mention", "href": bob.remote.actor("carol").id}]
    seen = arrives(server, bob, alice, text="I :wave: at #Cats", tag=tags)
    assert sorted(t["name"] for t in seen["tags"]) == ["Cats", "dogs"] and [e["shortcode"] for e in seen["emojis"]] == ["wave"]
    assert sorted(m["acct"] for m in seen["mentions"]) == ["alice", f"carol@{bob.remote.domain}"]


def test_who_may_quote_it_is_said(world):
    server, bob, alice = world
    for allowed, want in (({"automaticApproval": [PUBLIC]}, {"automatic": ["public"], "manual": [], "current_user": "automatic"}),
                          ({"manualApproval": [bob.document["followers"]]}, {"automatic": [], "manual": ["followers"], "current_user": "denied"}),
                          ({"automaticApproval": [bob.id]}, {"automatic": [], "manual": [], "current_user": "denied"})):
        assert arrives(server, bob, alice, interactionPolicy={"canQuote": allowed})["quote_approval"] == want
    assert arrives(server, bob, alice)["quote_approval"]["current_user"] == "denied"


def test_when_it_was_and_where_it_is_seen(world):
    server, bob, alice = world
    seen = arrives(server, bob, alice, published="2026-02-03T04:05:06Z", updated="2026-02-04T00:00:00Z", url=[
        {"type": "Link", "mediaType": "application/activity+json", "href": f"{bob.remote.url}/x"},
        {"type": "Link", "mediaType": "text/html", "href": f"{bob.remote.url}/@bob/1"}])
    assert (seen["created_at"], seen["edited_at"], seen["url"]) == ("2026-02-03T04:05:06.000Z", "2026-02-04T00:00:00.000Z", f"{bob.remote.url}/@bob/1")
    assert arrives(server, bob, alice, url="https://elsewhere.example/1")["url"].startswith(bob.remote.url), "a page is at home where its author is"
