"""A conversation with an actor on Fedify (npm), which verifies and signs as strictly as any: peer.mjs is its server."""
import pathlib

import pytest
import requests
from howdah import until
from howdah.browser import Browser
from howdah.npm import install, node

FEDIFY = pathlib.Path(__file__).parent / "fedify"


class Fed:
    """The actor over there, by way of /control/."""

    def __init__(self, world, *how):
        modules = install(FEDIFY)
        self.log_file = world.lab.folder / "fedify.log"
        self.child = world.lab.run([node(modules, 22), FEDIFY / "peer.mjs", world.port, world.domain, *how], log=self.log_file)
        self.base, self.actor = f"http://127.0.0.1:{world.port}", f"https://{world.domain}/users/fed"
        self.session = requests.Session()
        self.session.trust_env = False
        until(self._ready, "Fedify listens", 60)

    def _ready(self):
        assert self.child.poll() is None, self.log_file.read_text()
        return "ready" in self.log_file.read_text()

    def do(self, action, **how):
        got = self.session.post(f"{self.base}/control/{action}", json=how, timeout=60)
        assert got.status_code == 200, f"{action} {how}: {got.text}\n{self.log_file.read_text()[-3000:]}"
        return got.json().get("id")

    def heard(self, type, **match):
        """The first activity of that type that it was sent and whose members are as in match. object may be an id or a document's."""
        for entry in self.session.get(f"{self.base}/control/log", timeout=30).json():
            if entry["type"] == type and all(entry.get(k) == v for k, v in match.items()):
                return entry["json"]
        return None

    def wait(self, type, **match):
        return until(lambda: self.heard(type, **match), f"Fedify hears a {type} with {match}", 30)

    def knocks(self):
        return self.session.get(f"{self.base}/control/knocks", timeout=30).json()

    def followers(self):
        return self.session.get(f"{self.base}/control/followers", timeout=30).json()


@pytest.fixture(scope="module")
def world(meet):
    return meet("fed.test")


@pytest.fixture(scope="module")
def fed(world):
    return Fed(world)


@pytest.fixture(scope="module")
def alice(world, fed):
    """Somebody of ours who follows fed and is followed by it."""
    alice = world.howdah.account("alice")
    alice.uri = alice.me()["uri"]
    alice.fed = world.find(alice, "@fed@fed.test")
    alice.follow(alice.fed)
    until(lambda: alice.relationship(alice.fed)["following"], "fed accepts", 30)
    fed.do("follow", actor="@alice@alpha.test")
    until(lambda: alice.relationship(alice.fed)["followed_by"], "fed follows", 30)
    fed.wait("Accept", actor=alice.uri)
    return alice


def at_home(api, uri):
    return until(lambda: next((s for s in api.home(limit=40) if s["uri"] == uri), None), f"{uri} is at home", 30)


def test_each_knows_who_the_other_is(world, fed, alice):
    assert alice.fed["acct"] == "fed@fed.test" and alice.fed["display_name"] == "Fed of Fedify"
    assert alice.fed["uri"] == fed.actor
    assert fed.followers() == [alice.uri]
    until(lambda: "follow" in [n["type"] for n in alice.get("/api/v1/notifications")], "alice is told of her follower", 30)


def test_our_post_its_edit_and_its_end_reach_them(fed, alice):
    posted = alice.status("Hello over there, @fed@fed.test")
    note = fed.wait("Create", object=posted["uri"], actor=alice.uri)["object"]
    assert "Hello over there" in note["content"] and note["attributedTo"] == alice.uri
    alice.put(f"/api/v1/statuses/{posted['id']}", {"status": "Hello again"})
    assert "Hello again" in fed.wait("Update", object=posted["uri"])["object"]["content"]
    alice.delete(f"/api/v1/statuses/{posted['id']}")
    fed.wait("Delete", object=posted["uri"])


def test_their_post_its_edit_and_its_end_reach_us(fed, alice):
    uri = fed.do("note", text="<p>From <b>Fedify</b></p>")
    status = at_home(alice, uri)
    assert "From" in status["content"] and status["account"]["acct"] == "fed@fed.test" and status["visibility"] == "public"
    fed.do("edit", id=uri, text="<p>Changed my mind</p>")
    edited = until(lambda: (s := alice.get(f"/api/v1/statuses/{status['id']}"))["edited_at"] and s, "the edit arrives", 30)
    assert "Changed my mind" in edited["content"]
    fed.do("delete", id=uri)
    until(lambda: alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404, "the post is gone", 30)


