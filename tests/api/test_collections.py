"""Collections of people: made, shown, filled with whom it suits, told of, and their bounds."""
import pytest

from howdah.wait import until

AT = "/api/v1/collections"
NOT_ALLOWED = "This action is not allowed"


@pytest.fixture
def open_bob(bob):
    bob.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    return bob


def made(who, name="Friends", **more):
    return who.post(AT, {"name": name, "sensitive": False, "discoverable": True, **more})["collection"]


def refused(who, method, path, error, details=None, **body):
    """A 422 that names the field in an object of its own."""
    reply = who.request(method, path, json=body)
    assert reply.status == 422 and reply.json["error"]["error"] == error, repr(reply)
    assert details is None or reply.json["error"]["details"] == details, repr(reply)


def in_it(who, collection):
    return [i["account_id"] for i in who.get(f"{AT}/{collection['id']}")["collection"]["items"]]


def test_a_collection_is_made_changed_shown_and_removed(alice, open_bob, carol, anonymous):
    new = made(alice, "Friends", description="of <mine>", language="en", tag_name="#CuratedFelines", account_ids=[open_bob.id])
    assert {k: v for k, v in new.items() if k not in ("id", "uri", "url", "items", "created_at", "updated_at")} == {
        "account_id": alice.id, "name": "Friends", "description": "of <mine>", "language": "en", "local": True, "sensitive": False,
        "discoverable": True, "item_count": 1, "tag": {"name": "CuratedFelines", "url": new["tag"]["url"]}}
    assert new["tag"]["url"].endswith("/tags/curatedfelines") and new["uri"].endswith(f"/collections/{new['id']}")
    assert [(i["account_id"], i["state"]) for i in new["items"]] == [(open_bob.id, "accepted")]
    for reader in (alice, carol, anonymous):
        seen = reader.get(f"{AT}/{new['id']}")
        assert seen["collection"] == new and [a["id"] for a in seen["accounts"]] == [alice.id, open_bob.id]
        assert reader.get(f"/api/v1/accounts/{alice.id}/collections") == {"collections": [new]}
    changed = alice.patch(f"{AT}/{new['id']}", {"name": "People", "tag_name": "", "sensitive": True})["collection"]
    assert changed["name"] == "People" and changed["tag"] is None and changed["sensitive"] is True and changed["language"] == "en"
    assert changed["updated_at"] > new["updated_at"] and changed["created_at"] == new["created_at"]
    assert alice.put(f"{AT}/{new['id']}", {"language": ""})["collection"]["language"] is None
    for method in ("PATCH", "DELETE"):
        carol.fails(403, method, f"{AT}/{new['id']}", NOT_ALLOWED)
        carol.fails(404, method, f"{AT}/1", "Record not found")
        anonymous.fails(401, method, f"{AT}/{new['id']}")
    assert alice.request("DELETE", f"{AT}/{new['id']}").content == b""
    alice.fails(404, "GET", f"{AT}/{new['id']}", "Record not found")
    assert alice.get(f"/api/v1/accounts/{alice.id}/collections") == {"collections": []}


def test_what_makes_no_collection_is_refused(alice, bob):
    refused(alice, "POST", AT, "Validation failed: Name can't be blank",
            {"name": [{"error": "ERR_BLANK", "description": "can't be blank"}]}, name=" ")
    refused(alice, "POST", AT, "Validation failed: Name is too long (maximum is 40 characters)", name="x" * 41)
    refused(alice, "POST", AT, "Validation failed: Description is too long (maximum is 100 characters)", name="x", description="y" * 101)
    refused(alice, "POST", AT, "Validation failed: Language is invalid", name="x", language="klingon")
    refused(alice, "POST", AT, "Validation failed: Tag name is invalid", name="x", tag_name="not a tag")
    refused(alice, "POST", AT, "Validation failed: Collection items are too many, no more than 25 are allowed", name="x",
            account_ids=[str(n) for n in range(1, 27)])
    alice.fails(404, "POST", AT, "Record not found", json={"name": "x", "account_ids": ["1"]})
    alice.fails(403, "POST", AT, NOT_ALLOWED, json={"name": "x", "account_ids": [bob.id]})
    assert alice.get(f"/api/v1/accounts/{alice.id}/collections") == {"collections": []}
    kept = [made(alice, str(n)) for n in range(10)]
    alice.fails(422, "POST", AT, "Validation failed: You cannot have more than 10 collections", json={"name": "x"})
    refused(alice, "PATCH", f"{AT}/{kept[0]['id']}", "Validation failed: Name can't be blank", name="")
    assert alice.get(f"{AT}/{kept[0]['id']}")["collection"] == kept[0]


