"""Who is signed in, with what, for how long; streams; guessing; and sign-ups."""
import re
import time

import pytest
import requests
from howdah import Api
from howdah.advisory import replays
from howdah.browser import Browser
from howdah.joining import app_of, person
from howdah.mail import MailSink, link_in
from howdah.stream import SseStream, WsStream
from howdah.wait import stretch, until

OOB = "urn:ietf:wg:oauth:2.0:oob"


def signed_in(server, who):
    return Browser(server.url).go("/auth/sign_in").sign_in(who.email, who.password)


def is_in(page):
    return "Sign out" in page.go("/").text


def form_at(page, path, action):
    page.go(path)
    return next(f for f in page.page.forms if f.action == action)


class App:
    """An application that somebody lets in."""

    def __init__(self, server, scopes="read write follow push"):
        self.nobody, self.scopes = Api(server.url), scopes
        made = self.nobody.post("/api/v1/apps", data={"client_name": "App", "redirect_uris": OOB, "scopes": scopes})
        self.keys = {"client_id": made["client_id"], "client_secret": made["client_secret"]}

    def url(self, **more):
        import urllib.parse
        return "/oauth/authorize?" + urllib.parse.urlencode({"response_type": "code", "client_id": self.keys["client_id"], "redirect_uri": OOB,
                                                             "scope": self.scopes, **more})

    def token(self, code, **changes):
        return self.nobody.request("POST", "/oauth/token", data={"grant_type": "authorization_code", "code": code, "redirect_uri": OOB, **self.keys, **changes})

    def let_in(self, server, who):
        got = self.token(Browser(server.url).authorize(self.url(), who))
        assert got.status == 200, got
        return Api(server.url, got.json["access_token"])

    def revoke(self, api):
        return self.nobody.request("POST", "/oauth/revoke", data={"token": api.token, **self.keys})


def dead(api):
    assert api.request("GET", "/api/v1/accounts/verify_credentials").status in (401, 403)
    return True


# ---- streams end with what opened them ----

@replays("MASTO-3.3.0#15111", "PL-2.4.4", "GHSA-vp5r-5pgw-jwqx", "GHSA-7w3c-p9j8-mq3x")
def test_streams_end_with_their_token(scene):
    who = scene.server.account()
    app = App(scene.server)
    for way in ("revoked", "app sent away"):
        api = app.let_in(scene.server, who)
        with WsStream(api, "user") as ws, SseStream(api, "/api/v1/streaming/user") as sse:
            if way == "revoked":
                assert app.revoke(api).status == 200
            else:
                page = signed_in(scene.server, who).go("/oauth/authorized_applications")
                page.submit(next(f for f in page.page.forms if "/oauth/authorized_applications/" in f.action))
            ws.wait_end()
            sse.wait_end()
        assert dead(api)


@replays("GHSA-r2fh-jr9c-9pxh", "MASTO-3.5.3#18524", "GTS-#2371")
def test_who_is_shut_out_has_nothing_open(scene):
    who = scene.server.account()
    page = signed_in(scene.server, who)
    with WsStream(who, "user") as stream:
        scene.server.cli("account", "disable", who.name)
        stream.wait_end()
        scene.alice.status(f"hello @{who.name}")
        assert stream.events == []
    for path in ("/api/v1/timelines/public", "/api/v1/apps/verify_credentials", "/api/v1/accounts/verify_credentials", "/api/v1/notifications", "/api/v1/streaming/user",
                 "/api/v2/search?q=x", "/api/v1/instance/domain_blocks"):
        if path != "/api/v1/instance/domain_blocks":
            assert who.request("GET", path).status in (401, 403), path
    assert who.request("POST", "/api/v2/media", files={"file": ("x.png", b"x", "image/png")}).status in (401, 403)
    assert not is_in(page)


