"""Posts that quote posts: https://docs.joinmastodon.org/entities/Quote/, and who may quote whom."""
from howdah import Api, WsStream, until

NOT_THERE = "The post you are trying to quote does not appear to exist."


def path(status, what=""):
    return f"/api/v1/statuses/{status['id']}{what}"


def quote(api, post, text="Look at this", **more):
    return api.status(text, quoted_status_id=post["id"], **more)


def state_for(api, post):
    return (api.get(path(post))["quote"] or {}).get("state")


def told(api, type):
    return [n["status"]["id"] for n in api.get("/api/v1/notifications", {"types[]": type})]


def test_a_quote_carries_what_it_quotes(alice, bob):
    post = alice.status("The original")
    assert post["quote"] is None and post["quotes_count"] == 0
    assert post["quote_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    quoting = quote(bob, post)
    assert quoting["quote"]["state"] == "accepted" and quoting["quote"]["quoted_status"]["id"] == post["id"]
    assert quoting["quote"]["quoted_status"]["quotes_count"] == 1 and quoting["quote"]["quoted_status"]["content"] == post["content"]
    assert quoting["content"].startswith('<p class="quote-inline">RE: <a href="' + post["url"])
    assert quoting["content"].endswith("<p>Look at this</p>") and quoting["mentions"] == []
    assert bob.get(path(quoting, "/source"))["text"] == "Look at this"
    until(lambda: told(alice, "quote") == [quoting["id"]], "alice is told", 30)
    # Of a quote in a quote only the id is said.
    third = quote(alice, quoting)
    assert third["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": post["id"]}
    # A boost shows what the boosted post quotes, and quotes nothing itself.
    boost = alice.post(path(quoting, "/reblog"))
    assert boost["quote"] is None and boost["reblog"]["quote"]["quoted_status"]["id"] == post["id"]
    # What already says the address needs no line for it.
    assert "quote-inline" not in quote(bob, post, f"see {post['url']}")["content"]


def test_a_quote_may_stand_without_a_text(alice, bob):
    post = alice.status("The original")
    quoting = bob.post("/api/v1/statuses", {"quoted_status_id": post["id"], "spoiler_text": "careful"})
    assert quoting["spoiler_text"] == "careful" and quoting["quote"]["state"] == "accepted"
    # Pressed twice it is one; of another post it is another.
    again = bob.post("/api/v1/statuses", {"quoted_status_id": alice.status("Another")["id"], "spoiler_text": "careful"})
    assert again["id"] != quoting["id"]


def test_a_quote_for_later(alice, bob):
    post = alice.status("The original")
    kept = bob.status("later", quoted_status_id=post["id"], quote_approval_policy="followers", scheduled_at="2099-01-01T00:00:00Z")
    assert kept["params"]["quoted_status_id"] == post["id"] and kept["params"]["quote_approval_policy"] == "followers"
    bob.fails(404, "POST", "/api/v1/statuses", NOT_THERE,
              json={"status": "later", "quoted_status_id": "1", "scheduled_at": "2099-01-01T00:00:00Z"})


def test_who_may_quote(alice, bob):
    open_, closed = alice.status("open"), alice.status("closed", quote_approval_policy="nobody")
    followers = alice.status("for followers", quote_approval_policy="followers")
    private = alice.status("private", visibility="private")
    assert bob.get(path(closed))["quote_approval"] == {"automatic": [], "manual": [], "current_user": "denied"}
    assert bob.get(path(followers))["quote_approval"] == {"automatic": ["followers"], "manual": [], "current_user": "denied"}
    assert private["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}
    for post in (closed, followers, private, {"id": "1"}, {"id": "nonsense"}):
        bob.fails(404, "POST", "/api/v1/statuses", NOT_THERE, json={"status": "x", "quoted_status_id": post["id"]})
    bob.follow(alice)
    assert bob.get(path(followers))["quote_approval"]["current_user"] == "automatic"
    assert quote(bob, followers)["quote"]["state"] == "accepted"
    bob.fails(404, "POST", "/api/v1/statuses", NOT_THERE, json={"status": "x", "quoted_status_id": private["id"]})
    # One's own: what is private stays so.
    assert quote(alice, private)["visibility"] == "private"
    alice.fails(404, "POST", "/api/v1/statuses", NOT_THERE,
                json={"status": "x", "quoted_status_id": alice.status("direct", visibility="direct")["id"]})
    # A boost stands for what it boosts.
    assert quote(bob, bob.post(path(open_, "/reblog")))["quote"]["quoted_status"]["id"] == open_["id"]
    alice.fails(422, "POST", "/api/v1/statuses", "Record invalid", json={"status": "x", "quote_approval_policy": "cats"})
    assert alice.get(path(open_))["quote_approval"]["automatic"] == ["public"]


def test_nobody_is_quoted_behind_their_back(alice, bob):
    post = alice.status("The original")
    error = "Validation failed: Cannot quote a non-mentioned user in a Private Mention post."
    bob.fails(422, "POST", "/api/v1/statuses", error, json={"status": "x", "visibility": "direct", "quoted_status_id": post["id"]})
    assert quote(bob, post, f"@{alice.name} see", visibility="direct")["quote"]["state"] == "accepted"


def test_the_default_policy_is_a_preference(alice):
    assert alice.me()["source"]["quote_policy"] == "public"
    got = alice.patch("/api/v1/accounts/update_credentials", {"source": {"quote_policy": "followers"}})
    assert got["source"]["quote_policy"] == "followers"
    assert alice.get("/api/v1/preferences")["posting:default:quote_policy"] == "followers"
    assert alice.status("by default")["quote_approval"]["automatic"] == ["followers"]
    assert alice.status("said", quote_approval_policy="public")["quote_approval"]["automatic"] == ["public"]
    alice.fails(422, "PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "cats"}})


def test_the_policy_of_a_post_changes_without_an_edit(alice, bob):
    post = alice.status("mine")
    changed = alice.put(path(post, "/interaction_policy"), {"quote_approval_policy": "nobody"})
    assert changed["quote_approval"]["automatic"] == [] and changed["edited_at"] is None
    bob.fails(404, "POST", "/api/v1/statuses", NOT_THERE, json={"status": "x", "quoted_status_id": post["id"]})
    assert alice.patch(path(post, "/interaction_policy"), {"quote_approval_policy": "followers"})["quote_approval"]["automatic"] == ["followers"]
    alice.put(path(post), {"status": "mine", "quote_approval_policy": "public"})
    assert alice.get(path(post))["quote_approval"]["automatic"] == ["public"] and alice.get(path(post))["edited_at"] is None
    edited = alice.put(path(post), {"status": "mine, changed"})
    assert edited["quote_approval"]["automatic"] == ["public"] and edited["edited_at"]
    # Nobody may quote what not everybody may see, whatever is asked for.
    private = alice.status("private", visibility="private", quote_approval_policy="public")
    assert private["quote_approval"]["automatic"] == []
    assert alice.put(path(private, "/interaction_policy"), {"quote_approval_policy": "public"})["quote_approval"]["automatic"] == []
    alice.fails(422, "PUT", path(post, "/interaction_policy"), "Record invalid", json={"quote_approval_policy": "cats"})
    bob.fails(403, "PUT", path(post, "/interaction_policy"), json={"quote_approval_policy": "nobody"})
    bob.fails(404, "PUT", path(private, "/interaction_policy"), json={"quote_approval_policy": "nobody"})


def test_consent_is_taken_back(alice, bob, shared):
    post = alice.status("The original")
    first, second = quote(bob, post, "one"), quote(bob, post, "two")
    other = shared.account(shared.new_name("other"))
    other.fails(403, "POST", path(post, f"/quotes/{first['id']}/revoke"), "This action is not allowed")
    alice.fails(404, "POST", path(post, f"/quotes/{post['id']}/revoke"))
    with WsStream(bob, "user") as stream:
        revoked = alice.post(path(post, f"/quotes/{first['id']}/revoke"))
        seen = stream.wait(lambda e: e["event"] == "status.update" and e["payload"]["id"] == first["id"])
    assert revoked["id"] == first["id"] and revoked["quote"] == {"state": "revoked", "quoted_status": None}
    assert seen["payload"]["quote"]["state"] == "revoked"
    assert alice.get(path(post))["quotes_count"] == 1
    # Again it changes nothing.
    assert alice.post(path(post, f"/quotes/{first['id']}/revoke"))["quote"]["state"] == "revoked"
    assert [s["id"] for s in alice.get(path(post, "/quotes"))] == [second["id"]]


def test_the_quotes_of_a_post_are_listed(alice, bob, shared, anonymous):
    post = alice.status("The original")
    made = [quote(bob, post, f"number {i}")["id"] for i in range(5)]
    followers = quote(bob, post, "for followers", visibility="private")["id"]
    anonymous.fails(401, "GET", path(post, "/quotes"))
    first = alice.request("GET", path(post, "/quotes"), params={"limit": 2})
    # The author of what is quoted may read what quotes.
    assert [s["id"] for s in first.json] == [followers, made[4]]
    assert "max_id=" in first.links["next"] and "since_id=" in first.links["prev"]
    assert [s["id"] for page in alice.pages(path(post, "/quotes"), {"limit": 2}) for s in page] == [followers] + made[::-1]
    other = shared.account(shared.new_name("other"))
    assert [s["id"] for s in other.get(path(post, "/quotes"))] == made[::-1]
    other.post(f"/api/v1/accounts/{bob.id}/mute")
    assert other.get(path(post, "/quotes")) == []
    private = alice.status("private", visibility="private")
    other.fails(404, "GET", path(private, "/quotes"))


def test_what_a_viewer_shuns_is_said_in_the_state(alice, bob, shared):
    post = alice.status("The original")
    quoting = quote(bob, post)
    reader = shared.account(shared.new_name("reader"))
    assert state_for(reader, quoting) == "accepted"
    reader.post(f"/api/v1/accounts/{alice.id}/mute")
    assert state_for(reader, quoting) == "muted_account" and reader.get(path(quoting))["quote"]["quoted_status"]["id"] == post["id"]
    reader.post(f"/api/v1/accounts/{alice.id}/unmute")
    reader.post(f"/api/v1/accounts/{alice.id}/block")
    assert state_for(reader, quoting) == "blocked_account"
    reader.post(f"/api/v1/accounts/{alice.id}/unblock")
    alice.post(f"/api/v1/accounts/{reader.id}/block")
    assert reader.get(path(quoting))["quote"] == {"state": "unauthorized", "quoted_status": None}
    # Whom the author blocks may not quote either.
    reader.fails(404, "POST", "/api/v1/statuses", NOT_THERE, json={"status": "x", "quoted_status_id": post["id"]})


def test_a_private_quote_of_oneself_is_for_those_who_may_see_it(alice, bob):
    private = alice.status("private", visibility="private")
    quoting = quote(alice, private, f"@{bob.name} hello")
    assert bob.get(path(quoting))["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert private["content"] not in str(bob.get(path(quoting)))


def test_a_deleted_post_leaves_its_quotes(alice, bob):
    post = alice.status("The original")
    quoting = quote(bob, post)
    alice.delete(path(post))
    assert bob.get(path(quoting))["quote"] == {"state": "deleted", "quoted_status": None}
    post = alice.status("Another")
    quoting = quote(bob, post)
    gone = bob.delete(path(quoting))
    assert gone["quote"]["quoted_status"]["text"] == "Another" and "content" not in gone["quote"]["quoted_status"]
    assert alice.get(path(post))["quotes_count"] == 0


def test_an_edit_keeps_the_quote_and_tells_those_who_quoted(alice, bob):
    post = alice.status("The original")
    quoting = quote(bob, post)
    edited = bob.put(path(quoting), {"status": "Changed"})
    assert edited["quote"]["state"] == "accepted" and edited["content"].startswith('<p class="quote-inline">')
    assert bob.put(path(quoting), {"status": ""})["quote"]["state"] == "accepted"
    assert {s["quote"]["state"] for s in bob.get(path(quoting, "/history"))} == {"accepted"}
    alice.put(path(post), {"status": "Thought better"})
    until(lambda: told(bob, "quoted_update") == [quoting["id"]], "bob is told of the edit", 30)
    notice = bob.get("/api/v1/notifications", {"types[]": "quoted_update"})[0]
    assert notice["account"]["id"] == alice.id and "Thought better" in notice["status"]["quote"]["quoted_status"]["content"]
    assert told(alice, "quoted_update") == []


def test_filters_look_into_the_quoted_post(alice, bob, shared):
    post = alice.status("About wombats")
    quoting = quote(bob, post, "Interesting")
    reader = shared.account(shared.new_name("reader"))
    reader.post("/api/v2/filters", {"title": "w", "context": ["thread"], "keywords_attributes": [{"keyword": "wombats"}]})
    seen = reader.get(path(quoting))
    assert [f["keyword_matches"] for f in seen["quote"]["quoted_status"]["filtered"]] == [["wombats"]]


def test_public_streams_respect_what_the_listener_shuns(alice, bob, shared):
    post = alice.status("The original")
    reader = shared.account(shared.new_name("reader"))
    reader.post(f"/api/v1/accounts/{alice.id}/mute")
    with WsStream(reader, "public:local") as stream:
        plain = bob.status("quotes nothing")
        stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == plain["id"])
        quoting = quote(bob, post)
        seen = stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == quoting["id"])
    assert seen["payload"]["quote"]["state"] == "muted_account"


def test_forty_quotes_take_as_many_queries_as_twenty(server):
    alice, bob = server.account("alice"), server.account("bob")
    made = [alice.status(f"original {i}") for i in range(40)]
    inner = [quote(alice, post, f"inner {i}") for i, post in enumerate(made)]
    for i, post in enumerate(inner):
        quote(bob, post, f"outer {i}")
    where = f"/api/v1/accounts/{bob.id}/statuses"
    pages = [alice.request("GET", where, params={"limit": n}) for n in (40, 20, 40)]
    assert [len(page.json) for page in pages] == [40, 20, 40]
    assert all(s["quote"]["quoted_status"]["quote"]["state"] == "accepted" for s in pages[0].json)
    assert server.queries(pages[1]) == server.queries(pages[2])


def test_a_token_must_be_allowed_to(shared, alice, bob):
    post = alice.status("The original")
    quoting = quote(bob, post)
    reading = Api(shared.url, shared.token(alice.name, "read"))
    writing = Api(shared.url, shared.token(alice.name, "write:statuses"))
    reading.fails(403, "POST", path(post, f"/quotes/{quoting['id']}/revoke"))
    reading.fails(403, "PUT", path(post, "/interaction_policy"), json={"quote_approval_policy": "nobody"})
    writing.fails(403, "GET", path(post, "/quotes"))
    assert [s["id"] for s in reading.get(path(post, "/quotes"))] == [quoting["id"]]