def test_pages_go_by_offset_and_hidden_ones_are_not_on_the_profile(alice, bob, anonymous):
    all_of_them = [made(alice, str(n), discoverable=n % 2 == 0)["id"] for n in range(6)][::-1]
    at = f"/api/v1/accounts/{alice.id}/collections"
    assert [k["id"] for k in alice.get(at)["collections"]] == all_of_them
    for reader in (bob, anonymous):
        assert [k["id"] for k in reader.get(at)["collections"]] == all_of_them[1::2]
    assert [[k["id"] for k in p["collections"]] for p in alice.pages(at, {"limit": 4})] == [all_of_them[:4], all_of_them[4:]]
    first = alice.request("GET", at, params={"limit": 4}).links
    assert "offset=4" in first["next"] and "prev" not in first
    last = alice.request("GET", first["next"]).links
    assert "offset=0" in last["prev"] and "next" not in last
    # Whoever knows its address sees it.
    assert bob.get(f"{AT}/{all_of_them[0]}")["collection"]["discoverable"] is False
    anonymous.fails(404, "GET", "/api/v1/accounts/1/collections", "Record not found")


def test_people_are_put_in_taken_out_and_take_themselves_out(alice, open_bob, carol):
    one = made(alice)
    at = f"{AT}/{one['id']}/items"
    alice.fails(422, "POST", at, "`account_id` parameter is missing", json={})
    alice.fails(404, "POST", at, "Record not found", json={"account_id": "1"})
    alice.fails(403, "POST", at, NOT_ALLOWED, json={"account_id": carol.id})
    carol.fails(403, "POST", at, NOT_ALLOWED, json={"account_id": open_bob.id})
    item = alice.post(at, {"account_id": open_bob.id})["collection_item"]
    assert item["state"] == "accepted" and item["account_id"] == open_bob.id
    alice.fails(422, "POST", at, "Validation failed: Account has already been taken", json={"account_id": open_bob.id})
    assert [k["id"] for k in open_bob.get(f"/api/v1/accounts/{open_bob.id}/in_collections")["collections"]] == [one["id"]]
    alice.fails(403, "GET", f"/api/v1/accounts/{open_bob.id}/in_collections", NOT_ALLOWED)
    carol.fails(403, "DELETE", f"{at}/{item['id']}", NOT_ALLOWED)
    carol.fails(403, "POST", f"{at}/{item['id']}/revoke", NOT_ALLOWED)
    alice.fails(403, "POST", f"{at}/{item['id']}/revoke", NOT_ALLOWED)
    other = made(alice, "other")
    alice.fails(404, "DELETE", f"{AT}/{other['id']}/items/{item['id']}", "Record not found")
    assert alice.request("DELETE", f"{at}/{item['id']}").content == b"" and in_it(alice, one) == []
    item = alice.post(at, {"account_id": open_bob.id})["collection_item"]
    reply = open_bob.request("POST", f"{at}/{item['id']}/revoke")
    assert reply.status == 200 and reply.content == b"" and in_it(alice, one) == []
    assert open_bob.get(f"/api/v1/accounts/{open_bob.id}/in_collections") == {"collections": []}
    # Consent that was taken back is not given again by whoever wants it.
    alice.fails(422, "POST", at, "Validation failed: Account has already been taken", json={"account_id": open_bob.id})


