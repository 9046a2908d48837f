"""Other servers' pictures come through our proxy: only those that the database names, made ours, fetched once."""
import concurrent.futures
import datetime
import json
import pathlib
import shutil
import struct
import subprocess
import threading

import pytest
from howdah import Api
from howdah.remote import FakeRemote, redirect, reply
from howdah.stream import WsStream
from howdah.wait import stretch, until

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
ACCOUNT = """INSERT INTO accounts (id, username, username_key, domain, uri, actor_type, display_name, display_key, note, fields, emojis,
  avatar_remote_url, header_remote_url, locked, bot, discoverable, indexable, hide_collections, silenced_us, suspended_us, deleted_us,
  also_known_as, created_us, fetched_us, version)
  VALUES ({id}, 'r{id}', 'r{id}', '{domain}', '{url}', 0, '', '', '', '[]', '[]', '{url}', '{url}', 0, 0, 0, 0, 0, 0, 0, 0, '[]', 1, 1, 1)"""
MEDIA = """INSERT INTO media (id, account_id, status_id, position, type, state, remote_url, width, height, preview_width, preview_height, bytes, created_us)
  VALUES ({id}, {account}, {id}, 0, 1, 1, '{url}', 0, 0, 0, 0, 0, 1)"""


def short_hash(text):
    """FNV-1a, as our own addresses carry it."""
    h = 2166136261
    for b in text.encode():
        h = ((h ^ b) * 16777619) & 0xffffffff
    return f"{h:08x}"


class Pictures:
    """A server that has somebody of the remote with a picture; the addresses of it at our proxy."""

    def __init__(self, server, remote):
        self.server, self.remote, self.ids = server, remote, iter(range(1001, 2000))
        self.api = Api(server.url)

    def known(self, path, kind="media"):
        url, id = self.remote.url + path if path.startswith("/") else path, next(self.ids)
        self.server.sql(ACCOUNT.format(id=id, domain=self.remote.domain, url=f"{url}?{id}" if kind == "media" else url))
        if kind == "media":
            self.server.sql(MEDIA.format(id=id, account=id, url=url))
        return f"/media_proxy/{kind}/{id}/{short_hash(url)}"

    def get(self, path, **how):
        return self.api.request("GET", path, **how)

    def fetched(self, path):
        return len([r for r in self.remote.received if r.path == path])


@pytest.fixture
def pictures(server, remote):
    for name in ("photo.jpg", "anim.gif", "svg.png", "bomb.png", "html.jpg"):
        remote.put("/" + name, (FIXTURES / name).read_bytes(), "image/png")
    return Pictures(server, remote)


@pytest.mark.parametrize("kind", ["media", "avatar", "header"])
def test_a_picture_is_fetched_once_and_made_ours(pictures, kind):
    path = pictures.known("/photo.jpg", kind)
    for _ in range(3):
        got = pictures.get(path)
        assert got.status == 200 and got.type == "image/jpeg"
        assert b"SecretCam" not in got.content and got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert pictures.fetched("/photo.jpg") == 1
    assert pictures.api.request("HEAD", path).status == 200
    assert pictures.get(path, headers={"If-None-Match": got.headers["ETag"]}).status == 304


@pytest.mark.parametrize("kind", ["avatar", "header"])
def test_a_face_that_moves_has_a_still_picture(pictures, kind):
    moves = pictures.known("/anim.gif", kind)
    still = moves.replace(f"/{kind}/", f"/{kind}_static/")
    assert pictures.get(still).type == "image/png" and pictures.get(moves).type == "image/gif"
    assert pictures.fetched("/anim.gif") == 1
    # One that does not move is its own.
    photo = pictures.known("/photo.jpg", kind)
    first, second = pictures.get(photo.replace(f"/{kind}/", f"/{kind}_static/")), pictures.get(photo)
    assert first.content == second.content and first.type == "image/jpeg" and pictures.fetched("/photo.jpg") == 1
    pictures.server.sql("UPDATE accounts SET created_us = 1700000000000000")
    shown = pictures.api.get(f"/api/v1/accounts/{photo.split('/')[3]}")
    assert f"/media_proxy/{kind}/" in shown[kind] and shown[f"{kind}_static"].endswith(photo.replace(f"/{kind}/", f"/{kind}_static/"))


