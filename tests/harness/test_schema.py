"""The schema checker itself: it must see what the jsonschema package sees, and know the mended spots."""
import pytest
from howdah import need
from schema import openapi
from schema.validator import Compiler


@pytest.fixture(scope="module")
def schema():
    need(openapi.source(), "Mastodon's OpenAPI description")
    return openapi.load()


def account():
    url = "http://localhost/"
    return {"id": "1", "username": "a", "acct": "a", "display_name": "", "locked": False, "bot": False, "group": False, "note": "",
            "created_at": "2026-01-01T00:00:00.000Z", "url": url, "uri": url, "avatar": url, "avatar_static": url, "header": url,
            "header_static": url, "followers_count": 0, "following_count": 0, "statuses_count": 0, "last_status_at": None, "emojis": [],
            "fields": [], "discoverable": None, "indexable": False, "hide_collections": None, "avatar_description": "",
            "header_description": "", "show_media": True, "show_media_replies": True, "show_featured": True,
            "feature_approval": {"automatic": [], "manual": [], "current_user": "denied"}, "roles": [], "noindex": False}


def check(schema, body, path="/api/v1/accounts/1"):
    return schema.check("GET", path, 200, "application/json", body, user=True)


def test_a_whole_account_fits(schema):
    assert check(schema, account()) == []


@pytest.mark.parametrize("key, value, pointer", [
    ("id", 1, "/id"), ("locked", None, "/locked"), ("created_at", "yesterday", "/created_at"), ("fields", {}, "/fields"),
    ("fields", [{"name": "a", "value": 1, "verified_at": None}], "/fields/0/value"), ("avatar", "no address", "/avatar"),
])
def test_a_wrong_value_is_found_where_it_stands(schema, key, value, pointer):
    assert [at for at, _ in check(schema, {**account(), key: value})] == [pointer]


def test_every_key_of_an_account_is_missed(schema):
    known = set(account()) - {"roles", "noindex"}
    for key in known:
        body = account()
        del body[key]
        assert check(schema, body), f"{key} is not missed"


def test_errors_must_be_errors(schema):
    assert schema.check("GET", "/api/v1/accounts/1", 404, "application/json", {"error": "Record not found"}, user=False) == []
    assert schema.check("GET", "/api/v1/accounts/1", 404, "application/json", {}, user=False)
    assert schema.check("GET", "/api/v1/accounts/1", 404, "text/html", "<html>", user=False)
    assert schema.check("GET", "/api/v1/accounts/1", 500, "application/json", {"error": "x"}, user=False)


def test_a_fixed_path_wins_over_a_parameter(schema):
    assert schema.template("/api/v1/accounts/verify_credentials") == "/api/v1/accounts/verify_credentials"
    assert schema.template("/api/v1/accounts/12/") == "/api/v1/accounts/{id}"


def test_every_described_schema_compiles(schema):
    for name in schema.document["components"]["schemas"]:
        schema.compilers[True].ref(f"#/components/schemas/{name}")


def test_it_sees_what_jsonschema_sees(schema):
    """Single mutations of an account, judged by both."""
    jsonschema = pytest.importorskip("jsonschema")
    reference = {"$ref": "#/components/schemas/Account"}
    theirs = jsonschema.Draft202012Validator({**schema.document, **reference})
    ours = Compiler(schema.document, formats=False).compile(reference)
    samples = [account()]
    for key in account():
        for value in (None, 1, 1.5, "x", True, [], {}, [1], {"a": 1}):
            samples.append({**account(), key: value})
        samples.append({k: v for k, v in account().items() if k != key})
    for sample in samples:
        assert theirs.is_valid(sample) == (not ours(sample, "")), f"{sample}"
