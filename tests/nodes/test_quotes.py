"""Two Howdahs quote each other, FEP-044f from asking to taking back, in both directions."""
import pytest
import requests
from howdah import Server, until
from howdah.database import postgres

ACTIVITY = "application/activity+json"


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quotes")
    engines = ("sqlite", "postgres") if postgres() else ("sqlite", "sqlite")
    with Server(folder / "one", engine=engines[0]) as one, Server(folder / "other", engine=engines[1]) as other:
        yield one, other


def path(status, what=""):
    return f"/api/v1/statuses/{status['id']}{what}"


def find(api, uri, kind="statuses"):
    found = api.get("/api/v2/search", {"q": uri, "type": kind, "resolve": "true"}, timeout=60)[kind]
    assert len(found) == 1, f"{uri}: {found}"
    return found[0]


@pytest.fixture(params=["one quotes other", "other quotes one"])
def pair(request, servers):
    """(quoter, author): of the two servers; the quoter is followed by somebody at the author's, who reads it at home."""
    here, there = servers if request.param == "one quotes other" else servers[::-1]
    quoter, author = here.account(here.new_name("quoter")), there.account(there.new_name("author"))
    author.reader = there.account(there.new_name("reader"))
    known = find(author.reader, f"@{quoter.handle}", "accounts")
    author.reader.follow(known)
    until(lambda: author.reader.relationship(known)["following"], "the reader follows the quoter")
    return quoter, author


def state(api, post):
    return (api.get(path(post))["quote"] or {}).get("state")


def at_home(reader, uri):
    return until(lambda: next((s for s in reader.home(limit=40) if s["uri"] == uri), None), f"{uri} is at home")


def test_a_quote_is_asked_for_agreed_to_and_taken_back(pair):
    quoter, author = pair
    post = author.status("Quote me")
    there = find(quoter, post["uri"])
    assert there["quote_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    quoting = quoter.status("As they say", quoted_status_id=there["id"])
    assert quoting["quote"]["state"] in ("pending", "accepted")
    until(lambda: state(quoter, quoting) == "accepted", "the author's server agrees")
    assert quoter.get(path(quoting))["quote"]["quoted_status"]["id"] == there["id"]
    # At the author's: the author is told, the quote counted and listed, the reader sees it.
    notice = until(lambda: author.get("/api/v1/notifications", {"types[]": "quote"}), "the author is told")[0]
    assert notice["status"]["uri"] == quoting["uri"] and notice["account"]["acct"] == quoter.handle
    assert notice["status"]["mentions"] == [] and author.get("/api/v1/notifications", {"types[]": "mention"}) == []
    assert author.get(path(post))["quotes_count"] == 1
    assert [s["uri"] for s in author.get(path(post, "/quotes"))] == [quoting["uri"]]
    heard = at_home(author.reader, quoting["uri"])
    until(lambda: state(author.reader, heard) == "accepted", "the reader sees the quote")
    # The authorization is there for anybody to read, and in the quoting post's document.
    document = requests.get(quoting["uri"], headers={"Accept": ACTIVITY}, timeout=30).json()
    assert document["quote"] == document["_misskey_quote"] == document["quoteUri"] == post["uri"]
    stamp = requests.get(document["quoteAuthorization"], headers={"Accept": ACTIVITY}, timeout=30).json()
    assert stamp["type"] == "QuoteAuthorization" and stamp["id"] == document["quoteAuthorization"]
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (quoting["uri"], post["uri"])
    # Taken back it is gone everywhere.
    assert author.post(path(post, f"/quotes/{heard['id']}/revoke"))["quote"]["state"] == "revoked"
    until(lambda: state(quoter, quoting) == "revoked", "the quoter's server learns of it")
    assert quoter.get(path(quoting))["quote"]["quoted_status"] is None
    assert requests.get(document["quoteAuthorization"], headers={"Accept": ACTIVITY}, timeout=30).status_code == 404
    assert "quoteAuthorization" not in requests.get(quoting["uri"], headers={"Accept": ACTIVITY}, timeout=30).json()
    assert author.get(path(post))["quotes_count"] == 0 and quoter.get(path(there))["quotes_count"] == 0


def test_a_policy_crosses_and_a_request_against_it_is_refused(pair):
    quoter, author = pair
    post = author.status("Quote me", quote_approval_policy="public")
    there = find(quoter, post["uri"])
    # Their copy still says that everybody may.
    author.put(path(post, "/interaction_policy"), {"quote_approval_policy": "nobody"})
    quoting = quoter.status("As they say", quoted_status_id=there["id"])
    until(lambda: state(quoter, quoting) == "rejected", "the author's server refuses")
    assert quoter.get(path(quoting))["quote"]["quoted_status"] is None
    assert author.get(path(post))["quotes_count"] == 0
    assert author.get("/api/v1/notifications", {"types[]": "quote"}) == []
    closed = find(quoter, author.status("Do not quote me", quote_approval_policy="nobody")["uri"])
    assert closed["quote_approval"]["current_user"] == "denied"
    quoter.fails(404, "POST", "/api/v1/statuses", json={"status": "x", "quoted_status_id": closed["id"]})


def test_only_followers_may_quote_what_is_for_followers(pair):
    quoter, author = pair
    there = find(quoter, author.status("For followers", quote_approval_policy="followers")["uri"])
    assert there["quote_approval"] == {"automatic": ["followers"], "manual": [], "current_user": "denied"}
    known = find(quoter, f"@{author.handle}", "accounts")
    quoter.follow(known)
    until(lambda: quoter.relationship(known)["following"], "the quoter follows the author")
    quoting = quoter.status("As they say", quoted_status_id=there["id"])
    until(lambda: state(quoter, quoting) == "accepted", "the author's server agrees")


def test_an_edit_of_what_is_quoted_is_told_to_who_quoted_it(pair):
    quoter, author = pair
    post = author.status("First thought")
    there = find(quoter, post["uri"])
    quoting = quoter.status("As they say", quoted_status_id=there["id"])
    until(lambda: state(quoter, quoting) == "accepted", "the author's server agrees")
    author.put(path(post), {"status": "Second thought"})
    notice = until(lambda: quoter.get("/api/v1/notifications", {"types[]": "quoted_update"}), "the quoter is told")[0]
    assert notice["status"]["id"] == quoting["id"] and notice["account"]["acct"] == author.handle
    author.delete(path(post))
    until(lambda: state(quoter, quoting) == "deleted", "the deletion crosses")
