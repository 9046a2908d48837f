"""Every row of the endpoint table is given garbage, and answers with a clear refusal: a 4xx with an error text, never a 5xx, never a
broken connection. The table is the program's own (howdah routes), so a new row is tested from its first day."""
import functools
import re
import subprocess

import pytest
from howdah import find_binary

# What stands in for a parameter of a path, and bodies that are no request of any kind.
IDS = ["0", "-1", "99999999999999999999999", "x", "%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1--", "a" * 3000]
BODIES = [
    ("application/json", b"{"),
    ("application/json", b"[" * 5000),
    ("application/json", b'{"status": {"a": [[[]]]}, "id": {}, "limit": [], "visibility": 7, "media_ids": "x", "poll": "no"}'),
    ("application/json", b'{"status": "\\ud800", "display_name": "\\u0000"}'),
    ("application/x-www-form-urlencoded", b"a[b][c][d][e][f][g]=1&" * 200 + b"%zz=%"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\xff\"\r\n\r\nno end"),
    ("multipart/form-data", b"no boundary at all"),
    ("text/plain", b"\x00\xff" * 500),
]
QUERY = "limit=-99999999999999999999&max_id=x&since_id=%00&min_id=%ff&offset=-1&id[]=&id[][]=1&q=%c3%28&types[]=%00"
# These answer without looking at what they are sent.
STREAMS = re.compile(r"/streaming")


@functools.lru_cache(maxsize=None)
def rows():
    out = subprocess.run([str(find_binary()), "routes"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert out.returncode == 0, out.stderr
    return [tuple(line.split()[:2]) for line in out.stdout.splitlines() if line.strip()]


def filled(path, value):
    return re.sub(r"\{[^}]*\}|:[A-Za-z_]+", lambda _: value, path)


def error_text(reply):
    """The text of a refusal; of collections it is in an object with the field at fault, as Mastodon tells it."""
    error = reply.json.get("error")
    return error.get("error") if isinstance(error, dict) and reply.status == 422 and "/collections" in reply.path else error


def is_clear(reply, method, what):
    assert 200 <= reply.status < 500 or reply.status == 503, f"{what}: {reply!r}"
    if reply.status >= 400 and reply.path.startswith(("/api/", "/oauth/token", "/oauth/revoke")) and method != "HEAD":
        assert reply.type == "application/json" and isinstance(error_text(reply), str), f"{what}: no error text: {reply!r}"


def ask(api, method, path, what, **how):
    """One request, sent as it stands: the client library may not tidy the path."""
    import requests
    from howdah.api import Reply
    request = requests.Request(method, api.base, headers=how.pop("headers", None), data=how.pop("data", None)).prepare()
    request.url = api.base + path
    if api.token:
        request.headers["Authorization"] = f"Bearer {api.token}"
    reply = Reply(method, path.split("?")[0], api.session.send(request, timeout=60, allow_redirects=False))
    is_clear(reply, method, what)
    return reply


def test_there_is_a_table():
    assert len(rows()) > 50


@pytest.fixture(scope="module")
def mallory(shared):
    return shared.account(shared.new_name("mallory"))


def pytest_generate_tests(metafunc):
    if "row" in metafunc.fixturenames:
        try:
            every = [r for r in rows() if not STREAMS.search(r[1])]
        except (AssertionError, FileNotFoundError):
            every = []
        metafunc.parametrize("row", every, ids=[f"{m} {p}" for m, p in every])


def test_garbage_gets_a_clear_refusal(row, mallory, anonymous):
    method, path = row
    for api in (mallory, anonymous):
        for value in IDS if "{" in path or ":" in path else IDS[:1]:
            ask(api, method, filled(path, value) + "?" + QUERY, f"{value[:40]} in the path")
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        for type, body in BODIES:
            ask(mallory, method, filled(path, "1"), f"{body[:40]!r} as {type}", headers={"Content-Type": type}, data=body)


def test_the_server_still_works_afterwards(mallory):
    until_posted = mallory.status("Still here")
    assert mallory.get(f"/api/v1/statuses/{until_posted['id']}")["id"] == until_posted["id"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v9/statuses", "/api"])
def test_an_unknown_path_is_not_found(anonymous, path):
    anonymous.fails(404, "GET", path)


def test_a_known_path_by_another_method_is_refused(anonymous):
    assert anonymous.request("DELETE", "/api/v2/instance").status in (404, 405)