def test_a_warning_comes_along(fed, alice):
    uri = fed.do("note", text="Spoilers", sensitive=True, warning="About the film")
    status = at_home(alice, uri)
    assert status["sensitive"] and status["spoiler_text"] == "About the film"


def test_we_like_boost_and_answer_theirs(fed, alice):
    uri = fed.do("note", text="Do as you like")
    status = at_home(alice, uri)
    assert alice.post(f"/api/v1/statuses/{status['id']}/favourite")["favourited"]
    fed.wait("Like", object=uri, actor=alice.uri)
    alice.post(f"/api/v1/statuses/{status['id']}/unfavourite")
    until(lambda: any(e["type"] == "Undo" and e["json"]["object"].get("type") == "Like" and e["json"]["object"].get("object") == uri
                      for e in fed.session.get(f"{fed.base}/control/log").json()), "the like is taken back", 30)
    alice.post(f"/api/v1/statuses/{status['id']}/reblog")
    fed.wait("Announce", object=uri, actor=alice.uri)
    answer = alice.status("@fed@fed.test I will", in_reply_to_id=status["id"])
    assert fed.wait("Create", object=answer["uri"])["object"]["inReplyTo"] == uri


def test_they_like_boost_and_answer_ours(fed, alice):
    posted = alice.status("What do you make of it?")
    fed.wait("Create", object=posted["uri"])
    like = fed.do("like", id=posted["uri"])
    fed.do("boost", id=posted["uri"])
    answer = fed.do("note", text="A lot", inReplyTo=posted["uri"])

    def now():
        return alice.get(f"/api/v1/statuses/{posted['id']}")
    until(lambda: now()["favourites_count"] == 1 and now()["reblogs_count"] == 1 and now()["replies_count"] == 1, "all three are counted", 30)
    assert [s["uri"] for s in alice.get(f"/api/v1/statuses/{posted['id']}/context")["descendants"]] == [answer]
    until(lambda: {"favourite", "reblog"} <= {n["type"] for n in alice.get("/api/v1/notifications")
                                              if (n.get("status") or {}).get("id") == posted["id"]}, "alice is told of both", 30)
    fed.do("undo", of=like)
    until(lambda: now()["favourites_count"] == 0, "the like is taken back", 30)


def test_a_new_name_reaches_us(fed, alice):
    fed.do("rename", name="Fed the Second")
    until(lambda: alice.get(f"/api/v1/accounts/{alice.fed['id']}")["display_name"] == "Fed the Second", "the name arrives", 30)


def test_our_new_name_reaches_them(fed, alice):
    alice.patch("/api/v1/accounts/update_credentials", {"display_name": "Alice of Alpha"})
    assert fed.wait("Update", object=alice.uri)["object"]["name"] == "Alice of Alpha"


def test_reactions_are_likes(fed, alice):
    posted = alice.status("React to this")
    fed.wait("Create", object=posted["uri"])

    def likes():
        return alice.get(f"/api/v1/statuses/{posted['id']}")["favourites_count"]
    said = fed.do("say", type="EmojiReact", object=posted["uri"], content="🎉", whom=[alice.uri])
    until(lambda: likes() == 1, "the reaction is counted", 30)
    fed.do("undo", of=said)
    until(lambda: likes() == 0, "the reaction is taken back", 30)


def test_what_each_pins_the_other_hears_of(fed, alice):
    uri = fed.do("note", text="Read this first")
    at_home(alice, uri)

    def pinned():
        return [s["uri"] for s in alice.get(f"/api/v1/accounts/{alice.fed['id']}/statuses", {"pinned": "true"})]
    fed.do("say", type="Add", object=uri, target=fed.actor + "/featured")
    until(lambda: pinned() == [uri], "it is pinned", 30)
    fed.do("say", type="Remove", object=uri, target=fed.actor + "/featured")
    until(lambda: pinned() == [], "it is no longer", 30)
    ours = alice.status("What you should know")
    alice.post(f"/api/v1/statuses/{ours['id']}/pin")
    assert fed.wait("Add", object=ours["uri"])["target"].endswith("/collections/featured")
    alice.post(f"/api/v1/statuses/{ours['id']}/unpin")
    fed.wait("Remove", object=ours["uri"])


