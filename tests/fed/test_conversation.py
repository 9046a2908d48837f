"""One of ours and somebody elsewhere: following, posting, answering, boosting, liking, editing, deleting, in both directions."""
import datetime
import json
import time

import pytest
import requests
from howdah import FakeRemote, remote as ways, wait

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Pair:
    """alice here, bob there; each other's addresses."""

    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice, self.bob = server.account("alice"), remote.actor("bob")
        self.actor = f"http://{server.domain}/ap/users/{self.alice.id}"
        self.inbox = f"{server.url}/inbox"

    def send(self, activity, **how):
        return self.bob.send(self.inbox, activity, **how)

    def bob_here(self):
        """bob as our API shows him."""
        found = self.alice.get("/api/v2/search", {"q": f"@{self.bob.handle}", "resolve": "true", "type": "accounts"})["accounts"]
        assert len(found) == 1, found
        return found[0]

    def follow_alice(self):
        self.send(self.bob.follow(self.actor))
        return self.remote.wait_activity("Accept")

    def follow_bob(self):
        bob = self.bob_here()
        self.alice.follow(bob)
        follow = self.remote.wait_activity("Follow")
        self.send(self.bob.accept(follow))
        wait.until(lambda: self.alice.relationship(bob)["following"], "the follow is accepted")
        return bob

    def mention(self):
        return {"type": "Mention", "href": self.actor, "name": f"@{self.alice.handle}"}

    def notifications(self, type):
        return [n for n in self.alice.get("/api/v1/notifications") if n["type"] == type]

    def found(self, uri):
        got = self.alice.get("/api/v2/search", {"q": uri, "resolve": "true", "type": "statuses"})["statuses"]
        return got[0] if got else None


@pytest.fixture
def pair(new_server, remote):
    return Pair(new_server(), remote)


def test_somebody_elsewhere_follows(pair):
    accept = pair.follow_alice()
    assert accept["object"]["type"] == "Follow" and accept["object"]["actor"] == pair.bob.id and accept["object"]["object"] == pair.actor
    followers = pair.alice.get(f"/api/v1/accounts/{pair.alice.id}/followers")
    assert [a["acct"] for a in followers] == [pair.bob.handle]
    assert wait.until(lambda: pair.notifications("follow"), "alice is told")
    document = requests.get(pair.server.url + f"/ap/users/{pair.alice.id}/followers?page=true", timeout=30).json()
    assert document["orderedItems"] == [pair.bob.id]


def test_a_follow_said_twice_is_answered_twice_and_undone_once(pair):
    follow = pair.bob.follow(pair.actor)
    pair.send(follow)
    pair.remote.wait_activity("Accept")
    pair.bob.send(pair.inbox, follow, date=time.time() + 60)      # another request, whatever the second is
    wait.until(lambda: len(pair.remote.activities("Accept")) == 2, "a second Accept")
    pair.send(pair.bob.undo(follow))
    wait.until(lambda: pair.alice.get(f"/api/v1/accounts/{pair.alice.id}/followers") == [], "nobody follows")


def test_we_follow_and_read(pair):
    bob = pair.follow_bob()
    assert bob["acct"] == pair.bob.handle and bob["note"] == "<p>bob of elsewhere</p>"
    note = pair.bob.note('good morning<script>alert(1)</script> <a href="javascript:x">y</a>')
    pair.send(pair.bob.create(note))
    seen = wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "it is in the home timeline")[0]
    assert seen["uri"] == note["id"] and "script" not in seen["content"] and "good morning" in seen["content"]
    pair.send(pair.bob.activity("Update", {**note, "content": "<p>good evening</p>", "updated": "2026-01-02T00:00:00Z"}))
    wait.until(lambda: "evening" in pair.alice.get(f"/api/v1/statuses/{seen['id']}")["content"], "the edit")
    assert len(pair.alice.get(f"/api/v1/statuses/{seen['id']}/history")) == 2
    pair.send(pair.bob.activity("Delete", {"id": note["id"], "type": "Tombstone"}))
    wait.until(lambda: pair.alice.request("GET", f"/api/v1/statuses/{seen['id']}").status == 404, "it is gone")
    pair.send(pair.bob.create(note))
    pair.send(pair.bob.create(pair.bob.note("another")))
    wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "the next one")
    pair.server.settled()
    assert all(s["uri"] != note["id"] for s in pair.alice.get("/api/v1/timelines/home"))