def test_only_who_knows_the_address_sees_it(pictures):
    path = pictures.known("/photo.jpg")
    base = path.rsplit("/", 1)[0]
    for wrong in (f"{base}/00000000", f"{base}/", "/media_proxy/media/999999/00000000", path.replace("media/", "avatar/", 1).replace(
            "_proxy/media", "_proxy/avatar"), f"{path}/more", base.replace("/media/", "/other/") + "/" + path.rsplit("/", 1)[1]):
        assert pictures.get(wrong).status == 404, wrong
    assert pictures.fetched("/photo.jpg") == 0


def test_a_suspended_accounts_pictures_are_not_shown(pictures):
    path = pictures.known("/photo.jpg")
    pictures.server.sql("UPDATE accounts SET suspended_us = 1")
    assert pictures.get(path).status == 404


def test_an_address_that_changes_is_fetched_anew(pictures):
    path = pictures.known("/photo.jpg")
    assert pictures.get(path).status == 200
    new = pictures.remote.url + "/anim.gif"
    pictures.server.sql(f"UPDATE media SET remote_url = '{new}'")
    assert pictures.get(path).status == 404
    assert pictures.get(path.rsplit("/", 1)[0] + "/" + short_hash(new)).type == "image/gif"
    assert not list((pictures.server.data / "media").rglob("*.jpg"))


@pytest.mark.parametrize("name", ["svg.png", "bomb.png", "html.jpg", "missing.png"])
def test_what_is_no_picture_is_not_shown_and_asked_for_once(pictures, name):
    path = pictures.known("/" + name)
    assert pictures.get(path).status == 404
    assert pictures.get(path).status == 404
    assert pictures.fetched("/" + name) == 1
    assert not [p for p in (pictures.server.data / "media").rglob("*") if p.is_file()]


def test_a_broken_server_is_left_alone_for_a_while(pictures):
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", lambda h, go_on: reply(h, 500))
    assert pictures.get(path).status == 503
    pictures.remote.behave("", None)
    assert pictures.get(path).status == 503
    assert pictures.fetched("/photo.jpg") == 1


def test_what_is_too_large_is_not_taken(pictures):
    pictures.remote.put("/large.jpg", (FIXTURES / "photo.jpg").read_bytes() + bytes(17 * 1024 * 1024), "image/jpeg")
    assert pictures.get(pictures.known("/large.jpg")).status == 404


def test_a_redirect_may_not_lead_to_our_own_network(pictures):
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", redirect("http://10.0.0.1/photo.jpg"))
    assert pictures.get(path).status == 404
    assert pictures.get(pictures.known("http://169.254.169.254/latest/meta-data/")).status == 404
    assert pictures.get(pictures.known("file:///etc/passwd")).status == 404


def test_many_who_ask_at_once_cause_one_fetch(pictures):
    arrived, go = threading.Event(), threading.Event()

    def held(h, go_on):
        arrived.set()
        go.wait(stretch(40))
        go_on()
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", held)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        first = pool.submit(Api(pictures.server.url).request, "GET", path)
        assert arrived.wait(stretch(30))
        others = [pool.submit(Api(pictures.server.url).request, "GET", path) for _ in range(6)]
        # Two more than may wait are told so at once.
        until(lambda: sum(f.done() for f in others) == 2, "two are refused")
        assert all(f.result().status == 503 for f in others if f.done())
        go.set()
        answers = sorted(f.result().status for f in [first, *others])
    assert answers == [200] * 5 + [503] * 2
    assert pictures.fetched("/photo.jpg") == 1


# Pictures that move

films = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")


