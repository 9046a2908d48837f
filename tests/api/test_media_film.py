"""Films and sounds: taken, converted in a cage, shown. The files are made here, with the same ffmpeg. https://docs.joinmastodon.org/methods/media/"""
import json
import shutil
import subprocess

import pytest

from howdah.wait import until

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
NOT_VERIFIED = "File type of uploaded media could not be verified"
NOT_READY = "Cannot attach files that have not finished processing. Try again in a moment!"
PICTURES = ["-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=1"]
TONE = ["-f", "lavfi", "-i", "sine=d=1"]


def make(folder, name, *args):
    path = folder / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", *args, str(path)], check=True, stdin=subprocess.DEVNULL, timeout=120)
    return path.read_bytes()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    return {
        "film.mp4": make(folder, "film.mp4", *PICTURES, *TONE, *h264, "-c:a", "aac", "-metadata", "title=SecretTitle", "-metadata", "location=+48.1+011.5/"),
        "film.mov": make(folder, "film.mov", *PICTURES, *h264),
        "film.webm": make(folder, "film.webm", *PICTURES, *TONE, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"),
        "moves.gif": make(folder, "moves.gif", "-f", "lavfi", "-i", "testsrc=s=160x120:r=5:d=1"),
        "still.gif": make(folder, "still.gif", "-f", "lavfi", "-i", "testsrc=s=160x120", "-frames:v", "1"),
        "sound.mp3": make(folder, "sound.mp3", *TONE, "-metadata", "artist=SecretArtist"),
        "sound.ogg": make(folder, "sound.ogg", *TONE, "-c:a", "libopus"),
        "sound.flac": make(folder, "sound.flac", *TONE),
        "sound.wav": make(folder, "sound.wav", *TONE),
        "sound.m4a": make(folder, "sound.m4a", *TONE, "-c:a", "aac"),
        "wide.mp4": make(folder, "wide.mp4", "-f", "lavfi", "-i", "color=s=4096x2160:r=1:d=1", *h264),
        "fast.mp4": make(folder, "fast.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:r=200:d=1", *h264),
    }


def upload(api, name, content, status=202, path="/api/v2/media", **more):
    got = api.request("POST", path, files={"file": (name, content), **more.pop("files", {})}, data=more)
    assert got.status == status, got.text
    return got.json


def settled(api, id):
    """The reply that says how the conversion ended."""
    def look():
        got = api.request("GET", f"/api/v1/media/{id}")
        assert got.status in (200, 206, 422), got.text
        if got.status == 206:
            assert got.json["url"] is None
        return got if got.status != 206 else None
    return until(look, "the conversion has ended", seconds=120)


def converted(api, name, content, **more):
    posted = upload(api, name, content, **more)
    assert posted["url"] is None
    got = settled(api, posted["id"])
    assert got.status == 200, got.text
    return got.json


def stored(server):
    return {p for p in (server.data / "media").rglob("*") if p.is_file()}


def looked_at(tmp_path, content):
    path = tmp_path / "got"
    path.write_bytes(content)
    said = subprocess.run(["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)], check=True, capture_output=True, timeout=60)
    return json.loads(said.stdout)


@pytest.mark.parametrize("name, sound", [("film.mp4", True), ("film.mov", False), ("film.webm", True)])
def test_a_film_becomes_an_mp4_with_a_preview(alice, anonymous, files, tmp_path, name, sound):
    got = converted(alice, name, files[name], description="Bars")
    assert got["type"] == ("video" if sound else "gifv") and got["description"] == "Bars" and len(got["blurhash"]) == 36
    meta = got["meta"]
    assert (meta["width"], meta["height"], meta["size"], meta["fps"]) == (160, 120, "160x120", 25)
    assert 0.9 < meta["duration"] < 1.2 and meta["length"].startswith("0:00:0")
    original = meta["original"]
    assert (original["width"], original["height"], original["frame_rate"]) == (160, 120, "25/1")
    assert original["duration"] == meta["duration"] and original["bitrate"] > 0
    assert meta["small"]["width"] == 160 and ("audio_encode" in meta) == sound
    file = anonymous.request("GET", got["url"])
    assert file.type == "video/mp4" and b"Secret" not in file.content and b"+48.1" not in file.content
    assert file.content.index(b"moov") < file.content.index(b"mdat")
    codecs = [s["codec_name"] for s in looked_at(tmp_path, file.content)["streams"]]
    assert codecs == ["h264", "aac"][:1 + sound]
    assert anonymous.request("GET", got["preview_url"]).type == "image/jpeg"


def test_a_gif_that_moves_becomes_a_film_that_loops(alice, anonymous, files, tmp_path):
    got = converted(alice, "moves.gif", files["moves.gif"], description="Bars", focus="0.5,0")
    assert (got["type"], got["description"], got["meta"]["focus"]) == ("gifv", "Bars", {"x": 0.5, "y": 0.0})
    assert got["meta"]["original"]["frame_rate"] == "5/1" and 0.9 < got["meta"]["original"]["duration"] < 1.3 and len(got["blurhash"]) == 36
    film, preview = anonymous.request("GET", got["url"]), anonymous.request("GET", got["preview_url"])
    assert (film.type, preview.type) == ("video/mp4", "image/jpeg")
    assert [s["codec_name"] for s in looked_at(tmp_path, film.content)["streams"]] == ["h264"]
    still = upload(alice, "still.gif", files["still.gif"], 200)
    assert still["type"] == "image"
    both = alice.status("A picture beside it", media_ids=[got["id"], still["id"]])
    assert [m["type"] for m in both["media_attachments"]] == ["gifv", "image"]
    note = anonymous.request("GET", both["uri"], headers={"Accept": "application/activity+json"}).json
    assert note["attachment"][0]["mediaType"] == "video/mp4"


@pytest.mark.parametrize("name", ["sound.mp3", "sound.ogg", "sound.flac", "sound.wav", "sound.m4a"])
def test_a_sound_becomes_an_mp3(alice, anonymous, files, tmp_path, name):
    got = converted(alice, name, files[name])
    assert got["type"] == "audio" and got["preview_url"] is None and got["blurhash"] is None
    assert 0.9 < got["meta"]["original"]["duration"] < 1.3 and got["meta"]["audio_bitrate"] == "44100 Hz"
    file = anonymous.request("GET", got["url"])
    assert file.type == "audio/mpeg" and b"Secret" not in file.content
    assert [s["codec_name"] for s in looked_at(tmp_path, file.content)["streams"]] == ["mp3"]


def test_players_may_ask_for_a_part_of_it(alice, anonymous, files):
    url = converted(alice, "film.mp4", files["film.mp4"])["url"]
    whole = anonymous.request("GET", url)
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    part = anonymous.request("GET", url, headers={"Range": "bytes=100-199"})
    assert part.status == 206 and part.content == whole.content[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.content)}"


def test_the_first_version_answers_when_all_is_done(alice, files):
    got = upload(alice, "film.mp4", files["film.mp4"], 200, "/api/v1/media")
    assert got["url"] and got["preview_url"] and got["meta"]["original"]["frame_rate"] == "25/1"


def test_a_thumbnail_stands_for_a_film_or_a_sound(alice, anonymous, files, tmp_path):
    picture = make(tmp_path, "cover.png", "-f", "lavfi", "-i", "color=red:s=64x32:d=1", "-frames:v", "1")
    for name in ("film.mp4", "sound.mp3"):
        got = converted(alice, name, files[name], files={"thumbnail": ("cover.png", picture)})
        assert (got["meta"]["small"]["width"], got["meta"]["small"]["height"]) == (64, 32) and len(got["blurhash"]) == 36
        assert anonymous.request("GET", got["preview_url"]).type == "image/png"


def cover(folder, colour, size="64x32"):
    return make(folder, f"{colour}.png", "-f", "lavfi", "-i", f"color={colour}:s={size}:d=1", "-frames:v", "1")


def test_a_thumbnail_is_given_later_and_replaces_the_first(new_server, files, tmp_path):
    server = new_server()
    alice, bob = server.account("alice"), server.account("bob")
    posted = upload(alice, "film.mp4", files["film.mp4"])
    path = f"/api/v1/media/{posted['id']}"

    def left():
        return sorted(p.suffix for p in stored(server))
    # While it may still be converted, and when it surely has been.
    got = alice.request("PUT", path, files={"thumbnail": ("red.png", cover(tmp_path, "red"))}, data={"description": "Bars"})
    assert got.status in (200, 206) and got.json["description"] == "Bars" and got.json["meta"]["small"]["width"] == 64
    film = settled(alice, posted["id"]).json
    assert (film["preview_url"], film["blurhash"]) == (got.json["preview_url"], got.json["blurhash"]) and film["meta"]["small"]["width"] == 64
    again = alice.ok("PUT", path, files={"thumbnail": ("blue.png", cover(tmp_path, "blue", "32x32"))})
    assert (again["url"], again["description"], again["meta"]["small"]["width"]) == (film["url"], "Bars", 32)
    assert again["preview_url"] != film["preview_url"] and server.anonymous().request("GET", again["preview_url"]).type == "image/png"
    alice.fails(422, "PUT", path, files={"thumbnail": ("x.png", b"no picture")})
    until(lambda: left() == [".mp4", ".png"], "only the film and its last preview are left", seconds=60)
    post = alice.status("A film", media_ids=[posted["id"]])
    said = {"status": "A film", "media_ids[]": posted["id"], "media_attributes[0][id]": posted["id"]}
    edited = alice.ok("PUT", f"/api/v1/statuses/{post['id']}", data=said,
                      files={"media_attributes[0][thumbnail]": ("green.png", cover(tmp_path, "green", "16x16"))})
    shown = edited["media_attachments"][0]
    assert edited["edited_at"] and (shown["description"], shown["meta"]["small"]["width"]) == ("Bars", 16) and left() == [".mp4", ".png"]
    bob.fails(404, "PUT", f"/api/v1/statuses/{post['id']}", data=said,
              files={"media_attributes[0][thumbnail]": ("red.png", cover(tmp_path, "red"))})
    assert left() == [".mp4", ".png"]


def test_it_is_posted_alone_and_only_when_it_is_ready(shared, alice, bob, anonymous, files):
    posted = upload(alice, "film.mp4", files["film.mp4"])
    got = alice.request("POST", "/api/v1/statuses", json={"status": "early", "media_ids": [posted["id"]]})
    assert got.status == 200 or (got.status == 422 and got.json["error"] == NOT_READY)
    film = converted(alice, "film.mp4", files["film.mp4"], description="Bars")
    sound = converted(alice, "sound.mp3", files["sound.mp3"])
    alice.fails(422, "POST", "/api/v1/statuses", "Cannot attach a video to a post that already contains images",
                json={"status": "both", "media_ids": [film["id"], sound["id"]]})
    status = alice.status("A film", media_ids=[film["id"]])
    seen = anonymous.get(f"/api/v1/statuses/{status['id']}")["media_attachments"]
    assert [(m["id"], m["type"], m["url"]) for m in seen] == [(film["id"], "video", film["url"])]
    assert seen[0]["meta"]["original"] == film["meta"]["original"]
    note = anonymous.request("GET", status["uri"], headers={"Accept": "application/activity+json"}).json
    document = note["attachment"][0]
    assert (document["mediaType"], document["url"], document["width"], document["height"]) == ("video/mp4", film["url"], 160, 120)
    assert document["blurhash"] == film["blurhash"] and document["duration"].startswith("PT1.") and document["icon"]["url"] == film["preview_url"]
    page = anonymous.request("GET", status["url"], headers={"Accept": "text/html"}).text
    assert f'<video class="medium" controls preload="none" src="{film["url"]}"' in page
    heard = alice.status("A sound", media_ids=[sound["id"]])
    assert "<audio " in anonymous.request("GET", heard["url"], headers={"Accept": "text/html"}).text


def test_words_are_changed_while_it_waits(alice, bob, files):
    posted = upload(alice, "film.webm", files["film.webm"], description="first")
    got = alice.request("PUT", f"/api/v1/media/{posted['id']}", json={"description": "second", "focus": "0.5,0.5"})
    assert got.status in (200, 206)
    whole = settled(alice, posted["id"]).json
    assert whole["url"] and whole["description"] == "second" and whole["meta"]["focus"] == {"x": 0.5, "y": 0.5}
    bob.fails(404, "GET", f"/api/v1/media/{posted['id']}")


def test_what_is_hostile_is_refused_at_once(shared, alice, files, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    ftyp = b"\0\0\0\x14ftypisom\0\0\2\0isom"
    shared.settled("MEDIA", "FILM")      # what other tests left to be done
    before = stored(shared)
    for name, content, error in [
        ("list.mp4", playlist, NOT_VERIFIED), ("list.m3u8", playlist, NOT_VERIFIED), ("concat.mp4", f"ffconcat version 1.0\nfile {secret}\n".encode(), NOT_VERIFIED),
        ("box.mp4", ftyp + playlist, NOT_VERIFIED), ("bones.mp4", files["film.mp4"][:40], NOT_VERIFIED), ("noise.mkv", b"\x1a\x45\xdf\xa3" + b"\xff" * 4000, NOT_VERIFIED),
        ("wide.mp4", files["wide.mp4"], "4096x2160 videos are not supported"), ("fast.mp4", files["fast.mp4"], "200fps videos are not supported"),
        ("large.mp4", ftyp + bytes(40 * 1024 * 1024), "Validation failed: File file size must be less than 40 MB"),
    ]:
        got = alice.request("POST", "/api/v2/media", files={"file": (name, content)})
        assert (got.status, got.json["error"]) == (422, error), name
    assert stored(shared) == before


def test_one_that_breaks_in_the_middle_fails_and_leaves_nothing(shared, alice, files):
    film = files["film.webm"]
    broken = film[:len(film) // 3] + bytes(len(film) - len(film) // 3)
    head = files["film.mp4"]
    cut = head[:head.index(b"mdat") + 4] + bytes(2000) + head[head.index(b"moov") - 4:]
    shared.settled("MEDIA", "FILM")      # what other tests left to be done
    before = stored(shared)
    for content in (broken, cut):
        got = alice.request("POST", "/api/v2/media", files={"file": ("x", content)})
        if got.status == 422:
            assert got.json["error"] == NOT_VERIFIED
            continue
        assert got.status == 202
        end = settled(alice, got.json["id"])
        if end.status == 422:
            assert end.json["error"] == "Error processing thumbnail for uploaded media"
            alice.fails(422, "POST", "/api/v1/statuses", NOT_READY, json={"status": "x", "media_ids": [got.json["id"]]})
        assert alice.request("DELETE", f"/api/v1/media/{got.json['id']}").status == 200
    until(lambda: stored(shared) == before, "nothing is left", seconds=60)


def test_the_original_is_kept_until_it_is_converted_and_never_served(shared, alice, anonymous, files):
    got = converted(alice, "film.mp4", files["film.mp4"])
    until(lambda: not [p for p in stored(shared) if p.suffix == ".original"], "the original is gone", seconds=60)
    assert anonymous.request("GET", got["url"].rsplit(".", 1)[0] + ".original").status == 404
    assert alice.delete(f"/api/v1/media/{got['id']}") == {}
    assert anonymous.request("GET", got["url"]).status == anonymous.request("GET", got["preview_url"]).status == 404


def test_a_crash_in_the_middle_loses_nothing_and_leaves_nothing(new_server, files, tmp_path):
    server = new_server()
    alice = server.account("alice")
    long = make(tmp_path, "long.mp4", "-f", "lavfi", "-i", "testsrc=s=640x480:r=25:d=6", "-c:v", "libx264", "-preset", "ultrafast")
    posted = upload(alice, "long.mp4", long)
    server.kill()
    assert [p.read_bytes() for p in stored(server) if p.suffix == ".original"] in ([long], [])
    server.start()
    got = settled(alice, posted["id"])
    assert got.status == 200 and got.json["meta"]["original"]["width"] == 640
    def left():
        names = sorted(str(p.relative_to(server.data)) for p in stored(server))
        assert sorted(name[-4:] for name in names) == [".jpg", ".mp4"], names
        return True
    until(left, "only the film and its preview are left", seconds=60)
    assert server.anonymous().request("GET", got.json["url"]).status == 200


def test_a_server_that_stops_ends_the_conversion_and_takes_it_up_again(new_server, tmp_path):
    server = new_server(delivery_retry_s=1)
    alice = server.account("alice")
    long = make(tmp_path, "long.mp4", "-f", "lavfi", "-i", "testsrc=s=1280x720:r=25:d=6", "-c:v", "libx264", "-preset", "ultrafast")
    posted = upload(alice, "long.mp4", long)
    server.restart()
    assert settled(alice, posted["id"]).status == 200


def test_the_limits_are_those_of_the_instance_document(anonymous):
    for path in ("/api/v1/instance", "/api/v2/instance"):
        said = anonymous.get(path)["configuration"]["media_attachments"]
        assert (said["video_size_limit"], said["video_matrix_limit"], said["video_frame_rate_limit"]) == (40 * 1024 * 1024, 8294400, 120)
        assert {"video/mp4", "video/webm", "video/quicktime", "audio/mpeg", "audio/ogg", "audio/flac", "audio/wav", "audio/m4a"} <= set(said["supported_mime_types"])


def test_without_ffmpeg_only_pictures_are_taken(new_server, files):
    server = new_server(ffmpeg_dir="/nonexistent")
    alice = server.account("alice")
    alice.fails(422, "POST", "/api/v2/media", "This server takes pictures only: it has no ffmpeg to convert films and sounds with",
                files={"file": ("film.mp4", files["film.mp4"])})
    said = server.anonymous().get("/api/v2/instance")["configuration"]["media_attachments"]
    assert said["video_size_limit"] == 0 and all(m.startswith("image/") for m in said["supported_mime_types"])