def test_what_we_say_arrives(pair):
    pair.follow_alice()
    status = pair.alice.status(f"hello @{pair.bob.handle} #hi")
    create = pair.remote.wait_activity("Create")
    assert create["object"]["id"] == status["uri"] and create["to"] == [PUBLIC]
    assert {"type": "Mention", "href": pair.bob.id, "name": f"@{pair.bob.handle}"} in create["object"]["tag"]
    pair.alice.put(f"/api/v1/statuses/{status['id']}", {"status": "hello again"})
    update = pair.remote.wait_activity("Update", lambda a: a["object"]["type"] == "Note")
    assert "again" in update["object"]["content"] and update["object"]["updated"]
    pair.alice.delete(f"/api/v1/statuses/{status['id']}")
    delete = pair.remote.wait_activity("Delete")
    assert delete["object"]["id"] == status["uri"] and delete["object"]["type"] == "Tombstone"
    assert len(pair.remote.activities("Create")) == 1


def test_a_mention_of_a_stranger_is_looked_up(pair):
    pair.alice.status(f"are you there, @{pair.bob.handle}?", visibility="direct")
    create = pair.remote.wait_activity("Create")
    assert create["to"] == [pair.bob.id] and create["cc"] == []


def test_answers_boosts_and_likes_come_in(pair):
    pair.follow_alice()
    status = pair.alice.status("what do you think?")
    note = pair.bob.note("well", inReplyTo=status["uri"], cc=[pair.actor], tag=[pair.mention()])
    pair.send(pair.bob.create(note))
    wait.until(lambda: [s["uri"] for s in pair.alice.get(f"/api/v1/statuses/{status['id']}/context")["descendants"]] == [note["id"]], "the answer")
    assert wait.until(lambda: pair.notifications("mention"), "alice is told")[0]["status"]["uri"] == note["id"]
    like, boost = pair.bob.activity("Like", status["uri"]), pair.bob.activity("Announce", status["uri"], to=[PUBLIC])
    pair.send(like)
    pair.send(boost)

    def counts():
        s = pair.alice.get(f"/api/v1/statuses/{status['id']}")
        return s["replies_count"], s["reblogs_count"], s["favourites_count"]
    wait.until(lambda: counts() == (1, 1, 1), "all of it is counted")
    assert wait.until(lambda: pair.notifications("favourite"), "alice is told of the like")
    assert wait.until(lambda: pair.notifications("reblog"), "alice is told of the boost")
    pair.send(pair.bob.undo(like))
    pair.send(pair.bob.undo(boost))
    wait.until(lambda: counts() == (1, 0, 0), "and undone")


def test_who_is_named_and_not_addressed_is_not_told(pair):
    """A Mention tag alone shows the name. Who is in the audience too, or whose own inbox it came to, is told."""
    note = pair.bob.note("talking of alice", tag=[pair.mention()])
    pair.send(pair.bob.create(note))
    pair.server.inbound_done()
    seen = pair.found(note["id"])
    assert [m["id"] for m in seen["mentions"]] == [pair.alice.id]
    addressed, delivered = pair.bob.note("to alice", cc=[pair.actor], tag=[pair.mention()]), pair.bob.note("to her inbox", tag=[pair.mention()])
    pair.send(pair.bob.create(addressed))
    own = pair.actor.replace(f"http://{pair.server.domain}", pair.server.url) + "/inbox"
    pair.bob.send(own, pair.bob.create(delivered))
    pair.server.settled()
    assert {n["status"]["uri"] for n in pair.notifications("mention")} == {addressed["id"], delivered["id"]}, "alice is told of two"


