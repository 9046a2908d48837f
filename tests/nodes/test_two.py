"""Two Howdahs, one on SQLite and one on PostgreSQL, hold the same conversation in both directions."""
import time

import pytest
from howdah import Server, WsStream, is_release, need, until
from howdah.database import postgres


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    need(postgres(), "a PostgreSQL (HOWDAH_TEST_PG)")
    folder = tmp_path_factory.mktemp("two")
    with Server(folder / "lite", engine="sqlite") as lite, Server(folder / "post", engine="postgres") as post:
        yield lite, post


def find(api, handle):
    """The account that a handle leads to, fetched where it must be."""
    found = api.get("/api/v2/search", {"q": f"@{handle}", "type": "accounts", "resolve": "true"}, timeout=60)["accounts"]
    assert [a["acct"] for a in found] == [handle], f"{handle}: {found}"
    return found[0]


def befriend(follower, followed):
    there = find(follower, followed.handle)
    follower.follow(there)
    until(lambda: follower.relationship(there)["following"], f"{follower.handle} follows {followed.handle}")
    return there


@pytest.fixture(scope="module", params=["lite to post", "post to lite"])
def pair(request, servers):
    """(writer, reader): two people of the two servers who follow each other. writer.there is how the reader's server knows the writer,
    reader.there the other way round."""
    lite, post = servers
    here, there = (lite, post) if request.param == "lite to post" else (post, lite)
    writer, reader = here.account(here.new_name("writer")), there.account(there.new_name("reader"))
    writer.server, reader.server = here, there
    writer.there, reader.there = befriend(reader, writer), befriend(writer, reader)
    return writer, reader


def arrives(reader, uri):
    return until(lambda: next((s for s in reader.home(limit=40) if s["uri"] == uri), None), f"{uri} is at home")


def until_same(reader, there, what, **members):
    """Waits until the post as the reader's server has it has those members."""
    def now():
        got = reader.get(f"/api/v1/statuses/{there['id']}")
        return got if all(got[k] == v for k, v in members.items()) else None
    return until(now, f"{what} crosses")


def told_of(api, type, status):
    return until(lambda: next((n for n in api.get("/api/v1/notifications", {"types[]": type})
                               if n["status"] and n["status"]["id"] == status["id"]), None), f"a {type} is told", 20)


def test_a_post_is_soon_on_the_other_sides_stream(pair):
    writer, reader = pair
    with WsStream(reader, "user") as stream:
        began = time.monotonic()
        posted = writer.status("Over the wall")
        seen = stream.wait(lambda e: e["event"] == "update" and e["payload"]["uri"] == posted["uri"])
        took = time.monotonic() - began
    assert seen["payload"]["content"] == "<p>Over the wall</p>"
    assert seen["payload"]["account"]["acct"] == writer.handle
    assert not is_release() or took < 2, f"took {took:.2f} s"


def test_an_answer_crosses_back(pair):
    writer, reader = pair
    posted = writer.status("A question?", language="en")
    there = arrives(reader, posted["uri"])
    assert (there["visibility"], there["language"], there["url"]) == ("public", "en", posted["url"])
    answer = reader.status(f"@{writer.handle} An answer", in_reply_to_id=there["id"])
    assert [m["acct"] for m in answer["mentions"]] == [writer.handle]
    until(lambda: [s["uri"] for s in writer.get(f"/api/v1/statuses/{posted['id']}/context")["descendants"]] == [answer["uri"]],
          "the answer is in the thread", 20)
    until(lambda: "An answer" in "".join(n["status"]["content"] for n in writer.get("/api/v1/notifications", {"types[]": "mention"})),
          "the writer is told", 20)


def test_a_like_and_a_boost_cross_and_are_taken_back(pair):
    writer, reader = pair
    posted = writer.status("Like me")
    there = arrives(reader, posted["uri"])
    reader.post(f"/api/v1/statuses/{there['id']}/favourite")
    reader.post(f"/api/v1/statuses/{there['id']}/reblog")
    until_same(writer, posted, "the like and the boost", favourites_count=1, reblogs_count=1)
    assert told_of(writer, "favourite", posted)["account"]["acct"] == reader.handle
    told_of(writer, "reblog", posted)
    reader.post(f"/api/v1/statuses/{there['id']}/unfavourite")
    reader.post(f"/api/v1/statuses/{there['id']}/unreblog")
    until_same(writer, posted, "taking them back", favourites_count=0, reblogs_count=0)


def test_a_boost_brings_its_post_along(pair, servers):
    """The reader has never heard of whom the writer boosts."""
    writer, reader = pair
    third = writer.server.account(writer.server.new_name("third"))
    posted = third.status("Said before anybody listened")
    boost = writer.post(f"/api/v1/statuses/{posted['id']}/reblog")
    got = until(lambda: next((s for s in reader.home(limit=40) if s["reblog"] and s["reblog"]["uri"] == posted["uri"]), None),
                "the boost is at home", 20)
    assert got["uri"] == boost["uri"] and got["reblog"]["content"] == posted["content"]


def test_an_edit_crosses_and_a_deletion(pair):
    writer, reader = pair
    posted = writer.status("First thought")
    there = arrives(reader, posted["uri"])
    writer.put(f"/api/v1/statuses/{posted['id']}", {"status": "Second thought", "spoiler_text": "thinking"})
    edited = until_same(reader, there, "the edit", content="<p>Second thought</p>", spoiler_text="thinking")
    assert edited["edited_at"]
    with WsStream(reader, "user") as stream:
        writer.delete(f"/api/v1/statuses/{posted['id']}")
        stream.wait(lambda e: e["event"] == "delete" and str(e["payload"]) == there["id"])
    reader.fails(404, "GET", f"/api/v1/statuses/{there['id']}")


