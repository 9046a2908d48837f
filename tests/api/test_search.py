"""Posts found by their words: whose, by what, by whom; and the index behind it, which follows what changes."""
import datetime
import struct
import zlib

import pytest
from howdah import until


def picture():
    """The smallest PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
            + chunk(b"IEND", b""))


def found(api, q, **params):
    return [s["id"] for s in api.get("/api/v2/search", {"q": q, "type": "statuses", **params})["statuses"]]


def finds(api, q, posts, **params):
    """These posts and no others, once the index knows."""
    wanted = [p["id"] for p in posts]
    until(lambda: found(api, q, **params) == wanted, f"{q!r} finds {wanted}")


@pytest.fixture
def word(alice):
    """A word that is nobody else's."""
    return "w" + alice.name[-8:]


def indexable(api, yes=True):
    api.patch("/api/v1/accounts/update_credentials", {"indexable": yes})


def test_public_posts_of_those_who_want_to_be_found_are_found_by_others(alice, bob, carol, anonymous, word):
    indexable(alice)
    public = alice.status(f"public {word}")
    alice.status(f"unlisted {word}", visibility="unlisted")
    alice.status(f"private {word}", visibility="private")
    carol.status(f"carol does not want it {word}")
    until(lambda: (len(found(alice, word)), len(found(carol, word))) == (3, 2), "all of it is in the index")
    finds(bob, word, [public])
    assert found(anonymous, word) == []
    indexable(alice, False)
    assert found(bob, word) == [], "that holds at once"
    indexable(alice)
    finds(bob, word, [public])
    bob.post(f"/api/v1/accounts/{alice.id}/mute")
    assert found(bob, word) == []
    bob.post(f"/api/v1/accounts/{alice.id}/unmute")
    assert found(bob, word) == [public["id"]]
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    assert found(bob, word) == []


def test_ones_library_is_found_and_only_while_it_is_ones_own(alice, bob, word):
    told = alice.status(f"hello @{bob.name} {word}", visibility="direct")
    liked = alice.status(f"liked {word}")
    kept = alice.status(f"kept {word}")
    boosted = alice.status(f"boosted {word}")
    asked = alice.status(f"asked {word}", poll={"options": ["yes", "no"], "expires_in": 3600})
    alice.status(f"not his {word}")
    bob.post(f"/api/v1/statuses/{liked['id']}/favourite")
    bob.post(f"/api/v1/statuses/{kept['id']}/bookmark")
    bob.post(f"/api/v1/statuses/{boosted['id']}/reblog")
    bob.post(f"/api/v1/polls/{asked['poll']['id']}/votes", {"choices": [0]})
    finds(bob, word, [asked, boosted, kept, liked, told])
    assert found(bob, f"in:library {word}") == [p["id"] for p in (asked, boosted, kept, liked, told)]
    assert found(bob, f"in:public {word}") == []
    bob.post(f"/api/v1/statuses/{liked['id']}/unfavourite")
    bob.post(f"/api/v1/statuses/{kept['id']}/unbookmark")
    bob.post(f"/api/v1/statuses/{boosted['id']}/unreblog")
    assert found(bob, word) == [asked["id"], told["id"]], "that holds at once"
    alice.delete(f"/api/v1/statuses/{told['id']}")
    assert found(bob, word) == [asked["id"]]


def test_private_posts_are_found_by_those_who_may_see_them(alice, bob, word):
    bob.follow(alice)
    private = alice.status(f"private {word}", visibility="private")
    bob.post(f"/api/v1/statuses/{private['id']}/bookmark")
    finds(bob, word, [private])
    alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")
    assert found(bob, word) == []


def test_edits_are_followed(alice, word):
    posted = alice.status(f"before {word}")
    finds(alice, f"{word} before", [posted])
    alice.put(f"/api/v1/statuses/{posted['id']}", {"status": f"after {word}", "spoiler_text": "warned"})
    finds(alice, f"{word} after warned", [posted])
    assert found(alice, f"{word} before") == []


