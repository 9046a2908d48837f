"""Accounts: oneself, others, looking them up, finding them."""
import io
import struct
import zlib

import pytest

from howdah import Api, until


def png(width=64, height=48, colour=(200, 40, 40)):
    """A plain picture, made here."""
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_one_sees_more_of_oneself(alice):
    me = alice.get("/api/v1/accounts/verify_credentials")
    assert me["source"] == {
        "attribution_domains": [], "privacy": "public", "sensitive": False, "language": me["source"]["language"], "note": "", "fields": [],
        "follow_requests_count": 0, "hide_collections": False, "discoverable": me["discoverable"], "indexable": me["indexable"],
        "quote_policy": "public"}
    assert me["role"]["id"] == "-99" and me["role"]["permissions"] == "65536"
    for key in ("avatar_description", "header_description", "show_media", "feature_approval", "noindex", "roles", "last_status_at"):
        assert key in me, key


def test_an_owner_may_do_everything(shared):
    owner = shared.account(role="owner")
    me = owner.get("/api/v1/accounts/verify_credentials")
    assert me["role"]["name"] == "Owner" and int(me["role"]["permissions"]) & 1
    assert [r["name"] for r in me["roles"]] == ["Owner"]


def test_an_account_is_found_by_id_and_name(shared, alice, anonymous):
    for seen in (anonymous.get(f"/api/v1/accounts/{alice.id}"), anonymous.get("/api/v1/accounts/lookup", {"acct": alice.name}),
                 anonymous.get("/api/v1/accounts/lookup", {"acct": f"@{alice.name.upper()}@{shared.domain}"})):
        assert seen["id"] == alice.id and seen["acct"] == alice.name
        assert seen["avatar"].endswith("/avatars/original/missing.png")
        assert "source" not in seen and "role" not in seen
    anonymous.fails(404, "GET", "/api/v1/accounts/1", "Record not found")
    anonymous.fails(404, "GET", "/api/v1/accounts/nonsense", "Record not found")
    anonymous.fails(404, "GET", "/api/v1/accounts/lookup?acct=nobody_here", "Record not found")


def test_several_accounts_at_once(alice, bob, anonymous):
    got = anonymous.get("/api/v1/accounts", {"id[]": [bob.id, "12345", alice.id, bob.id]})
    assert [a["id"] for a in got] == [bob.id, alice.id]


def test_a_profile_is_edited_piece_by_piece(alice, bob, shared):
    me = alice.patch("/api/v1/accounts/update_credentials", json={
        "display_name": "Alice A.", "note": f"Friend of @{bob.name}\n\nSecond paragraph", "locked": True, "bot": True,
        "source": {"privacy": "unlisted", "sensitive": True, "language": "de"},
        "fields_attributes": [{"name": "Site", "value": "https://example.org/me"}]})
    assert me["display_name"] == "Alice A." and me["locked"] and me["bot"]
    assert "<p>Second paragraph</p>" in me["note"] and f"http://{shared.domain}/@{bob.name}" in me["note"]
    assert me["source"]["privacy"] == "unlisted" and me["source"]["sensitive"] and me["source"]["language"] == "de"
    assert me["source"]["fields"] == [{"name": "Site", "value": "https://example.org/me", "verified_at": None}]
    assert "rel=\"me" in me["fields"][0]["value"] or "me\"" in me["fields"][0]["value"]
    me = alice.ok("PATCH", "/api/v1/accounts/update_credentials", data={
        "locked": "false", "fields_attributes[0][name]": "A", "fields_attributes[0][value]": "B", "fields_attributes[1][name]": ""})
    assert me["display_name"] == "Alice A." and not me["locked"]
    assert [(f["name"], f["value"]) for f in me["source"]["fields"]] == [("A", "B")]
    assert alice.get("/api/v1/preferences")["posting:default:visibility"] == "unlisted"
    assert bob.get(f"/api/v1/accounts/{alice.id}")["display_name"] == "Alice A."
    assert alice.get("/api/v1/profile")["note"].startswith("Friend of")


def test_parts_of_a_profile_are_left_out(alice, bob):
    parts = ("show_media", "show_media_replies", "show_featured")
    assert all(alice.get("/api/v1/profile")[part] for part in parts)
    for part in parts:
        got = alice.ok("PATCH", "/api/v1/profile", json={part: False})
        assert got[part] is False
    assert alice.ok("PATCH", "/api/v1/profile", data={"show_featured": "true", "display_name": "A"})["show_featured"] is True
    seen = bob.get(f"/api/v1/accounts/{alice.id}")
    assert [seen[part] for part in parts] == [False, False, True]
    document = bob.request("GET", f"/ap/users/{alice.id}", headers={"Accept": "application/activity+json"}).json
    assert [document[key] for key in ("showMedia", "showRepliesInMedia", "showFeatured")] == [False, False, True]


def test_a_profile_says_which_tags_are_featured(alice):
    assert alice.get("/api/v1/profile")["featured_tags"] == []
    alice.status("#cats")
    alice.post("/api/v1/featured_tags", {"name": "cats"})
    featured = alice.get("/api/v1/profile")["featured_tags"]
    assert featured == alice.get("/api/v1/featured_tags") and featured[0]["statuses_count"] == "1"


