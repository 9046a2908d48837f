"""What strangers say about quotes, and what of it is believed (FEP-044f)."""
import pytest
import requests
from howdah import wait
from howdah.remote import status

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Scene:
    """alice and carol here, bob and eve elsewhere."""

    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice, self.bob, self.eve = server.account("alice"), remote.actor("bob"), remote.actor("eve")
        self.actor, self.inbox = f"http://{server.domain}/ap/users/{self.alice.id}", f"{server.url}/inbox"

    def note(self, who, text, **more):
        return who.note(text, **more)

    def found(self, uri):
        got = self.alice.get("/api/v2/search", {"q": uri, "resolve": "true", "type": "statuses"}, timeout=60)["statuses"]
        return got[0] if got else None

    def stamp(self, who, quoting, quoted, **more):
        """An authorization of who's, served."""
        id = more.pop("at", who.new_id("stamps"))
        path = id[len(self.remote.url):]
        self.remote.put(path, {"@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "QuoteAuthorization",
                               "attributedTo": who.id, "interactingObject": quoting, "interactionTarget": quoted, **more})
        return id

    def quote_of(self, post):
        return self.alice.get(f"/api/v1/statuses/{post['id']}")["quote"]

    def until_state(self, post, state):
        wait.until(lambda: (self.quote_of(post) or {}).get("state") == state, f"the quote is {state}", 30)


@pytest.fixture
def scene(new_server, remote):
    return Scene(new_server(), remote)


def quotable(who, text, **more):
    return who.note(text, interactionPolicy={"canQuote": {"automaticApproval": [PUBLIC]}}, **more)


def test_what_a_note_says_of_quotes(scene):
    post = scene.alice.status("mine", quote_approval_policy="followers")
    document = requests.get(post["uri"], headers={"Accept": "application/activity+json"}, timeout=30).json()
    assert document["interactionPolicy"] == {"canQuote": {"automaticApproval": [scene.actor + "/followers"]}}
    assert "quote" not in document
    post = scene.alice.status("mine", quote_approval_policy="nobody")
    document = requests.get(post["uri"], headers={"Accept": "application/activity+json"}, timeout=30).json()
    assert document["interactionPolicy"] == {"canQuote": {"automaticApproval": [scene.actor]}}


@pytest.mark.parametrize("policy, automatic, manual, current", [
    ({"automaticApproval": [PUBLIC]}, ["public"], [], "automatic"),
    ({"automaticApproval": "as:Public"}, ["public"], [], "automatic"),
    ({"automaticApproval": ["self"], "manualApproval": [PUBLIC]}, [], ["public"], "manual"),
    ({"automaticApproval": ["followers", "following"]}, ["followers", "following"], [], "denied"),
    ({"automaticApproval": ["https://elsewhere.example/list"]}, ["unsupported_policy"], [], "unknown"),
    ({"automaticApproval": ["self"]}, [], [], "denied"),
    (None, [], [], "denied"),
    ("cats", [], [], "denied"),
])
def test_policies_of_others(scene, policy, automatic, manual, current):
    names = {"self": scene.bob.id, "followers": scene.bob.id + "/followers", "following": scene.bob.id + "/following"}
    if isinstance(policy, dict):
        policy = {k: [names.get(x, x) for x in v] if isinstance(v, list) else v for k, v in policy.items()}
    more = {} if policy is None else {"interactionPolicy": {"canQuote": policy}}
    assert scene.found(scene.bob.note("theirs", **more)["id"])["quote_approval"] == {
        "automatic": automatic, "manual": manual, "current_user": current}


def test_we_ask_and_believe_only_what_the_author_serves(scene):
    note = quotable(scene.bob, "Quote me")
    post = scene.alice.status("As bob says", quoted_status_id=scene.found(note["id"])["id"])
    assert post["quote"] == {"state": "pending", "quoted_status": None}
    ask = scene.remote.wait_activity("QuoteRequest")
    assert ask["object"] == note["id"] and ask["actor"] == scene.actor and ask["instrument"]["id"] == post["uri"]
    assert ask["instrument"]["quote"] == note["id"] and scene.bob.id in ask["instrument"]["cc"] and ask["instrument"]["tag"] == []

    def accept(who, stamp):
        who.send(scene.inbox, who.activity("Accept", ask, result=stamp))

    # Another's word, an authorization of somebody else's, or for other posts, or that is not there: nothing comes of it.
    accept(scene.eve, scene.stamp(scene.eve, post["uri"], note["id"]))
    accept(scene.bob, scene.stamp(scene.eve, post["uri"], note["id"]))
    accept(scene.bob, scene.stamp(scene.bob, post["uri"] + "x", note["id"]))
    accept(scene.bob, scene.stamp(scene.bob, post["uri"], note["id"] + "x"))
    accept(scene.bob, scene.bob.new_id("stamps"))
    accept(scene.bob, scene.actor + "/quote_authorizations/1")
    scene.server.settled()
    assert scene.quote_of(post)["state"] == "pending"
    stamp = scene.stamp(scene.bob, post["uri"], note["id"])
    accept(scene.bob, stamp)
    scene.until_state(post, "accepted")
    update = scene.remote.wait_activity("Update", lambda a: a["object"].get("quoteAuthorization") == stamp)
    assert update["object"]["id"] == post["uri"]
    # Only its author takes it back.
    scene.eve.send(scene.inbox, scene.eve.activity("Delete", {"id": stamp, "type": "QuoteAuthorization"}))
    scene.server.settled()
    assert scene.quote_of(post)["state"] == "accepted"
    scene.remote.drop(stamp)
    scene.bob.send(scene.inbox, scene.bob.activity("Delete", stamp))
    scene.until_state(post, "revoked")


