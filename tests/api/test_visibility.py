"""Who may see a post: the same answer through every door of the API, and nothing by the side doors either."""
import pytest
import requests
from howdah import Api, SseStream, remote as ways, wait

ONE = ["", "/context", "/history", "/source", "/favourited_by", "/reblogged_by"]
MARKS = ["favourite", "reblog", "bookmark", "mute"]


@pytest.fixture
def cast(shared):
    """alice writes, bob follows her, carol is mentioned, dave is anybody."""
    people = {n: shared.account(shared.new_name(n)) for n in ("alice", "bob", "carol", "dave")}
    people["bob"].follow(people["alice"])
    return people


def write(cast, visibility):
    alice, carol = cast["alice"], cast["carol"]
    secret = f"wombat{alice.name[-8:]}{visibility}"
    return secret, alice.status(f"{secret} @{carol.name} #tag{secret}", visibility=visibility, spoiler_text=f"cw {secret}",
                                poll={"options": [f"yes {secret}", "no"], "expires_in": 3600})


def sees(visibility):
    return {"private": {"alice", "bob", "carol"}, "direct": {"alice", "carol"}}[visibility]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_a_hidden_post_is_hidden_at_every_door(shared, anonymous, cast, visibility):
    secret, posted = write(cast, visibility)
    answer = cast["carol"].status(f"an answer {secret}", in_reply_to_id=posted["id"], visibility="public")
    shared.settled()
    for name, api in [*cast.items(), ("anonymous", anonymous)]:
        may = name in sees(visibility)
        for what in ONE:
            reply = api.request("GET", f"/api/v1/statuses/{posted['id']}{what}")
            if what == "/source":
                assert reply.status == (200 if may else 401 if name == "anonymous" else 404), f"{name} {reply!r}"
            else:
                assert reply.status == (200 if may else 404), f"{name} {reply!r}"
            assert may or secret not in reply.text
        poll = api.request("GET", f"/api/v1/polls/{posted['poll']['id']}")
        assert poll.status == (200 if may else 404) and (may or secret not in poll.text), f"{name} {poll!r}"
        many = api.get("/api/v1/statuses", {"id[]": [posted["id"], answer["id"]]})
        assert [s["id"] for s in many] == ([posted["id"]] if may else []) + [answer["id"]], name
        above = api.get(f"/api/v1/statuses/{answer['id']}/context")["ancestors"]
        assert [s["id"] for s in above] == ([posted["id"]] if may else []), name
        told = {s["id"] for s in api.get(f"/api/v1/accounts/{cast['alice'].id}/statuses")}
        assert (posted["id"] in told) == (may and (visibility == "private" or name in ("alice", "carol"))) or visibility == "direct", name
        assert may or posted["id"] not in told, name
        for path in ("/api/v1/timelines/public", f"/api/v1/timelines/tag/tag{secret}"):
            assert posted["id"] not in [s["id"] for s in api.get(path)], f"{name} {path}"
    for name in ("dave", "bob"):
        api = cast[name]
        if name in sees(visibility):
            continue
        assert posted["id"] not in [s["id"] for s in api.home()]
        assert api.get("/api/v2/search", {"q": secret})["statuses"] == []
        for address in (posted["uri"], posted["url"]):
            assert api.get("/api/v2/search", {"q": address, "resolve": "true"})["statuses"] == []


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_a_hidden_post_cannot_be_touched(cast, visibility):
    secret, posted = write(cast, visibility)
    dave = cast["dave"]
    for mark in MARKS:
        dave.fails(404, "POST", f"/api/v1/statuses/{posted['id']}/{mark}")
    dave.fails(404, "POST", f"/api/v1/polls/{posted['poll']['id']}/votes", json={"choices": [0]})
    dave.fails(404, "DELETE", f"/api/v1/statuses/{posted['id']}")
    dave.fails(404, "PUT", f"/api/v1/statuses/{posted['id']}", json={"status": "mine now"})
    reply = dave.request("POST", "/api/v1/statuses", json={"status": "what?", "in_reply_to_id": posted["id"]})
    assert reply.status == 404, repr(reply)
    cast["carol"].post(f"/api/v1/statuses/{posted['id']}/favourite")
    assert cast["alice"].get(f"/api/v1/statuses/{posted['id']}")["favourites_count"] == 1


