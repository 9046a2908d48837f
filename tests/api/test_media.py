"""Attachments: uploaded, looked at, described, served, dropped. https://docs.joinmastodon.org/methods/media/"""
import datetime
import pathlib
import struct
import zlib

import pytest

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
NOT_VERIFIED = "File type of uploaded media could not be verified"


def picture(name):
    return (FIXTURES / name).read_bytes()


def upload(api, name, path="/api/v2/media", **data):
    return api.ok("POST", path, files={"file": (name, picture(name))}, data=data)


def fetch(api, url, method="GET", **headers):
    return api.request(method, url, headers=headers)


@pytest.mark.parametrize("path", ["/api/v2/media", "/api/v1/media"])
def test_a_photo_is_kept_without_what_it_told_of_its_maker(alice, anonymous, path):
    got = upload(alice, "photo.jpg", path, description="A gradient", focus="0.5,-0.25")
    assert got["type"] == "image" and got["description"] == "A gradient" and len(got["blurhash"]) == 36
    assert got["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert (got["meta"]["original"]["width"], got["meta"]["original"]["height"]) == (120, 160)
    for url in (got["url"], got["preview_url"]):
        file = fetch(anonymous, url)
        assert file.status == 200 and file.type == "image/jpeg" and file.content[:3] == b"\xff\xd8\xff"
        assert b"SecretCam" not in file.content and b"Exif" not in file.content and b"GPS" not in file.content


@pytest.mark.parametrize("name, types", [
    ("pixel.png", {"image/png"}), ("alpha.png", {"image/png"}), ("still.gif", {"image/png", "image/gif"}), ("still.webp", {"image/webp", "image/png", "image/jpeg"}),
    ("photo.heic", {"image/jpeg"}), ("still.avif", {"image/jpeg"})])
def test_each_kind_of_picture_is_taken(alice, anonymous, name, types):
    got = upload(alice, name)
    assert fetch(anonymous, got["url"]).type in types
    assert fetch(anonymous, got["preview_url"]).status == 200


@pytest.mark.parametrize("name, error", [
    ("svg.png", NOT_VERIFIED), ("html.jpg", NOT_VERIFIED), ("zip.png", NOT_VERIFIED), ("tiff.jpg", NOT_VERIFIED),
    ("bomb.png", "30000x30000 images are not supported"), ("truncated.jpg", None)])
def test_what_is_no_picture_is_refused_and_leaves_nothing(shared, alice, name, error):
    def files():
        return {p for p in (shared.data / "media").rglob("*") if p.is_file()}
    shared.settled("MEDIA", "FILM")      # what other tests left to be done
    before = files()
    alice.fails(422, "POST", "/api/v2/media", error, files={"file": (name, picture(name), "image/png")})
    assert files() == before


def test_texts_packed_into_a_picture_are_not_unpacked(alice):
    """Eight kilobytes unpack to eight megabytes, nine hundred times: half a minute of the one process that reads pictures, until it was given up."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packed = zlib.compress(b"a" * 8_000_000, 9)
    texts = b"".join(chunk(b"zTXt", b"k%d\0\0" % i + packed) for i in range(900))
    rows = zlib.compress((b"\0" + b"\x20\x40\x60" * 8) * 8)
    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + texts + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    media = alice.ok("POST", "/api/v2/media", files={"file": ("x.png", png, "image/png")}, timeout=100)
    assert media["meta"]["original"]["width"] == 8


def test_what_is_too_large_is_refused(alice):
    large = picture("photo.jpg") + bytes(16 * 1024 * 1024)
    alice.fails(422, "POST", "/api/v2/media", "Validation failed: File file size must be less than 16 MB", files={"file": ("x.jpg", large)})
    alice.fails(413, "POST", "/api/v2/media", files={"file": ("x.jpg", bytes(43 * 1024 * 1024))})


def test_a_file_must_come_with_it(alice, anonymous):
    alice.fails(422, "POST", "/api/v2/media", "Validation failed: File can't be blank", data={"description": "none"})
    anonymous.fails(401, "POST", "/api/v2/media", files={"file": ("p.png", picture("pixel.png"))})


@pytest.mark.parametrize("words", [{"description": "x" * 10001}, {"focus": "2,0"}, {"focus": "0"}, {"focus": "nan,0"}, {"focus": "1e0,0"}])
def test_words_that_do_not_fit_are_refused(alice, words):
    alice.fails(422, "POST", "/api/v2/media", data=words, files={"file": ("p.png", picture("pixel.png"))})
    id = upload(alice, "pixel.png")["id"]
    alice.fails(422, "PUT", f"/api/v1/media/{id}", data=words)


def test_words_are_changed_while_it_is_loose(alice, bob):
    id = upload(alice, "pixel.png", description="first")["id"]
    assert alice.get(f"/api/v1/media/{id}")["description"] == "first"
    got = alice.put(f"/api/v1/media/{id}", {"description": "ä" * 10000, "focus": "-1,1"})
    assert got["description"] == "ä" * 10000 and got["meta"]["focus"] == {"x": -1, "y": 1}
    assert alice.patch(f"/api/v1/media/{id}", {"focus": "0,0"})["description"] == "ä" * 10000
    assert alice.put(f"/api/v1/media/{id}", {"description": ""})["description"] is None
    for method in ("GET", "PUT", "DELETE"):
        bob.fails(404, method, f"/api/v1/media/{id}")


def test_a_loose_one_is_dropped_with_its_files(alice, anonymous):
    got = upload(alice, "photo.jpg")
    assert alice.delete(f"/api/v1/media/{got['id']}") == {}
    alice.fails(404, "GET", f"/api/v1/media/{got['id']}")
    assert fetch(anonymous, got["url"]).status == fetch(anonymous, got["preview_url"]).status == 404


def test_an_attached_one_belongs_to_its_post(alice):
    got = upload(alice, "photo.jpg", description="seen")
    status = alice.status("", media_ids=[got["id"]])
    assert [m["id"] for m in status["media_attachments"]] == [got["id"]]
    assert status["media_attachments"][0]["description"] == "seen"
    alice.fails(404, "GET", f"/api/v1/media/{got['id']}")
    alice.fails(404, "PUT", f"/api/v1/media/{got['id']}", data={"description": "late"})
    alice.fails(422, "DELETE", f"/api/v1/media/{got['id']}", "Media attachment is currently used by a status")


def test_one_that_waits_with_its_post_is_shown_and_described(alice, bob):
    got = upload(alice, "photo.jpg", description="first")
    at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat()
    later = alice.status("later", media_ids=[got["id"]], scheduled_at=at)
    assert alice.get(f"/api/v1/media/{got['id']}") == got
    assert alice.put(f"/api/v1/media/{got['id']}", {"description": "second"})["description"] == "second"
    assert alice.get(f"/api/v1/scheduled_statuses/{later['id']}")["media_attachments"][0]["description"] == "second"
    bob.fails(404, "GET", f"/api/v1/media/{got['id']}")
    alice.fails(422, "DELETE", f"/api/v1/media/{got['id']}", "Media attachment is currently used by a status")


# Files


@pytest.fixture
def stored(alice):
    return upload(alice, "photo.jpg")["url"]


def test_files_are_served_as_pictures_and_nothing_more(anonymous, stored):
    got = fetch(anonymous, stored)
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in got.headers
    head = fetch(anonymous, stored, "HEAD")
    assert head.status == 200 and not head.content and int(head.headers["Content-Length"]) == len(got.content)
    assert fetch(anonymous, stored, **{"If-None-Match": f'"x", W/{got.headers["ETag"]}'}).status == 304
    assert fetch(anonymous, stored, **{"If-None-Match": '"x"'}).status == 200


@pytest.mark.parametrize("range, first, last", [("bytes=0-9", 0, 9), ("bytes=10-", 10, None), ("bytes=-7", -7, None), ("bytes=5-999999", 5, None)])
def test_one_range_is_served(anonymous, stored, range, first, last):
    whole = fetch(anonymous, stored).content
    got = fetch(anonymous, stored, Range=range)
    want = whole[first:] if last is None else whole[first:last + 1]
    start = first % len(whole)
    assert got.status == 206 and got.content == want
    assert got.headers["Content-Range"] == f"bytes {start}-{start + len(want) - 1}/{len(whole)}"


@pytest.mark.parametrize("range, status", [("bytes=999999-", 416), ("bytes=-0", 416), ("bytes=9-1", 200), ("bytes=0-1,4-5", 200),
                                           ("bytes=x-", 200), ("lines=1-2", 200), ("bytes=-", 200), ("bytes=99999999999999999999-", 200)])
def test_ranges_that_cannot_be_served(anonymous, stored, range, status):
    assert fetch(anonymous, stored, Range=range).status == status


@pytest.mark.parametrize("path", [
    "/media/", "/media/../secret.key", "/media/..%2fsecret.key", "/media/%2e%2e/howdah.sqlite3", "/media/tmp", "/media//etc/passwd", "/media/a.svg",
    "/media/ab/cd/x.html", "/media/ab/cd/x.jpg%00.html", "/media/ab/cd/X.JPG", "/media/ab\\cd.jpg", "/media/" + "a" * 3000 + ".jpg"])
def test_nothing_else_is_served(anonymous, path):
    import requests
    request = requests.Request("GET", anonymous.base).prepare()
    request.url = anonymous.base + path
    assert anonymous.session.send(request, timeout=30).status_code in (400, 404)


def test_there_is_a_picture_where_there_is_none(alice, anonymous):
    me = alice.me()
    for url in (me["avatar"], me["header"]):
        assert fetch(anonymous, url).type == "image/png"


def test_custom_emoji_are_pictures_of_ours(new_server):
    server = new_server()
    server.cli("emoji", "add", "blob_cat", str(FIXTURES / "anim.gif"), "--category", "Cats")
    got = server.anonymous().get("/api/v1/custom_emojis")
    assert [(e["shortcode"], e["category"], e["visible_in_picker"]) for e in got] == [("blob_cat", "Cats", True)]
    assert fetch(server.anonymous(), got[0]["url"]).type == "image/gif"
    assert fetch(server.anonymous(), got[0]["static_url"]).type == "image/png"
    assert server.cli("emoji", "add", "no-cat", str(FIXTURES / "anim.gif"), check=False).returncode == 1
    assert server.cli("emoji", "add", "svg", str(FIXTURES / "svg.png"), check=False).returncode == 1
    server.cli("emoji", "remove", "blob_cat")
    assert server.anonymous().get("/api/v1/custom_emojis") == []
    assert fetch(server.anonymous(), got[0]["url"]).status == 404


def test_whoever_deletes_a_post_to_write_it_anew_keeps_its_pictures(alice):
    got = upload(alice, "photo.jpg")
    deleted = alice.delete(f"/api/v1/statuses/{alice.status('first', media_ids=[got['id']])['id']}")
    assert [m["id"] for m in deleted["media_attachments"]] == [got["id"]]
    again = alice.status("second", media_ids=[got["id"]])
    assert [m["id"] for m in again["media_attachments"]] == [got["id"]]