def test_a_refusal_by_the_id_alone(scene):
    note = quotable(scene.bob, "Quote me")
    post = scene.alice.status("As bob says", quoted_status_id=scene.found(note["id"])["id"])
    ask = scene.remote.wait_activity("QuoteRequest")
    scene.eve.send(scene.inbox, scene.eve.activity("Reject", ask["id"]))
    scene.server.settled()
    assert scene.quote_of(post)["state"] == "pending"
    scene.bob.send(scene.inbox, scene.bob.activity("Reject", ask["id"]))
    scene.until_state(post, "rejected")


def test_they_ask_and_are_answered(scene):
    post, closed = scene.alice.status("Quote me"), scene.alice.status("Do not", quote_approval_policy="nobody")
    private = scene.alice.status("private", visibility="private")
    quoting = scene.bob.note("As alice says", quote=post["uri"])
    ask = scene.bob.send(scene.inbox, scene.bob.activity("QuoteRequest", post["uri"], instrument=quoting))
    accept = scene.remote.wait_activity("Accept", lambda a: a["object"]["id"] == ask["id"])
    assert accept["object"]["type"] == "QuoteRequest" and accept["object"]["instrument"] == quoting["id"]
    stamp = requests.get(accept["result"], headers={"Accept": "application/activity+json"}, timeout=30).json()
    assert (stamp["attributedTo"], stamp["interactingObject"], stamp["interactionTarget"]) == (scene.actor, quoting["id"], post["uri"])
    wait.until(lambda: [n["status"]["uri"] for n in scene.alice.get("/api/v1/notifications", {"types[]": "quote"})] == [quoting["id"]],
               "alice is told", 30)
    # Asked again, only by the address of the post: the same answer, and nobody is told or counted twice.
    again = scene.bob.send(scene.inbox, scene.bob.activity("QuoteRequest", post["uri"], instrument=quoting["id"]))
    assert scene.remote.wait_activity("Accept", lambda a: a["object"]["id"] == again["id"])["result"] == accept["result"]
    assert scene.alice.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 1
    # Against the policy.
    refused = scene.bob.note("As alice says", quote=closed["uri"])
    ask = scene.bob.send(scene.inbox, scene.bob.activity("QuoteRequest", closed["uri"], instrument=refused))
    scene.remote.wait_activity("Reject", lambda a: a["object"]["id"] == ask["id"])
    # Another's post as one's own, a post that quotes something else, a hidden post: no answer.
    for who, what, instrument in ((scene.eve, post, quoting["id"]), (scene.bob, post, scene.bob.note("nothing")["id"]),
                                  (scene.bob, private, scene.bob.note("hidden", quote=private["uri"])["id"])):
        who.send(scene.inbox, who.activity("QuoteRequest", what["uri"], instrument=instrument))
    # Blocked, nobody quotes.
    bob = scene.alice.get("/api/v2/search", {"q": f"@{scene.bob.handle}", "type": "accounts"})["accounts"][0]
    scene.alice.post(f"/api/v1/accounts/{bob['id']}/block")
    ask = scene.bob.send(scene.inbox, scene.bob.activity("QuoteRequest", post["uri"], instrument=scene.bob.note("more", quote=post["uri"])))
    scene.remote.wait_activity("Reject", lambda a: a["object"]["id"] == ask["id"])
    scene.server.settled("PUSH")
    assert len(scene.remote.activities("Accept")) == 2 and scene.alice.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 1