def test_others_neither_edit_nor_delete_what_they_may_see(cast):
    posted = cast["alice"].status("mine")
    for name in ("bob", "dave"):
        cast[name].fails(404, "DELETE", f"/api/v1/statuses/{posted['id']}")
        cast[name].fails(404, "PUT", f"/api/v1/statuses/{posted['id']}", json={"status": "yours"})
        reply = cast[name].request("POST", f"/api/v1/statuses/{posted['id']}/pin")
        assert reply.status == 422, repr(reply)
    assert cast["dave"].get(f"/api/v1/statuses/{posted['id']}")["content"] == "<p>mine</p>"


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_a_hidden_post_has_no_public_document_nor_page(shared, cast, visibility):
    secret, posted = write(cast, visibility)
    alice = cast["alice"]
    base = f"/ap/users/{alice.id}/statuses/{posted['id']}"
    for path in (base, base + "/activity", base + "/replies", base + "/likes", base + "/shares", f"/@{alice.name}/{posted['id']}",
                 f"/users/{alice.name}/statuses/{posted['id']}"):
        for accept in ("application/activity+json", "text/html", "*/*"):
            got = requests.get(shared.url + path, headers={"Accept": accept}, timeout=30)
            assert got.status_code == 404 and secret not in got.text, f"{path} {accept} {got.status_code} {got.text[:300]}"
    for path in (f"/@{alice.name}", f"/ap/users/{alice.id}/outbox?page=true", f"/ap/users/{alice.id}/collections/featured",
                 f"/tags/tag{secret}", "/"):
        page = path[1:2] in ("@", "t", "")
        got = requests.get(shared.url + path, headers={"Accept": "text/html" if page else ways.ACTIVITY}, timeout=30)
        assert f"cw {secret}" not in got.text and posted["id"] not in got.text, path


def test_a_pinned_private_post_is_not_featured_to_strangers(shared, cast):
    posted = cast["alice"].status("wombats for friends", visibility="private")
    cast["alice"].post(f"/api/v1/statuses/{posted['id']}/pin")
    pinned = lambda api: [s["id"] for s in api.get(f"/api/v1/accounts/{cast['alice'].id}/statuses", {"pinned": "true"})]
    assert pinned(cast["bob"]) == [posted["id"]] and pinned(cast["dave"]) == [] and pinned(Api(shared.url)) == []
    got = requests.get(f"{shared.url}/ap/users/{cast['alice'].id}/collections/featured", timeout=30)
    assert posted["id"] not in got.text


def test_who_may_no_longer_see_does_not_find_it_among_marks(shared, cast):
    alice, bob = cast["alice"], cast["bob"]
    posted = alice.status("for friends", visibility="private")
    bob.post(f"/api/v1/statuses/{posted['id']}/favourite")
    bob.post(f"/api/v1/statuses/{posted['id']}/bookmark")
    alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")
    for path in ("/api/v1/favourites", "/api/v1/bookmarks"):
        assert bob.get(path) == [], path
    bob.fails(404, "GET", f"/api/v1/statuses/{posted['id']}")
    shared.settled()
    assert posted["id"] not in [s["id"] for s in bob.home()]