@replays("GHSA-94h4-fj37-c825", "GTS-#2371")
def test_who_is_not_let_in_yet_reads_nothing(new_server):
    """Neither confirmed nor approved; what is said to users alone is not said to them."""
    server = new_server()
    for key, value in (("registrations", "approval"), ("confirm_email", "off"), ("show_domain_blocks", "users")):
        server.cli("config", "set", key, value)
    server.cli("blocks", "add", "spam.example.org")
    server.restart()
    reply = app_of(server).request("POST", "/api/v1/accounts", data=person(reason="please"))
    assert reply.status == 200, reply
    pending = Api(server.url, reply.json["access_token"])
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", "/api/v1/accounts/verify_credentials", "/api/v1/lists"):
        assert pending.request("GET", path).status in (401, 403), path
    assert pending.request("POST", "/api/v1/statuses", json={"status": "x"}).status in (401, 403)
    for nobody in (pending, server.anonymous()):
        assert nobody.request("GET", "/api/v1/instance/domain_blocks").status in (401, 403, 404)
    alice, disabled = server.account("alice"), server.account("disabled")
    assert [b["domain"] for b in alice.get("/api/v1/instance/domain_blocks")] == ["spam.example.org"]
    server.cli("account", "disable", "disabled")
    assert disabled.request("GET", "/api/v1/instance/domain_blocks").status in (401, 403, 404)


@replays("MASTO-3.4.2#16943")
def test_a_session_is_ended_from_another(scene):
    who = scene.server.account()
    page, other = signed_in(scene.server, who), signed_in(scene.server, who)
    form = next(f for f in page.go("/settings/security").page.forms if re.match(r"/settings/security/sessions/\d+", f.action))
    page.submit(form)
    until(lambda: not is_in(other), "the other browser is signed out")
    assert is_in(page)


@replays("MASTO-4.1.0#21325")
def test_a_new_password_by_mail_ends_everything(limited, sink):
    who = limited.account()
    api, page = App(limited).let_in(limited, who), signed_in(limited, who)
    other = Browser(limited.url).go("/auth/password")
    with WsStream(api, "user") as stream:
        other.submit(other.form("email"), email=who.email)
        other.go(link_in(sink.wait_for(who.email)))
        other.submit(other.form("password"), password="battery staple horse")
        stream.wait_end()
    assert dead(api) and not is_in(page)


# ---- scopes of streams ----

@replays("GHSA-7gwh-mw97-qjgp", "MASTO-2.8.4")
def test_a_stream_wants_its_scope(scene):
    for scopes in ("profile", "write"):
        api = Api(scene.server.url, scene.server.token(scene.alice.name, scopes))
        for path in ("user", "public", "public/local", "public/remote", "hashtag?tag=x", "direct", "user/notification", "list?list=1"):
            with SseStream(api, "/api/v1/streaming/" + path) as stream:
                assert stream.status in (401, 403), (scopes, path)
        for name in ("public", "public:local", "public:remote:media", "hashtag", "list", "user"):
            with pytest.raises(Exception, match="Handshake status 401"):
                WsStream(api, name, tag="x", list="1")
    narrow = Api(scene.server.url, scene.server.token(scene.alice.name, "read:notifications"))
    with SseStream(narrow, "/api/v1/streaming/user/notification") as stream:
        assert stream.status == 200
    with SseStream(narrow, "/api/v1/streaming/user") as stream:
        if stream.status == 200:
            scene.alice.status("a post that is none of its business")
            scene.settle()
            hey = scene.bob.status(f"@{scene.alice.name} hey")
            got = stream.take_until(lambda e: e["event"] == "notification" and (e["payload"].get("status") or {}).get("id") == hey["id"])
            assert "update" not in [e["event"] for e in got]
    with WsStream(scene.alice, "user", how="query"):
        pass
    assert scene.alice.token not in scene.server.log(), "a token in an address is not logged"


@replays("PL-2.5.2-ws")
def test_closed_timelines_have_closed_streams(new_server):
    server = new_server()
    server.cli("config", "set", "timelines_public", "authenticated")
    anonymous = server.anonymous()
    until(lambda: anonymous.request("GET", "/api/v1/timelines/public").status in (401, 422), "the setting holds")
    for path in ("/api/v1/streaming/public", "/api/v1/streaming/public/local", "/api/v1/streaming/hashtag?tag=x"):
        assert anonymous.request("GET", path).status == 401
    server.account().status("a word for users #x")
    for path in ("/tags/x.rss", "/tags/x.json", "/tags/x", "/"):
        assert "a word for users" not in anonymous.request("GET", path).text, path


@replays("GHSA-r33c-qg3g-v9cr", "PL-2.0.5", "AKK-3.18-stream")
def test_streams_carry_what_one_may_see(scene):
    a, b = scene.alice, scene.bob
    mine = a.post("/api/v1/lists", {"title": "mine"})["id"]
    other = scene.server.account()
    with WsStream(b) as stream:
        stream.subscribe("list", list=mine)
        assert stream.wait("error")
        stream.subscribe("public:local")
        stream.subscribe("hashtag", tag="hidden")
        other.status("secret #hidden", visibility="private")
        other.status(f"secret #hidden @{a.name}", visibility="direct")
        last = other.status("open #hidden")
        got = [stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == last["id"]) for _ in range(2)]
        assert len(got) == 2 and not [e for e in stream.events if e["event"] == "update" and "secret" in str(e["payload"])]