def test_quotes_between_others(scene):
    quoted = scene.eve.note("The original")
    id = scene.bob.new_id("notes")
    stamp = scene.stamp(scene.eve, id, quoted["id"])
    good = scene.found(scene.bob.note("authorized", id=id, quote=quoted["id"], quoteAuthorization=stamp)["id"])
    scene.until_state(good, "accepted")
    assert scene.quote_of(good)["quoted_status"]["uri"] == quoted["id"]
    bare = scene.found(scene.bob.note("says so itself", quote=quoted["id"])["id"])
    borrowed = scene.found(scene.bob.note("another post's", quote=quoted["id"], quoteAuthorization=stamp)["id"])
    forged = scene.bob.new_id("notes")
    forged = scene.found(scene.bob.note("forged", id=forged, quote=quoted["id"],
                                        quoteAuthorization=scene.stamp(scene.bob, forged, quoted["id"]))["id"])
    gone = scene.found(scene.bob.note("nowhere", quote=quoted["id"], quoteAuthorization=scene.eve.new_id("stamps"))["id"])
    scene.until_state(gone, "rejected")
    scene.server.settled()
    for post in (bare, borrowed, forged):
        assert scene.quote_of(post) == {"state": "pending", "quoted_status": None}
    # Of oneself, and as it was said before there was a way to ask.
    own = scene.found(scene.bob.note("myself", quote=scene.bob.note("mine")["id"])["id"])
    scene.until_state(own, "accepted")
    older = scene.found(scene.bob.note("older", quoteUri=quoted["id"], _misskey_quote=quoted["id"])["id"])
    assert scene.quote_of(older) is None
    older_own = scene.found(scene.bob.note("older", quoteUrl=scene.bob.note("mine")["id"])["id"])
    scene.until_state(older_own, "accepted")
    tombstone = scene.found(scene.bob.note("gone", quote={"type": "Tombstone"})["id"])
    assert scene.quote_of(tombstone) == {"state": "deleted", "quoted_status": None}


def test_consent_comes_with_an_update_and_goes_with_another(scene):
    quoted = scene.eve.note("The original")
    note = scene.bob.note("quoting", quote=quoted["id"])
    post = scene.found(note["id"])
    stamp = scene.stamp(scene.eve, note["id"], quoted["id"])
    scene.bob.send(scene.inbox, scene.bob.activity("Update", {**note, "quoteAuthorization": stamp}, to=[PUBLIC]))
    scene.until_state(post, "accepted")
    assert scene.alice.get(f"/api/v1/statuses/{post['id']}")["edited_at"] is None
    scene.bob.send(scene.inbox, scene.bob.activity("Update", note, to=[PUBLIC]))
    scene.until_state(post, "pending")
    assert scene.found(quoted["id"])["quotes_count"] == 0


def test_a_chain_of_quotes_ends(scene):
    uri = scene.bob.note("the last")["id"]
    for i in range(8):
        uri = scene.bob.note(f"quote {i}", quote=uri)["id"]
    top = scene.found(uri)
    scene.until_state(top, "accepted")
    wait.until(lambda: scene.quote_of(top)["quoted_status"]["quote"]["state"] == "accepted", "the second level is known", 30)
    scene.server.settled()
    assert len({r.path for r in scene.remote.received if r.method == "GET" and "/notes/" in r.path}) < 8


def test_consent_is_asked_for_again(scene):
    quoted = scene.eve.note("The original")
    posts, paths = {}, {}

    def days_later(days):
        scene.server.settings["clock_offset_s"] = days * 86400
        scene.server.start()

    def verifying(more=""):
        return scene.server.sql(f"SELECT count(*) FROM jobs WHERE kind = 23 {more}")

    for what in ("stays", "goes", "differs", "forbidden"):
        id = scene.bob.new_id("notes")
        stamp = scene.stamp(scene.eve, id, quoted["id"])
        posts[what] = scene.found(scene.bob.note(what, id=id, quote=quoted["id"], quoteAuthorization=stamp)["id"])
        paths[what] = stamp[len(scene.remote.url):]
        scene.until_state(posts[what], "accepted")
    mine = scene.alice.status("As eve says", quoted_status_id=scene.found(quotable(scene.eve, "Quote me")["id"])["id"])
    ask = scene.remote.wait_activity("QuoteRequest")
    stamp = scene.stamp(scene.eve, mine["uri"], ask["object"])
    scene.eve.send(scene.inbox, scene.eve.activity("Accept", ask, result=stamp))
    scene.until_state(mine, "accepted")
    scene.server.stop()
    scene.remote.drop(scene.remote.url + paths["goes"])
    scene.remote.drop(stamp)
    scene.stamp(scene.eve, posts["stays"]["uri"], quoted["id"], at=scene.remote.url + paths["differs"])
    scene.remote.behave(paths["forbidden"], status(403))
    days_later(9)
    for post in (posts["goes"], posts["differs"], mine):
        scene.until_state(post, "revoked")
    scene.remote.wait_for(lambda r: isinstance(r.activity, dict) and r.activity.get("type") == "Update" and
                          r.activity["object"]["id"] == mine["uri"] and "quoteAuthorization" not in r.activity["object"], "an Update")
    wait.until(lambda: verifying() == "0", "all were asked", 30)
    for what in ("stays", "forbidden"):
        assert scene.quote_of(posts[what])["state"] == "accepted", what
    assert scene.found(quoted["id"])["quotes_count"] == 2
    # Once more after as long; a server in trouble takes nothing back.
    scene.server.stop()
    scene.remote.behave(paths["stays"], status(503))
    scene.remote.behave(paths["forbidden"], status(503))
    days_later(18)
    wait.until(lambda: verifying("AND tries > 0") != "0", "one was asked in vain", 30)
    for what in ("stays", "forbidden"):
        assert scene.quote_of(posts[what])["state"] == "accepted", what
