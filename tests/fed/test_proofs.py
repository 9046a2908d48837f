"""Object integrity proofs (FEP-8b32): what somebody passes on is its author's own word where the author's key says so, and else only where
the author's server says the same."""
import pytest
import requests
from howdah import FakeRemote, remote as ways, signing, until


class Scene:
    """alice of ours follows vera, who proves what she says. mallory passes it on; nothing of vera's can be fetched but who she is."""

    def __init__(self, server, good, evil):
        self.server, self.good, self.evil = server, good, evil
        self.vera, self.mallory = good.actor("vera"), evil.actor("mallory")
        self.vera.ed25519, self.key = signing.new_ed25519(), self.vera.id + "#ed25519-key"
        self.vera.document["assertionMethod"] = [signing.multikey(self.key, self.vera.id, self.vera.ed25519.public_key())]
        self.vera.publish()
        self.alice, self.inbox = server.account("alice"), server.url + "/inbox"
        self.follow(self.vera)
        good.behave("/notes", ways.status(404))

    def follow(self, actor):
        them = self.alice.get("/api/v2/search", {"q": actor.handle, "resolve": "true"})["accounts"][0]
        self.alice.follow(them)
        asked = actor.remote.wait_activity("Follow", lambda a: a["object"] == actor.id)
        actor.send(self.inbox, actor.accept(asked))
        until(lambda: self.alice.relationship(them)["following"], "the follow is accepted")

    def proven(self, document, **how):
        return signing.prove(document, self.vera.ed25519, self.key, **how)

    def passed_on(self, activity):
        """mallory sends it as it is."""
        return self.mallory.send(self.inbox, activity)

    def at_home(self, note):
        return next((s for s in self.alice.home() if note["id"] in (s["uri"], (s["reblog"] or {}).get("uri"))), None)

    def arrives(self, note):
        return until(lambda: self.at_home(note), f"{note['id']} is at home")

    def asked_for(self, note):
        return [r for r in self.good.received if r.method == "GET" and note["id"].endswith(r.path)]


@pytest.fixture
def scene(server):
    with FakeRemote() as good, FakeRemote(first_key=8) as evil:
        yield Scene(server, good, evil)


@pytest.mark.parametrize("context", ["own", "document", "none"])
def test_a_forwarded_create_is_believed_and_nothing_is_fetched(scene, context):
    note = scene.vera.note("Ä proof 😀", tag=[{"type": "Hashtag", "name": "#\ufb33", "n": 17, "\ufb33": None, "😀": True}])
    scene.passed_on(scene.proven(scene.vera.create(note), context=context))
    assert "Ä proof 😀" in scene.arrives(note)["content"]
    assert not scene.asked_for(note)


def test_an_object_with_a_proof_of_its_own_is_believed_wherever_it_is(scene):
    note = scene.vera.note("carried")
    scene.passed_on(scene.mallory.activity("Create", scene.proven(note)))
    assert "carried" in scene.arrives(note)["content"]
    scene.follow(scene.mallory)
    scene.server.settled()      # a home that is built between post and boost holds the post, and the boost is one too many
    boosted = scene.vera.note("boosted")
    scene.passed_on(scene.mallory.activity("Announce", scene.proven(boosted), to=[ways.PUBLIC]))
    boost = until(lambda: next((s for s in scene.alice.home() if (s["reblog"] or {}).get("uri") == boosted["id"]), None), "the boost is at home")
    assert boost["account"]["acct"] == scene.mallory.handle and boost["reblog"]["account"]["acct"] == scene.vera.handle
    assert not scene.asked_for(note) and not scene.asked_for(boosted)


def test_an_edit_and_an_end_are_believed_and_an_old_edit_is_not(scene):
    note = scene.vera.note("first")
    create = scene.proven(scene.vera.create(note))
    scene.passed_on(create)
    status = scene.arrives(note)
    edits = [scene.proven(scene.vera.activity("Update", {**note, "content": f"<p>edit {n}</p>", "updated": f"2026-01-0{n}T00:00:00Z"}, to=note["to"]))
             for n in (2, 3)]
    for edit in (edits[1], edits[0]):
        scene.passed_on(edit)
    until(lambda: "edit 3" in scene.alice.get(f"/api/v1/statuses/{status['id']}")["content"], "the edit arrives")
    scene.server.settled()
    assert "edit 3" in scene.alice.get(f"/api/v1/statuses/{status['id']}")["content"]
    scene.passed_on(scene.proven(scene.vera.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=note["to"])))
    until(lambda: scene.alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404, "the post is gone")
    # Said once more, by who kept it, it does not come back.
    scene.passed_on({**create, "x": 1})
    scene.mallory.send(scene.server.url + "/ap/users/" + scene.alice.id + "/inbox", create)
    scene.server.settled()
    assert scene.alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404