def test_each_asks_and_the_other_votes(fed, alice):
    uri = fed.do("ask", text="Tea?", options=["yes", "no"], counts=[2, 1])
    poll = at_home(alice, uri)["poll"]
    assert [(o["title"], o["votes_count"]) for o in poll["options"]] == [("yes", 2), ("no", 1)]
    alice.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [1]})
    until(lambda: any(e["type"] == "Create" and e["json"]["object"].get("name") == "no" and e["json"]["object"].get("inReplyTo") == uri
                      for e in fed.session.get(f"{fed.base}/control/log").json()), "alice's vote arrives", 30)
    fed.do("ask", id=uri, text="Tea?", options=["yes", "no"], counts=[2, 5])
    until(lambda: [o["votes_count"] for o in alice.get(f"/api/v1/polls/{poll['id']}")["options"]] == [2, 5], "the counts arrive", 30)
    ours = alice.status("Coffee?", poll={"options": ["now", "later"], "expires_in": 3600})
    asked = fed.wait("Create", object=ours["uri"])["object"]
    assert asked["type"] == "Question" and [o["name"] for o in asked["oneOf"]] == ["now", "later"]
    fed.do("vote", id=ours["uri"], name="later")
    until(lambda: [o["votes_count"] for o in alice.get(f"/api/v1/polls/{ours['poll']['id']}")["options"]] == [0, 1], "their vote is counted", 30)


def test_blocks_and_refusals_are_told_and_heard(world, fed, alice):
    carol = world.howdah.account("carol")
    uri, them = carol.me()["uri"], world.find(carol, "@fed@fed.test")
    block = fed.do("say", type="Block", object=uri, whom=[uri])
    until(lambda: carol.relationship(them)["blocked_by"], "fed blocks carol", 30)
    fed.do("undo", of=block)
    until(lambda: not carol.relationship(them)["blocked_by"], "and no longer", 30)
    carol.follow(them)
    follow = fed.wait("Follow", actor=uri)
    until(lambda: carol.relationship(them)["following"], "carol follows", 30)
    fed.do("say", type="Reject", object=follow["id"], whom=[uri])
    until(lambda: not carol.relationship(them)["following"], "fed does not want that any more", 30)
    carol.post(f"/api/v1/accounts/{them['id']}/block")
    fed.wait("Block", actor=uri, object=fed.actor)
    carol.post(f"/api/v1/accounts/{them['id']}/unblock")
    until(lambda: any(e["type"] == "Undo" and e["actor"] == uri and e["json"]["object"].get("type") == "Block"
                      for e in fed.session.get(f"{fed.base}/control/log").json()), "the block is taken back", 30)


def test_they_ask_to_quote_ours(fed, alice):
    ours = alice.status("Quote me", quote_approval_policy="public")
    uri = fed.do("note", text="As she said", quotes=ours["uri"])
    fed.do("say", type="QuoteRequest", object=ours["uri"], instrument=uri, whom=[alice.uri])
    yes = until(lambda: next((e["json"] for e in fed.session.get(f"{fed.base}/control/log").json()
                              if e["type"] == "Accept" and e["json"]["object"].get("type") == "QuoteRequest"), None), "alice's server agrees", 30)
    assert fed.do("lookup", what=yes["result"]) == yes["result"]
    quotes = until(lambda: alice.get(f"/api/v1/statuses/{ours['id']}/quotes"), "the quote is counted", 30)
    assert [s["uri"] for s in quotes] == [uri]
    alice.post(f"/api/v1/statuses/{ours['id']}/quotes/{quotes[0]['id']}/revoke")
    fed.wait("Delete", object=yes["result"])


def test_reports_go_both_ways(world, fed, alice):
    dora = world.howdah.account("dora")
    fed.do("say", type="Flag", object=dora.me()["uri"], content="They are rude", whom=[dora.me()["uri"]])
    until(lambda: "dora" in world.howdah.cli("report", "list"), "the report is here", 30)
    them = world.find(dora, "@fed@fed.test")
    dora.post("/api/v1/reports", {"account_id": them["id"], "comment": "And so are you", "forward": "true"})
    assert fed.wait("Flag", actor="https://alpha.test/actor")["content"] == "And so are you"


def test_both_part(world, fed, alice):
    other = world.howdah.account("bob")
    follow = fed.do("follow", actor="@bob@alpha.test")
    them = world.find(other, "@fed@fed.test")
    until(lambda: other.relationship(them)["followed_by"], "fed follows bob", 30)
    fed.do("undo", of=follow)
    until(lambda: not other.relationship(them)["followed_by"], "fed follows bob no more", 30)
    other.follow(them)
    until(lambda: other.me()["uri"] in fed.followers(), "bob follows", 30)
    other.post(f"/api/v1/accounts/{them['id']}/unfollow")
    until(lambda: other.me()["uri"] not in fed.followers(), "bob follows no more", 30)