class Post:
    """A post from elsewhere with two GIFs, of which the first moves."""

    def __init__(self, server, remote, folder):
        self.server, self.remote, self.alice, bob = server, remote, server.account("alice"), remote.actor("bob")
        for name, more in (("moves", ["-t", "1"]), ("still", ["-frames:v", "1"])):
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=s=160x120:r=5", *more, folder / f"{name}.gif"], check=True,
                           stdin=subprocess.DEVNULL, timeout=120)
            remote.put(f"/{name}.gif", (folder / f"{name}.gif").read_bytes(), "image/gif")
        self.note = bob.note("two pictures", attachment=[
            {"type": "Document", "mediaType": "image/gif", "url": f"{remote.url}/{name}.gif", "name": name} for name in ("moves", "still")])
        self.bob, self.id = bob, self.alice.get("/api/v2/search", {"q": self.note["id"], "resolve": True}, timeout=60)["statuses"][0]["id"]

    def media(self):
        return self.alice.get(f"/api/v1/statuses/{self.id}")["media_attachments"]

    def file(self, url):
        return self.alice.request("GET", url[len(self.server.url):] if url.startswith(self.server.url) else "/" + url.split("/", 3)[3], timeout=60)

    def converted(self):
        for m in self.media():
            assert self.file(m["url"]).status == 200
        until(lambda: self.server.sql(f"SELECT count(*) FROM jobs WHERE ref_id = {self.media()[0]['id']}") == "0", "the job is done", 60)
        return self.media()


@films
def test_a_gif_that_moves_becomes_a_film_once_it_was_looked_at(new_server, remote, tmp_path):
    post = Post(new_server(), remote, tmp_path)
    before = post.media()
    assert [m["type"] for m in before] == ["image", "image"]
    assert post.file(before[0]["url"]).type == post.file(before[0]["preview_url"]).type == "image/gif"
    moves, still = post.converted()
    assert (moves["type"], moves["id"], moves["description"], moves["remote_url"]) == ("gifv", before[0]["id"], "moves", f"{remote.url}/moves.gif")
    assert still == before[1]
    assert moves["meta"]["original"]["width"] == 160 and moves["meta"]["length"] == "0:00:01.00" and "audio_encode" not in moves["meta"]
    film = post.file(moves["url"])
    assert film.type == "video/mp4" and film.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    (tmp_path / "film.mp4").write_bytes(film.content)
    said = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json", tmp_path / "film.mp4"], check=True, capture_output=True,
                                     timeout=60).stdout)
    assert [s["codec_name"] for s in said["streams"]] == ["h264"]
    assert post.file(moves["preview_url"]).type in ("image/png", "image/jpeg")
    assert post.file(moves["preview_url"].replace(moves["id"], still["id"])).status == 404
    # All of it from one fetch; when the copies are dropped, they are made again for who asks.
    assert len([r for r in remote.received if r.path == "/moves.gif"]) == 1
    for dropped in ("", " WHERE kind = 4", " WHERE kind = 5"):
        post.server.sql("DELETE FROM proxy_files" + dropped)
        again = until(lambda: [r for r in [post.file(moves["url"])] if r.status == 200], "the film is made again", 90)[0]      # a slow machine: 503
        assert again.content == film.content and post.file(moves["preview_url"]).status == 200
    assert len([r for r in remote.received if r.path == "/moves.gif"]) == 3
    # The post says something else, and shows the same.
    post.bob.send(f"{post.server.url}/inbox", post.bob.activity("Update", {**post.note, "content": "edited", "updated": "2030-01-01T00:00:00Z"}))
    until(lambda: "edited" in post.alice.get(f"/api/v1/statuses/{post.id}")["content"], "the edit")
    assert post.media()[0] == moves


@films
def test_what_cannot_be_made_a_film_stays_a_picture(new_server, remote, tmp_path):
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).write_text("#!/bin/false\n")
        (tmp_path / name).chmod(0o755)
    post = Post(new_server(ffmpeg_dir=str(tmp_path)), remote, tmp_path)
    before = post.media()
    assert post.converted() == before and post.file(before[0]["url"]).type == "image/gif"
    assert post.file(before[0]["url"].replace("/media/", "/film/")).status == 404


