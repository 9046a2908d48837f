"""Two of ours, each with its own database, hold a conversation; where a PostgreSQL is at hand one of them is on it."""
import pytest
from howdah import wait
from howdah.database import postgres


@pytest.fixture
def pair(new_server):
    engines = ("sqlite", "postgres") if postgres() else ("sqlite", "sqlite")
    one, other = (new_server(engine=e) for e in engines)
    alice, bob = one.account("alice"), other.account("bob")
    alice.server, bob.server = one, other
    return alice, bob


def found(who, handle):
    got = who.get("/api/v2/search", {"q": f"@{handle}", "resolve": "true", "type": "accounts"})["accounts"]
    assert [a["acct"] for a in got] == [handle]
    return got[0]


def follow(who, whom):
    seen = found(who, whom.handle)
    who.follow(seen)
    wait.until(lambda: who.relationship(seen)["following"], f"{who.handle} follows {whom.handle}")
    return seen


def test_two_servers_talk(pair):
    alice, bob = pair
    follow(alice, bob)
    follow(bob, alice)
    said = alice.status(f"hello @{bob.handle}", spoiler_text="hi")
    heard = wait.until(lambda: bob.home(), "it is in bob's home")[0]
    assert heard["uri"] == said["uri"] and heard["spoiler_text"] == "hi" and heard["account"]["acct"] == alice.handle
    assert [m["acct"] for m in heard["mentions"]] == ["bob"]
    answer = bob.status(f"@{alice.handle} and to you", in_reply_to_id=heard["id"])
    wait.until(lambda: [s["uri"] for s in alice.get(f"/api/v1/statuses/{said['id']}/context")["descendants"]] == [answer["uri"]], "the answer")
    bob.post(f"/api/v1/statuses/{heard['id']}/favourite")
    bob.post(f"/api/v1/statuses/{heard['id']}/reblog")

    def counts():
        s = alice.get(f"/api/v1/statuses/{said['id']}")
        return s["replies_count"], s["reblogs_count"], s["favourites_count"]
    wait.until(lambda: counts() == (1, 1, 1), "all of it is counted")
    alice.put(f"/api/v1/statuses/{said['id']}", {"status": "hello, edited"})
    wait.until(lambda: "edited" in bob.get(f"/api/v1/statuses/{heard['id']}")["content"], "the edit")
    bob.post(f"/api/v1/statuses/{heard['id']}/unreblog")
    wait.until(lambda: counts() == (1, 0, 1), "no boost any more")
    alice.delete(f"/api/v1/statuses/{said['id']}")
    wait.until(lambda: bob.request("GET", f"/api/v1/statuses/{heard['id']}").status == 404, "it is gone there too")


def test_what_is_for_few_reaches_only_them(pair):
    alice, bob = pair
    follow(bob, alice)
    private = alice.status("for followers", visibility="private")
    direct = alice.status("only me", visibility="direct")
    told = alice.status(f"@{bob.handle} only you", visibility="direct")
    open_one = alice.status("for all")
    wait.until(lambda: [s["uri"] for s in bob.home()] == [open_one["uri"], told["uri"], private["uri"]], "all three are in bob's home")
    alice.server.settled("PUSH")
    bob.server.settled()
    seen = [n for n in bob.get("/api/v1/notifications") if n["type"] == "mention"]
    assert seen[0]["status"]["uri"] == told["uri"] and seen[0]["status"]["visibility"] == "direct"
    assert direct["uri"] not in [n["status"]["uri"] for n in seen]


def test_a_locked_account_is_asked(pair):
    alice, bob = pair
    alice.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    seen = found(bob, alice.handle)
    bob.follow(seen)
    asked = wait.until(lambda: alice.get("/api/v1/follow_requests"), "alice is asked")[0]
    assert bob.relationship(seen)["requested"]
    alice.post(f"/api/v1/follow_requests/{asked['id']}/authorize")
    wait.until(lambda: bob.relationship(seen)["following"], "she agrees")
    alice.post(f"/api/v1/accounts/{asked['id']}/remove_from_followers")
    wait.until(lambda: not bob.relationship(seen)["following"], "and changes her mind")


def test_a_profile_that_changes_is_heard_of(pair):
    alice, bob = pair
    seen = follow(bob, alice)
    alice.patch("/api/v1/accounts/update_credentials", json={"display_name": "Alice the Second"})
    wait.until(lambda: bob.get(f"/api/v1/accounts/{seen['id']}")["display_name"] == "Alice the Second", "the new name")
    alice.ok("PATCH", "/api/v1/profile", json={"show_media": False, "show_featured": False})
    parts = wait.until(lambda: [v for k, v in bob.get(f"/api/v1/accounts/{seen['id']}").items() if k.startswith("show_")].count(False) == 2 and
                       bob.get(f"/api/v1/accounts/{seen['id']}"), "the parts that she leaves out")
    assert (parts["show_media"], parts["show_media_replies"], parts["show_featured"]) == (False, True, False)
