"""Posts: made, read, changed, deleted, liked, shared, kept. https://docs.joinmastodon.org/methods/statuses/"""
import pathlib
import threading

import pytest

from howdah import Api

PICTURE = pathlib.Path(__file__).parent.parent / "fixtures" / "media" / "photo.jpg"
NOT_FOUND = "Not Found"


def path(status, what=""):
    return f"/api/v1/statuses/{status['id']}{what}"


def upload(api, **data):
    with PICTURE.open("rb") as f:
        return api.ok("POST", "/api/v2/media", files={"file": ("photo.jpg", f)}, data=data)


def test_a_post_says_what_it_is(alice, bob, shared):
    post = alice.status(f"Hi @{bob.name}@{shared.domain}, see https://example.org/a and #ACatSays", language="fr", spoiler_text="cats", visibility="unlisted")
    assert post["visibility"] == "unlisted" and post["sensitive"] is True and post["spoiler_text"] == "cats" and post["language"] == "fr"
    assert [m["acct"] for m in post["mentions"]] == [bob.name]
    assert post["tags"] == [{"name": "ACatSays", "url": f"http://{shared.domain}/tags/acatsays"}]
    assert f'<a href="http://{shared.domain}/@{bob.name}" class="u-url mention">' in post["content"]
    assert post["uri"].startswith(f"http://{shared.domain}/ap/users/{alice.id}/statuses/")
    assert post["url"] == f"http://{shared.domain}/@{alice.name}/{post['id']}"
    assert post["pinned"] is False and post["favourited"] is False and post["filtered"] == []
    assert post["poll"] is None and post["reblog"] is None and post["edited_at"] is None and post["card"] is None
    assert alice.get(path(post)) == post
    seen = bob.get(path(post))
    assert "pinned" not in seen and seen["content"] == post["content"]


def test_an_application_is_named_where_a_post_was_made_with_one(shared, alice):
    assert "application" not in alice.status("by the command line")


@pytest.mark.parametrize("said, error", [
    ({"status": " "}, "Validation failed: Text can't be blank"),
    ({}, "Validation failed: Text can't be blank"),
    ({"status": "x" * 501}, "Validation failed: Text character limit of 500 exceeded"),
    ({"status": "x", "visibility": "secret"}, "Validation failed: Visibility is not included in the list"),
    ({"status": "x", "media_ids": ["12345"]}, "Media 12345 not found or already attached to another post"),
    ({"status": "x", "media_ids": ["1", "2", "3", "4", "5"]}, "Cannot attach more than 4 files"),
])
def test_what_cannot_be_posted_is_said(alice, said, error):
    alice.fails(422, "POST", "/api/v1/statuses", error, json=said)


def test_text_is_counted_as_people_see_it(alice):
    alice.status("👩‍👩‍👧‍👦" * 500)
    alice.status("x" * 476 + " https://example.org/" + "a" * 300)
    alice.fails(422, "POST", "/api/v1/statuses", json={"status": "x" * 477 + " https://example.org/"})


def test_a_form_says_the_same_as_json(alice):
    media = upload(alice, description="A gradient")
    post = alice.ok("POST", "/api/v1/statuses", data={"status": "", "media_ids[]": media["id"], "sensitive": "true"})
    assert post["sensitive"] is True and [m["id"] for m in post["media_attachments"]] == [media["id"]]
    assert post["media_attachments"][0]["description"] == "A gradient"
    alice.fails(422, "POST", "/api/v1/statuses", json={"status": "again", "media_ids": [media["id"]]})


def test_an_answer_names_whom_it_answers(alice, bob, carol):
    first = alice.status("first")
    second = bob.status("second", in_reply_to_id=first["id"])
    assert second["in_reply_to_id"] == first["id"] and second["in_reply_to_account_id"] == alice.id
    assert alice.get(path(first))["replies_count"] == 1
    gone = "The post you are trying to reply to does not appear to exist."
    hidden = alice.status("hidden", visibility="direct")
    for target in ("1", "nonsense", hidden["id"]):
        carol.fails(404, "POST", "/api/v1/statuses", gone, json={"status": "x", "in_reply_to_id": target})


def test_who_may_see_what(alice, bob, carol, anonymous):
    bob.follow(alice)
    private = alice.status("private", visibility="private")
    direct = alice.status(f"@{carol.name} direct", visibility="direct")
    assert bob.get(path(private))["visibility"] == "private"
    assert carol.get(path(direct))["visibility"] == "direct"
    for who, post in ((carol, private), (anonymous, private), (bob, direct), (anonymous, direct)):
        for what in ("", "/context", "/history", "/favourited_by", "/reblogged_by"):
            who.fails(404, "GET", path(post, what), NOT_FOUND)
    bob.fails(404, "POST", path(direct, "/favourite"), NOT_FOUND)
    alice.post(f"/api/v1/accounts/{carol.id}/block")
    public = alice.status("public")
    carol.fails(404, "GET", path(public), NOT_FOUND)
    assert anonymous.get(path(public))["id"] == public["id"]


