"""Pages, headers, uploads, parsers: what a client may send, and what a browser is given."""
import hashlib
import http.client
import json
import pathlib
import re
import socket
import struct
import subprocess
import time
import zlib

import pytest
import requests
from howdah import Api
from howdah.advisory import replays
from howdah.browser import Browser
from howdah.remote import ACTIVITY
from howdah.wait import stretch, until

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(*chunks):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\x00" + b"\x20\x40\x60" * 8 for _ in range(8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + b"".join(chunk(k, d) for k, d in chunks)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def html(server, path, **headers):
    return requests.get(server.url + path, headers={"Accept": "text/html", **headers}, timeout=30, allow_redirects=False)


def signed_in(server, who):
    return Browser(server.url).go("/auth/sign_in").sign_in(who.email, who.password)


# ---- headers ----

@replays("MASTO-4.1.5#26105", "GTS-02d6e2e3b", "SNAC-292b2fd")
def test_every_page_has_its_policy(scene):
    post = scene.alice.status("a page")
    for path in ("/", "/about", f"/@{scene.alice.name}", f"/@{scene.alice.name}/{post['id']}", "/auth/sign_in", "/nothing", "/privacy-policy", "/tags/x"):
        got = html(scene.server, path)
        policy = got.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "*" not in policy, (path, policy)
        assert "base-uri 'none'" in policy and "form-action" in policy, (path, policy)
        assert got.headers["X-Content-Type-Options"] == "nosniff" and "Referrer-Policy" in got.headers, (path, got.headers)
        assert "camera=()" in got.headers["Permissions-Policy"], path
    page = signed_in(scene.server, scene.alice)
    assert page.go("/settings/security").reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@replays("MASTO-3.1.0#12714", "GHSA-m9qf-3pfj-2r86")
def test_pages_of_ones_own_are_not_kept(scene):
    page = signed_in(scene.server, scene.alice)
    for path in ("/settings/profile", "/settings/export", "/settings/security", "/oauth/authorized_applications"):
        said = page.go(path).reply.headers["Cache-Control"]
        assert "no-store" in said and "public" not in said, (path, said)
    for path in ("/api/v1/accounts/verify_credentials", "/api/v1/timelines/home", "/api/v1/notifications"):
        said = scene.alice.request("GET", path).headers["Cache-Control"]
        assert "private" in said or "no-store" in said, (path, said)


@replays("GHSA-xqw8-4j56-5hj6", "MASTO-4.3.0#27792")
def test_nobody_is_led_away(scene):
    note = scene.mention(scene.mallory, "elsewhere")
    seen = scene.look(note["id"])["statuses"][0]
    for path in ("/web/%2Fevil.example", "/web/%2F%2Fevil.example:443/x", "/web/%5Cevil.example", "//evil.example", "/%2Fevil.example", "/\\evil.example",
                 f"/@{scene.mallory.handle}", f"/@{scene.mallory.handle}/{seen['id']}", "/auth/sign_in?return_to=//evil.example",
                 "/auth/sign_in?return_to=https://evil.example", "/auth/sign_in?return_to=/%5Cevil.example"):
        got = html(scene.server, path)
        where = got.headers.get("Location", "/")
        assert re.match(r"/(?![/\\])", where) or where.startswith(f"http://{scene.server.domain}/"), (path, where)
    page = Browser(scene.server.url).go("/auth/sign_in?return_to=//evil.example/")
    page.sign_in(scene.alice.email, scene.alice.password)
    assert page.away is None


@replays("AKK-3.18-utf8")
def test_names_that_are_no_text(scene):
    for path in ("/@%ff%fe", "/users/%00", "/api/v1/accounts/lookup?acct=%ff", "/@%00", "/tags/%ff", "/users/%c0%af", "/.well-known/webfinger?resource=acct:%ff@x"):
        for accept in ("text/html", ACTIVITY):
            got = requests.get(scene.server.url + path, headers={"Accept": accept}, timeout=30)
            assert got.status_code in (400, 404), (path, got.status_code)