def test_who_is_locked_lets_those_put_them_in_whom_they_let_follow(alice, open_bob):
    open_bob.patch("/api/v1/accounts/update_credentials", {"locked": True})
    at = f"{AT}/{made(alice)['id']}/items"
    alice.fails(403, "POST", at, NOT_ALLOWED, json={"account_id": open_bob.id})
    alice.post(f"/api/v1/accounts/{open_bob.id}/follow")
    open_bob.post(f"/api/v1/follow_requests/{alice.id}/authorize")
    assert alice.post(at, {"account_id": open_bob.id})["collection_item"]["state"] == "accepted"


def test_blocks_part_people(alice, open_bob, carol):
    carol.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    one = made(alice, account_ids=[open_bob.id, carol.id])
    at = f"{AT}/{one['id']}/items"
    # Somebody third who blocks one of them does not see them there.
    open_bob.post(f"/api/v1/accounts/{carol.id}/block")
    assert in_it(open_bob, one) == [open_bob.id] and in_it(alice, one) == [open_bob.id, carol.id]
    open_bob.post(f"/api/v1/accounts/{alice.id}/block")
    assert in_it(alice, one) == [carol.id]
    alice.fails(403, "GET", f"{AT}/{made(open_bob, 'his')['id']}", NOT_ALLOWED)
    assert alice.get(f"/api/v1/accounts/{open_bob.id}/collections") == {"collections": []}
    alice.fails(403, "POST", at, NOT_ALLOWED, json={"account_id": open_bob.id})
    alice.post(f"/api/v1/accounts/{carol.id}/block")
    assert in_it(open_bob, one) == [] and alice.get(f"{AT}/{one['id']}")["collection"]["item_count"] == 0


def told(who):
    return [n for n in who.get("/api/v1/notifications", {"types[]": ["added_to_collection", "collection_update"]})]


def test_who_is_put_in_is_told_and_told_of_changes(alice, open_bob):
    one = made(alice, account_ids=[open_bob.id])
    new = until(lambda: told(open_bob), "the notification")[0]
    assert new["type"] == "added_to_collection" and new["account"]["id"] == alice.id and new["collection"]["id"] == one["id"]
    assert [i["account_id"] for i in new["collection"]["items"]] == [open_bob.id]
    alice.patch(f"{AT}/{one['id']}", {"description": "all of them"})
    changed = until(lambda: [n for n in told(open_bob) if n["type"] == "collection_update"], "the update")[0]
    assert changed["collection"]["description"] == "all of them"
    groups = open_bob.get("/api/v2/notifications", {"types[]": ["added_to_collection"]})["notification_groups"]
    assert [(g["type"], g["collection"]["id"]) for g in groups] == [("added_to_collection", one["id"])]
    alice.delete(f"{AT}/{one['id']}")
    assert told(open_bob) == []


def test_the_paths_of_before_its_release_answer_and_say_so(alice, open_bob, carol):
    carol.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    old = "/api/v1_alpha"
    reply = alice.request("POST", f"{old}/collections", json={"name": "x", "account_ids": [open_bob.id]})
    one = reply.json["collection"]
    assert reply.status == 200 and reply.headers["Deprecation"] == "@1781049600"
    item = one["items"][0]["id"]
    reply = alice.request("POST", f"{old}/collections/{one['id']}/items", json={"account_id": carol.id})
    other = reply.json["collection_item"]["id"]
    assert reply.status == 200 and reply.headers["Deprecation"] == "@1781049600"
    for who, method, path in ((alice, "GET", f"{old}/collections/{one['id']}"), (alice, "PUT", f"{old}/collections/{one['id']}"),
                              (alice, "GET", f"{old}/accounts/{alice.id}/collections"),
                              (open_bob, "GET", f"{old}/accounts/{open_bob.id}/in_collections"),
                              (open_bob, "POST", f"{old}/collections/{one['id']}/items/{item}/revoke"),
                              (alice, "DELETE", f"{old}/collections/{one['id']}/items/{other}")):
        reply = who.request(method, path)
        assert reply.status == 200 and reply.headers["Deprecation"] == "@1781049600", repr(reply)
    # Who left is in it no more, and cannot be taken out to be put in anew.
    alice.fails(404, "DELETE", f"{old}/collections/{one['id']}/items/{item}", "Record not found")
    assert alice.request("DELETE", f"{old}/collections/{one['id']}").headers["Deprecation"] == "@1781049600"
    assert "Deprecation" not in alice.request("GET", f"/api/v1/accounts/{alice.id}/collections").headers