# ---- OAuth ----

@replays("MITRA-4.12.0", "GTS-#4232", "CVE-2021-39169")
def test_a_code_is_for_its_app_once(scene):
    app, other, who = App(scene.server, "read"), App(scene.server, "read"), scene.server.account()
    page = Browser(scene.server.url)
    code = page.authorize(app.url(code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method="S256"), who)
    assert other.token(code).json["error"] == "invalid_grant"
    for verifier in ({}, {"code_verifier": "wrong" * 10}):
        assert app.token(code, **verifier).json["error"] == "invalid_grant"
    got = app.token(code, code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert got.status == 200
    token = Api(scene.server.url, got.json["access_token"])
    assert token.me()["username"] == who.name
    assert app.token(code, code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").json["error"] == "invalid_grant"
    page = signed_in(scene.server, who)
    page.go(app.url(code_challenge="x" * 43, code_challenge_method="plain"))
    assert page.reply.status_code == 400 or "invalid_request" in (page.away or "")
    assert "access_token" not in (page.away or "")


@replays("MASTO-3.1.4#13613")
def test_an_apps_secret_is_told_once(scene):
    app, who = App(scene.server), scene.server.account()
    api = app.let_in(scene.server, who)
    assert app.keys["client_secret"] not in api.request("GET", "/api/v1/apps/verify_credentials").text
    page = signed_in(scene.server, who)
    for path in ("/oauth/authorized_applications", "/oauth/authorized_applications.json"):
        assert app.keys["client_secret"] not in page.go(path).text


@replays("AKK-2023.02-lookup")
def test_nobody_becomes_an_admin_by_asking(scene):
    app, who = App(scene.server, "read"), scene.server.account()
    page = signed_in(scene.server, who)
    page.go(app.url(scope="admin:write"))
    assert not page.page.codes and page.reply.status_code >= 400 and not any("decision" in str(f.buttons) for f in page.page.forms)
    got = app.nobody.request("POST", "/oauth/token", data={"grant_type": "client_credentials", "scope": "admin:write", **app.keys})
    assert got.status == 400 or "admin" not in got.json["scope"]


@replays("CVE-2025-24897", "GTS-f848aaa81", "GHSA-w98m-j6hq-cwjm")
def test_cookies_do_nothing_for_other_sites(scene):
    who = scene.server.account()
    page = signed_in(scene.server, who)
    assert all("samesite=lax" in c.lower() or "samesite=strict" in c.lower() for c in page.session.get(
        scene.server.url + "/auth/sign_in").raw.headers.getlist("Set-Cookie"))
    for path in ("/settings/profile", "/settings/security/password", "/settings/delete", "/settings/preferences", "/auth/sign_out", "/oauth/authorize"):
        form = {"current_password": who.password, "password": "x" * 12}
        for origin in ("https://evil.example", "null"):
            got = page.session.post(scene.server.url + path, data=form, headers={"Origin": origin}, allow_redirects=False, timeout=30)
            assert got.status_code in (400, 401, 403, 422) or got.headers.get("Location", "").startswith("/auth/sign_in"), (path, got.status_code)
    assert is_in(page)
    cookies = dict(page.session.cookies)
    page.submit(next(f for f in page.go("/").page.forms if f.action == "/auth/sign_out"))
    old = Browser(scene.server.url)
    old.session.cookies.update(cookies)
    assert not is_in(old)


# ---- second factors ----

@replays("GHSA-2m5x-5mp6-6vpq", "MASTO-3.3.0#14802", "MASTO-4.2.4#28801")
def test_second_factors(new_server):
    """A code is good once; half a sign-in dies with the password; guesses run out."""
    import base64
    import hmac
    import struct
    server = new_server(rate_limits="on", clock_offset_s=str(1 - int(time.time()) % 3600))
    offset = int(server.settings["clock_offset_s"])
    who = server.account()
    at = "/settings/security/two_factor"

    def code(seed, ahead=0):
        mac = hmac.digest(base64.b32decode(seed), struct.pack(">Q", (int(time.time()) + offset) // 30 + ahead), "sha1")
        return f"{(int.from_bytes(mac[(mac[-1] & 15):(mac[-1] & 15) + 4], 'big') & 0x7fffffff) % 1000000:06}"
    page = signed_in(server, who)
    page.submit(form_at(page, at, at), current_password=who.password)
    seed = page.page.codes[0]
    page.submit(next(f for f in page.page.forms if f.action == at + "/prove"), code=code(seed))
    recovery = page.page.codes
    assert len(recovery) == 10
    one, two = signed_in(server, who), signed_in(server, who)
    used = code(seed, 1)
    one.submit(one.page.forms and one.form("code"), code=used)
    assert "Sign out" in one.text
    two.submit(two.form("code"), code=used)
    assert two.reply.status_code == 401, "a code is good once"
    half = two.form("code")
    page.submit(form_at(page, "/settings/security", "/settings/security/password"), current_password=who.password, password="battery staple horse")
    two.submit(half, code=recovery[0])
    assert two.reply.status_code in (401, 422) and not is_in(two)
    who.password = "battery staple horse"
    last = signed_in(server, who)
    for _ in range(60):
        last.submit(last.form("code"), code="000000")
        if last.reply.status_code == 429:
            break
    assert last.reply.status_code == 429


# ---- guessing, and asking too often ----

@pytest.fixture(scope="module")
def sink():
    sink = MailSink()
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def limited(tmp_path_factory, sink):
    from howdah import Server
    # Its clock stands at the beginning of an hour, where every window begins.
    with Server(tmp_path_factory.mktemp("limited"), smtp_url=sink.url, rate_limits="on", clock_offset_s=str(1 - int(time.time()) % 3600)) as server:
        yield server


def until_429(ask, most=120):
    """Twice what is allowed, in case a window ends meanwhile."""
    for _ in range(most):
        if ask() == 429:
            return
    raise AssertionError(f"{most} times and never too often")


@replays("SNAC-login", "MITRA-3.10.0", "GHSA-q3rg-xx5v-4mxh")
def test_guesses_run_out(limited):
    who = limited.account()

    def sign_in():
        page = Browser(limited.url)
        page.session.headers["X-Forwarded-For"] = "192.0.2.20"
        page.go("/auth/sign_in")
        return page.submit(page.form("email", "password"), email=who.name, password="").reply.status_code
    until_429(sign_in)
    keys = {"client_id": "x", "client_secret": "y"}
    from_there = {"X-Forwarded-For": "192.0.2.21"}
    until_429(lambda: limited.anonymous().request("POST", "/oauth/token", headers=from_there, data={
        "grant_type": "authorization_code", "code": "guess", "redirect_uri": OOB, **keys}).status, 700)
    other = limited.account()
    page = Browser(limited.url)
    page.session.headers["X-Forwarded-For"] = "192.0.2.22"
    page.go("/auth/sign_in").sign_in(other.email, other.password)

    def change():
        form = form_at(page, "/settings/security", "/settings/security/password")
        return page.submit(form, current_password="a guess", password="battery staple horse").reply.status_code
    until_429(change)


@replays("GHSA-84ch-6436-c7mg", "MASTO-3.1.3#13360", "GHSA-v39f-c9jj-8w7h")
def test_mails_are_not_asked_for_without_end(limited):
    def resend():
        page = Browser(limited.url)
        page.session.headers["X-Forwarded-For"] = "192.0.2.30"
        page.go("/auth/confirmation")
        if page.reply.status_code == 429:
            return 429
        form = page.form("email")
        return page.submit(form, **{form.field("email"): "somebody@example.com"}).reply.status_code
    until_429(resend)


@replays("GHSA-c2r5-cfqr-c553", "GHSA-wwrj-3hvj-prpm")
def test_an_address_is_not_what_one_says(new_server):
    """Nobody is a proxy here: whatever a header says, the peer is counted, loopback as all others."""
    server = new_server(rate_limits="on", trusted_proxies="192.0.2.0/24", clock_offset_s=str(1 - int(time.time()) % 3600))
    left = []
    for n in range(5):
        reply = server.anonymous().request("GET", "/api/v1/instance", headers={
            "X-Forwarded-For": f"198.51.100.{n}", "Client-IP": "127.0.0.1", "X-Real-IP": f"198.51.100.{n}", "Forwarded": f"for=198.51.100.{n}"})
        left.append(int(reply.headers["X-RateLimit-Remaining"]))
    assert left == sorted(left, reverse=True) and len(set(left)) == 5, left


@replays("GHSA-c2r5-cfqr-c553")
def test_behind_a_proxy_the_last_hop_counts(limited):
    left = [int(limited.anonymous().request("GET", "/api/v1/instance", headers={"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.40"}).headers[
        "X-RateLimit-Remaining"]) for n in range(5)]
    assert len(set(left)) == 5, left


@replays("MASTO-4.0.0#20675", "CVE-2023-43793", "GHSA-gmq6-738q-vjp2")
def test_a_path_has_one_meaning(limited):
    """Spellings of a path are the same path, or none at all."""
    anonymous = limited.anonymous()
    for method, path in (("POST", "/api/v1/accounts.json"), ("POST", "//api//v1//accounts"), ("POST", "/API/v1/accounts"), ("POST", "/auth/sign_in.html"),
                         ("GET", "/%6detrics/../metrics"), ("GET", "//metrics"), ("GET", "/METRICS"), ("GET", "/api/v1/../../oauth/token"),
                         ("POST", "/api/v1/%2e%2e/%2e%2e/oauth/token"), ("GET", "/api/v1/%2e%2e/admin"), ("GET", "/settings/%2e%2e/metrics")):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", int(limited.url.rsplit(":", 1)[1]), timeout=stretch(30))
        connection.request(method, path, headers={"Content-Length": "0", "X-Forwarded-For": "192.0.2.50"})
        got = connection.getresponse().status
        connection.close()
        assert got in (400, 401, 403, 404, 405), (path, got)
    for path in ("/api/v1/accounts", "/api/v1/accounts/"):
        assert anonymous.request("POST", path, headers={"X-Forwarded-For": "192.0.2.51"}).status in (401, 403, 422)


@replays("GHSA-hx34-2pfw-2qfj")
def test_collections_are_no_door_to_whom_they_are_of(scene):
    """Pages of moderators are for moderators: nobody else learns the address or the network of who made a collection."""
    made = scene.alice.post("/api/v1/collections", {"name": "Friends"})["collection"]
    page = signed_in(scene.server, scene.bob)
    paths = [f"/admin/collections/{made['id']}", f"/admin/accounts/{scene.alice.id}/collections/{made['id']}",
             f"/api/v1/admin/collections/{made['id']}", f"/api/v1/admin/accounts/{scene.alice.id}"]
    for path in paths:
        by_token = scene.bob.request("GET", path)
        by_session = page.go(scene.server.url + path).reply
        assert by_token.status in (403, 404) and by_session.status_code in (403, 404), (path, by_token.status, by_session.status_code)
        for text in (by_token.content.decode(), by_session.text):
            assert scene.alice.email not in text and "127.0.0.1" not in text.replace(scene.server.domain, ""), path
    for reader in (scene.bob, scene.server.anonymous()):
        assert scene.alice.email not in str(reader.get(f"/api/v1/collections/{made['id']}"))


# ---- signing up ----

@replays("GHSA-5r37-qpwq-2jhh")
def test_addresses_that_mail_would_take_elsewhere(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    app = app_of(server)
    for email in ("victim%corp.example@attacker.example", '"a@corp.example"@attacker.example', "a,b@corp.example", "a@b@corp.example", "a" * 310 + "@corp.example",
                  "a@corp.example\r\nBcc: b@c.example", "<a@corp.example>", "@corp.example", "a@", "a b@corp.example"):
        reply = app.request("POST", "/api/v1/accounts", data=person(email=email))
        assert reply.status == 422, (email, reply)


@replays("MASTO-2.9.3#11412")
def test_who_is_shut_out_invites_nobody(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    who = server.account()
    page = signed_in(server, who)
    form = next(f for f in page.go("/settings/invites").page.forms if f.action == "/settings/invites")
    page.submit(form)
    code = re.search(r"/invite/([A-Za-z0-9_-]+)", page.text)[1]
    assert server.anonymous().request("GET", f"/invite/{code}").status in (200, 302)
    server.cli("account", "disable", who.name)
    server.cli("config", "set", "registrations", "closed")
    until(lambda: server.anonymous().get("/api/v2/instance")["registrations"]["enabled"] is False, "the setting holds")
    assert app_of(server).request("POST", "/api/v1/accounts", data=person(invite_code=code)).status in (403, 404, 422)