def test_who_is_mentioned_is_known_by_the_address(pair):
    """A tag needs no name, and one alone may stand without its list."""
    bare = pair.bob.note("to alice", cc=[pair.actor], tag={"type": "Mention", "href": pair.actor})
    misnamed = pair.bob.note("to her too", cc=[pair.actor], tag=[{"type": ["Mention"], "href": pair.actor, "name": "@somebody@else.example"}])
    nobody = pair.bob.note("to nobody", cc=[pair.actor], tag=[{"type": "Mention", "name": f"@{pair.alice.handle}"}])
    for note in (bare, misnamed, nobody):
        pair.send(pair.bob.create(note))
    pair.server.settled()
    assert {n["status"]["uri"] for n in pair.notifications("mention")} == {bare["id"], misnamed["id"]}
    assert [m["id"] for m in pair.found(bare["id"])["mentions"]] == [pair.alice.id]


def test_boosts_and_likes_go_out(pair):
    pair.follow_bob()
    note = pair.bob.note("like me")
    pair.send(pair.bob.create(note))
    seen = wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "it is in the home timeline")[0]
    pair.alice.post(f"/api/v1/statuses/{seen['id']}/favourite")
    like = pair.remote.wait_activity("Like")
    assert like["object"] == note["id"] and like["actor"] == pair.actor
    pair.alice.post(f"/api/v1/statuses/{seen['id']}/unfavourite")
    assert pair.remote.wait_activity("Undo", lambda a: a["object"]["type"] == "Like")["object"]["id"] == like["id"]
    pair.alice.post(f"/api/v1/statuses/{seen['id']}/reblog")
    boost = pair.remote.wait_activity("Announce")
    assert boost["object"] == note["id"] and PUBLIC in boost["to"] and pair.bob.id in boost["cc"]
    pair.alice.post(f"/api/v1/statuses/{seen['id']}/unreblog")
    assert pair.remote.wait_activity("Undo", lambda a: a["object"]["type"] == "Announce")["object"]["id"] == boost["id"]


def test_a_boost_brings_a_post_from_a_third_server(pair):
    carol = pair.remote.actor("carol")
    pair.follow_bob()
    note = carol.note("far away")
    pair.send(pair.bob.activity("Announce", note["id"], to=[PUBLIC]))
    seen = wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "the boost")[0]
    assert seen["reblog"]["uri"] == note["id"] and seen["reblog"]["account"]["acct"] == carol.handle


def test_a_thread_is_fetched_upwards(pair):
    pair.follow_bob()
    root = pair.bob.note("first")
    middle = pair.bob.note("second", inReplyTo=root["id"])
    leaf = pair.bob.note("third", inReplyTo=middle["id"])
    pair.send(pair.bob.create(leaf))
    seen = wait.until(lambda: pair.found(leaf["id"]), "the leaf")
    wait.until(lambda: [s["uri"] for s in pair.alice.get(f"/api/v1/statuses/{seen['id']}/context")["ancestors"]] == [root["id"], middle["id"]],
               "both above it")


def test_a_block_is_told_and_heard(pair):
    pair.follow_alice()
    bob = pair.bob_here()
    pair.alice.post(f"/api/v1/accounts/{bob['id']}/block")
    assert pair.remote.wait_activity("Block")["object"] == pair.bob.id
    pair.alice.post(f"/api/v1/accounts/{bob['id']}/unblock")
    pair.remote.wait_activity("Undo", lambda a: a["object"]["type"] == "Block")
    block = pair.bob.activity("Block", pair.actor)
    pair.send(block)
    wait.until(lambda: pair.alice.relationship(bob)["blocked_by"], "bob blocks alice")
    pair.send(pair.bob.undo(block))
    wait.until(lambda: not pair.alice.relationship(bob)["blocked_by"], "and no longer")


