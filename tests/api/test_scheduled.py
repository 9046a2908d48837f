"""Posts for later: kept, shown, moved, removed, and published once. https://docs.joinmastodon.org/methods/scheduled_statuses/"""
import datetime
import pathlib

import pytest
import requests
from howdah import Api, until
from howdah.mail import MailSink

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
AT = "/api/v1/scheduled_statuses"
TOO_SOON = "Validation failed: Scheduled at The scheduled date must be in the future"


def ahead(minutes=0, **more):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes, **more)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


def api_of(server, api):
    """The same client, where the server listens by now."""
    return Api(server.url, api.token)


def upload(api, name="pixel.png"):
    return api.ok("POST", "/api/v2/media", files={"file": (name, (FIXTURES / name).read_bytes())}, data={"description": "a dot"})


def later(api, text="later", minutes=60, **more):
    return api.post("/api/v1/statuses", {"status": text, "scheduled_at": ahead(minutes), **more})


def test_a_post_for_later_is_kept_with_all_that_was_said(alice, bob):
    parent = bob.status("what?")
    media, at = upload(alice), ahead(60)
    made = alice.post("/api/v1/statuses", {"status": "that #later", "spoiler_text": "w", "visibility": "unlisted", "language": "de", "sensitive": True,
                                           "in_reply_to_id": parent["id"], "media_ids": [media["id"]], "scheduled_at": at})
    assert "content" not in made and made["scheduled_at"] == at
    said = made["params"]
    assert said["text"] == "that #later" and said["spoiler_text"] == "w" and said["visibility"] == "unlisted" and said["language"] == "de"
    assert said["sensitive"] is True and said["in_reply_to_id"] == int(parent["id"]) and said["media_ids"] == [media["id"]]
    assert said["poll"] is None and said["scheduled_at"] is None and said["idempotency"] is None and said["with_rate_limit"] is False
    assert [m["id"] for m in made["media_attachments"]] == [media["id"]] and made["media_attachments"][0]["description"] == "a dot"
    assert alice.get(f"{AT}/{made['id']}") == made and alice.get(AT) == [made]
    assert alice.me()["statuses_count"] == 0 and bob.get(f"/api/v1/statuses/{parent['id']}")["replies_count"] == 0
    poll = later(alice, "?", poll={"options": ["a", "b"], "expires_in": 3600, "multiple": True})
    assert poll["params"]["poll"] == {"options": ["a", "b"], "expires_in": 3600, "multiple": True, "hide_totals": False}
    assert poll["params"]["visibility"] is None and poll["params"]["sensitive"] is None
    for method, body in (("GET", {}), ("PUT", {"scheduled_at": ahead(90)}), ("DELETE", {})):
        bob.fails(404, method, f"{AT}/{made['id']}", "Record not found", json=body)
    assert bob.get(AT) == []


def test_what_cannot_be_posted_is_not_kept_either(alice):
    alice.fails(422, "POST", "/api/v1/statuses", TOO_SOON, json={"status": "x", "scheduled_at": ahead(4)})
    alice.fails(422, "POST", "/api/v1/statuses", "Validation failed: Scheduled at is invalid", json={"status": "x", "scheduled_at": "soon"})
    alice.fails(422, "POST", "/api/v1/statuses", "Validation failed: Text can't be blank", json={"status": "", "scheduled_at": ahead(60)})
    alice.fails(404, "POST", "/api/v1/statuses", json={"status": "x", "in_reply_to_id": "1", "scheduled_at": ahead(60)})
    alice.fails(422, "POST", "/api/v1/statuses", json={"status": "x", "media_ids": ["1"], "scheduled_at": ahead(60)})
    assert alice.get(AT) == []
    assert alice.post("/api/v1/statuses", {"status": "of yesterday", "scheduled_at": ahead(-1440)})["content"] == "<p>of yesterday</p>"


