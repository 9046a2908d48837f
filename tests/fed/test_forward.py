"""What somebody elsewhere answers here is passed on to the followers of whom it answers (ActivityPub 7.1.2): as it came, once, and only where
those who get it can tell who said it."""
import json

import pytest
from howdah import FakeRemote, remote as ways, signing, until


class Scene:
    """bob answers alice, who is ours; carol, at a third server, follows alice. dave does at bob's own."""

    def __init__(self, server, bobs, carols):
        self.server, self.bobs, self.carols = server, bobs, carols
        self.alice, self.inbox = server.account("alice"), server.url + "/inbox"
        carols.actor("nobody")           # the first actors of all remotes have one key
        self.bob, self.carol, self.dave = bobs.actor("bob"), carols.actor("carol"), bobs.actor("dave")
        self.bob.ed25519, self.key = signing.new_ed25519(), self.bob.id + "#ed25519-key"
        self.bob.document["assertionMethod"] = [signing.multikey(self.key, self.bob.id, self.bob.ed25519.public_key())]
        self.bob.publish()
        for follower in (self.carol, self.dave):
            follow = follower.send(self.inbox, follower.follow(self.alice.me()["uri"]))
            follower.remote.wait_activity("Accept", lambda a, follow=follow: a["object"]["id"] == follow["id"])

    def proven(self, activity):
        return signing.prove(activity, self.bob.ed25519, self.key)

    def answer(self, post, text="an answer", **more):
        return self.bob.note(text, inReplyTo=post["uri"], **{"cc": [self.bob.document["followers"], self.alice.me()["uri"]], **more})

    def says(self, activity, **how):
        """bob sends it: the bytes."""
        body = json.dumps(activity, indent=1).encode()
        self.bob.send(self.inbox, activity, body=body, **how)
        return body

    def passed_on(self, body, where=None):
        """How often these bytes came to carol's server."""
        return sum(r.method == "POST" and r.body == body for r in (where or self.carols).received)

    def arrives(self, body):
        got = self.carols.wait_for(lambda r: r.body == body, "what bob said")
        assert got.problem is None and got.path == "/inbox", repr(got)
        return got

    def here(self, note):
        return self.server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{note['id']}'") == "1"

    def never(self, note, body):
        """It is kept here, or not, and goes no further."""
        self.server.settled("PUSH", "FORWARD")
        assert not self.passed_on(body), self.carols.received
        return self.here(note)


@pytest.fixture
def scene(server):
    with FakeRemote() as bobs, FakeRemote(first_key=8) as carols:
        yield Scene(server, bobs, carols)


def test_an_answer_its_edit_and_its_end_are_passed_on_as_they_came(scene):
    post = scene.alice.status("A question?")
    note = scene.answer(post)
    create = scene.proven(scene.bob.create(note))
    body = scene.says(create)
    got = scene.arrives(body)
    assert f'keyId="{scene.alice.me()["uri"]}#' in got.headers["signature"]
    edit = scene.says(scene.proven(scene.bob.activity("Update", {**note, "content": "<p>a better one</p>", "updated": "2026-01-02T00:00:00Z"},
                                                      to=note["to"])))
    scene.arrives(edit)
    # It comes back, by other ways: in her own inbox, under another id, from another's hand.
    scene.says(create, headers={"X-Again": "1"})
    scene.bob.send(f"{scene.server.url}/ap/users/{scene.alice.id}/inbox", create)
    scene.says(scene.proven({**create, "id": scene.bob.new_id()}))
    scene.carol.send(scene.inbox, create)
    end = scene.says(scene.proven(scene.bob.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=note["to"])))
    scene.arrives(end)
    scene.server.settled("PUSH", "FORWARD")
    assert [scene.passed_on(b) for b in (body, edit, end)] == [1, 1, 1] and not scene.here(note)
    assert len([r for r in scene.carols.received if r.method == "POST" and note["id"].encode() in r.body]) == 3
    # dave, at bob's, has it from bob's own server.
    assert not any(note["id"].encode() in r.body for r in scene.bobs.received if r.method == "POST")


