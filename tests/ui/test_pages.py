"""The pages in a real browser (Debian's chromium, driven by playwright-core): a phone's and a desk's width, light and dark. They keep to
their own content security policy, fit the screen, name their fields, and can be used by keyboard alone. The screenshots stay in
HOWDAH_SCREENSHOTS, where it names a folder."""
import json
import os
import pathlib
import subprocess
import urllib.parse

import pytest
from howdah import Api, Server, need_tool, until
from howdah.browser import Browser
from howdah.npm import install, node

# The pages of one's own settings. To add one: a line here.
SETTINGS = {"my-profile": "/settings/profile", "preferences": "/settings/preferences", "security": "/settings/security", "two-factor": "/settings/security/two_factor", "passkeys": "/settings/security/passkeys", "apps": "/oauth/authorized_applications", "invitations": "/settings/invites",
            "aliases": "/settings/aliases", "moving": "/settings/move", "export": "/settings/export", "import": "/settings/import",
            "leaving": "/settings/delete"}
HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def modules():
    return install(HERE)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server that lets people join."""
    with Server(tmp_path_factory.mktemp("ui")) as server:
        server.cli("config", "set", "confirm_email", "off")
        server.cli("config", "set", "description", "A small house at the end of the lane, with room for a few more.")
        server.cli("rule", "add", "Be kind.")
        server.cli("rule", "add", "Say who took the picture.")
        yield server


@pytest.fixture(scope="module")
def writer(house):
    """Somebody with a profile and posts worth looking at."""
    writer = house.account("ada")
    writer.patch("/api/v1/accounts/update_credentials", {
        "display_name": "Ada of the Engines", "note": "Notes on machines that count. https://example.com/engines",
        "fields_attributes": {"0": {"name": "Home", "value": "https://example.com"}, "1": {"name": "Pronouns", "value": "she/her"}}})
    writer.status("A post\n\nof several lines, and a_very_long_word_" + "x" * 200)
    writer.post("/api/v1/featured_tags", {"name": "engines"})
    writer.post("/api/v1/featured_tags", {"name": "looms"})
    reader = house.account("mary")
    reader.patch("/api/v1/accounts/update_credentials", {"display_name": "Mary of the Loom", "discoverable": True})
    writer.post("/api/v1/collections", {"name": "Weavers of numbers", "description": "and of cloth", "discoverable": True, "account_ids": [reader.id]})
    first = reader.status("Does it only do sums, or can it be asked about other things? #engines")
    reader.status(f"@{writer.name} and would it mind?", in_reply_to_id=first["id"])
    writer.post_id = writer.status("The engine weaves algebraic patterns, as the loom weaves flowers and leaves. #engines")["id"]
    reader.post(f"/api/v1/statuses/{writer.post_id}/favourite")
    reader.post(f"/api/v1/statuses/{writer.post_id}/reblog")
    page = Browser(house.url).go("/auth/sign_in").sign_in(writer.email, writer.password).go("/settings/export")
    page.submit(next(f for f in page.page.forms if f.action == "/settings/export"))
    until(lambda: "Download" in page.go("/settings/export").text, "her archive is ready")
    return writer


@pytest.fixture(scope="module")
def consent(house):
    app = Api(house.url).post("/api/v1/apps", {"client_name": "A fine app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"})
    return "/oauth/authorize?" + urllib.parse.urlencode({"response_type": "code", "client_id": app["client_id"], "scope": "read write",
                                                         "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"})


@pytest.fixture(scope="module", params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")], ids=lambda p: f"{p[0]} {p[1]}")
def seen(request, house, modules, writer, consent, tmp_path_factory):
    """What one kind of screen showed, by page."""
    width, scheme = request.param
    folder = pathlib.Path(os.environ.get("HOWDAH_SCREENSHOTS") or tmp_path_factory.mktemp("screens"))
    folder.mkdir(parents=True, exist_ok=True)
    plan = {"browser": need_tool("chromium"), "base": f"http://{house.domain}", "width": width, "scheme": scheme, "folder": str(folder),
            "account": {"email": writer.email, "password": writer.password}, "signIn": "/auth/sign_in", "consent": consent,
            "signedIn": [{"name": name, "path": path} for name, path in SETTINGS.items()],
            "pages": [{"name": "front", "path": "/"}, {"name": "sign-up", "path": "/auth/sign_up"}, {"name": "sign-in", "path": "/auth/sign_in"},
                      {"name": "profile", "path": f"/@{writer.name}"}, {"name": "post", "path": f"/@{writer.name}/{writer.post_id}"},
                      {"name": "tagged", "path": f"/@{writer.name}/tagged/engines"}]}
    done = subprocess.run([node(modules, 20), str(HERE / "visit.mjs"), json.dumps(plan)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    got = json.loads(done.stdout)
    got["scheme"], got["by_name"] = scheme, {v["name"]: v for v in got["visits"]}
    return got


def test_every_page_answers(seen):
    assert {v["name"]: v["status"] for v in seen["visits"] if v["status"]} == dict.fromkeys(
        ["front", "sign-up", "sign-in", "profile", "post", "tagged", "consent", *SETTINGS], 200)
    assert all(v["title"] for v in seen["visits"])


def test_no_page_breaks_its_own_policy_or_says_an_error(seen):
    assert {v["name"]: v["problems"] for v in seen["visits"] if v["problems"]} == {}


def test_no_page_is_wider_than_the_screen(seen):
    assert {v["name"]: v["wide"] for v in seen["visits"] if v["wide"] > 0} == {}


def test_the_pages_are_dark_where_that_is_asked_for(seen):
    assert all((v["light"] < 100) == (seen["scheme"] == "dark") for v in seen["visits"]), seen["visits"]


def test_the_keyboard_alone_signs_in_and_reaches_consent(seen):
    assert seen["signedIn"]
    assert seen["consent"] >= 2, "agree and refuse"