def test_several_posts_at_once(alice, bob):
    posts = [alice.status(f"post {n}") for n in range(3)]
    hidden = alice.status("hidden", visibility="private")
    got = bob.get("/api/v1/statuses", {"id[]": [posts[2]["id"], hidden["id"], "1", posts[0]["id"]]})
    assert [s["id"] for s in got] == [posts[2]["id"], posts[0]["id"]]


def test_only_those_who_were_expected_are_reached(alice, bob, carol):
    got = alice.request("POST", "/api/v1/statuses", json={"status": f"@{bob.name} @{carol.name}", "allowed_mentions": [bob.id]})
    assert got.status == 422 and [a["id"] for a in got.json["unexpected_accounts"]] == [carol.id]
    alice.status(f"@{bob.name}", allowed_mentions=[bob.id])


def test_a_key_makes_one_post(alice):
    def send(key, text):
        return alice.ok("POST", "/api/v1/statuses", json={"status": text}, headers={"Idempotency-Key": key})
    assert send("one", "a")["id"] == send("one", "a")["id"] != send("two", "a")["id"]


def test_of_many_at_once_with_one_key_one_is_made(shared, alice):
    ids = []

    def send():
        ids.append(Api(shared.url, alice.token).ok("POST", "/api/v1/statuses", json={"status": "race"}, headers={"Idempotency-Key": "race"})["id"])
    threads = [threading.Thread(target=send) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(ids) == 8 and len(set(ids)) == 1


def test_a_key_holds_over_a_restart(server):
    alice = server.account("alice")
    send = {"json": {"status": "once"}, "headers": {"Idempotency-Key": "k"}}
    first = alice.ok("POST", "/api/v1/statuses", **send)
    server.restart()
    assert alice.ok("POST", "/api/v1/statuses", **send)["id"] == first["id"]


def test_who_repeats_themselves_on_purpose_is_not_hindered(alice):
    assert len({alice.status("the same")["id"] for _ in range(3)}) == 3


def test_on_a_bad_day_a_repeat_is_the_first(server):
    alice = server.account("alice")
    server.cli("config", "set", "duplicate_post_guard", "always")
    server.restart()
    first = alice.status("the same")
    assert alice.status("the  same ")["id"] == first["id"]
    assert alice.status("another")["id"] != first["id"]
    alice.delete(path(first))
    assert alice.status("the same")["id"] != first["id"]


def test_posts_are_counted_against_a_limit(new_server):
    alice = new_server(rate_limits="on").account("alice")
    got = alice.request("POST", "/api/v1/statuses", json={"status": "one"})
    assert got.headers["X-RateLimit-Limit"] == "300" and got.headers["X-RateLimit-Remaining"] == "299"


def test_an_edit_keeps_what_was(alice, bob, anonymous):
    media = upload(alice, description="before")
    post = alice.status("one", media_ids=[media["id"]])
    assert [h["content"] for h in anonymous.get(path(post, "/history"))] == ["<p>one</p>"]
    same = alice.put(path(post), {"status": "one", "media_ids": [media["id"]]})
    assert same["edited_at"] is None
    edited = alice.put(path(post), {"status": f"two @{bob.name}", "spoiler_text": "w", "media_ids": [media["id"]],
                                    "media_attributes": [{"id": media["id"], "description": "after"}]})
    assert edited["edited_at"] and edited["sensitive"] is True and edited["mentions"][0]["acct"] == bob.name
    assert edited["media_attachments"][0]["description"] == "after"
    history = anonymous.get(path(post, "/history"))
    assert [h["content"] for h in history] == ["<p>one</p>", edited["content"]]
    assert [h["media_attachments"][0]["description"] for h in history] == ["before", "after"]
    assert history[0]["created_at"] == post["created_at"] and history[1]["created_at"] == edited["edited_at"]
    source = alice.get(path(post, "/source"))
    assert source == {"id": post["id"], "text": f"two @{bob.name}", "spoiler_text": "w", "content_type": "text/plain"}
    bob.fails(404, "PUT", path(post), "Record not found", json={"status": "mine"})
    assert alice.put(path(post), {"status": "three"})["media_attachments"] == []


def test_media_are_put_in_order_and_described_late(alice, bob):
    first, second, third = (upload(alice, description=d) for d in ("first", "second", "third"))
    post = alice.status("three", media_ids=[m["id"] for m in (third, first, second)])

    def shown(status):
        return [m["description"] for m in status["media_attachments"]]

    assert shown(post) == ["third", "first", "second"]
    turned = alice.put(path(post), {"status": "three", "media_ids": [m["id"] for m in (first, second, third)]})
    assert shown(turned) == ["first", "second", "third"] and turned["edited_at"]
    ids = [m["id"] for m in (second, first)]
    said = alice.put(path(post), {"status": "three", "media_ids": ids, "media_attributes": [
        {"id": second["id"], "description": "later", "focus": "0.5,-0.5"}, {"id": third["id"], "description": "not here any more"}]})
    assert shown(said) == ["later", "first"] and said["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": -0.5}
    assert [shown(h) for h in bob.get(path(post, "/history"))] == [["third", "first", "second"], ["first", "second", "third"], ["later", "first"]]
    # What is wrong with one leaves all as it was.
    alice.fails(422, "PUT", path(post), json={"status": "four", "media_ids": ids, "media_attributes": [
        {"id": second["id"], "description": "x" * 10001}]})
    alice.fails(422, "PUT", path(post), json={"status": "four", "media_ids": ids, "media_attributes": [{"id": second["id"], "focus": "9,9"}]})
    assert shown(bob.get(path(post))) == ["later", "first"]


def test_a_deleted_post_can_be_begun_anew(alice, bob):
    media = upload(alice)
    post = alice.status("a #tag\n\nand more", media_ids=[media["id"]])
    bob.post(path(post, "/reblog"))
    bob.fails(404, "DELETE", path(post), "Record not found")
    gone = alice.delete(path(post))
    assert gone["text"] == "a #tag\n\nand more" and "content" not in gone and gone["media_attachments"][0]["id"] == media["id"]
    alice.fails(404, "GET", path(post), NOT_FOUND)
    alice.fails(404, "DELETE", path(post), "Record not found")
    assert alice.status("anew", media_ids=[media["id"]])["media_attachments"][0]["id"] == media["id"]
    assert bob.get(f"/api/v1/accounts/{bob.id}")["statuses_count"] == 0


def test_marks_may_be_set_and_taken_back_twice(alice, bob):
    post = alice.status("hello")
    for mark, key, count in (("favourite", "favourited", "favourites_count"), ("bookmark", "bookmarked", None), ("mute", "muted", None)):
        for _ in range(2):
            got = bob.post(path(post, f"/{mark}"))
            assert got[key] is True and (not count or got[count] == 1)
        assert bob.get(path(post))[key] is True and alice.get(path(post))[key] is False
        for _ in range(2):
            got = bob.post(path(post, f"/un{mark}"))
            assert got[key] is False and (not count or got[count] == 0)
    bob.fails(404, "POST", "/api/v1/statuses/1/favourite", NOT_FOUND)


def test_a_boost_wraps_what_it_boosts(alice, bob, carol):
    post = alice.status("hello")
    boost = bob.post(path(post, "/reblog"), {"visibility": "unlisted"})
    assert boost["id"] != post["id"] and boost["reblog"]["id"] == post["id"] and boost["visibility"] == "unlisted"
    assert boost["content"] == post["content"] and boost["reblogged"] is True and boost["reblog"]["reblogged"] is True
    assert boost["reblogs_count"] == boost["reblog"]["reblogs_count"] == 1
    assert bob.post(path(post, "/reblog"))["id"] == boost["id"]
    assert [a["id"] for a in carol.get(path(post, "/reblogged_by"))] == [bob.id]
    back = bob.post(path(post, "/unreblog"))
    assert back["id"] == post["id"] and back["reblogged"] is False and back["reblogs_count"] == 0
    assert bob.post(path(post, "/unreblog"))["id"] == post["id"]
    private = alice.status("mine", visibility="private")
    bob.follow(alice)
    bob.fails(403, "POST", path(private, "/reblog"), "This action is not allowed")
    assert alice.post(path(private, "/reblog"), {"visibility": "public"})["visibility"] == "private"
    for word, said in (("direct", "Visibility is reserved"), ("nope", "Visibility is not included in the list")):
        bob.fails(422, "POST", path(post, "/reblog"), f"Validation failed: {said}", json={"visibility": word})


def test_pins_are_ones_own_and_few(alice, bob):
    posts = [alice.status(f"pin {n}") for n in range(6)]
    for post in posts[:5]:
        assert alice.post(path(post, "/pin"))["pinned"] is True
    alice.fails(422, "POST", path(posts[5], "/pin"), "Validation failed: You have already pinned the maximum number of posts")
    bob.fails(422, "POST", path(posts[0], "/pin"), "Validation failed: Someone else's post cannot be pinned")
    assert alice.post(path(posts[0], "/unpin"))["pinned"] is False


def test_what_was_kept_pages_by_links(alice, bob):
    posts = [alice.status(f"keep {n}")["id"] for n in range(5)]
    for mark, listed in (("favourite", "favourites"), ("bookmark", "bookmarks")):
        for post in posts:
            bob.post(f"/api/v1/statuses/{post}/{mark}")
        pages = list(bob.pages(f"/api/v1/{listed}", {"limit": 2}))
        assert [[s["id"] for s in page] for page in pages] == [posts[4:2:-1], posts[2:0:-1], posts[:1]]
        first = bob.request("GET", f"/api/v1/{listed}", params={"limit": 2})
        assert "min_id=" in first.links["prev"] and bob.get(first.links["prev"]) == []
    likers = bob.request("GET", f"/api/v1/statuses/{posts[0]}/favourited_by", params={"limit": 1})
    assert [a["id"] for a in likers.json] == [bob.id] and "since_id=" in likers.links["prev"]