def test_who_moves_takes_followers_along(world, fed, alice):
    """The last of what fed does: it has moved to relay, which names it."""
    relay = world.find(alice, "@relay@fed.test")
    assert alice.relationship(alice.fed)["following"] and not alice.relationship(relay)["requested"]
    fed.do("say", type="Move", object=fed.actor, target=relay["uri"], whom=[alice.uri])
    follow = fed.wait("Follow", actor=alice.uri, object=relay["uri"])
    until(lambda: any(e["type"] == "Undo" and e["actor"] == alice.uri and e["json"]["object"].get("object") == fed.actor
                      for e in fed.session.get(f"{fed.base}/control/log").json()), "alice lets go of fed", 30)
    assert follow["actor"] == alice.uri and not alice.relationship(alice.fed)["following"]


# ---- one standard alone, and keys of both kinds ----

DRAFT, RFC = "draft-cavage-http-signatures-12", "rfc9421"


class Strict:
    """A peer that signs by one standard and refuses the other; alice of ours and fed follow each other."""

    def __init__(self, meet, domain, spec):
        self.world, self.spec = meet(domain), spec
        self.fed = Fed(self.world, spec)
        self.howdah, self.alice = self.world.howdah, self.world.howdah.account("alice")
        self.uri = self.alice.me()["uri"]
        self.alice.follow(self.world.find(self.alice, f"@fed@{domain}"))
        self.fed.wait("Follow", actor=self.uri)
        self.fed.do("follow", actor="@alice@alpha.test")
        self.fed.wait("Accept", actor=self.uri)


@pytest.fixture(scope="module", params=[(RFC, "new.test"), (DRAFT, "old.test")], ids=["rfc9421", "draft"])
def strict(request, meet):
    return Strict(meet, request.param[1], request.param[0])


def test_one_standard_alone_is_enough_for_both(strict):
    posted = strict.alice.status("By the book")
    strict.fed.wait("Create", object=posted["uri"])
    uri = strict.fed.do("note", text="By the same book")
    assert "same book" in at_home(strict.alice, uri)["content"]
    taken = [k for k in strict.fed.knocks() if not k["refused"]]
    assert {"Follow", "Accept", "Create"} <= {k["type"] for k in taken} and {k["spec"] for k in taken} == {strict.spec}
    # What they read is known by now, and nobody knocks twice any more.
    known = {DRAFT: "1", RFC: "2"}[strict.spec]
    until(lambda: strict.howdah.sql(f"SELECT dialect FROM hosts WHERE host = '{strict.world.domain}'") == known, "what they read is known", 30)
    before = len(strict.fed.knocks())
    posted = strict.alice.status("Once and no more")
    strict.fed.wait("Create", object=posted["uri"])
    assert [(k["type"], k["spec"]) for k in strict.fed.knocks()[before:]] == [("Create", strict.spec)]


class Inside(Browser):
    """Behind the TLS front: what is said over https is said over plain http here."""

    def __init__(self, base):
        super().__init__(base)
        ask = self.session.request

        def request(method, url, headers, **how):
            reply = ask(method, url, headers={**headers, "Host": "alpha.test", **({"Origin": "https://alpha.test"} if "Origin" in headers else {})}, **how)
            for cookie in self.session.cookies:
                cookie.secure = False
            return reply
        self.session.request = request


def undone(fed, type, actor):
    return until(lambda: any(e["type"] == "Undo" and e["actor"] == actor and e["json"]["object"].get("type") == type
                             for e in fed.session.get(f"{fed.base}/control/log").json()), f"the {type} is taken back", 30)


