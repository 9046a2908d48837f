"""Recommending people and finding them: endorsements, the directory, suggestions."""
import pytest

from howdah import Api, until


def discoverable(server, stem, **more):
    who = server.account(server.new_name(stem))
    who.patch("/api/v1/accounts/update_credentials", json={"discoverable": True, **more})
    return who


def ids(accounts):
    return [a["id"] for a in accounts]


def test_one_recommends_whom_one_follows(alice, bob, carol, anonymous):
    path = f"/api/v1/accounts/{alice.id}/endorsements"
    alice.fails(422, "POST", f"/api/v1/accounts/{bob.id}/endorse",
                "Validation failed: You must be already following the person you want to endorse")
    alice.fails(404, "POST", "/api/v1/accounts/1/endorse", "Record not found")
    for who in (bob, carol):
        alice.follow(who)
        assert alice.post(f"/api/v1/accounts/{who.id}/endorse")["endorsed"]
        assert alice.post(f"/api/v1/accounts/{who.id}/pin")["endorsed"]
    assert ids(anonymous.get(path)) == ids(bob.get(path)) == ids(alice.get("/api/v1/endorsements")) == [carol.id, bob.id]
    assert [a["id"] for page in alice.pages("/api/v1/endorsements", {"limit": 1}) for a in page] == [carol.id, bob.id]
    assert ids(alice.get("/api/v1/endorsements", {"limit": 0})) == [carol.id, bob.id]
    assert not alice.post(f"/api/v1/accounts/{carol.id}/unendorse")["endorsed"]
    assert not alice.post(f"/api/v1/accounts/{carol.id}/unpin")["endorsed"]
    assert not bob.relationship(alice)["endorsed"] and alice.relationship(bob)["endorsed"]
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    assert not alice.relationship(bob)["endorsed"] and anonymous.get(path) == []
    anonymous.fails(404, "GET", "/api/v1/accounts/1/endorsements", "Record not found")


def test_recommendations_are_not_for_those_who_are_blocked(alice, bob, carol, shared):
    alice.follow(bob)
    alice.post(f"/api/v1/accounts/{bob.id}/endorse")
    alice.post(f"/api/v1/accounts/{carol.id}/block")
    assert carol.get(f"/api/v1/accounts/{alice.id}/endorsements") == []
    reader = Api(shared.url, shared.token(alice.me()["username"], scopes="read"))
    reader.fails(403, "POST", f"/api/v1/accounts/{bob.id}/endorse", "This action is outside the authorized scopes")


def test_the_directory_has_those_who_want_to_be_found(server):
    hidden = server.account("hidden")
    old, new = discoverable(server, "old"), discoverable(server, "new")
    old.status("still here")
    until(lambda: ids(server.anonymous().get("/api/v1/directory")) == [old.id, new.id], "the active come first")
    assert ids(hidden.get("/api/v1/directory", {"order": "new"})) == [new.id, old.id]
    assert ids(hidden.get("/api/v1/directory", {"order": "new", "local": True, "limit": 1, "offset": 1})) == [old.id]
    assert hidden.get("/api/v1/directory", {"offset": 100000}) == hidden.get("/api/v1/directory", {"offset": -1}) == []
    all_of_them = ids(hidden.get("/api/v1/directory"))
    assert ids(hidden.get("/api/v1/directory", {"offset": "x"})) == all_of_them and ids(hidden.get("/api/v1/directory", {"offset": "1x"})) == all_of_them[1:]
    assert hidden.get("/api/v1/directory", {"offset": "9" * 30}) == []
    new.post(f"/api/v1/accounts/{hidden.id}/block")
    hidden.post(f"/api/v1/accounts/{old.id}/mute")
    assert hidden.get("/api/v1/directory") == [] and len(new.get("/api/v1/directory", {"local": True})) == 2
    server.cli("config", "set", "profile_directory", "off")
    until(lambda: hidden.request("GET", "/api/v1/directory").status == 404, "there is no directory any more")