def test_a_block_hides_everything_from_the_blocked(shared, cast):
    alice, bob = cast["alice"], cast["bob"]
    posted = alice.status(f"hello @{bob.name}")
    wait.until(lambda: [n for n in bob.get("/api/v1/notifications") if n["type"] == "mention"], "bob is told")
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    for what in ("", "/context"):
        bob.fails(404, "GET", f"/api/v1/statuses/{posted['id']}{what}")
    assert bob.get(f"/api/v1/accounts/{alice.id}/statuses") == []
    assert posted["id"] not in [s["id"] for s in bob.home()]
    for n in bob.get("/api/v1/notifications"):
        assert not n.get("status") or n["status"]["id"] != posted["id"], n
    grouped = bob.get("/api/v2/notifications")
    assert posted["id"] not in [s["id"] for s in grouped["statuses"]]
    for mark in MARKS:
        bob.fails(404, "POST", f"/api/v1/statuses/{posted['id']}/{mark}")
    bob.fails(403, "POST", f"/api/v1/accounts/{alice.id}/follow")
    # and the blocked cannot reach them either
    bob.status(f"@{alice.name} hear me")
    shared.settled()
    assert not [n for n in alice.get("/api/v1/notifications") if n["account"]["id"] == bob.id]


def test_streams_carry_nothing_hidden(shared, cast):
    with SseStream(cast["dave"], "/api/v1/streaming/public") as public, SseStream(cast["dave"], "/api/v1/streaming/user") as own, \
            SseStream(cast["dave"], "/api/v1/streaming/hashtag", {"tag": "wombatstream"}) as tagged:
        cast["dave"].follow(cast["carol"])
        for visibility in ("private", "direct", "unlisted"):
            cast["alice"].status(f"#wombatstream {visibility} @{cast['carol'].name}", visibility=visibility)
        shared.settled()
        last = cast["carol"].status("#wombatstream at last")
        for stream in (public, own, tagged):
            got = stream.take_until(lambda e: e["event"] == "update" and e["payload"]["id"] == last["id"])
            hidden = [e for e in got if e["event"] == "update" and e["payload"]["account"]["id"] == cast["alice"].id]
            assert hidden == []


def test_a_stream_of_ones_own_needs_ones_own_token(shared, anonymous, cast):
    for path in ("/api/v1/streaming/user", "/api/v1/streaming/direct", "/api/v1/streaming/user/notification"):
        with SseStream(anonymous, path) as stream:
            assert stream.status == 401, path


def test_media_of_nobody_is_nobodys(shared, cast):
    import pathlib
    png = pathlib.Path(__file__).parent.parent / "fixtures" / "media" / "pixel.png"
    got = cast["alice"].ok("POST", "/api/v2/media", files={"file": ("p.png", png.read_bytes())})
    for method in ("GET", "PUT", "DELETE"):
        cast["dave"].fails(404, method, f"/api/v1/media/{got['id']}")
    reply = cast["dave"].request("POST", "/api/v1/statuses", json={"status": "mine", "media_ids": [got["id"]]})
    assert reply.status in (404, 422), repr(reply)


def test_notifications_are_ones_own(cast):
    cast["bob"].status(f"hi @{cast['alice'].name}")
    told = wait.until(lambda: [n for n in cast["alice"].get("/api/v1/notifications") if n["type"] == "mention"], "alice is told")[0]
    cast["dave"].fails(404, "GET", f"/api/v1/notifications/{told['id']}")
    dismissed = cast["dave"].request("POST", f"/api/v1/notifications/{told['id']}/dismiss")
    assert dismissed.status in (200, 404)
    assert cast["alice"].get(f"/api/v1/notifications/{told['id']}")["id"] == told["id"]


def test_hidden_collections_and_locked_requests_are_nobody_elses(shared, anonymous, cast):
    alice, dave = cast["alice"], cast["dave"]
    alice.patch("/api/v1/accounts/update_credentials", {"hide_collections": True, "locked": True})
    for kind in ("followers", "following"):
        for api in (anonymous, cast["carol"]):
            assert api.get(f"/api/v1/accounts/{alice.id}/{kind}") == []
        document = requests.get(f"{shared.url}/ap/users/{alice.id}/{kind}?page=true", timeout=30)
        assert cast["bob"].id not in document.text
    dave.follow(alice)
    posted = alice.status("friends only", visibility="private")
    dave.fails(404, "GET", f"/api/v1/statuses/{posted['id']}")
    shared.settled()
    assert posted["id"] not in [s["id"] for s in dave.home()]