def test_a_signature_that_we_do_not_judge_goes_along(scene):
    post = scene.alice.status("A question?", visibility="unlisted")
    note = scene.answer(post)
    signature = {"type": "RsaSignature2017", "creator": scene.bob.key_id, "created": "2026-01-01T00:00:00Z", "signatureValue": "Zm9v"}
    scene.arrives(scene.says({**scene.bob.create(note), "signature": signature}))
    scene.arrives(scene.says({**scene.bob.activity("Delete", note["id"], to=note["to"]), "signature": signature}))
    inner = scene.answer(post, "with a proof of its own")
    scene.arrives(scene.says(scene.bob.activity("Create", scene.proven(inner), to=inner["to"])))


def test_what_nobody_could_tell_the_sayer_of_stays(scene):
    post = scene.alice.status("A question?")
    plain, forged, both, hers = (scene.answer(post, text) for text in ("plain", "forged", "both", "hers"))
    changed = {**scene.proven(scene.bob.create(forged)), "published": "2026-01-01T00:00:01Z"}
    signature = {"type": "RsaSignature2017", "creator": scene.bob.key_id, "signatureValue": "Zm9v"}
    bodies = [scene.says(a) for a in (scene.bob.create(plain), changed, {**scene.proven(scene.bob.create(both)), "signature": signature, "x": 1})]
    for note in (plain, forged, both):
        until(lambda note=note: scene.here(note), f"{note['content']} is kept")
    # Another's word, with a signature that only others could judge: what we have of it is what bob's server says.
    lie = {**scene.bob.create({**hers, "content": "<p>a lie</p>"}), "signature": signature}
    scene.carol.send(scene.inbox, lie)
    until(lambda: scene.here(hers), "the true one is fetched")
    for note, body in zip((plain, forged, both, hers), (*bodies, json.dumps(lie).encode())):
        assert scene.never(note, body)


@pytest.mark.parametrize("hidden", ["private", "direct"])
def test_what_is_for_few_stays_with_them(scene, hidden):
    post = scene.alice.status("A question?", visibility=hidden)
    note = scene.answer(post)
    assert scene.never(note, scene.says(scene.proven(scene.bob.create(note))))
    open_post = scene.alice.status("Another?")
    few = {"private": [scene.bob.document["followers"], scene.alice.me()["uri"]], "direct": [scene.alice.me()["uri"]]}[hidden]
    quiet = scene.answer(open_post, to=few, cc=[], tag=[{"type": "Mention", "href": scene.alice.me()["uri"], "name": "@alice"}])
    assert scene.never(quiet, scene.says(scene.proven(scene.bob.create(quiet))))


def test_it_goes_neither_far_nor_to_who_is_blocked(scene):
    """What answers an answer, whoever the author will not hear, what nobody could read, and servers that we do not speak with."""
    post = scene.alice.status("A question?")
    first = scene.answer(post)
    scene.arrives(scene.says(scene.proven(scene.bob.create(first))))
    second = scene.answer({"uri": first["id"]}, "an answer to the answer")
    assert scene.never(second, scene.says(scene.proven(scene.bob.create(second))))
    long = scene.answer(post, "long " * 8000)
    assert scene.never(long, scene.says(scene.proven(scene.bob.create(long))))
    bob = scene.alice.get("/api/v1/accounts/lookup", {"acct": scene.bob.handle})
    scene.alice.post(f"/api/v1/accounts/{bob['id']}/block")
    unheard = scene.answer(post, "unheard")
    scene.never(unheard, scene.says(scene.proven(scene.bob.create(unheard))))
    scene.alice.post(f"/api/v1/accounts/{bob['id']}/unblock")
    scene.server.cli("blocks", "add", scene.carols.domain, "--severity", "suspend")
    until(lambda: scene.carol.fetch(scene.alice.me()["uri"].replace("localhost", "127.0.0.1")).status_code == 403, "the block holds")
    last = scene.answer(post, "last")
    assert scene.never(last, scene.says(scene.proven(scene.bob.create(last))))


