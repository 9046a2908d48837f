"""Every row of the API refuses a token whose scopes do not reach it, nobody's token, and a revoked one. Which scope a row wants is
Mastodon's own table, where the laboratory has it beside the repository; else what the row itself says by refusing."""
import csv
import functools
import os
import pathlib
import re
import subprocess

import pytest
from howdah import Api, find_binary

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# All that Mastodon knows, so that a token can be made of everything but one.
SCOPES = """read:accounts read:blocks read:bookmarks read:collections read:favourites read:filters read:follows read:lists
 read:mutes read:notifications read:search read:statuses write:accounts write:blocks write:bookmarks write:collections
 write:conversations write:favourites write:filters write:follows write:lists write:media write:mutes
 write:notifications write:reports write:statuses push profile""".split()


@functools.lru_cache(maxsize=None)
def served():
    out = subprocess.run([str(find_binary()), "routes"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert out.returncode == 0, out.stderr
    return [tuple(line.split()[:2]) for line in out.stdout.splitlines() if " /api/" in line]


def shape(method, path):
    return ("PUT" if method == "PATCH" else method) + " " + re.sub(r":\w+", ":", path)


def table():
    """Mastodon's rows that are served: (method, path, who, scopes)."""
    path = pathlib.Path(os.environ.get("HOWDAH_API_TABLE", ROOT / ".." / "shared" / "api.tsv"))
    if not path.exists():
        return []
    have = {shape(*r) for r in served()}
    rows = []
    with open(path, newline="") as f:
        for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["path"].startswith("/api/") and row["method"] != "WS" and shape(row["method"], row["path"]) in have:
                rows.append((row["method"], row["path"], row["auth"], row["scope"]))
    return rows


def wanted(scope):
    """The scopes that a cell of the table names: "read:accounts (or profile)"."""
    return [s for s in re.findall(r"(?:read|write|admin:read|admin:write)(?::[a-z_]+)?|push|profile", scope) if s]


def call(api, method, path, **how):
    path = re.sub(r":\w+", "1", path)
    if "/streaming/hashtag" in path:
        path += "?tag=x"
    return api.request(method, path, **how)


def pytest_generate_tests(metafunc):
    if "row" in metafunc.fixturenames:
        try:
            rows = table()
        except (AssertionError, FileNotFoundError):
            rows = []
        metafunc.parametrize("row", rows, ids=[f"{r[0]} {r[1]}" for r in rows])


@pytest.fixture(scope="module")
def holder(shared):
    return shared.account(shared.new_name("holder"))


@pytest.fixture(scope="module")
def token_of(shared, holder):
    @functools.lru_cache(maxsize=None)
    def made(scopes):
        return Api(shared.url, shared.token(holder.name, scopes))
    return made


@pytest.fixture(scope="module")
def application(shared):
    """A token of an application's own, that nobody has signed in to."""
    nobody = Api(shared.url)
    app = nobody.post("/api/v1/apps", {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"})
    return Api(shared.url, nobody.ok("POST", "/oauth/token", data={
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]})["access_token"])


@pytest.fixture(scope="module")
def public_post(holder):
    return holder.status("for everybody")["id"]


def all_but(scopes):
    """Every scope that none of these is or holds."""
    top = {s.split(":")[0] for s in scopes if ":" not in s}
    return " ".join(s for s in SCOPES if s not in scopes and s.split(":")[0] not in top)


def test_a_token_of_another_scope_is_refused(row, token_of):
    method, path, who, scope = row
    if who.startswith(("public", "app")) or not wanted(scope):
        return  # anybody's
    reply = call(token_of(all_but(wanted(scope))), method, path)
    if "/streaming" in path:
        assert reply.status == 401 and reply.json["error"] == "Access token does not have the required scopes", repr(reply)
    else:
        assert reply.status == 403 and reply.json["error"] == "This action is outside the authorized scopes", f"without {scope}: {reply!r}"


def test_nobody_is_refused(row, anonymous):
    method, path, who, scope = row
    if not who.startswith("user"):
        return  # anybody's
    for api in (anonymous, Api(anonymous.base, "nonsense")):
        reply = call(api, method, path)
        assert reply.status in (401, 422), f"wanted 401: {reply!r}"


def test_a_right_scope_is_enough(row, token_of):
    method, path, who, scope = row
    if not who.startswith(("user", "optional")) or not wanted(scope) or "/streaming" in path or "clear" in path:
        return  # anybody's, or a stream
    for one in wanted(scope):
        reply = call(token_of(one), method, path)
        assert reply.status != 401 and "scope" not in reply.text, f"with {one}: {reply!r}"


def test_an_application_by_itself_may_ask_where_it_may(row, application, public_post):
    method, path, who, scope = row
    if not who.startswith("app or user"):
        return  # people's, or anybody's
    reply = call(application, method, path.replace(":id", public_post))
    assert reply.status == 200, repr(reply)


def test_the_cookie_of_a_page_opens_nothing_here(shared, holder):
    from howdah.browser import Browser
    browser = Browser(shared.url).go("/auth/sign_in")
    browser.sign_in(holder.email, holder.password)
    assert browser.session.cookies, "signed in"
    for method, path in served():
        if "/streaming" in path or ":" in path or method != "GET":
            continue
        got = browser.session.get(shared.url + path, timeout=30)
        bare = Api(shared.url).request("GET", path)
        assert got.status_code == bare.status, f"{path}: {got.status_code} with the cookie, {bare.status} without"
    assert browser.session.post(shared.url + "/api/v1/statuses", data={"status": "forged"}, timeout=30).status_code == 401


def test_a_revoked_token_opens_nothing(shared, anonymous):
    app = anonymous.post("/api/v1/apps", {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"})
    token = anonymous.ok("POST", "/oauth/token", data={"grant_type": "client_credentials", "client_id": app["client_id"],
                                                       "client_secret": app["client_secret"], "scope": "read"})["access_token"]
    api = Api(shared.url, token)
    assert api.get("/api/v1/apps/verify_credentials")["name"] == "x"
    api.fails(422, "GET", "/api/v1/timelines/home", "This method requires an authenticated user")
    anonymous.ok("POST", "/oauth/revoke", data={"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token})
    api.fails(401, "GET", "/api/v1/apps/verify_credentials")
