"""Three Howdahs: an author, somebody who answers, and a follower whose server has never heard of who answers."""
import pytest
from howdah import Server, until
from howdah.database import postgres


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forward")
    second = "postgres" if postgres() else "sqlite"
    with Server(folder / "a", engine="sqlite") as a, Server(folder / "b", engine=second) as b, Server(folder / "c", engine=second) as c:
        yield a, b, c


@pytest.fixture(params=["abc", "cab"])
def scene(request, servers):
    """(alice, bob, carol), each at home somewhere else; carol follows alice."""
    order = [servers["abc".index(letter)] for letter in request.param]
    alice, bob, carol = (s.account(s.new_name(stem)) for s, stem in zip(order, ("alice", "bob", "carol")))
    alice.server, bob.server, carol.server = order
    there = found(carol, f"@{alice.handle}", "accounts")
    carol.follow(there)
    until(lambda: carol.relationship(there)["following"], "carol follows alice")
    return alice, bob, carol


def found(api, what, kind="statuses"):
    got = api.get("/api/v2/search", {"q": what, "type": kind, "resolve": "true"}, timeout=60)[kind]
    assert len(got) == 1, f"{what}: {got}"
    return got[0]


def stored(api, uri):
    """Without asking its server to look for it."""
    return api.server.sql(f"SELECT content FROM statuses WHERE uri = '{uri}'")


def test_an_answer_reaches_who_follows_whom_it_answers(scene):
    alice, bob, carol = scene
    post = alice.status("A question?")
    until(lambda: stored(carol, post["uri"]), "carol's server has the question")
    assert carol.server.sql(f"SELECT count(*) FROM accounts WHERE username = '{bob.name}'") == "0"
    answer = bob.status(f"@{alice.handle} An answer", in_reply_to_id=found(bob, post["uri"])["id"])
    assert "An answer" in until(lambda: stored(carol, answer["uri"]), "the answer is at carol's")
    heard = next(s for s in carol.home() if s["uri"] == post["uri"])
    below = carol.get(f"/api/v1/statuses/{heard['id']}/context")["descendants"]
    assert [(s["uri"], s["account"]["acct"]) for s in below] == [(answer["uri"], bob.handle)]
    bob.put(f"/api/v1/statuses/{answer['id']}", {"status": f"@{alice.handle} A better answer"})
    until(lambda: "A better answer" in stored(carol, answer["uri"]), "so is its edit")
    bob.delete(f"/api/v1/statuses/{answer['id']}")
    until(lambda: not stored(carol, answer["uri"]), "and its end")


def test_consent_to_a_quote_that_is_taken_back_is_passed_on(scene):
    """bob is quoted by alice, and tells her server alone that he no longer agrees; carol's hears it from there."""
    alice, bob, carol = scene
    post = bob.status("Quote me")
    quoting = alice.status("As they say", quoted_status_id=found(alice, post["uri"])["id"])

    def state(api, id):
        return (api.get(f"/api/v1/statuses/{id}")["quote"] or {}).get("state")
    until(lambda: state(alice, quoting["id"]) == "accepted", "bob's server agrees")
    heard = until(lambda: next((s for s in carol.home() if s["uri"] == quoting["uri"]), None), "carol sees the quote")
    until(lambda: state(carol, heard["id"]) == "accepted", "and that it is agreed to")
    there = bob.get(f"/api/v1/statuses/{post['id']}/quotes")[0]
    bob.post(f"/api/v1/statuses/{post['id']}/quotes/{there['id']}/revoke")
    until(lambda: state(alice, quoting["id"]) == "revoked", "alice's server learns of it")
    until(lambda: state(carol, heard["id"]) != "accepted", "so does carol's")