def test_an_account_says_who_may_put_it_into_a_collection(alice, bob, anonymous):
    post = bob.status("mine")

    def says(reader, automatic, right):
        wanted = {"automatic": automatic, "manual": [], "current_user": right}
        assert reader.get(f"/api/v1/accounts/{bob.id}")["feature_approval"] == wanted
        # The same where the rest of the account is kept rendered.
        assert reader.get(f"/api/v1/statuses/{post['id']}")["account"]["feature_approval"] == wanted

    says(alice, [], "denied")
    bob.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    says(alice, ["public"], "automatic")
    says(anonymous, ["public"], "denied")
    bob.patch("/api/v1/accounts/update_credentials", {"locked": True})
    says(alice, ["followers"], "denied")
    says(bob, ["followers"], "automatic")
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    bob.post(f"/api/v1/follow_requests/{alice.id}/authorize")
    says(alice, ["followers"], "automatic")
    assert alice.get("/api/v1/accounts/verify_credentials")["role"]["collection_limit"] == 10


def test_a_post_shows_the_collections_that_it_links_to(alice, open_bob, carol):
    one, other = made(alice, "one", account_ids=[open_bob.id]), made(alice, "other")
    post = carol.status(f"see {one['url']} and @{alice.name} and {other['uri']} and {one['url']}")
    assert [k["id"] for k in post["tagged_collections"]] == [one["id"], other["id"]] and post["tagged_collections"][0] == one
    at = f"/api/v1/statuses/{post['id']}"
    open_bob.post(f"{at}/reblog")
    assert [k["id"] for k in carol.get(f"/api/v1/accounts/{open_bob.id}/statuses")[0]["reblog"]["tagged_collections"]] == [
        one["id"], other["id"]]
    alice.patch(f"{AT}/{one['id']}", {"name": "renamed"})
    assert open_bob.get(at)["tagged_collections"][0]["name"] == "renamed"
    alice.delete(f"{AT}/{one['id']}")
    assert [k["id"] for k in open_bob.get(at)["tagged_collections"]] == [other["id"]]
    assert carol.put(at, {"status": "see nothing"})["tagged_collections"] == []
    assert carol.put(at, {"status": other["url"]})["tagged_collections"][0]["id"] == other["id"]


def test_an_address_finds_a_collection_and_a_report_names_it(alice, open_bob):
    one, own = made(alice), made(open_bob)
    for how in ({"q": one["url"]}, {"q": one["uri"], "resolve": True}, {"q": one["url"], "type": "collections"}):
        assert open_bob.get("/api/v2/search", how) == {"accounts": [], "statuses": [], "hashtags": [], "collections": [one]}
    assert open_bob.get("/api/v2/search", {"q": one["url"], "type": "accounts"})["collections"] == []
    report = open_bob.post("/api/v1/reports", {"account_id": alice.id, "collection_ids": [one["id"], own["id"], "1"]})
    assert report["collection_ids"] == [one["id"]]


def test_a_policy_holds_back_who_is_put_in_by_strangers(alice, open_bob):
    open_bob.patch("/api/v2/notifications/policy", {"for_not_following": "filter"})
    made(alice, account_ids=[open_bob.id])
    held = until(lambda: open_bob.get("/api/v1/notifications", {"include_filtered": "true", "types[]": "added_to_collection"}), "it")
    assert held[0]["filtered"] is True and told(open_bob) == []


def test_a_client_that_does_not_know_of_collections_is_told_in_words(alice, open_bob):
    made(alice, account_ids=[open_bob.id])
    until(lambda: told(open_bob), "the notification")
    new = open_bob.get("/api/v1/notifications", {"supported_types[]": "mention"})[0]
    assert new["fallback"]["title"] == f"{alice.name} added you to a collection"