@replays("MASTO-3.4.6#15828", "CVE-2023-24812")
def test_what_is_no_number_or_word(scene):
    odd = ["'", "1'--", "\\", "1\\' OR 1=1--", "9" * 20, "9" * 400, "-1", "%00", "1 OR 1", "id[]=1", "1;DROP TABLE statuses", "%"]
    for value in odd:
        for path in ("/api/v1/statuses/{}", "/api/v1/accounts/{}", "/api/v1/lists/{}", "/api/v1/polls/{}", "/api/v1/notifications/{}", "/api/v1/timelines/tag/{}"):
            got = scene.alice.request("GET", path.format(requests.utils.quote(value, safe="%")))
            assert got.status < 500 and "sql" not in got.text.lower() and "syntax" not in got.text.lower(), got
        for name in ("max_id", "min_id", "limit", "since_id"):
            got = scene.alice.request("GET", "/api/v1/timelines/home", params={name: value})
            assert got.status < 500 and "sql" not in got.text.lower(), got
    for params in ({"q[]": "x"}, {"q[a]": "x"}, {"q": "' OR 1=1--"}, {"q": "%"}, {"q": "_"}, {"q": "\\"}):
        assert scene.alice.request("GET", "/api/v2/search", params=params).status in (200, 400, 422)
    assert scene.alice.request("POST", "/api/v1/statuses", json={"status": {"a": 1}, "visibility": ["x"]}).status in (400, 422)


@replays("PL-2.0.0")
def test_a_page_has_an_end(scene):
    for limit in ("1000000", "-1", "1e9", "abc", "0", "99999999999999999999"):
        for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", f"/api/v1/accounts/{scene.alice.id}/statuses", "/api/v1/bookmarks",
                     f"/api/v1/accounts/{scene.alice.id}/followers", "/api/v1/accounts/search?q=a", "/api/v1/directory", "/api/v1/trends/tags"):
            got = scene.alice.request("GET", path, params={"limit": limit})
            assert got.status in (200, 400, 422) and (got.status != 200 or len(got.json) <= 80), got


@replays("GHSA-6x3w-9g92-gvf3", "MASTO-3.4.2#16942")
def test_names_have_their_length(scene):
    for method, path, body in (
            ("POST", "/api/v1/lists", {"title": "x" * 257}), ("POST", "/api/v2/filters", {"title": "x" * 257, "context": ["home"]}),
            ("POST", "/api/v2/filters", {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "x" * 513}]}),
            ("POST", "/api/v1/filters", {"phrase": "x" * 600000, "context": ["home"]}),
            ("POST", f"/api/v1/accounts/{scene.bob.id}/note", {"comment": "x" * 500000})):
        reply = scene.alice.request(method, path, json=body)
        assert reply.status in (413, 422), reply


@replays("PL-2.1.1-meta", "AKK-2024.04-og", "AKK-2023.08-embed", "AKK-3.17-rss")
def test_what_is_closed_says_nothing_in_its_head(new_server):
    """Where timelines are for users alone, neither they nor their feeds are told to crawlers; what is not public is told nowhere."""
    server = new_server()
    alice = server.account("alice")
    hidden, secret = alice.status("between us #quokka", visibility="private"), alice.status("among us #quokka", visibility="direct")
    alice.status("an open word #quokka")
    server.cli("config", "set", "timelines_public", "authenticated")
    until(lambda: server.anonymous().request("GET", "/api/v1/timelines/tag/quokka").status in (401, 422), "the setting holds")
    for path in (f"/@alice/{hidden['id']}", f"/@alice/{secret['id']}", f"/@alice/{hidden['id']}/embed", "/@alice", "/@alice.rss", "/@alice.atom"):
        got = html(server, path, **{"User-Agent": "facebookexternalhit/1.1"})
        assert "between us" not in got.text and "among us" not in got.text, path
    for path in ("/tags/quokka", "/tags/quokka.rss", "/"):
        assert "an open word" not in html(server, path).text, path


# ---- uploads ----