@pytest.fixture
def circle(server):
    """me follows a friend, who follows three strangers; one more is followed by many."""
    me, friend = server.account("me"), discoverable(server, "friend")
    strangers = [discoverable(server, "stranger") for _ in range(3)]
    star = discoverable(server, "star")
    me.follow(friend)
    for s in strangers:
        friend.follow(s)
        s.follow(star)
    return me, friend, strangers, star


def suggested(me, **params):
    return {s["account"]["id"]: s for s in me.get("/api/v2/suggestions", params)}


def test_friends_of_friends_and_the_most_followed_are_suggested(server, circle):
    me, friend, strangers, star = circle
    all_of_them = suggested(me)
    assert set(all_of_them) == {star.id, *(s.id for s in strangers)}
    assert all_of_them[star.id]["sources"] == ["most_followed"] and all_of_them[star.id]["source"] == "global"
    first = all_of_them[strangers[0].id]
    assert first["sources"] == ["friends_of_friends", "most_followed"] and first["source"] == "past_interactions"
    v1 = me.request("GET", "/api/v1/suggestions")
    assert set(ids(v1.json)) == set(all_of_them) and v1.headers["Deprecation"] == "@1621123200"
    assert list(suggested(me, limit=2)) + list(suggested(me, limit=2, offset=2)) == list(all_of_them)
    assert me.get("/api/v2/suggestions", {"offset": 500}) == []
    server.anonymous().fails(401, "GET", "/api/v2/suggestions")


def test_whom_one_knows_or_shuns_or_does_not_want_is_not_suggested(server, circle):
    me, friend, (a, b, c), star = circle
    me.follow(star)
    me.post(f"/api/v1/accounts/{a.id}/mute")
    b.post(f"/api/v1/accounts/{me.id}/block")
    assert set(suggested(me)) == {c.id}
    c.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    me.follow(c)
    assert suggested(me) == {}
    me.post(f"/api/v1/accounts/{c.id}/unfollow")
    assert set(suggested(me)) == {c.id}
    assert me.delete(f"/api/v1/suggestions/{c.id}") == {} and me.delete(f"/api/v1/suggestions/{c.id}") == {}
    assert suggested(me) == {}
    assert me.delete("/api/v1/suggestions/1") == {} and me.delete("/api/v1/suggestions/x") == {}      # nobody: nothing to leave out
    c.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    assert c.id not in suggested(a)


def test_the_server_features_whom_it_wants(server, circle):
    me = circle[0]
    host = server.account("host")
    server.cli("config", "set", "suggested_accounts", "host nobody else@example.org")
    until(lambda: host.id in suggested(me), "the host is suggested")
    mine = suggested(me)
    assert list(mine)[0] == host.id and mine[host.id]["source"] == "staff" and mine[host.id]["sources"] == ["featured"]
    assert host.id not in suggested(host)


def test_there_are_no_proofs_and_no_mail_subscriptions(alice, bob, anonymous):
    reply = alice.request("GET", f"/api/v1/accounts/{bob.id}/identity_proofs")
    assert reply.json == [] and reply.headers["Deprecation"] == "@1648598400"
    alice.fails(404, "GET", "/api/v1/accounts/1/identity_proofs", "Record not found")
    anonymous.fails(404, "POST", f"/api/v1/accounts/{bob.id}/email_subscriptions", json={"email": "a@example.org"})


def test_what_hiding_a_domain_would_cost_is_told_before(alice, remote):
    bob = remote.actor("bob")
    found = alice.get("/api/v2/search", {"q": f"@bob@{remote.domain}", "resolve": True, "type": "accounts"})["accounts"][0]
    path, domain = "/api/v1/domain_blocks/preview", {"domain": remote.domain}
    assert alice.get(path, domain) == {"following_count": 0, "followers_count": 0}
    alice.follow(found)
    bob.send(alice.me()["uri"] + "/inbox", bob.follow(alice.me()["uri"]))
    follow = remote.wait_activity("Follow")
    bob.send(alice.me()["uri"] + "/inbox", bob.accept(follow))
    until(lambda: alice.get(path, domain) == {"following_count": 1, "followers_count": 1}, "both follows count")
    alice.fails(422, "GET", path, "Validation failed: Domain is not a valid domain name", params={"domain": "no domain"})