def test_it_is_moved_and_removed(alice):
    made = later(alice)
    at = f"{AT}/{made['id']}"
    moved = ahead(120)
    assert alice.put(at, {"scheduled_at": moved}) == {**made, "scheduled_at": moved}
    assert alice.put(at, {}) == {**made, "scheduled_at": moved}
    alice.fails(422, "PUT", at, TOO_SOON, json={"scheduled_at": ahead(1)})
    alice.fails(422, "PUT", at, "Validation failed: Scheduled at is invalid", json={"scheduled_at": "never"})
    assert alice.delete(at) == {}
    alice.fails(404, "GET", at, "Record not found")
    alice.fails(404, "DELETE", at, "Record not found")


def test_its_media_are_held_meanwhile_and_loose_afterwards(alice):
    media = upload(alice)["id"]
    made = later(alice, media_ids=[media])
    taken = "Media not found or already attached to another post"
    alice.fails(422, "POST", "/api/v1/statuses", taken, json={"status": "mine", "media_ids": [media]})
    alice.fails(422, "POST", "/api/v1/statuses", taken, json={"status": "mine", "media_ids": [media], "scheduled_at": ahead(60)})
    alice.fails(422, "DELETE", f"/api/v1/media/{media}")
    alice.delete(f"{AT}/{made['id']}")
    assert [m["id"] for m in alice.status("mine", media_ids=[media])["media_attachments"]] == [media]


def test_twenty_five_a_day_are_enough(alice):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:00:00Z")
    many = [alice.post("/api/v1/statuses", {"status": f"{i}", "scheduled_at": day})["id"] for i in range(25)]
    error = "Validation failed: You have exceeded the limit of 25 scheduled posts for today"
    alice.fails(422, "POST", "/api/v1/statuses", error, json={"status": "more", "scheduled_at": day})
    other = later(alice, "another day", 10 * 24 * 60)["id"]
    alice.fails(422, "PUT", f"{AT}/{other}", error, json={"scheduled_at": day})
    pages = [[s["id"] for s in page] for page in alice.pages(AT, {"limit": 10})]
    assert pages == [[other, *many[:15:-1]], many[15:5:-1], many[5::-1]]
    newest = alice.request("GET", AT, params={"limit": 10})
    assert "min_id" in newest.links["prev"] and "max_id" in newest.links["next"]
    assert [s["id"] for s in alice.get(AT, {"min_id": many[3], "limit": 2})] == [many[5], many[4]]


def test_a_request_that_is_sent_again_keeps_one(alice):
    body, key = {"status": "once", "scheduled_at": ahead(60)}, {"Idempotency-Key": "later"}
    made = alice.post("/api/v1/statuses", body, headers=key)
    assert alice.post("/api/v1/statuses", body, headers=key) == made and alice.get(AT) == [made]


def test_it_needs_the_scope(shared, alice):
    reads = shared.account(shared.new_name("reads"), scopes="read")
    reads.fails(403, "POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": ahead(60)})
    reads.fails(403, "DELETE", f"{AT}/1")
    shared.account(shared.new_name("writes"), scopes="write").fails(403, "GET", AT)
    shared.anonymous().fails(401, "GET", AT)


def test_one_that_cannot_be_published_any_more_goes_back_to_its_author(new_server):
    sink = MailSink()
    server = new_server(smtp_url=sink.url)
    alice, bob = server.account("alice"), server.account("bob")
    gone, media = bob.status("what?"), upload(alice)["id"]
    later(alice, "An answer to nobody", 30, in_reply_to_id=gone["id"], media_ids=[media])
    later(alice, "Another one", 31, in_reply_to_id=gone["id"])
    later(alice, "A post", 32)
    bob.delete(f"/api/v1/statuses/{gone['id']}")
    server.stop()
    server.settings["clock_offset_s"] = 40 * 60
    server.start()
    alice.base = server.url
    until(lambda: alice.get(AT) == [], "none waits any more", 90)
    mails = [sink.wait_for(alice.email), sink.wait_for(alice.email)]
    assert {mail["Subject"].split(": ")[1] for mail in mails} == {"a post was not published"}
    told = sorted(mail.get_content().replace("\r", "") for mail in mails)
    assert "does not appear to exist" in told[0]
    assert told[0].endswith("It said:\n\nAn answer to nobody\n\n") and told[1].endswith("It said:\n\nAnother one\n\n")
    assert [s["content"] for s in alice.get(f"/api/v1/accounts/{alice.id}/statuses")] == ["<p>A post</p>"]
    assert [m["id"] for m in alice.status("still mine", media_ids=[media])["media_attachments"]] == [media]
    sink.close()


