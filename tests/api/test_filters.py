"""Filters (v2): kept, shown, and evaluated in what their person reads."""
from howdah.stream import WsStream


def test_a_filter_with_keywords_is_made_changed_and_removed(alice, bob):
    made = alice.post("/api/v2/filters", {"title": "Weather", "context": ["home", "public"], "filter_action": "hide", "expires_in": 3600,
                                          "keywords_attributes": [{"keyword": "rain", "whole_word": False}, {"keyword": "snow"}]})
    assert made["filter_action"] == "hide" and made["expires_at"] and made["context"] == ["home", "public"]
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == [("rain", False), ("snow", True)]
    at = f"/api/v2/filters/{made['id']}"
    assert alice.get(at) == made and alice.get("/api/v2/filters") == [made]
    rain, snow = made["keywords"]
    changed = alice.put(at, {"title": "Storms", "expires_in": None, "keywords_attributes": [
        {"id": rain["id"], "_destroy": True}, {"id": snow["id"], "keyword": "hail"}, {"keyword": "fog"}]})
    assert changed["title"] == "Storms" and changed["expires_at"] is None and changed["context"] == ["home", "public"]
    assert [k["keyword"] for k in changed["keywords"]] == ["hail", "fog"]
    for method, path in (("GET", at), ("DELETE", at), ("GET", f"{at}/keywords"), ("GET", f"/api/v2/filters/keywords/{snow['id']}")):
        bob.fails(404, method, path, "Record not found")
    bob.fails(404, "PUT", at, json={"title": "mine"})
    alice.delete(at)
    assert alice.get("/api/v2/filters") == []


def test_what_makes_no_filter_is_refused(alice):
    def refused(error, **body):
        alice.fails(422, "POST", "/api/v2/filters", error, json=body)

    refused("Validation failed: Title can't be blank", context=["home"])
    refused("Validation failed: Context can't be blank", title="x")
    refused("Validation failed: Context None or invalid context supplied", title="x", context=["nowhere"])
    refused("Validation failed: Title is too long (maximum is 256 characters)", title="x" * 257, context=["home"])
    refused("Validation failed: Keyword can't be blank", title="x", context=["home"], keywords_attributes=[{"keyword": ""}])
    assert alice.get("/api/v2/filters") == []


def test_keywords_and_posts_are_parts_of_their_own(alice, bob):
    at = "/api/v2/filters/" + alice.post("/api/v2/filters", {"title": "x", "context": ["thread"]})["id"]
    word = alice.post(f"{at}/keywords", {"keyword": "cheese"})
    assert word["whole_word"] is True and alice.get(f"{at}/keywords") == [word]
    assert alice.put(f"/api/v2/filters/keywords/{word['id']}", {"keyword": "wine", "whole_word": False})["keyword"] == "wine"
    assert alice.get(f"/api/v2/filters/keywords/{word['id']}") == {**word, "keyword": "wine", "whole_word": False}
    post = bob.status("about anything")
    part = alice.post(f"{at}/statuses", {"status_id": post["id"]})
    assert alice.get(f"{at}/statuses") == [part] == [alice.get(f"/api/v2/filters/statuses/{part['id']}")]
    alice.fails(422, "POST", f"{at}/statuses", json={"status_id": post["id"]})
    hidden = bob.status("hidden", visibility="direct")
    alice.fails(404, "POST", f"{at}/statuses", json={"status_id": hidden["id"]})
    match = alice.get(f"/api/v1/statuses/{post['id']}")["filtered"]
    assert match[0]["status_matches"] == [post["id"]] and match[0]["keyword_matches"] is None
    alice.delete(f"/api/v2/filters/keywords/{word['id']}")
    alice.delete(f"/api/v2/filters/statuses/{part['id']}")
    assert alice.get(f"/api/v1/statuses/{post['id']}")["filtered"] == []


def test_a_match_is_told_in_timelines_and_streams_and_a_change_is_told_too(alice, bob):
    with WsStream(alice) as stream:
        stream.subscribe("user")
        stream.subscribe("public:local")
        stream.subscribe("nonsense")
        stream.wait("error")
        alice.post("/api/v2/filters", {"title": "x", "context": ["public"], "keywords_attributes": [{"keyword": "secret"}]})
        assert stream.wait("filters_changed")["stream"] == ["user"]
        post = bob.status("a Secret")
        told = stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == post["id"])
        assert told["payload"]["filtered"][0]["keyword_matches"] == ["secret"]
    page = {s["id"]: s for s in alice.get("/api/v1/timelines/public")}
    assert page[post["id"]]["filtered"][0]["filter"]["title"] == "x"