@films
def test_without_ffmpeg_it_stays_a_picture(new_server, remote, tmp_path):
    post = Post(new_server(ffmpeg_dir="/nonexistent"), remote, tmp_path)
    before = post.media()
    assert post.converted() == before and [m["type"] for m in before] == ["image", "image"]
    assert len([p for p in (post.server.data / "media").rglob("*") if p.is_file()]) == 2


# Films of other servers

def box(type, body):
    return struct.pack(">I", len(body) + 8) + type + body


def film_file(*kinds, end=False, size=1000):
    """An mp4 with a track of each kind, whose list of tracks stands before or after the pictures."""
    tracks = [box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(13)) + box(b"minf", bytes(90000)))) for kind in kinds]
    parts = [box(b"moov", box(b"mvhd", bytes(100)) + b"".join(tracks)), box(b"mdat", bytes(size))]
    return box(b"ftyp", b"isom\0\0\2\0isom") + b"".join(reversed(parts) if end else parts)


def in_pieces(film, at_most=None):
    """at_most: no piece is longer, whatever is asked for, and how long all is, is said."""
    def answer(h, go_on):
        first, last = map(int, h.headers["Range"].removeprefix("bytes=").split("-"))
        piece = film[first:last + 1][:at_most]
        reply(h, 206, piece, "video/mp4", {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{len(film)}"} if at_most else None)
    return answer


def test_a_film_that_makes_no_sound_is_a_gifv(server, remote):
    files = {"/silent.mp4": film_file(b"vide"), "/end.mp4": film_file(b"vide", end=True, size=3 << 20), "/loud.mp4": film_file(b"vide", b"soun"),
             "/sound.mp4": film_file(b"soun"), "/page.mp4": b"<html>no film at all</html>" * 10, "/gone.mp4": None}
    for name, film in files.items():
        remote.behave(name, in_pieces(film) if film else lambda h, go_on: reply(h, 404))
    alice, bob = server.account("alice"), remote.actor("bob")
    shown = []
    for some in (list(files)[:3], list(files)[3:]):
        note = bob.note("films", attachment=[
            {"type": "Document", "mediaType": "video/mp4", "url": remote.url + name, "name": name, "width": 64, "height": 36, "duration": "PT2S"}
            for name in some])
        post = alice.get("/api/v2/search", {"q": note["id"], "resolve": True}, timeout=60)["statuses"][0]
        until(lambda: server.sql("SELECT count(*) FROM jobs WHERE ref_id IN (SELECT id FROM media)") == "0", "the jobs are done", 60)
        shown += alice.get(f"/api/v1/statuses/{post['id']}")["media_attachments"]
    assert [(m["description"], m["type"]) for m in shown] == [(name, "gifv" if name in ("/silent.mp4", "/end.mp4") else "video") for name in files]
    assert all(m["remote_url"] == remote.url + m["description"] and f"/media_proxy/play/{m['id']}/" in m["url"] for m in shown)
    assert ["/media_proxy/frame/" in (m["preview_url"] or "") for m in shown] == [m["type"] in ("video", "gifv") for m in shown]
    assert shown[0]["meta"]["original"] == {"width": 64, "height": 36, "duration": 2.0}
    # Little of it was fetched.
    assert len([r for r in remote.received if r.path == "/silent.mp4"]) <= 3 and len([r for r in remote.received if r.path == "/end.mp4"]) <= 4
    assert {r.headers["range"] for r in remote.received if r.path == "/silent.mp4"} >= {"bytes=0-65535"}


def test_who_watches_sees_a_gifv_too(server, remote):
    remote.behave("/silent.mp4", in_pieces(film_file(b"vide")))
    alice, bob = server.account("alice"), remote.actor("bob")
    found = alice.get("/api/v2/search", {"q": bob.handle, "resolve": True})["accounts"][0]
    alice.follow(found)
    bob.send(f"{server.url}/inbox", bob.accept(remote.wait_activity("Follow")))
    until(lambda: alice.relationship(found)["following"], "the follow is accepted")
    with WsStream(alice, "user") as stream:
        bob.send(f"{server.url}/inbox", bob.create(bob.note("moves", published=datetime.datetime.now(datetime.timezone.utc).isoformat(), attachment=[
            {"type": "Document", "mediaType": "video/mp4", "url": f"{remote.url}/silent.mp4"}])))
        stream.wait(lambda e: e["event"] in ("update", "status.update") and e["payload"]["media_attachments"][0]["type"] == "gifv")


def test_films_and_sounds_show_the_picture_that_comes_with_them(server, remote):
    remote.put("/cover.jpg", (FIXTURES / "photo.jpg").read_bytes(), "image/jpeg")
    alice, bob = server.account("alice"), remote.actor("bob")
    picture = {"type": "Image", "mediaType": "image/jpeg", "url": f"{remote.url}/cover.jpg"}
    note = bob.note("listen", attachment=[
        {"type": "Document", "mediaType": mime, "url": f"{remote.url}/{name}", "icon": icon}
        for mime, name, icon in (("audio/mpeg", "a.mp3", picture), ("video/webm", "b.webm", f"{remote.url}/cover.jpg"), ("video/webm", "c.webm", None),
                                 ("image/jpeg", "photo.jpg", picture))])
    post = alice.get("/api/v2/search", {"q": note["id"], "resolve": True}, timeout=60)["statuses"][0]
    sound, film, bare, photo = post["media_attachments"]
    assert f"/media_proxy/frame/{bare['id']}/" in bare["preview_url"] and photo["preview_url"] == photo["url"]
    for m in (sound, film):
        assert m["preview_remote_url"] == f"{remote.url}/cover.jpg" and f"/media_proxy/preview/{m['id']}/" in m["preview_url"]
        got = alice.request("GET", m["preview_url"])
        assert got.status == 200 and got.type == "image/jpeg" and b"SecretCam" not in got.content
        assert alice.request("GET", m["preview_url"][:-8] + short_hash(m["remote_url"])).status == 404
    assert alice.request("GET", sound["preview_url"].replace(sound["id"], bare["id"])).status == 404
    assert alice.request("GET", bare["preview_url"].replace("/frame/", "/preview/")).status == 404
    assert alice.request("GET", film["preview_url"].replace("/preview/", "/frame/")).status == 404
    assert alice.request("GET", sound["preview_url"].replace(sound["id"], photo["id"])).status == 404


@films
def test_a_film_that_comes_without_a_picture_shows_its_first(new_server, remote, tmp_path):
    """It is in the first piece that is fetched of it, or nothing is shown."""
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    made = {"front.mp4": ["-movflags", "+faststart"], "end.mp4": [], "some.webm": ["-c:v", "libvpx", "-deadline", "realtime"]}
    for name, how in made.items():
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "nullsrc=s=320x240:r=10,geq=random(1)*255:128:128", "-t", "4", "-b:v", "6M", *how,
                        tmp_path / name], check=True, stdin=subprocess.DEVNULL, timeout=120)
        film = (tmp_path / name).read_bytes()
        assert len(film) > 1 << 20
        remote.behave("/" + name, in_pieces(film))
    remote.behave("/page.mp4", in_pieces(b"<html>no film at all</html>" * 10))
    remote.behave("/whole.mp4", lambda h, go_on: reply(h, 200, (tmp_path / "front.mp4").read_bytes(), "video/mp4"))
    remote.put("/small.mp4", (tmp_path / "front.mp4").read_bytes()[:1 << 20], "video/mp4")
    names = ["front.mp4", "some.webm", "end.mp4", "page.mp4", "whole.mp4", "small.mp4"]
    got = {}
    for some in (names[:3], names[3:]):
        note = bob.note("films", attachment=[{"type": "Document", "mediaType": "video/webm", "url": f"{remote.url}/{name}", "name": name} for name in some])
        for m in alice.get("/api/v2/search", {"q": note["id"], "resolve": True}, timeout=60)["statuses"][0]["media_attachments"]:
            got[m["description"]] = [alice.request("GET", m["preview_url"], timeout=60) for _ in range(2)]
    assert {name: [r.status for r in two] for name, two in got.items()} == {
        "front.mp4": [200, 200], "some.webm": [200, 200], "end.mp4": [404, 404], "page.mp4": [404, 404], "whole.mp4": [404, 404], "small.mp4": [200, 200]}
    assert got["front.mp4"][0].type == got["some.webm"][0].type == "image/jpeg"
    for name in names:
        asked = [r for r in remote.received if r.path == "/" + name]
        assert len(asked) == 1 and asked[0].headers["range"] == "bytes=0-1048575"