def test_where_no_mails_are_sent_it_is_listed_for_a_week(new_server):
    server = new_server()
    alice, bob = server.account("alice"), server.account("bob")
    gone = bob.status("what?")
    kept, post = later(alice, "An answer to nobody", 30, in_reply_to_id=gone["id"]), later(alice, "A post", 31)
    bob.delete(f"/api/v1/statuses/{gone['id']}")
    for days, left in ((0, [kept]), (6, [kept]), (8, [])):
        server.stop()
        server.settings["clock_offset_s"] = 40 * 60 + days * 86400
        server.start()
        alice.base = server.url
        until(lambda: alice.get(AT) == left, "what is left", 90)
    assert [s["content"] for s in alice.get(f"/api/v1/accounts/{alice.id}/statuses")] == ["<p>A post</p>"] and post["params"]["text"] == "A post"


@pytest.mark.parametrize("fault", [None, "queue.ran:1", "sql.commit.after:20"])
def test_it_is_published_once_at_its_time_even_if_the_server_dies(new_server, fault):
    server = new_server()
    alice, bob = server.account("alice"), server.account("bob")
    bob.follow(alice)
    media = upload(alice)["id"]
    key = {"Idempotency-Key": "k"}
    body = {"status": "at last #now", "media_ids": [media], "scheduled_at": ahead(30)}
    made = alice.post("/api/v1/statuses", body, headers=key)
    quoted = bob.status("quote me")
    later(alice, "**look**", 32, quoted_status_id=quoted["id"], quote_approval_policy="nobody", content_type="text/markdown")
    asked = later(alice, "?", 31, poll={"options": ["a", "b"], "expires_in": 600})
    waits = later(alice, "tomorrow", 24 * 60)
    server.stop()
    server.settings["clock_offset_s"] = 40 * 60
    if fault:
        server.fault = fault
        try:
            server.start()
            until(lambda: not server.running or api_of(server, alice).get(AT) == [waits], "the server dies or is done", 90)
        except requests.RequestException:
            pass
        except AssertionError as e:
            assert "ended with -9" in str(e), e
        server.kill()
        server.fault = None
    server.start()
    alice.base = bob.base = server.url
    until(lambda: alice.get(AT) == [waits], "two posts are published", 90)
    until(lambda: len(bob.home()) == 4, "they are at their follower's home", 90)
    quote, question, post = sorted(
        alice.get(f"/api/v1/accounts/{alice.id}/statuses"), key=lambda s: 0 if s["quote"] else 1 if s["poll"] else 2)
    assert quote["quote"]["quoted_status"]["id"] == quoted["id"] and "<strong>look</strong>" in quote["content"]
    assert quote["quote_approval"]["automatic"] == []
    assert post["content"].startswith("<p>at last") and [m["id"] for m in post["media_attachments"]] == [media] and post["tags"][0]["name"] == "now"
    assert question["poll"]["options"][0]["title"] == "a" and asked["params"]["text"] == "?"
    assert alice.me()["statuses_count"] == 3 and {s["id"] for s in bob.home()} == {post["id"], question["id"], quote["id"], quoted["id"]}
    assert alice.post("/api/v1/statuses", body, headers=key)["id"] == post["id"], "the same request again"
    alice.fails(404, "GET", f"{AT}/{made['id']}", "Record not found")