def test_the_operators(alice, bob, word):
    plain = alice.status(f"plain {word} one two three", language="de")
    reply = alice.status(f"reply {word}", in_reply_to_id=plain["id"], language="fr")
    media = alice.ok("POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")}, data={"description": f"heron {word}"})
    image = alice.status("look", media_ids=[media["id"]], sensitive=True)
    poll = alice.status("which?", poll={"options": [f"badger {word}", "no"], "expires_in": 3600})
    link = alice.status(f"read {word} https://example.com/page @{bob.name} #tag{word}")
    indexable(bob)
    other = bob.status(f"bob says {word} two one")
    every = [other, link, poll, image, reply, plain]
    finds(alice, word, every)
    for q, wanted in [
            ("has:media", [image]), ("has:image", [image]), ("has:video", []), ("has:audio", []), ("has:poll", [poll]), ("has:link", [link]),
            ("has:embed", []), ("-has:media", [other, link, poll, reply, plain]), ("is:reply", [reply]), ("is:sensitive", [image]),
            ("language:de", [plain]), ("language:fr", [reply]), ("language:de-AT", [plain]), ("from:me", [link, poll, image, reply, plain]),
            (f"from:{bob.name}", [other]), (f"from:@{bob.name}", [other]), ("-from:me", [other]), ("from:nobody_at_all", []),
            ("in:public", [other]), ("in:library", [link, poll, image, reply, plain]), ("in:all", every),
            ('"one two"', [plain]), ("one two", [other, plain]), ('-"one two" two', [other]), ("-two", [link, poll, image, reply]),
            ("heron", [image]), ("badger", [poll]), ("has:nonsense", []), ("has:'", [])]:
        assert found(alice, f"{q} {word}") == [p["id"] for p in wanted], q
    assert found(alice, f"tag{word}") == [link["id"]]
    assert found(alice, f"from:me has:poll") == [poll["id"]]
    assert found(alice, "-") == found(alice, '""') == []
    assert found(bob, word, account_id=bob.id) == [other["id"]]
    assert found(alice, word, max_id=image["id"]) == [reply["id"], plain["id"]]
    assert found(alice, word, min_id=image["id"]) == [p["id"] for p in (other, link, poll)]


def test_dates(alice, word):
    posted = alice.status(f"dated {word}")
    finds(alice, word, [posted])
    day = datetime.date.fromisoformat(posted["created_at"][:10])
    before, after = day - datetime.timedelta(1), day + datetime.timedelta(1)
    for q, there in [(f"during:{day}", True), (f"during:{before}", False), (f"before:{after}", True), (f"before:{day}", False),
                     (f"after:{before}", True), (f"after:{day}", False), (f"-before:{day}", True), (f"-after:{day}", True),
                     (f"-after:{before}", False), ("before:9999-01-01", True), ("after:9999-01-01", False)]:
        assert found(alice, f"{q} {word}") == ([posted["id"]] if there else []), q
    alice.fails(422, "GET", f"/api/v2/search?q=before:yesterday+{word}", "Validation failed: 'yesterday' is no date")
    alice.fails(422, "GET", "/api/v2/search?q=" + "+".join(f"a{i}" for i in range(65)), "Validation failed: The search has more than 64 words")
    alice.fails(422, "GET", "/api/v2/search?q=" + "+".join(f"from:a{i}" for i in range(5)), "Validation failed: The search names more than 4 authors")


def test_words_of_every_script(alice):
    written = [("昨日は東京都へ行きました", ["東京都", "東京", "行きました", "都"], ["京東", "大阪"]),
               ("我喜欢在图书馆里看书", ["图书馆", "喜欢", "书"], ["书馆图", "电影"]),
               ("ฉันชอบกินข้าวผัดที่ตลาด", ["ข้าวผัด", "ตลาด"], ["ตลาดน้ำ", "รถไฟ"]),
               ("고양이가 소파에서 잔다", ["고양이", "소파"], ["강아지"]),
               ("Ελληνικά: Αθήνα, ξένος", ["αθηνα", "ΞΈΝΟΣ"], ["Σπάρτη"]),
               ("Ça va? Żółć und GRÜẞE", ["ca", "zolc", "grüsse", "GRUSSE"], ["zol"])]
    posts = [alice.status(text) for text, _, _ in written]
    for posted, (text, words, others) in zip(posts, written):
        for w in words:
            until(lambda w=w, p=posted: p["id"] in found(alice, f"from:me {w}"), f"{w} is found in {text}")
        for w in others:
            assert posted["id"] not in found(alice, f"from:me {w}"), f"{w} is not in {text}"