def films_of(alice, bob, *attachments):
    """Those of a post with these, by their names; it is looked up."""
    got = {}
    for i in range(0, len(attachments), 4):
        note = bob.note("films", attachment=[{"type": "Document", "mediaType": mime, "url": f"{bob.remote.url}/{name}", "name": name}
                                             for name, mime in attachments[i:i + 4]])
        found = alice.get("/api/v2/search", {"q": note["id"], "resolve": True}, timeout=60)["statuses"][0]
        got.update({m["description"]: m for m in found["media_attachments"]})
    return got


def probe(path):
    """What it holds, and for how many seconds."""
    said = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path], check=True, capture_output=True,
                                     timeout=60).stdout)
    return [s["codec_name"] for s in said["streams"]], round(float(said["format"]["duration"]))


def ffmpeg(path, *words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words, path], check=True, stdin=subprocess.DEVNULL, timeout=120)
    return path.read_bytes()


PICTURES, TONES = ("-f", "lavfi", "-i", "testsrc=s=160x120:r=5"), ("-f", "lavfi", "-i", "sine")


@films
def test_films_and_sounds_are_played_by_our_proxy(new_server, remote, tmp_path):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    short = ("-t", "2", "-metadata", "title=SecretTitle")
    files = {"film.mp4": ffmpeg(tmp_path / "film.mp4", *PICTURES, *TONES, *short) + box(b"free", bytes(5 << 20)),
             "film.webm": ffmpeg(tmp_path / "film.webm", *PICTURES, *TONES, *short, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"),
             "sound.mp3": ffmpeg(tmp_path / "sound.mp3", *TONES, *short), "sound.flac": ffmpeg(tmp_path / "sound.flac", *TONES, *short),
             "sound.ogg": ffmpeg(tmp_path / "sound.ogg", *TONES, *short, "-c:a", "libvorbis")}
    for name, file in files.items():
        assert b"SecretTitle" in file
        remote.behave("/" + name, in_pieces(file, 10000 if name == "sound.flac" else None))
    shown = films_of(alice, bob, *((name, ("video/" if "film" in name else "audio/") + name.split(".")[1]) for name in files))
    got = {name: [alice.request("GET", m["url"], timeout=60) for _ in range(2)][1] for name, m in shown.items()}
    assert {name: (r.status, r.type) for name, r in got.items()} == {
        "film.mp4": (200, "video/mp4"), "film.webm": (200, "video/mp4"), "sound.mp3": (200, "audio/mpeg"), "sound.flac": (200, "audio/mpeg"),
        "sound.ogg": (200, "audio/mpeg")}
    for name, r in got.items():
        (tmp_path / "got").write_bytes(r.content)
        assert b"SecretTitle" not in r.content and r.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert probe(tmp_path / "got") == ({"film.mp4": ["h264", "aac"], "film.webm": ["vp9", "opus"]}.get(name, ["mp3"]), 2), name
    part = alice.request("GET", shown["film.mp4"]["url"], headers={"Range": "bytes=0-99"})
    assert part.status == 206 and part.content == got["film.mp4"].content[:100]
    assert len([r for r in remote.received if r.path == "/sound.flac"]) == -(-len(files["sound.flac"]) // 10000) > 2
    # Each once, in pieces; a film goes after a day, for pictures need the room.
    assert [r.headers["range"] for r in remote.received if r.path == "/film.mp4" and r.headers["range"] != "bytes=0-65535"] == [
        "bytes=0-4194303", "bytes=4194304-8388607"]
    assert int(server.sql("SELECT max(fetched_us) FROM proxy_files")) < datetime.datetime.now().timestamp() * 1e6 - 28 * 86400e6


@films
def test_what_cannot_be_passed_on_is_played_from_where_it_is(new_server, remote, tmp_path):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    film = ffmpeg(tmp_path / "film.webm", *PICTURES, "-t", "2", "-c:v", "libvpx", "-deadline", "realtime")
    remote.behave("/old.webm", in_pieces(film))                        # no such film goes into an mp4
    remote.behave("/large.webm", in_pieces(film + bytes(41 << 20), 1 << 20))
    remote.behave("/page.webm", in_pieces(b"<html>no film at all</html>" * 10))
    remote.behave("/whole.webm", lambda h, go_on: reply(h, 200, bytes(5 << 20), "video/webm"))
    remote.behave("/gone.webm", lambda h, go_on: reply(h, 410))
    remote.behave("/inside.webm", redirect("http://10.0.0.1/film.webm"))
    remote.behave("/trouble.webm", lambda h, go_on: reply(h, 500))
    names = ["old.webm", "large.webm", "page.webm", "whole.webm", "gone.webm", "inside.webm", "trouble.webm"]
    shown = films_of(alice, bob, *((name, "video/webm") for name in names))

    def play(name):
        return alice.request("GET", shown[name]["url"], timeout=60)
    for _ in range(2):
        answers = {name: play(name) for name in names}
        assert {name: r.status for name, r in answers.items()} == {**dict.fromkeys(names[:4], 302), "gone.webm": 404, "inside.webm": 404, "trouble.webm": 503}
        assert all(answers[name].headers["Location"] == shown[name]["remote_url"] for name in names[:4])
    assert len([r for r in remote.received if r.path in ("/old.webm", "/large.webm")]) == 2      # how large it is, the first piece says
    # Nothing of it stays, and only what was shown is redirected to.
    assert not [p for p in (server.data / "media").rglob("*") if p.is_file()]
    assert alice.request("GET", shown["old.webm"]["url"][:-8] + "00000000").status == 404
    server.cli("blocks", "add", remote.domain, "--severity", "noop", "--media", "reject")
    until(lambda: play("old.webm").status == 404, "the block is known")


@films
def test_slow_films_hold_up_nobody(new_server, remote):
    server, over = new_server(), threading.Event()
    alice, bob = server.account("alice"), remote.actor("bob")
    names = [f"slow{i}.mp4" for i in range(4)]
    for name in names:
        remote.behave(f"/{name}", lambda h, go_on: (over.wait(120), reply(h, 410)))
    shown = films_of(alice, bob, *((name, "video/mp4") for name in names))
    with FakeRemote() as other, concurrent.futures.ThreadPoolExecutor(13) as pool:
        theirs, others = (Pictures(server, r) for r in (remote, other))
        others.ids = iter(range(2001, 3000))
        for r in (remote, other):
            r.put("/face.jpg", (FIXTURES / "photo.jpg").read_bytes(), "image/jpeg")
        plays = [pool.submit(alice.request, "GET", shown[name]["url"], timeout=60) for name in names for _ in range(3)]
        # Two films at a time, with one more each who waits: all others are sent on at once.
        until(lambda: sum(p.done() for p in plays) >= 8, "most are sent to where it is")
        late = pool.submit(theirs.get, theirs.known("/face.jpg", "avatar"), timeout=60)
        assert others.get(others.known("/face.jpg", "avatar")).status == 200
        assert not all(p.done() for p in plays)
        assert {(p.result().status, p.result().text) for p in plays} == {(302, "")}
        assert late.result().status == 200         # one server is asked for little at a time, and there was time left when its turn came
        over.set()


@films
def test_no_film_passes_where_the_operator_says_so(new_server, remote):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    server.cli("config", "set", "proxy_film_max", "0")
    server.restart()                               # it would be known soon, but what failed before that is remembered
    shown = films_of(alice, bob, ("film.mp4", "video/mp4"))["film.mp4"]
    got = alice.request("GET", shown["url"])
    assert got.status == 302
    assert got.headers["Location"] == shown["remote_url"]