def said(pair, status, bob):
    """What stands of what bob has said: a like, a boost, a follow, a block."""
    seen, there = pair.alice.get(f"/api/v1/statuses/{status['id']}"), pair.alice.relationship(bob)
    return seen["favourites_count"], seen["reblogs_count"], there["followed_by"], there["blocked_by"]


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("like", ["Like", "EmojiReact"])
def test_all_that_is_said_is_undone(pair, like, alone):
    """By the activity itself, or by its id alone."""
    status, bob = pair.alice.status("say something"), pair.bob_here()
    each = [pair.bob.activity(like, status["uri"], content="🎉"), pair.bob.activity("Announce", status["uri"], to=[PUBLIC]), pair.bob.follow(pair.actor)]
    for activity in each:
        pair.send(activity)
    wait.until(lambda: said(pair, status, bob) == (1, 1, True, False), "a like, a boost, a follow")
    for activity in each:
        pair.send(pair.bob.undo(activity["id"] if alone else activity))
    wait.until(lambda: said(pair, status, bob) == (0, 0, False, False), "none of them")
    block = pair.bob.activity("Block", pair.actor)
    pair.send(block)
    wait.until(lambda: said(pair, status, bob)[3], "a block")
    pair.send(pair.bob.undo(block["id"] if alone else block))
    wait.until(lambda: not said(pair, status, bob)[3], "and no more")


@pytest.mark.parametrize("alone", [False, True])
def test_an_undo_may_overtake_what_it_undoes(pair, alone):
    status, bob = pair.alice.status("say something"), pair.bob_here()
    each = [pair.bob.activity("Like", status["uri"]), pair.bob.activity("Block", pair.actor), pair.bob.follow(pair.actor),
            pair.bob.activity("Announce", status["uri"], to=[PUBLIC])]
    for activity in each:
        pair.send(pair.bob.undo(activity["id"] if alone else activity))
    pair.server.inbound_done()
    for activity in each:
        pair.send(activity)
    pair.server.inbound_done()
    assert said(pair, status, bob) == (0, 0, False, False)
    # What he says afterwards counts, even a follow under the same id.
    pair.send(pair.bob.activity("Like", status["uri"]))
    pair.bob.send(pair.inbox, each[2], date=time.time() + 60)
    wait.until(lambda: said(pair, status, bob) == (1, 0, True, False), "a new like, and the follow")


def test_of_what_is_unheard_of_an_undo_undoes_nothing(pair):
    pair.follow_alice()
    status, bob = pair.alice.status("say something"), pair.bob_here()
    for inner in ({"type": "Bite", "id": pair.bob.new_id(), "actor": pair.bob.id, "object": pair.actor},
                  {"type": "Dislike", "id": pair.bob.new_id(), "actor": pair.bob.id, "object": status["uri"]}):
        pair.send(pair.bob.undo(inner))
    pair.server.inbound_done()
    assert said(pair, status, bob)[2], "bob follows as before"


def test_a_question_is_voted_in_both_ways(pair):
    pair.follow_bob()
    question = {"id": pair.bob.new_id("notes"), "type": "Question", "attributedTo": pair.bob.id, "content": "<p>tea?</p>", "to": [PUBLIC],
                "cc": [pair.bob.document["followers"]], "published": "2026-01-01T00:00:00Z", "endTime": "2100-01-01T00:00:00Z", "votersCount": 3,
                "oneOf": [{"type": "Note", "name": n, "replies": {"type": "Collection", "totalItems": k}} for n, k in (("yes", 2), ("no", 1))]}
    pair.send(pair.bob.activity("Create", question, to=question["to"]))
    seen = wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "the question")[0]
    assert [(o["title"], o["votes_count"]) for o in seen["poll"]["options"]] == [("yes", 2), ("no", 1)]
    pair.alice.post(f"/api/v1/polls/{seen['poll']['id']}/votes", {"choices": [1]})
    vote = pair.remote.wait_activity("Create", lambda a: a["object"].get("name") == "no")
    assert vote["object"]["inReplyTo"] == question["id"] and "content" not in vote["object"]
    ours = pair.alice.status("coffee?", poll={"options": ["yes", "no"], "expires_in": 3600})
    pair.send(pair.bob.activity("Create", {"id": pair.bob.new_id("votes"), "type": "Note", "name": "yes", "attributedTo": pair.bob.id,
                                           "inReplyTo": ours["uri"], "to": [pair.actor]}, to=[pair.actor]))
    wait.until(lambda: pair.alice.get(f"/api/v1/polls/{ours['poll']['id']}")["votes_count"] == 1, "bob's vote")
    carol = pair.remote.actor("carol")
    carol.send(pair.inbox, carol.activity("Create", {"id": carol.new_id("votes"), "type": "Note", "name": "no", "content": None, "attributedTo": carol.id,
                                                     "inReplyTo": ours["uri"], "to": [pair.actor]}, to=[pair.actor]))
    wait.until(lambda: pair.alice.get(f"/api/v1/polls/{ours['poll']['id']}")["votes_count"] == 2, "carol's, whose content is null")


