"""Who may follow whom, and in which words that is agreed to, refused and taken back."""
import pytest
from howdah import until


class Scene:
    """alice here, bob elsewhere."""

    def __init__(self, server, remote):
        self.server, self.remote, self.alice, self.bob = server, remote, server.account("alice"), remote.actor("bob")
        self.actor, self.inbox = self.alice.me()["uri"], f"{server.url}/inbox"
        self.them = self.alice.get("/api/v2/search", {"q": f"@{self.bob.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]

    def say(self, activity):
        return self.bob.send(self.inbox, activity)

    def asks(self):
        """alice asks to follow bob; her Follow."""
        self.alice.follow(self.them)
        return self.remote.wait_activity("Follow")

    def state(self):
        seen = self.alice.relationship(self.them)
        return "following" if seen["following"] else "requested" if seen["requested"] else None

    def until_it_is(self, state):
        until(lambda: self.state() == state, f"alice's follow is {state}", 30)

    def follows(self):
        """bob asks to follow alice; his Follow."""
        return self.say(self.bob.follow(self.actor))

    def answer(self, type, follow):
        return self.remote.wait_activity(type, lambda a: a["object"]["id"] == follow["id"])

    def asked(self):
        return [a["id"] for a in self.alice.get("/api/v1/follow_requests")]


@pytest.fixture
def scene(new_server, remote):
    return Scene(new_server(), remote)


@pytest.mark.parametrize("by", ["all of it", "its id"])
def test_a_follow_is_agreed_to_and_refused_afterwards(scene, by):
    follow = scene.asks()
    what = follow if by == "all of it" else follow["id"]
    assert scene.state() == "requested"
    scene.say(scene.bob.accept(what))
    scene.until_it_is("following")
    scene.say(scene.bob.activity("Reject", what))
    scene.until_it_is(None)
    assert scene.alice.get(f"/api/v1/accounts/{scene.them['id']}")["followers_count"] == 0


def test_a_follow_is_refused_at_once(scene):
    scene.say(scene.bob.activity("Reject", scene.asks()))
    scene.until_it_is(None)


@pytest.mark.parametrize("by", ["all of it", "its id"])
def test_an_agreement_is_taken_back(scene, by):
    follow = scene.asks()
    accept = scene.say(scene.bob.accept(follow if by == "all of it" else follow["id"]))
    scene.until_it_is("following")
    scene.say(scene.bob.undo(accept))
    scene.until_it_is(None)


def test_what_is_none_of_ours_is_not_agreed_to(scene):
    scene.asks()
    for what in (f"{scene.actor}#follows/1", scene.bob.new_id(), scene.bob.follow(scene.actor)):
        scene.say(scene.bob.accept(what))
    scene.server.settled()
    assert scene.state() == "requested"


def test_who_is_open_agrees_with_the_whole_follow(scene):
    follow = scene.follows()
    accept = scene.answer("Accept", follow)
    assert accept["object"] == {k: follow[k] for k in ("id", "type", "actor", "object")} and accept["actor"] == scene.actor
    until(lambda: scene.alice.relationship(scene.them)["followed_by"], "bob follows", 30)


@pytest.mark.parametrize("answer", ["authorize", "reject"])
@pytest.mark.parametrize("why", ["alice is locked", "bob is silenced"])
def test_who_approves_is_asked(scene, why, answer):
    if why == "alice is locked":
        scene.alice.patch("/api/v1/accounts/update_credentials", {"locked": True})
    else:
        scene.server.sql("UPDATE accounts SET silenced_us = 1 WHERE username = 'bob'")
    follow = scene.follows()
    until(lambda: scene.asked() == [scene.them["id"]], "alice is asked", 30)
    assert not scene.remote.activities("Accept") and not scene.alice.relationship(scene.them)["followed_by"]
    scene.alice.post(f"/api/v1/follow_requests/{scene.them['id']}/{answer}")
    scene.answer({"authorize": "Accept", "reject": "Reject"}[answer], follow)
    assert scene.alice.relationship(scene.them)["followed_by"] == (answer == "authorize") and scene.asked() == []


def test_who_has_moved_or_blocks_is_not_followed(scene):
    new = scene.remote.actor("alice_of_elsewhere", alsoKnownAs=[scene.actor])
    scene.alice.post(f"/api/v1/accounts/{scene.them['id']}/block")
    scene.answer("Reject", scene.follows())
    scene.alice.post(f"/api/v1/accounts/{scene.them['id']}/unblock")
    scene.server.sql(f"UPDATE accounts SET moved_to_id = {scene.alice.get('/api/v2/search', {'q': new.id, 'resolve': True})['accounts'][0]['id']}"
                     " WHERE username = 'alice'")
    scene.answer("Reject", scene.follows())
    scene.server.settled()
    assert scene.server.sql("SELECT count(*) FROM follows") == "0" and not scene.remote.activities("Accept")


def test_what_nobody_knows_is_taken_and_let_go(scene):
    for activity in (scene.bob.activity("Bite", scene.actor), scene.bob.activity("Dislike", scene.alice.status("x")["uri"]),
                     scene.bob.activity("Listen", {"type": "Audio", "name": "x"}), scene.bob.activity("View", scene.actor)):
        assert scene.bob.deliver(scene.inbox, activity).status_code == 202
    scene.server.settled()
    assert scene.server.sql("SELECT count(*) FROM activities_seen") == "0" == scene.server.sql("SELECT count(*) FROM notifications")