def test_what_a_post_said_before_is_not_said_again_by_others(scene):
    """mallory has kept the words that vera has changed since, with her proof, and the first counts of her question."""
    counts = {"type": "Question", "endTime": "2100-01-01T00:00:00Z", "votersCount": 0,
              "oneOf": [{"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 0}} for name in ("tea", "coffee")]}
    first = {k: v for k, v in scene.vera.note("hasty words", **counts).items() if k != "@context"}
    kept = scene.proven({"@context": ways.CONTEXT, **first})
    scene.vera.send(scene.inbox, scene.vera.create(first))
    status = scene.arrives(first)
    later = {**first, "content": "<p>better words</p>", "updated": "2026-01-02T00:00:00Z", "votersCount": 1,
             "oneOf": [{**first["oneOf"][0], "replies": {"type": "Collection", "totalItems": 1}}, first["oneOf"][1]]}
    scene.vera.send(scene.inbox, scene.vera.activity("Update", later, to=first["to"]))

    def shown():
        s = scene.alice.get(f"/api/v1/statuses/{status['id']}")
        return s["content"], s["poll"]["votes_count"]
    until(lambda: shown() == ("<p>better words</p>", 1), "the edit arrives")
    group = scene.evil.actor("group", type="Group")
    scene.follow(group)
    scene.passed_on(scene.mallory.activity("Update", kept))
    scene.passed_on(scene.mallory.activity("Create", kept))
    scene.passed_on(scene.proven(scene.vera.activity("Update", first, to=first["to"])))
    group.send(scene.inbox, group.activity("Announce", group.activity("Update", kept), to=[ways.PUBLIC]))
    scene.server.settled()
    assert shown() == ("<p>better words</p>", 1)
    assert len(scene.alice.get(f"/api/v1/statuses/{status['id']}/history")) == 2


def tampered(scene, create):
    return {**create, "object": {**create["object"], "content": "<p>forged</p>"}}


def by_mallory(scene, create):
    scene.mallory.ed25519 = signing.new_ed25519()
    key = scene.mallory.id + "#ed25519-key"
    scene.mallory.document["assertionMethod"] = [signing.multikey(key, scene.mallory.id, scene.mallory.ed25519.public_key())]
    scene.mallory.publish()
    return signing.prove({**create, "proof": None}, scene.mallory.ed25519, key)


@pytest.mark.parametrize("wrong", [
    tampered, by_mallory,
    lambda s, c: {**c, "proof": {**c["proof"], "proofValue": c["proof"]["proofValue"][:-1]}},
    lambda s, c: {**c, "proof": {**c["proof"], "created": "2020-01-01T00:00:00Z"}},
    lambda s, c: {**c, "proof": {**c["proof"], "@context": ["https://example.org/other"]}},
    lambda s, c: s.proven(c, proofPurpose="authentication"),
    lambda s, c: s.proven(c, expires="2020-01-01T00:00:00Z"),
    lambda s, c: s.proven(c, created="2099-01-01T00:00:00Z"),
    lambda s, c: signing.prove(c, signing.new_ed25519(), s.key),
    lambda s, c: signing.prove(c, s.vera.ed25519, s.vera.key_id),
    lambda s, c: signing.prove(c, s.vera.ed25519, s.vera.id + "#unknown"),
    lambda s, c: signing.prove(c, s.vera.ed25519, 17),
], ids=lambda f: f.__name__)
def test_a_proof_that_is_wrong_is_refused(scene, wrong):
    scene.good.behave("/notes", None)
    note = scene.vera.note("the truth")
    scene.passed_on(wrong(scene, scene.proven(scene.vera.create(note))))
    scene.server.settled()
    # Not even what its server says is asked for: who passes on such a thing has nothing to say.
    assert scene.at_home(note) is None and not scene.asked_for(note)


def test_a_check_costs_no_more_than_a_post_is_worth(scene):
    """A proof over more than a quarter of a mebibyte is not believed, right as it is."""
    notes = [{**scene.vera.note(f"{size} bytes"), "x": "y" * size} for size in (200_000, 300_000)]
    for note in notes:
        scene.passed_on(scene.proven(scene.vera.create(note)))
    scene.arrives(notes[0])
    numbers = scene.proven(scene.vera.create(scene.vera.note("numbers")))
    scene.passed_on({**numbers, "x": [2.2250738585072009e-308] * 40_000})
    scene.server.settled()
    assert scene.at_home(notes[1]) is None and scene.at_home(numbers["object"]) is None


def test_a_wrong_proof_of_an_embedded_post_is_refused_too(scene):
    scene.good.behave("/notes", None)
    scene.follow(scene.mallory)
    note = scene.vera.note("the truth")
    forged = {**scene.proven(note), "content": "<p>forged</p>"}
    scene.passed_on(scene.mallory.activity("Create", forged))
    scene.passed_on(scene.mallory.activity("Announce", forged, to=[ways.PUBLIC]))
    scene.server.settled()
    assert scene.at_home(note) is None and not scene.asked_for(note)


def test_a_proof_is_no_word_on_what_can_be_said_again(scene):
    """A follow that was taken back must not come again because somebody kept it."""
    carol = scene.server.account("carol")
    uri = carol.me()["uri"]
    scene.passed_on(scene.proven(scene.vera.follow(uri)))
    scene.passed_on(scene.proven(scene.vera.activity("Delete", scene.vera.id, to=[ways.PUBLIC])))
    scene.server.settled()
    assert carol.me()["followers_count"] == 0
    assert scene.alice.get("/api/v1/accounts/lookup", {"acct": scene.vera.handle})["acct"] == scene.vera.handle


def test_a_kind_of_proof_that_is_not_read_is_as_none(scene):
    scene.good.behave("/notes", None)
    note = scene.vera.note("the truth")
    scene.passed_on({**tampered(scene, scene.vera.create(note)), "proof": {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}})
    assert "the truth" in scene.arrives(note)["content"] and scene.asked_for(note)


def test_what_we_say_to_all_has_a_proof_and_what_is_for_some_has_none(scene):
    scene.vera.send(scene.inbox, scene.vera.follow(scene.alice.me()["uri"]))
    accept = scene.good.wait_activity("Accept")
    key = requests.get(scene.server.url + f"/ap/users/{scene.alice.id}", headers={"Accept": ways.ACTIVITY}, timeout=30).json()["assertionMethod"][0]
    for text, visibility in (("für alle 😀", "public"), ("not on the front page", "unlisted"), ("for some", "private")):
        uri = scene.alice.status(text, visibility=visibility)["uri"]
        create = scene.good.wait_activity("Create", lambda a: a["object"]["id"] == uri)
        if visibility == "private":
            assert "proof" not in create
            continue
        assert create["proof"]["verificationMethod"] == key["id"]
        assert signing.proof_problem(create, key["publicKeyMultibase"]) is None
        assert signing.proof_problem({**create, "to": []}, key["publicKeyMultibase"])
    assert "proof" not in accept


# ---- inside what groups and relays announce ----

def announces(scene, how):
    """A group that alice follows, or a relay that was asked; how it announces something."""
    name = f"{how}{len(scene.evil.actors)}"
    actor = scene.evil.actor(name, type="Group" if how == "group" else "Application")
    if how == "group":
        scene.follow(actor)
    else:
        scene.server.cli("relay", "add", actor.inbox)
        follow = scene.evil.wait_for(lambda r: r.path == f"/users/{name}/inbox" and r.activity["type"] == "Follow", "a Follow").activity
        actor.send(scene.inbox, actor.accept(follow))
        until(lambda: f"{actor.inbox}  accepted since" in scene.server.cli("relay", "list"), "the relay agrees")
    return lambda object: actor.send(scene.inbox, actor.activity("Announce", object, to=[ways.PUBLIC]))


def here(scene, note):
    return next((s for s in scene.alice.get("/api/v1/timelines/public", {"limit": 40}) if s["uri"] == note["id"]), None)


def stranger(scene):
    """Somebody whom nobody here follows, who proves what they say."""
    dora = scene.good.actor("dora")
    dora.ed25519, dora.key = signing.new_ed25519(), dora.id + "#ed25519-key"
    dora.document["assertionMethod"] = [signing.multikey(dora.key, dora.id, dora.ed25519.public_key())]
    dora.publish()
    return dora


@pytest.mark.parametrize("how", ["group", "relay"])
def test_what_is_announced_is_believed_where_its_author_proves_it(scene, how):
    announce, dora = announces(scene, how), stranger(scene)
    notes = [dora.note(f"proven {i}", published=f"2026-01-0{i + 1}T00:00:00Z") for i in range(3)]

    def prove(document):
        return signing.prove(document, dora.ed25519, dora.key)
    announce(prove(dora.create(notes[0])))                                      # the activity is
    announce(scene.mallory.activity("Create", prove(notes[1])))                   # the post in it is
    announce(prove(notes[2]))                                                   # the post alone is
    for note in notes:
        assert until(lambda: here(scene, note), f"{note['id']} is here")["content"] == note["content"]
    assert not any(scene.asked_for(note) for note in notes)


def test_an_edit_and_an_end_that_a_group_announces_are_believed_where_proven(scene):
    announce, dora = announces(scene, "group"), stranger(scene)
    note = dora.note("first")

    def prove(document):
        return signing.prove(document, dora.ed25519, dora.key)
    announce(prove(dora.create(note)))
    status = until(lambda: here(scene, note), "the post is here")
    announce(prove(dora.activity("Update", {**note, "content": "<p>second</p>", "updated": "2026-02-01T00:00:00Z"}, to=note["to"])))
    until(lambda: "second" in scene.alice.get(f"/api/v1/statuses/{status['id']}")["content"], "the edit arrives")
    # Another's proof ends nothing: what its server says counts, and that is that it is there.
    scene.good.behave("/notes", None)
    announce(scene.proven(scene.vera.activity("Delete", note["id"], to=note["to"])))
    scene.server.inbound_done()
    assert scene.alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 200 and scene.asked_for(note)
    asked = len(scene.asked_for(note))
    announce(prove(dora.activity("Delete", note["id"], to=note["to"])))
    until(lambda: scene.alice.request("GET", f"/api/v1/statuses/{status['id']}").status == 404, "the post is gone")
    assert len(scene.asked_for(note)) == asked


@pytest.mark.parametrize("how", ["group", "relay"])
@pytest.mark.parametrize("wrong", [
    tampered, by_mallory,
    lambda s, c: s.proven(tampered(s, c), expires="2020-01-01T00:00:00Z"),
    lambda s, c: s.proven(tampered(s, c), created="2099-01-01T00:00:00Z"),
    lambda s, c: signing.prove(tampered(s, c), signing.new_ed25519(), s.key),                       # another's key under her name
    lambda s, c: signing.prove(tampered(s, c), s.dora.ed25519, s.dora.key),                         # another's who is at home with her
    lambda s, c: signing.prove({**tampered(s, c), "actor": s.dora.id}, s.dora.ed25519, s.dora.key),  # who says that it is hers
    lambda s, c: signing.prove(tampered(s, c), s.vera.ed25519, s.vera.id + "#unknown"),
    lambda s, c: {**tampered(s, c), "proof": None},
], ids=["tampered", "mallory's", "expired", "from the future", "another key", "a neighbour's", "a neighbour's own", "unknown", "none"])
def test_what_is_announced_with_a_wrong_proof_is_fetched(scene, how, wrong):
    announce, scene.dora = announces(scene, how), stranger(scene)
    assert scene.alice.get("/api/v2/search", {"q": scene.dora.handle, "resolve": "true"})["accounts"]
    scene.good.behave("/notes", None)
    note = scene.vera.note("the truth")
    announce(wrong(scene, scene.proven(scene.vera.create(note))))
    assert "the truth" in until(lambda: here(scene, note), "it is here")["content"] and scene.asked_for(note)