def test_a_profile_that_is_too_long_names_its_fields(alice):
    reply = alice.request("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "x" * 41, "note": "y" * 501})
    assert reply.status == 422
    assert reply.json["error"].startswith("Validation failed: Display name is too long (maximum is 40 characters)")
    assert set(reply.json["details"]) == {"display_name", "note"}
    assert reply.json["details"]["note"][0]["error"] == "ERR_TOO_LONG"


def test_pictures_are_taken_and_dropped(alice, anonymous):
    files = {"avatar": ("a.png", io.BytesIO(png()), "image/png"), "header": ("h.png", io.BytesIO(png(300, 100)), "image/png")}
    me = alice.ok("PATCH", "/api/v1/accounts/update_credentials", files=files, data={"avatar_description": "a red square"})
    assert "/media/" in me["avatar"] and "/media/" in me["header"] and me["avatar_description"] == "a red square"
    assert anonymous.request("GET", me["avatar"]).status == 200
    gone = alice.ok("DELETE", "/api/v1/profile/avatar")
    assert gone["avatar"].endswith("missing.png") and "/media/" in gone["header"]
    assert anonymous.request("GET", me["avatar"]).status == 404
    reply = alice.request("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("a.svg", b"<svg/>", "image/png")})
    assert reply.status == 422


def test_what_pictures_show_is_said_on_both_ways(alice, bob):
    for path, key in (("/api/v1/profile", "avatar"), ("/api/v1/accounts/update_credentials", "header")):
        alice.ok("PATCH", path, files={key: ("a.png", io.BytesIO(png(30, 10)), "image/png")})
        assert alice.patch(path, {f"{key}_description": f"the {key}"})[f"{key}_description"] == f"the {key}"
    for seen in (bob.get(f"/api/v1/accounts/{alice.id}"), alice.get("/api/v1/profile")):
        assert (seen["avatar_description"], seen["header_description"]) == ("the avatar", "the header")


def test_people_are_searched(shared, alice, bob, anonymous):
    alice.patch("/api/v1/accounts/update_credentials", json={"display_name": f"Wanda {alice.name[-6:]} Ωmega"})
    found = bob.get("/api/v1/accounts/search", {"q": alice.name})
    assert found[0]["id"] == alice.id
    assert alice.id in [a["id"] for a in bob.get("/api/v1/accounts/search", {"q": f"{alice.name[-6:]} ωMEGA"})]
    assert bob.get("/api/v1/accounts/search", {"q": alice.name, "following": "true"}) == []
    longer = [shared.account(f"{alice.name}_{i}") for i in range(3)]
    bob.follow(alice)
    bob.follow(longer[2])
    assert [a["id"] for a in bob.get("/api/v1/accounts/search", {"q": f"@{alice.name}@{shared.domain}", "following": "true"})] == [alice.id, longer[2].id]
    order = [alice.id, longer[2].id, longer[0].id, longer[1].id]
    assert [a["id"] for a in bob.get("/api/v1/accounts/search", {"q": alice.name.upper()})] == order
    assert [a["id"] for a in bob.get("/api/v1/accounts/search", {"q": alice.name, "limit": 2, "offset": 1})] == order[1:3]
    assert [a["id"] for a in bob.get("/api/v2/search", {"q": alice.name, "type": "accounts", "offset": 3})["accounts"]] == order[3:]
    assert [a["id"] for a in bob.get("/api/v2/search", {"q": alice.name, "following": "true"})["accounts"]] == order[:2]
    longer[0].post(f"/api/v1/accounts/{bob.id}/block")
    assert longer[0].id not in [a["id"] for a in bob.get("/api/v1/accounts/search", {"q": alice.name})]
    assert bob.get("/api/v1/accounts/search", {"q": "100%_nobody"}) == []
    anonymous.fails(401, "GET", "/api/v1/accounts/search?q=x")


def test_search_has_its_rules(alice, anonymous):
    alice.fails(400, "GET", "/api/v2/search")
    anonymous.fails(401, "GET", "/api/v2/search?q=x&resolve=true",
                    "Search queries that resolve remote resources are not supported without authentication")
    anonymous.fails(401, "GET", "/api/v2/search?q=x&offset=5", "Search queries pagination is not supported without authentication")
    found = anonymous.get("/api/v2/search", {"q": alice.name, "type": "accounts"})
    assert [a["id"] for a in found["accounts"]] == [alice.id]
    assert found["statuses"] == found["hashtags"] == found["collections"] == []
    assert anonymous.get("/api/v2/search", {"q": alice.name[:2], "type": "accounts"})["accounts"] == []
    me = alice.get(f"/api/v1/accounts/{alice.id}")
    for address in (me["uri"], me["url"]):
        assert [a["id"] for a in alice.get("/api/v2/search", {"q": address, "resolve": "true"})["accounts"]] == [alice.id]


@pytest.mark.parametrize("handle", ["@nobody@no-such-host.invalid", "nobody@127.0.0.1"])
def test_what_cannot_be_fetched_is_not_found(alice, handle):
    found = alice.get("/api/v2/search", {"q": handle, "resolve": "true", "type": "accounts"})
    assert found["accounts"] == []


def test_ones_own_posts_are_found_by_their_words(alice, bob):
    word = f"Äpfel{alice.name[-8:]}"
    posted = alice.status(f"Grüne {word} #Obst{alice.name[-8:]}")
    until(lambda: [s["id"] for s in alice.get("/api/v2/search", {"q": f"{word.lower()} GRÜNE"})["statuses"]] == [posted["id"]], "it is found")
    assert bob.get("/api/v2/search", {"q": word})["statuses"] == []
    for address in (posted["uri"], posted["url"]):
        assert [s["id"] for s in bob.get("/api/v2/search", {"q": address, "resolve": "true"})["statuses"]] == [posted["id"]]
    tags = bob.get("/api/v2/search", {"q": f"#obst{alice.name[-8:]}"})["hashtags"]
    assert [t["name"].lower() for t in tags] == [f"obst{alice.name[-8:]}"]
    assert tags[0]["history"][0]["uses"] == "1" and tags[0]["following"] is False