def test_all_that_we_say_passes_by_either_standard(strict):
    """Each kind of activity that we send, alice's and carol's, who is locked and moves away."""
    fed, alice, carol = strict.fed, strict.alice, strict.howdah.account("carol", scopes="read write follow push")
    uri, at = carol.me()["uri"], f"@fed@{strict.world.domain}"
    theirs, them = at_home(alice, fed.do("note", text="Like, boost and quote me", quotable=True)), strict.world.find(carol, at)
    for what, back, type in (("favourite", "unfavourite", "Like"), ("reblog", "unreblog", "Announce")):
        alice.post(f"/api/v1/statuses/{theirs['id']}/{what}")
        fed.wait(type, object=theirs["uri"], actor=strict.uri)
        alice.post(f"/api/v1/statuses/{theirs['id']}/{back}")
        undone(fed, type, strict.uri)
    quote = alice.status("As he says", quoted_status_id=theirs["id"])
    asked = fed.wait("QuoteRequest", object=theirs["uri"])
    fed.do("agree", request=asked["id"], by=strict.uri, instrument=quote["uri"], quoted=theirs["uri"])
    until(lambda: alice.get(f"/api/v1/statuses/{quote['id']}")["quote"]["state"] == "accepted", "fed has agreed to the quote", 30)
    ours = alice.status("Ours")
    alice.post(f"/api/v1/statuses/{ours['id']}/pin")
    fed.wait("Add", object=ours["uri"])
    alice.post(f"/api/v1/statuses/{ours['id']}/unpin")
    fed.wait("Remove", object=ours["uri"])
    alice.put(f"/api/v1/statuses/{ours['id']}", {"status": "Ours, edited"})
    fed.wait("Update", object=ours["uri"])
    alice.delete(f"/api/v1/statuses/{ours['id']}")
    fed.wait("Delete", object=ours["uri"])
    carol.patch("/api/v1/accounts/update_credentials", {"locked": "true"})
    carol.follow(them)
    fed.wait("Follow", actor=uri)
    fed.do("follow", actor="@carol@alpha.test")
    until(lambda: carol.get("/api/v1/follow_requests"), "fed asks to follow carol", 30)
    carol.post(f"/api/v1/follow_requests/{them['id']}/reject")
    fed.wait("Reject", actor=uri)
    carol.post("/api/v1/reports", {"account_id": them["id"], "comment": "By the book", "forward": "true"})
    fed.wait("Flag")
    carol.post(f"/api/v1/accounts/{them['id']}/block")
    fed.wait("Block", actor=uri)
    carol.post(f"/api/v1/accounts/{them['id']}/unblock")
    undone(fed, "Block", uri)
    carol.patch("/api/v1/accounts/update_credentials", {"locked": "false"})
    fed.do("follow", actor="@carol@alpha.test")
    fed.wait("Accept", actor=uri)
    fed.do("alias", of=uri)
    page = Inside(strict.howdah.url)
    page.go("/auth/sign_in").sign_in(carol.email, carol.password)
    page.go("/settings/move")
    page.submit(next(f for f in page.page.forms if f.action == "/settings/move"), acct=f"relay@{strict.world.domain}", current_password=carol.password)
    assert fed.wait("Move", actor=uri)["target"] == f"https://{strict.world.domain}/users/relay"
    taken = [k for k in fed.knocks() if not k["refused"]]
    assert {k["type"] for k in taken} == {"Follow", "Accept", "Reject", "Create", "Update", "Delete", "Like", "Announce", "Undo", "QuoteRequest", "Add",
                                          "Remove", "Flag", "Block", "Move"}
    assert {k["spec"] for k in taken} == {strict.spec}


def test_all_that_they_can_say_is_taken_by_either_standard(strict):
    """Each kind of activity that Fedify knows, about a post of alice's; what it means is seen above, and what it does not mean changes nothing."""
    fed, ours = strict.fed, strict.alice.status("What could they say of it?")
    fed.wait("Create", object=ours["uri"])
    types = requests.get(f"{fed.base}/control/types", timeout=30).json()
    assert len(types) > 30 and {"EmojiReact", "Flag", "Travel", "TentativeAccept", "Ignore"} <= set(types)
    for type in types:
        fed.do("say", type=type, object=ours["uri"], content="🎉", whom=[strict.uri])      # 202, or it fails here
    strict.howdah.settled()
    now = strict.alice.get(f"/api/v1/statuses/{ours['id']}")
    assert (now["content"], now["favourites_count"], now["reblogs_count"]) == (ours["content"], 1, 1)
    assert strict.alice.relationship(strict.world.find(strict.alice, f"@fed@{strict.world.domain}"))["followed_by"]


def test_they_hold_our_proofs_to_our_ed25519_key(strict):
    posted = strict.alice.status("Signed, sealed, delivered")
    create = strict.fed.wait("Create", object=posted["uri"])
    assert [k["proven"] for k in strict.fed.knocks() if k["id"] == create["id"] and not k["refused"]] == [True]
    followed = [k["proven"] for k in strict.fed.knocks() if k["type"] == "Follow"]
    assert followed and set(followed) == {None}


def test_we_hold_theirs_to_theirs(strict):
    inbox = f"https://alpha.test/ap/users/{strict.alice.id}/inbox"
    uri = strict.fed.do("pass", inbox=inbox, text="From hand to hand")
    assert "From hand to hand" in at_home(strict.alice, uri)["content"]
    forged = strict.fed.do("pass", inbox=inbox, text="The truth", forged="A lie")
    strict.howdah.settled()
    assert all(s["uri"] != forged for s in strict.alice.home(limit=40))