CODERS = {
    "mvg": b"push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://127.0.0.1/x.php?`id`'\npop graphic-context\n",
    "msl": b'<?xml version="1.0"?><image><read filename="caption:@/etc/passwd"/><write filename="/tmp/x.php"/></image>', "svg": SVG,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(/etc/passwd) (r) file\n", "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n",
    "caption": b"caption:@/etc/passwd", "xps": b"PK\x03\x04" + b"\0" * 100, "html": b"<!doctype html><script>alert(1)</script>",
    "m3u8": b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "concat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}


@replays("GHSA-9928-3cp5-93fm", "GTS-#3251", "MASTO-4.1.3#25756", "PL-2.0.3-csp")
def test_files_that_tell_their_reader_what_to_do(scene):
    for name, body in CODERS.items():
        for file, type in ((name + ".png", "image/png"), (name + ".mp4", "video/mp4")):
            got = scene.alice.request("POST", "/api/v2/media", files={"file": (file, body, type)})
            assert got.status == 422 and "root:" not in got.text, (name, got)
    for body in CODERS.values():
        got = scene.alice.request("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("x.png", body, "image/png")})
        assert got.status == 422
    media = scene.alice.ok("POST", "/api/v2/media", files={"file": ("x.png", png(), "image/png")})
    for url in (media["url"], media["preview_url"]):
        got = scene.alice.request("GET", url, headers={"Accept": "text/html"})
        assert got.status == 200 and got.type.startswith("image/") and got.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got.headers["Content-Security-Policy"] and "default-src 'none'" in got.headers["Content-Security-Policy"]


INTRUDER = """#!/usr/bin/python3 -IS
import os
import _socket
def tried(do):
    try:
        return do()
    except OSError:
        pass
def call():
    s = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    s.connect(("127.0.0.1", {port}))
tried(call)
if tried(os.fork) == 0:
    tried(call)
    os._exit(0)
tried(lambda: os.execve("/usr/bin/python3", ["python3", "-c", "import socket; socket.create_connection(('127.0.0.1', {port}))"], {{}}))
{then}
"""


def came(trap):
    """How many have connected."""
    n = 0
    while True:
        try:
            trap.accept()[0].close()
            n += 1
        except BlockingIOError:
            return n


def runs(path):
    """Is a process there that was started with this among its words?"""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(path).encode() in (folder / "cmdline").read_bytes():
                return True
        except OSError:
            pass
    return False


@replays("CVE-2026-8461")
@pytest.mark.parametrize("then", ["print('{}')", "x = bytearray(16 << 30)", "os.abort()"], ids=["goes", "eats", "crashes"])
def test_a_decoder_that_was_taken_over_reaches_nothing(new_server, tmp_path, then):
    """The sample is not public: so the decoder is one that a file has taken over already, in place of ffmpeg and ffprobe."""
    trap = socket.create_server(("127.0.0.1", 0))
    trap.setblocking(False)
    for name in ("free", "ffmpeg", "ffprobe"):
        (tmp_path / name).write_text(INTRUDER.format(port=trap.getsockname()[1], then=then if name != "free" else "pass"))
        (tmp_path / name).chmod(0o755)
    subprocess.run([tmp_path / "free"], check=True, timeout=stretch(60))
    until(lambda: came(trap), "it does call where nothing holds it")
    server = new_server(ffmpeg_dir=str(tmp_path))
    alice = server.account("alice")
    film = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0\0\0\x08free" * 1000
    came(trap)
    for _ in range(2):
        alice.fails(422, "POST", "/api/v2/media", files={"file": ("x.mp4", film, "video/mp4")})
    assert alice.ok("POST", "/api/v2/media", files={"file": ("x.png", png(), "image/png")})["url"], "pictures are taken all along"
    assert alice.status("still here")["id"] and came(trap) == 0 and not runs(tmp_path / "ff")
    trap.close()


@replays("MASTO-3.0.0#12057", "MASTO-2.5.1#8714")
def test_pictures_keep_nothing_of_their_maker(scene):
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0SecretCam GPS 52.5"
    body = png((b"tEXt", b"Comment\0SecretCam"), (b"eXIf", exif[6:]), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x>SecretCam</x>"))
    media = scene.alice.ok("POST", "/api/v2/media", files={"file": ("x.png", body, "image/png")})
    for url in (media["url"], media["preview_url"]):
        assert b"SecretCam" not in scene.alice.request("GET", url).content
    them = scene.alice.ok("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("x.png", body, "image/png"), "header": ("x.png", body, "image/png")})
    for url in (them["avatar"], them["header"]):
        got = scene.alice.request("GET", url)
        assert got.status == 200 and b"SecretCam" not in got.content


# ---- parsers ----

def raw(server, data, more_to_come=False):
    """The status that a connection's first answer has; None where it is closed without one. A server may let go of a request whose sender
    has said that nothing more will come."""
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=stretch(30)) as s:
        try:
            s.sendall(data)
            if not more_to_come:
                s.shutdown(socket.SHUT_WR)
            got = b""
            while b"\r\n" not in got:
                more = s.recv(4096)
                if not more:
                    return None
                got += more
        except OSError:
            return None
    return int(got.split()[1])


@replays("SNAC-0da9369")
def test_requests_that_are_none(scene):
    host = f"Host: {scene.server.domain}\r\n".encode()
    for head in (b"X: a\0b\r\n", b"X: a\r\n b\r\n", b"X: " + b"a" * 100000 + b"\r\n", b"".join(b"X%d: a\r\n" % n for n in range(1000)),
                 b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: -1\r\n",
                 b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked, identity\r\n", b"X y: a\r\n", b": a\r\n", b"X\r\n"):
        got = raw(scene.server, b"POST /api/v1/statuses HTTP/1.1\r\n" + host + head + b"\r\nhello")
        assert got is None or 400 <= got < 500, (head[:40], got)
    for line in (b"GET / HTTP/9.9\r\n", b"GET\r\n", b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n", b"get / HTTP/1.1\r\n"):
        got = raw(scene.server, line + b"\r\n")
        assert got is None or 400 <= got < 600, (line[:40], got)
    assert raw(scene.server, b"GET / HTTP/1.1\r\n" + host + b"Host: b\r\n\r\n", more_to_come=True) == 400
    assert raw(scene.server, b"GET / HTTP/1.1\r\n" + host + b"\r\n", more_to_come=True) == 200
    assert raw(scene.server, b"GET /api/v1/instance HTTP/1.1\r\n" + host + b"X: \xff\xfe\r\n\r\n") in (200, 400, None)
    assert scene.alice.request("GET", "/api/v1/instance").status == 200


@replays("SNAC-3099d17")
def test_forms_that_are_none(scene):
    def part(head, body=b"x"):
        return b"--B\r\n" + head + b"\r\n\r\n" + body + b"\r\n"
    end = b"--B--\r\n"
    named = b'Content-Disposition: form-data; name="status"'
    for boundary, body in (
            ("B", part(b"Content-Disposition: form-data") + end), ("B", part(b'Content-Disposition: form-data; name="file"; filename=""') + end),
            ("B", part(b'Content-Disposition: form-data; name="a\0b"', b"a\0b") + end), (None, part(named) + end), ("x" * 200, part(named) + end),
            ("B", part(named)[:-2] + b"--B-"), ("B", part(b"X: " + b"a" * 65536 + b"\r\n" + named) + end), ("B", part(b"Content-Type: multipart/mixed; boundary=C\r\n" + named,
                                                                                                             b"--C\r\n\r\nx\r\n--C--") + end),
            ("B", b"".join(part(b'Content-Disposition: form-data; name="k%d"' % n) for n in range(10000)) + end), ("B", b""), ("B", b"\0" * 1000)):
        type = "multipart/form-data" + (f"; boundary={boundary}" if boundary else "")
        for path in ("/api/v2/media", "/api/v1/statuses"):
            got = requests.post(scene.server.url + path, data=body, headers={"Content-Type": type, "Authorization": f"Bearer {scene.bob.token}"}, timeout=30)
            assert got.status_code in (200, 400, 413, 422), (boundary, body[:60], got.status_code)


# ---- the house itself ----

COPIES = {
    "accounts": "id, silenced_us, suspended_us, deleted_us, version, username, username_key, domain, uri, actor_type, display_name, display_key, note, fields,"
                " emojis, locked, bot, discoverable, indexable, hide_collections, also_known_as, created_us, fetched_us",
    "account_stats": "account_id, statuses_count, followers_count, following_count, last_status_us",
    "users": "account_id, email, email_key, password_hash, role, confirmed_us, approved, disabled_us, locale, default_privacy, default_sensitive,"
             " created_us, last_active_us, home_built_us",
    "follows": "id, account_id, target_id, show_reblogs, notify, created_us"}
OWN = {"id": "id + i", "account_id": "account_id + i", "username": "username || i", "username_key": "username_key || i", "uri": "uri || i",
       "email": "email || i", "email_key": "email_key || i", "home_built_us": "0"}


def copied(server, who, n):
    """As many more like this one, with what they follow; their tokens are secret-1, secret-2 and so on."""
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})"
    for table, columns in COPIES.items():
        key = "id" if table == "accounts" else "account_id"
        values = ", ".join(OWN.get(c.strip(), c.strip()) for c in columns.split(","))
        server.sql(f"INSERT INTO {table} ({columns}) {numbers} SELECT {values} FROM n, {table} WHERE {key} = {who.id}")
    tokens = [f"({int(who.id) + i}, '{hashlib.sha256(f'secret-{i}'.encode()).hexdigest()}', {int(who.id) + i}, 'read', 1, 0, 0)" for i in range(1, n + 1)]
    for begin in range(0, n, 500):     # an argument of a command has a limit
        server.sql("INSERT INTO tokens (id, token_hash, account_id, scopes, created_us, revoked_us, last_used_us) VALUES "
                   + ", ".join(tokens[begin:begin + 500]))


@replays("GTS-#1117")
def test_timelines_that_nobody_reads_are_not_kept_in_memory(new_server):
    """Six hundred people open their home timeline, and two hundred once more; what the process holds for them has a bound."""
    server = new_server()
    alice, reader = server.account("alice"), server.account("reader")
    reader.follow(alice.me())
    for n in range(20):
        alice.status(f"post {n}, " + "of some length, " * 20)
    server.settled()
    copied(server, reader, 600)

    def resident():
        with open(f"/proc/{server.process.pid}/statm") as f:
            return int(f.read().split()[1]) * 4096

    def look(people):
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=stretch(60))
        for n in range(1, people + 1):
            connection.request("GET", "/api/v1/timelines/home", headers={"Authorization": f"Bearer secret-{n}"})
            answer = connection.getresponse()
            assert answer.status == 200 and b"post 19, of some" in answer.read()
        connection.close()
        return resident()
    reader.home()
    before = resident()
    first, again = look(600), look(200)
    assert first - before < 16 << 20 and again - first < 8 << 20, (before, first, again)


@replays("MASTO-3.4.6#17430")
def test_a_reports_words_are_text(scene):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    scene.bob.post("/api/v1/reports", {"account_id": scene.alice.id, "comment": evil})
    m = scene.mallory
    m.send(scene.inbox, m.activity("Flag", [scene.actor], content=evil))
    scene.settle()
    said = scene.server.cli("report", "list")
    ids = re.findall(r"^\s*(\d+)", said, re.M)
    assert ids and any(evil in scene.server.cli("report", "show", i) for i in ids[:5]), "kept as the text it is; the command line shows text"
    assert evil not in html(scene.server, f"/@{scene.alice.name}").text


@replays("PL-2.5.3-perm")
def test_secrets_are_for_the_server_alone(scene):
    for f in scene.server.data.iterdir():
        if "secret" in f.name or f.suffix == ".key":
            assert f.stat().st_mode & 0o077 == 0, f