@pytest.mark.parametrize("whose", ["bob's own word", "another's"])
def test_consent_to_a_quote_that_is_taken_back_is_passed_on(scene, whose):
    """bob is quoted by alice; carol has her post, and hears of the end from here, if it is bob who says so."""
    note = scene.bob.note("Quote me", interactionPolicy={"canQuote": {"automaticApproval": [ways.PUBLIC]}})
    there = scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"}, timeout=60)["statuses"][0]
    post = scene.alice.status("As bob says", quoted_status_id=there["id"])
    stamp = {"@context": ways.CONTEXT, "id": scene.bob.new_id("stamps"), "type": "QuoteAuthorization", "attributedTo": scene.bob.id,
             "interactingObject": post["uri"], "interactionTarget": note["id"]}
    scene.bobs.put(stamp["id"][len(scene.bobs.url):], stamp)
    scene.says(scene.bob.activity("Accept", scene.bobs.wait_activity("QuoteRequest"), result=stamp["id"]))

    def state():
        return scene.alice.get(f"/api/v1/statuses/{post['id']}")["quote"]["state"]
    until(lambda: state() == "accepted", "bob agrees")
    scene.bobs.drop(stamp["id"])
    end = scene.bob.activity("Delete", {k: v for k, v in stamp.items() if k != "@context"}, to=[ways.PUBLIC])
    if whose == "another's":
        end["signature"] = {"type": "RsaSignature2017", "creator": scene.bob.key_id, "signatureValue": "Zm9v"}
        scene.carol.send(scene.inbox, end)                 # no more than a reason to look
    else:
        body = scene.says(scene.proven(end))
    until(lambda: state() == "revoked", "it is taken back")
    if whose == "another's":
        scene.server.settled("PUSH", "FORWARD")
        assert not scene.passed_on(json.dumps(end).encode())
    else:
        scene.arrives(body)


def test_what_was_boosted_here_changes_and_goes_where_it_was_boosted_to(scene):
    notes = [scene.bob.note(text) for text in ("boosted", "only looked at")]
    seen = [scene.alice.get("/api/v2/search", {"q": n["id"], "resolve": "true"}, timeout=60)["statuses"][0] for n in notes]
    scene.alice.post(f"/api/v1/statuses/{seen[0]['id']}/reblog")
    scene.carols.wait_activity("Announce")
    said = [[scene.says(scene.proven(scene.bob.activity(type, what, to=[ways.PUBLIC]))) for type, what in (
        ("Update", {**note, "content": "<p>edited</p>", "updated": "2026-01-02T00:00:00Z"}), ("Delete", {"id": note["id"], "type": "Tombstone"}))]
        for note in notes]
    for body in said[0]:
        scene.arrives(body)
    assert not any(scene.never(note, body) or scene.passed_on(body) for note, bodies in zip(notes[1:], said[1:]) for body in bodies)


@pytest.mark.parametrize("whose, most", [("forwards:%", 120), ("forwards of:%", 5000)])
def test_who_answers_without_end_is_not_passed_on_without_end(scene, whose, most):
    post = scene.alice.status("A question?")
    scene.says(scene.proven(scene.bob.create(scene.answer(post))))
    until(lambda: scene.server.sql(f"SELECT used FROM limits WHERE key LIKE '{whose}'") == "1", "it is counted")
    scene.server.sql(f"UPDATE limits SET used = {most} WHERE key LIKE '{whose}'")
    note = scene.answer(post, "one more")
    assert scene.never(note, scene.says(scene.proven(scene.bob.create(note))))
    assert "forward.too_many" in scene.server.log()