def test_the_end_of_a_question_is_told(pair):
    """Its last counts go to who follows and to who voted, with the time that it closed."""
    pair.follow_alice()
    ours = pair.alice.status("coffee?", poll={"options": ["yes", "no"], "expires_in": 3600})
    poll = ours["poll"]["id"]
    pair.send(pair.bob.activity("Create", {"id": pair.bob.new_id("votes"), "type": "Note", "name": "yes", "attributedTo": pair.bob.id,
                                           "inReplyTo": ours["uri"], "to": [pair.actor]}, to=[pair.actor]))
    wait.until(lambda: pair.alice.get(f"/api/v1/polls/{poll}")["votes_count"] == 1, "bob's vote")
    now = int(time.time() * 1e6)
    pair.server.sql(f"UPDATE polls SET expires_us = {now} WHERE id = {poll}")
    pair.server.sql(f"UPDATE jobs SET due_us = {now} WHERE ref_id = {poll}")
    update = pair.remote.wait_activity("Update", lambda a: a["object"]["type"] == "Question" and "closed" in a["object"])
    question = update["object"]
    assert question["id"] == ours["uri"] and question["votersCount"] == 1
    assert [(o["name"], o["replies"]["totalItems"]) for o in question["oneOf"]] == [("yes", 1), ("no", 0)]


def test_a_new_key_is_learned(pair):
    pair.follow_alice()
    carol = pair.remote.actor("carol")
    pair.bob.private = carol.private
    pair.bob.document["publicKey"]["publicKeyPem"] = carol.document["publicKey"]["publicKeyPem"]
    pair.bob.publish()
    wait.until(lambda: pair.bob.deliver(pair.inbox, pair.bob.follow(pair.actor)).status_code == 202, "the new key is fetched", 30)


def test_the_instance_itself_is_not_followed(pair):
    follow = pair.bob.follow(f"http://{pair.server.domain}/actor")
    pair.send(follow)
    assert pair.remote.wait_activity("Reject")["object"]["id"] == follow["id"]


@pytest.mark.parametrize("claims", [
    {"webfinger": "alice@{domain}"}, {"type": "Application", "preferredUsername": "{domain}", "webfinger": "{domain}@{domain}"},
    {"preferredUsername": "nobody"}, {"id": "http://{domain}/ap/users/1"}, {"inbox": None}, {"type": "Note"},
])
def test_an_actor_is_not_who_it_only_says_it_is(pair, claims):
    mallory = pair.remote.actor("mallory")
    mallory.document.update({k: v.format(domain=pair.server.domain) if v else v for k, v in claims.items()})
    mallory.publish()
    assert mallory.deliver(pair.inbox, mallory.follow(pair.actor)).status_code in (401, 503)
    assert pair.alice.get("/api/v2/search", {"q": mallory.id, "resolve": "true"})["accounts"] == []


def test_an_actor_that_deletes_itself_is_gone(pair):
    bob = pair.follow_bob()
    pair.send(pair.bob.create(pair.bob.note("soon gone")))
    wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "the post")
    pair.send(pair.bob.activity("Delete", pair.bob.id, to=[PUBLIC]))
    wait.until(lambda: pair.alice.get("/api/v1/timelines/home") == [], "its posts go")
    wait.until(lambda: pair.alice.request("GET", f"/api/v1/accounts/{bob['id']}").status == 404, "and it")


