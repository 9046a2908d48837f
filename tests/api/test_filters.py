"""Filters (v2): kept, shown, and evaluated in what their person reads."""
import base64
import datetime

from howdah.stream import WsStream
from howdah.wait import until

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


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


def filtered(post):
    """The titles of the filters that a post matched."""
    return [f["filter"]["title"] for f in post["filtered"]]


def new_filter(who, title, words, context=("home", "notifications", "public", "thread", "account"), **more):
    keywords = [{"keyword": w, "whole_word": whole} for w, whole in words]
    return who.post("/api/v2/filters", {"title": title, "context": list(context), "keywords_attributes": keywords, **more})


def test_a_filter_of_the_first_version_is_a_keyword_of_the_second(alice, bob):
    at = "/api/v1/filters"
    reply = alice.request("POST", at, json={"phrase": "rain", "context": ["home"], "irreversible": True, "expires_in": 3600})
    made = reply.json
    assert reply.status == 200 and reply.headers["Deprecation"] == "@1668384000"
    assert {k: v for k, v in made.items() if k not in ("id", "expires_at")} == {
        "phrase": "rain", "context": ["home"], "irreversible": True, "whole_word": True}
    assert made["expires_at"] and alice.get(at) == [made] == [alice.get(f"{at}/{made['id']}")]
    new = alice.get("/api/v2/filters")[0]
    assert new["title"] == "rain" and new["filter_action"] == "hide" and new["keywords"] == [
        {"id": made["id"], "keyword": "rain", "whole_word": True}]
    changed = alice.put(f"{at}/{made['id']}", {"phrase": "snow", "context": ["public", "thread"], "whole_word": False, "irreversible": False})
    assert changed["phrase"] == "snow" and changed["context"] == ["public", "thread"] and not changed["irreversible"]
    assert changed["whole_word"] is False and changed["expires_at"] == made["expires_at"]
    for method in ("GET", "PUT", "DELETE"):
        bob.fails(404, method, f"{at}/{made['id']}", "Record not found", **({"json": {"phrase": "x"}} if method == "PUT" else {}))
    assert bob.get(at) == []
    alice.post(f"/api/v2/filters/{new['id']}/keywords", {"keyword": "hail"})
    assert {f["phrase"] for f in alice.get(at)} == {"snow", "hail"}
    alice.fails(422, "PUT", f"{at}/{made['id']}", json={"phrase": "snow", "context": ["home"]})
    assert alice.put(f"{at}/{made['id']}", {"whole_word": True})["whole_word"] is True
    assert alice.delete(f"{at}/{made['id']}") == {}
    assert [f["phrase"] for f in alice.get(at)] == ["hail"] and len(alice.get("/api/v2/filters")) == 1
    alice.delete(f"{at}/{alice.get(at)[0]['id']}")
    assert alice.get("/api/v2/filters") == []


def test_what_makes_no_filter_of_the_first_version_is_refused(alice):
    at = "/api/v1/filters"
    alice.fails(422, "POST", at, json={"context": ["home"]})
    alice.fails(422, "POST", at, "Validation failed: Context can't be blank", json={"phrase": "x"})
    alice.fails(422, "POST", at, "Validation failed: Context None or invalid context supplied", json={"phrase": "x", "context": ["nowhere"]})
    alice.fails(404, "DELETE", f"{at}/nonsense", "Record not found")
    assert alice.get(at) == [] == alice.get("/api/v2/filters")


def test_whole_words_and_parts_of_words(alice, bob):
    new_filter(alice, "whole", [("cat", True)])
    new_filter(alice, "part", [("dog", False)])
    new_filter(alice, "signs", [("#c++", True)])
    new_filter(alice, "far", [("猫", True), ("straße", True)])
    said = {"a Cat.": ["whole"], "concatenate": [], "cats": [], "hotdogs": ["part"], "#c++ is": ["signs"], "x#c++": ["signs"], "一只猫": [],
            "一只 猫 !": ["far"], "in der STRASSE": ["far"], "cat_dog": ["part"]}
    for text, matches in said.items():
        post = bob.status(text)
        assert filtered(alice.get(f"/api/v1/statuses/{post['id']}")) == matches, text


def test_warnings_options_and_descriptions_are_searched_and_so_is_what_is_boosted(alice, bob, carol):
    new_filter(alice, "x", [("secret", True)])
    posts = [bob.status("text", spoiler_text="a secret"), bob.status("which?", poll={"options": ["a secret", "b"], "expires_in": 3600})]
    media = bob.ok("POST", "/api/v2/media", files={"file": ("a.png", PNG, "image/png")}, data={"description": "a secret"}, status=200)
    posts.append(bob.status("look", media_ids=[media["id"]]))
    alice.follow(carol)
    for post in posts:
        assert filtered(alice.get(f"/api/v1/statuses/{post['id']}")) == ["x"]
        boost = carol.post(f"/api/v1/statuses/{post['id']}/reblog")
        at_home = until(lambda: next((s for s in alice.home() if s["id"] == boost["id"]), None), "the boost is at home")
        assert filtered(at_home["reblog"]) == ["x"]
    assert filtered(alice.get(f"/api/v1/statuses/{alice.status('my secret')['id']}")) == ["x"], "clients decide that one's own are shown"


def test_a_filter_applies_where_it_is_to_and_not_when_it_is_over(alice, bob):
    alice.follow(bob)
    for context in ("home", "notifications", "public", "thread", "account"):
        new_filter(alice, context, [("secret", True)], [context], filter_action="hide" if context == "home" else "blur")
    new_filter(alice, "over", [("secret", True)], expires_in=1)
    with WsStream(alice) as stream:
        stream.subscribe("user")
        stream.subscribe("public:local")
        over = alice.get("/api/v2/filters")[-1]
        until(lambda: datetime.datetime.now(datetime.timezone.utc) > datetime.datetime.fromisoformat(over["expires_at"].replace("Z", "+00:00")),
              "the last filter is over")
        post = bob.status(f"@{alice.name} a secret")
        seen = {}
        while len(seen) < 3:
            e = stream.wait(lambda e: e["event"] in ("update", "notification"))
            about = e["payload"]["status"] if e["event"] == "notification" else e["payload"]
            if about["id"] == post["id"]:
                seen["notification" if e["event"] == "notification" else e["stream"][0]] = filtered(about)
    assert seen == {"user": ["home"], "public:local": ["public"], "notification": ["notifications"]}
    home = next(s for s in alice.home() if s["id"] == post["id"])
    assert filtered(home) == ["home"] and home["filtered"][0]["filter"]["filter_action"] == "hide"
    public = next(s for s in alice.get("/api/v1/timelines/public") if s["id"] == post["id"])
    assert filtered(public) == ["public"] and public["filtered"][0]["filter"]["filter_action"] == "blur"
    bob.status("more of the secret", in_reply_to_id=post["id"])
    thread = alice.get(f"/api/v1/statuses/{post['id']}/context")["descendants"][0]
    assert filtered(thread) == ["thread"]
    account = alice.get(f"/api/v1/accounts/{bob.id}/statuses")
    assert [filtered(s) for s in account] == [["account"]] * 2
    assert filtered(alice.get("/api/v1/notifications")[0]["status"]) == ["notifications"]
    assert filtered(alice.get("/api/v2/notifications")["statuses"][0]) == ["notifications"]