def test_a_poll_is_voted_on_from_afar(pair):
    writer, reader = pair
    posted = writer.status("Tea or coffee?", poll={"options": ["Tea", "Coffee"], "expires_in": 3600})
    there = arrives(reader, posted["uri"])
    assert [o["title"] for o in there["poll"]["options"]] == ["Tea", "Coffee"]
    voted = reader.post(f"/api/v1/polls/{there['poll']['id']}/votes", {"choices": [1]})
    assert voted["voted"] and voted["own_votes"] == [1]
    poll = until(lambda: (p := writer.get(f"/api/v1/polls/{posted['poll']['id']}"))["votes_count"] == 1 and p, "the vote crosses")
    assert [o["votes_count"] for o in poll["options"]] == [0, 1]


def test_each_visibility_reaches_whom_it_should(pair):
    writer, reader = pair
    stranger = reader.server.account(reader.server.new_name("stranger"))
    private = writer.status("For followers", visibility="private")
    direct = writer.status(f"@{reader.handle} For you", visibility="direct")
    unlisted = writer.status("Not in the window", visibility="unlisted")
    for posted, visibility in ((private, "private"), (unlisted, "unlisted")):
        assert arrives(reader, posted["uri"])["visibility"] == visibility
    told = until(lambda: next((n for n in reader.get("/api/v1/notifications", {"types[]": "mention"})
                               if n["status"]["uri"] == direct["uri"]), None), "the direct post arrives", 20)
    assert told["status"]["visibility"] == "direct"
    for there in (told["status"], arrives(reader, private["uri"])):
        stranger.fails(404, "GET", f"/api/v1/statuses/{there['id']}")
    seen = [s["uri"] for s in stranger.get("/api/v1/timelines/public", {"limit": 40})]
    assert not {private["uri"], direct["uri"], unlisted["uri"]} & set(seen)


def test_a_picture_is_seen_on_the_other_side(pair):
    writer, reader = pair
    pil = pytest.importorskip("PIL.Image")
    import io
    out = io.BytesIO()
    pil.new("RGB", (320, 200), (30, 60, 200)).save(out, "PNG")
    media = writer.post("/api/v2/media", files={"file": ("blue.png", out.getvalue(), "image/png")}, params={"description": "a blue field"})
    posted = writer.status("With a picture", media_ids=[media["id"]])
    picture = arrives(reader, posted["uri"])["media_attachments"][0]
    assert (picture["type"], picture["description"], picture["blurhash"]) == ("image", "a blue field", media["blurhash"])
    assert picture["remote_url"] == posted["media_attachments"][0]["url"]
    shown = reader.request("GET", picture["url"], timeout=60)
    assert shown.status == 200 and shown.type.startswith("image/"), repr(shown)[:300]
    assert pil.open(io.BytesIO(shown.content)).size == (320, 200)


def test_a_stranger_is_mentioned_into_being(pair):
    """Neither server has heard of the other's person; the mention is looked up after the post has been answered."""
    writer, reader = pair
    a, b = writer.server.account(writer.server.new_name("anna")), reader.server.account(reader.server.new_name("ben"))
    posted = a.status(f"Hello @{b.handle}")
    told = until(lambda: [n for n in b.get("/api/v1/notifications") if n["type"] == "mention"], "the stranger is told", 30)
    assert told[0]["status"]["uri"] == posted["uri"] and told[0]["account"]["acct"] == a.handle


def test_a_locked_account_asks_first(pair):
    writer, reader = pair
    shy = writer.server.account(writer.server.new_name("shy"))
    shy.patch("/api/v1/accounts/update_credentials", {"locked": True})
    there = find(reader, shy.handle)
    reader.follow(there)
    until(lambda: reader.relationship(there)["requested"], "the follow waits")
    asking = until(lambda: shy.get("/api/v1/follow_requests"), "the request arrives")
    assert [a["acct"] for a in asking] == [reader.handle]
    shy.post(f"/api/v1/follow_requests/{asking[0]['id']}/authorize")
    until(lambda: reader.relationship(there)["following"], "the answer arrives")
    shy.post(f"/api/v1/accounts/{asking[0]['id']}/remove_from_followers")
    until(lambda: not reader.relationship(there)["following"], "the parting arrives")


def test_a_new_profile_crosses(pair):
    writer, reader = pair
    writer.patch("/api/v1/accounts/update_credentials", {"display_name": "The Writer", "note": "I write"})
    got = until(lambda: (a := reader.get(f"/api/v1/accounts/{writer.there['id']}"))["display_name"] == "The Writer" and a, "the name crosses")
    assert got["note"] == "<p>I write</p>"


def test_a_block_cuts_both_ways(servers, pair):
    writer, reader = pair
    a, b = writer.server.account(writer.server.new_name("ada")), reader.server.account(reader.server.new_name("bea"))
    a_there, b_there = befriend(b, a), befriend(a, b)
    a.post(f"/api/v1/accounts/{b_there['id']}/block")
    until(lambda: not b.relationship(a_there)["following"] and b.relationship(a_there)["blocked_by"], "the block crosses")
    a.post(f"/api/v1/accounts/{b_there['id']}/unblock")
    until(lambda: not b.relationship(a_there)["blocked_by"], "the end of the block crosses")


def test_an_unfollow_crosses(pair):
    writer, reader = pair
    a, b = writer.server.account(writer.server.new_name("una")), reader.server.account(reader.server.new_name("uli"))
    there = befriend(b, a)
    until(lambda: [f["acct"] for f in a.get(f"/api/v1/accounts/{a.id}/followers")] == [b.handle], "the follower is known")
    b.post(f"/api/v1/accounts/{there['id']}/unfollow")
    until(lambda: a.get(f"/api/v1/accounts/{a.id}/followers") == [], "the follower is gone")