def test_nobody_speaks_for_another(pair):
    carol = pair.remote.actor("carol")
    pair.follow_bob()
    note = pair.bob.note("mine")
    pair.send(pair.bob.create(note))
    seen = wait.until(lambda: pair.alice.get("/api/v1/timelines/home"), "the post")[0]
    for activity in (carol.activity("Delete", note["id"]), {**carol.activity("Delete", note["id"]), "actor": pair.bob.id},
                     carol.activity("Update", {**note, "content": "<p>forged</p>", "updated": "2027-01-01T00:00:00Z"}),
                     carol.activity("Undo", {"type": "Follow", "actor": pair.actor, "object": pair.bob.id})):
        carol.send(pair.inbox, activity)
    marker = carol.note("done", cc=[pair.actor], tag=[pair.mention()])
    carol.send(pair.inbox, carol.create(marker))
    wait.until(lambda: pair.notifications("mention"), "the marker")
    pair.server.settled()
    assert pair.alice.get(f"/api/v1/statuses/{seen['id']}")["content"] == "<p>mine</p>"


@pytest.mark.parametrize("how", [ways.status(500), ways.status(429, {"Retry-After": "1"}), ways.reset(), ways.reset(40)])
def test_a_delivery_that_fails_is_tried_again(pair, how):
    pair.follow_alice()
    pair.remote.behave("/inbox", ways.flaky(1, how))
    pair.remote.behave("/users/bob/inbox", ways.flaky(1, how))
    status = pair.alice.status("persist")
    wait.until(lambda: len([a for a in pair.remote.activities("Create") if a["object"]["id"] == status["uri"]]) >= 2, "a second try", 40)


def test_private_addresses_are_not_fetched(new_server, remote):
    server = new_server(allow_private_addresses="10.255.255.255/32")
    alice, bob = server.account("alice"), remote.actor("bob")
    assert bob.deliver(f"{server.url}/inbox", bob.follow(f"http://{server.domain}/actor")).status_code in (401, 503)
    assert alice.get("/api/v2/search", {"q": f"http://{remote.domain}/users/bob", "resolve": "true"})["accounts"] == []
    assert remote.received == []


def test_nothing_is_asked_for_without_tls(new_server):
    """Whoever is on the way could answer. The addresses of laboratories, which are numbers with ports, are all that is asked so."""
    with FakeRemote("plain.test") as plain:
        server = new_server(static_hosts=f"plain.test=127.0.0.1:{plain.port}")
        alice, bob = server.account("alice"), plain.actor("bob")
        for what in (bob.id, bob.note("x")["id"]):
            got = alice.get("/api/v2/search", {"q": what, "resolve": "true"})
            assert got["accounts"] == [] == got["statuses"]
        assert bob.deliver(f"{server.url}/inbox", bob.follow(alice.me()["uri"])).status_code == 401
        assert plain.received == []


@pytest.mark.parametrize("how", ["another's id", "no json", "wrong type", "ours", "too deep", "huge", "a loop"])
def test_a_document_is_believed_only_at_its_own_id(pair, how):
    remote, url = pair.remote, pair.remote.url + "/odd"
    document = {**pair.bob.note("odd"), "id": url}
    if how == "another's id":
        document["id"] = remote.url + "/elsewhere"
    elif how == "ours":
        document["id"] = f"http://{pair.server.domain}/ap/users/{pair.alice.id}/statuses/1"
    elif how == "too deep":
        for _ in range(100):
            document = {"id": url, "object": document}
    remote.put("/odd", "hello" if how == "no json" else document, type="text/html" if how == "wrong type" else "application/activity+json")
    if how == "huge":
        remote.behave("/odd", ways.big(3 * 1024 * 1024))
    elif how == "a loop":
        remote.behave("/odd", ways.redirect(url))
    assert pair.found(url) is None