def test_pages_end_and_cost_the_same(alice, bob, word):
    posts = [alice.status(f"{i} {word}") for i in range(45)]
    ids = [p["id"] for p in reversed(posts)]
    until(lambda: found(alice, word, limit=40) + found(alice, word, offset=40) == ids, "all are found")
    assert found(alice, word) == ids[:20]
    assert found(alice, word, offset=20) == ids[20:40]
    assert found(alice, word, offset=60) == []
    alice.fails(400, "GET", f"/api/v2/search?q={word}&type=statuses&offset=-1")


def test_a_rebuild_while_it_serves(server):
    alice = server.account("alice")
    first = alice.status("the first pangolin")
    finds(alice, "pangolin", [first])
    until(lambda: "the last rebuild is done" in server.cli("search", "status"), "the first one ends")
    assert "anew" in server.cli("search", "rebuild")
    assert found(alice, "pangolin") == [first["id"]], "the index serves meanwhile"
    until(lambda: "is done; 1 posts taken up" in server.cli("search", "status"), "the rebuild ends")
    assert found(alice, "pangolin") == [first["id"]]


def test_an_index_that_stands_still_says_so(server):
    """RP-22: no worker keeps the index; a search answers with what is known, and says how old that is."""
    alice = server.account("alice")
    known = alice.status("a known ibex")
    finds(alice, "ibex", [known])
    assert "X-Search-Behind" not in alice.request("GET", "/api/v2/search?q=ibex").headers
    server.stop()
    server.roles = "web,streaming"
    server.start()
    alice.base = server.url
    late = alice.status("a late ibex")
    server.sql("UPDATE search_marks SET since_us = since_us - 400000000")
    reply = alice.request("GET", "/api/v2/search?q=ibex")
    assert [s["id"] for s in reply.json["statuses"]] == [known["id"]]
    assert 400 <= int(reply.headers["X-Search-Behind"]) < 500
    assert "X-Search-Behind" in reply.headers["Access-Control-Expose-Headers"]
    assert "X-Search-Behind" not in alice.request("GET", "/api/v2/search?q=ibex&type=accounts").headers
    assert server.cli("search", "status").startswith("behind by 4")
    server.stop()
    server.roles = None
    server.start()
    alice.base = server.url
    finds(alice, "ibex", [late, known])
    until(lambda: "X-Search-Behind" not in alice.request("GET", "/api/v2/search?q=ibex").headers, "it has caught up")


def test_of_a_kind_that_is_not_here_nothing_is_found(alice):
    for kind in ("collections", "nope"):
        assert alice.get("/api/v2/search", {"q": alice.name, "type": kind}) == {"accounts": [], "statuses": [], "hashtags": [], "collections": []}


def test_tags_are_found_by_their_beginning(alice, bob, anonymous, word):
    bob.status(f"#{word}Zwei #{word}")
    names = lambda found: [t["name"].lower() for t in found["hashtags"]]  # noqa: E731
    assert names(alice.get("/api/v2/search", {"q": f"#{word.upper()}", "type": "hashtags"})) == [word, f"{word}zwei"]
    assert names(anonymous.get("/api/v2/search", {"q": word})) == [word, f"{word}zwei"]
    assert names(alice.get("/api/v2/search", {"q": word, "type": "hashtags", "limit": 1, "offset": 1})) == [f"{word}zwei"]
    assert names(alice.get("/api/v2/search", {"q": word, "type": "hashtags", "exclude_unreviewed": "true"})) == [word]
    assert names(alice.get("/api/v2/search", {"q": word, "type": "accounts"})) == []
    old = alice.get("/api/v1/search", {"q": word})
    assert [n.lower() for n in old["hashtags"]] == [word, f"{word}zwei"] and "collections" not in old
    anonymous.fails(401, "GET", f"/api/v1/search?q={word}")
    alice.fails(400, "GET", "/api/v1/search")
