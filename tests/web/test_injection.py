"""What people write stays text on every page: names, fields, warnings, polls, descriptions, the server's own texts, addresses."""
import re

import pytest
import requests
from howdah import until

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{evil}}{{{evil}}}&lt;"
TAGS = re.compile(r"<script|<img src=x|onerror=alert\(\d\)>", re.I)
# What the browser would be asked to do by an address or a style that somebody chose.
CALLS = re.compile(r"(?:href|src|action|content)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):", re.I)


def page(server, path, **how):
    got = requests.get(server.url + path, headers={"Accept": "text/html", **how.pop("headers", {})}, timeout=30, allow_redirects=False, **how)
    assert got.status_code < 500, f"{path} {got.status_code}"
    if got.headers.get("Content-Type", "").startswith("text/html"):
        policy = got.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script-src" not in policy.replace("script-src 'none'", ""), policy
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        bad = TAGS.search(got.text) or CALLS.search(got.text)
        assert not bad, f"{path}: {got.text[max(0, bad.start() - 200):bad.start() + 100]}"
    return got


@pytest.fixture(scope="module")
def evil(shared):
    return shared.account(shared.new_name("evil"))


def test_a_profile_is_text(shared, evil):
    evil.patch("/api/v1/accounts/update_credentials", {
        "display_name": EVIL[:40], "note": EVIL + "\njavascript:alert(3) https://example.org/\"onclick=alert(2)>",
        "fields_attributes": [{"name": EVIL[:100], "value": EVIL[:100]}, {"name": "x", "value": "javascript:alert(1)"},
                              {"name": "y", "value": "https://example.org/\"><script>"}]})
    got = page(shared, f"/@{evil.name}")
    assert got.status_code == 200 and "&lt;script&gt;" in got.text


@pytest.mark.parametrize("more", [{}, {"spoiler_text": EVIL}, {"poll": {"options": [EVIL[:50], "b"], "expires_in": 3600}}, {"language": "de"}],
                         ids=["plain", "warning", "poll", "language"])
def test_a_post_is_text(shared, evil, more):
    posted = evil.status(f"{EVIL} https://example.org/?a=\"><script> javascript:alert(1) #tag<script> @{evil.name}<b>", **more)
    assert not TAGS.search(posted["content"]) and not CALLS.search(posted["content"])
    for path in (f"/@{evil.name}/{posted['id']}", f"/@{evil.name}", "/", "/tags/tag"):
        page(shared, path)
    assert "&lt;script&gt;" in page(shared, f"/@{evil.name}/{posted['id']}").text


@pytest.mark.parametrize("path", [
    "/tags/%3Cscript%3Ealert(1)%3C/script%3E", "/@%3Cscript%3E", "/@%22%3E%3Cscript%3E/1", "/nothing/%3Cscript%3E", "/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/authorize_interaction?uri=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/authorize_interaction?uri=javascript:alert(1)",
    "/auth/confirmation?confirmation_token=%22%3E%3Cscript%3E", "/auth/password/edit?reset_password_token=%22%3E%3Cscript%3E",
    "/auth/confirm?token=%22%3E%3Cscript%3E", "/auth/sign_in?continue=%22%3E%3Cscript%3E&next=javascript:alert(1)",
    "/oauth/authorize?client_id=%22%3E%3Cscript%3E&redirect_uri=javascript:alert(1)&response_type=code&state=%22%3E%3Cscript%3E",
    "/oauth/authorize/native?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/.well-known/webfinger?resource=%3Cscript%3E",
    "/.well-known/host-meta?x=%3Cscript%3E"])
def test_an_address_is_text(shared, path):
    got = page(shared, path)
    location = got.headers.get("Location", "")
    assert not location.startswith(("javascript", "//")) and "\n" not in location


def test_an_apps_name_is_text_on_the_consent_page(shared, evil, anonymous):
    from howdah.browser import Browser
    app = anonymous.post("/api/v1/apps", {"client_name": EVIL[:60], "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read",
                                          "website": "https://example.org/?%22%3E%3Cscript%3E"})
    browser = Browser(shared.url)
    browser.go(f"/oauth/authorize?client_id={app['client_id']}&redirect_uri=urn:ietf:wg:oauth:2.0:oob&response_type=code&scope=read")
    if any("password" in f.types.values() for f in browser.page.forms):
        browser.sign_in(evil.email, evil.password)
    assert "&lt;script&gt;" in browser.text and not TAGS.search(browser.text) and not CALLS.search(browser.text)


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//example.org/", "/relative"])
def test_an_app_may_not_be_anywhere(anonymous, scheme):
    anonymous.fails(422, "POST", "/api/v1/apps", json={"client_name": "x", "redirect_uris": scheme, "scopes": "read"})


def test_the_servers_own_texts_are_text(new_server):
    server = new_server()
    for key in ("title", "short_description", "description"):
        server.cli("config", "set", key, EVIL[:150])
    until(lambda: "&lt;script&gt;" in page(server, "/about").text, "the settings hold")
    for path in ("/", "/about", "/auth/sign_in", "/auth/sign_up", "/privacy-policy", "/terms-of-service", "/manifest.json", "/nothing"):
        page(server, path)


def test_no_header_is_written_by_a_stranger(shared):
    for path in ("/@x%0d%0aX-Evil:%201", "/users/x%0d%0aX-Evil:%201", "/auth/sign_in?continue=/%0d%0aX-Evil:1",
                 "/oauth/authorize?client_id=x&redirect_uri=http://x/%0d%0aX-Evil:1", "/media/%0d%0aX-Evil:1", "/api/v1/timelines/tag/x%0d%0aX-Evil:%201?limit=1"):
        got = requests.get(shared.url + path, timeout=30, allow_redirects=False)
        assert "X-Evil" not in got.headers and got.status_code < 500, path


def test_no_line_of_the_log_is_written_by_a_stranger(shared):
    requests.get(shared.url + "/x%0a2026-01-01T00:00:00.000Z%20error%20forged", timeout=30)
    requests.get(shared.url + "/api/v1/accounts/lookup?acct=x%0aforged%20line", timeout=30)
    assert not [line for line in shared.log().splitlines() if line.startswith("2026-01-01") or line.startswith("forged")]


@pytest.mark.parametrize("path", ["/media/../howdah.db", "/media/..%2f..%2fhowdah.db", "/media/%2e%2e/%2e%2e/etc/passwd", "/media//etc/passwd",
                                  "/media/%00", "/assets/../../etc/passwd", "/assets/..%2fx", "/media_proxy/media/1/..%2f..%2fx", "/avatars/original/../../x"])
def test_no_file_but_pictures_is_served(shared, path):
    import http.client
    import urllib.parse
    at = urllib.parse.urlsplit(shared.url)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
    connection.putrequest("GET", path)
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status in (400, 404), path
    assert b"root:" not in reply.read()