@pytest.mark.parametrize("hops", [3, 4])
def test_webfinger_may_be_three_redirects_away(pair, hops):
    remote, dave = pair.remote, pair.remote.actor("dave")

    def hop(h, go_on):
        at = int(h.path.split("?")[0].rsplit("/", 1)[1]) if h.path.startswith("/hop/") else 0
        if at == hops:
            found = {"subject": f"acct:{dave.handle}", "links": [{"rel": "self", "type": ways.ACTIVITY, "href": dave.id}]}
            return ways.reply(h, 200, json.dumps(found).encode(), "application/jrd+json")
        return ways.reply(h, 302, headers={"Location": f"/hop/{at + 1}?{h.path.split('?')[1]}"})
    remote.behave("/.well-known/webfinger", hop)
    remote.behave("/hop/", hop)
    found = pair.alice.get("/api/v2/search", {"q": f"@{dave.handle}", "resolve": "true", "type": "accounts"})["accounts"]
    assert [a["acct"] for a in found] == ([dave.handle] if hops == 3 else [])


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("way", ["redirect", "host-meta", "quotes"])
def test_handles_may_be_of_another_domain_than_their_server(pair, way, named):
    """example.org names the people of social.example.org: it leads there, and there they are said to be of example.org."""
    with FakeRemote() as org:
        dave = pair.remote.actor("dave", **({"webfinger": f"dave@{org.domain}"} if named else {}))

        def finger(h, go_on):
            if "dave" not in h.path:
                return ways.reply(h, 404)
            found = {"subject": f"acct:dave@{org.domain}", "links": [{"rel": "self", "type": ways.ACTIVITY, "href": dave.id}]}
            return ways.reply(h, 200, json.dumps(found).encode(), "application/jrd+json")
        pair.remote.behave("/.well-known/webfinger", finger)
        if way == "redirect":
            org.behave("/.well-known/webfinger", lambda h, go_on: ways.reply(h, 301, headers={"Location": pair.remote.url + h.path}))
        else:
            mark = "'" if way == "quotes" else '"'
            org.put("/.well-known/host-meta", f'<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" '
                    f'template={mark}{pair.remote.url}/.well-known/webfinger?a=1&amp;resource={{uri}}{mark}/></XRD>', "application/xrd+xml")
        for what in (f"@dave@{org.domain}", f"@dave@{pair.remote.domain}"):
            found = pair.alice.get("/api/v2/search", {"q": what, "resolve": "true", "type": "accounts"})["accounts"]
            assert [(a["acct"], a["uri"]) for a in found] == [(f"dave@{org.domain}", dave.id)]
        dave.send(pair.inbox, dave.follow(pair.actor))
        wait.until(lambda: [a["acct"] for a in pair.alice.get(f"/api/v1/accounts/{pair.alice.id}/followers")] == [f"dave@{org.domain}"], "dave follows")


def test_films_of_elsewhere_say_how_long_they_are(pair):
    film = {"type": "Document", "mediaType": "video/mp4", "url": f"{pair.remote.url}/film.mp4", "width": 64, "height": 36, "duration": "PT1M2.5S"}
    sound = {"type": "Document", "mediaType": "audio/mpeg", "url": f"{pair.remote.url}/sound.mp3", "duration": "long"}
    note = pair.bob.note("look", attachment=[film, sound])
    shown = pair.found(note["id"])["media_attachments"]
    assert [m["type"] for m in shown] == ["video", "audio"] and shown[0]["meta"]["original"] == {"width": 64, "height": 36, "duration": 62.5}
    assert shown[0]["meta"]["length"] == "0:01:02.50" and "duration" not in shown[1]["meta"]


def direct_note(pair, content, **more):
    more.setdefault("published", datetime.datetime.now(datetime.timezone.utc).isoformat())
    return pair.bob.note(content, to=[pair.actor], cc=[], tag=[pair.mention()], **more)


def conversations(pair):
    return [(c["unread"], [a["acct"] for a in c["accounts"]], (c["last_status"] or {}).get("uri")) for c in pair.alice.get("/api/v1/conversations")]


def test_direct_posts_in_and_out_are_one_conversation(pair):
    pair.follow_bob()
    first = direct_note(pair, "psst")
    pair.send(pair.bob.create(first))
    wait.until(lambda: conversations(pair) == [(True, [pair.bob.handle], first["id"])], "the first")
    ours = pair.alice.post("/api/v1/statuses", {"status": f"@{pair.bob.handle} what?", "visibility": "direct",
                                                "in_reply_to_id": pair.alice.get("/api/v1/conversations")[0]["last_status"]["id"]})
    assert conversations(pair) == [(False, [pair.bob.handle], ours["uri"])]
    third = direct_note(pair, "nothing", inReplyTo=ours["uri"])
    pair.send(pair.bob.create(third))
    wait.until(lambda: conversations(pair) == [(True, [pair.bob.handle], third["id"])], "the third")
    pair.send(pair.bob.activity("Delete", third["id"]))
    wait.until(lambda: [c[2] for c in conversations(pair)] == [ours["uri"]], "it goes")


def test_answers_that_come_before_what_they_answer_join_its_conversation(pair):
    pair.follow_bob()
    root = direct_note(pair, "the root")
    pair.remote.drop(root["id"])      # so that nobody can fetch it
    answers = [direct_note(pair, f"answer {i}", inReplyTo=root["id"]) for i in range(2)]
    for i, answer in enumerate(answers):
        pair.send(pair.bob.create(answer))
        wait.until(lambda: len(conversations(pair)) == i + 1, "an answer alone")
    pair.send(pair.bob.create(root))
    wait.until(lambda: len(pair.alice.get("/api/v1/timelines/direct")) == 3, "the root too")
    assert len(conversations(pair)) == 1


def test_a_muted_thread_stays_muted_when_it_joins_what_it_answers(pair):
    pair.follow_bob()
    root = direct_note(pair, "the root")
    pair.remote.drop(root["id"])
    answers = [direct_note(pair, f"answer {i}", inReplyTo=root["id"]) for i in range(2)]
    for answer in answers:
        pair.send(pair.bob.create(answer))
    wait.until(lambda: len(pair.alice.get("/api/v1/notifications", {"types[]": "mention"})) == 2, "both are told")
    shown = {a["id"]: pair.found(a["id"]) for a in answers}
    pair.alice.post(f"/api/v1/statuses/{shown[answers[0]['id']]['id']}/mute")
    assert [pair.found(a["id"])["muted"] for a in answers] == [True, False]
    pair.send(pair.bob.create(root))
    wait.until(lambda: (pair.found(root["id"]) or {}).get("muted"), "the whole is muted")
    assert pair.found(answers[1]["id"])["muted"] is True
    late, other = direct_note(pair, "of the thread", inReplyTo=root["id"]), direct_note(pair, "of no thread")
    pair.send(pair.bob.create(late))
    below = f"/api/v1/statuses/{pair.found(root['id'])['id']}/context"
    wait.until(lambda: late["id"] in [s["uri"] for s in pair.alice.get(below)["descendants"]], "it is here")
    pair.send(pair.bob.create(other))

    def told():
        return [n["status"]["uri"] for n in pair.alice.get("/api/v1/notifications", {"types[]": "mention"})]
    wait.until(lambda: other["id"] in told(), "the other is told")
    pair.server.settled()
    assert late["id"] not in told()
    pair.alice.post(f"/api/v1/statuses/{shown[answers[1]['id']]['id']}/unmute")
    assert [pair.found(uri)["muted"] for uri in (root["id"], answers[0]["id"])] == [False, False]


def test_a_conversation_knows_whom_a_post_reached_later(pair):
    pair.alice.post("/api/v1/statuses", {"status": f"@{pair.bob.handle} hello stranger", "visibility": "direct"})
    wait.until(lambda: [c[1] for c in conversations(pair)] == [[pair.bob.handle]], "bob is found")
