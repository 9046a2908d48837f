"""Signatures of requests in both dialects, both ways, and what is remembered of who reads which."""
import json

import pytest
import requests
from howdah import FakeRemote, signing, until
from howdah.remote import ACTIVITY, redirect


class Scene:
    """alice of ours, and dora elsewhere, who is followed by her."""

    def __init__(self, server, remote):
        self.server, self.remote, self.dora = server, remote, remote.actor("dora")
        self.alice = server.account("alice")
        self.uri, self.inbox = self.alice.me()["uri"], server.url + "/inbox"

    def met(self):
        """dora follows alice and has been told so."""
        follow = self.dora.send(self.inbox, self.dora.follow(self.uri))
        self.knocks("Accept", lambda a: a["object"]["id"] == follow["id"])

    def knocks(self, type, match=lambda activity: True):
        """In which dialects the first such activity was sent, in order, until it was taken."""
        def taken(r):
            return r.problem is None and isinstance(r.activity, dict) and r.activity["type"] == type and match(r.activity)
        sent = self.remote.wait_for(taken, f"a {type}").activity
        return [r.dialect for r in self.remote.received if r.activity and r.activity.get("id") == sent["id"]]

    def posted(self):
        """The same for a post that alice makes now."""
        uri = self.alice.status("to whom it may concern")["uri"]
        return self.knocks("Create", lambda a: a["object"]["id"] == uri)

    def gets(self, path):
        return [r.dialect for r in self.remote.received if r.method == "GET" and r.path == path]


@pytest.fixture
def scene(server):
    with FakeRemote() as remote:
        yield Scene(server, remote)


def test_who_reads_both_is_written_to_in_the_draft(scene):
    scene.met()
    assert scene.posted() == ["draft"] and scene.knocks("Accept") == ["draft"]


def test_who_reads_rfc_9421_alone_is_asked_twice_until_that_is_known(scene):
    scene.remote.dialects = {"rfc9421"}
    scene.met()
    assert scene.knocks("Accept") == ["draft", "rfc9421"]
    # It is written down a moment after it is seen.
    until(lambda: scene.posted() == ["rfc9421"], "what it reads is known")


def test_who_writes_in_rfc_9421_is_written_to_in_it(scene):
    follow = scene.dora.send(scene.inbox, scene.dora.follow(scene.uri), sign=signing.sign_message)
    assert scene.knocks("Accept", lambda a: a["object"]["id"] == follow["id"]) == ["rfc9421"]


def test_who_no_longer_reads_what_it_did_is_found_out(scene):
    scene.remote.dialects = {"rfc9421"}
    scene.met()
    until(lambda: scene.posted() == ["rfc9421"], "what it reads is known")
    scene.remote.dialects = {"draft"}
    assert scene.posted() == ["rfc9421", "draft"]


def test_a_document_is_asked_for_in_the_other_dialect_after_a_401(scene):
    scene.remote.dialects, scene.remote.authorized_fetch = {"rfc9421"}, True
    note = scene.dora.note("only for who signs as the standard says")
    found = scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"]
    assert [s["uri"] for s in found] == [note["id"]]
    path = note["id"].removeprefix(scene.remote.url)
    assert scene.gets(path) == ["draft", "rfc9421"]
    # Then it is known: the author's document was asked for only once.
    assert scene.gets("/users/dora") == ["rfc9421"]


def test_what_is_refused_in_both_is_not_asked_for_a_third_time(scene):
    scene.remote.dialects, scene.remote.authorized_fetch = set(), True
    note = scene.dora.note("for nobody")
    assert scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"] == []
    assert scene.gets(note["id"].removeprefix(scene.remote.url)) == ["draft", "rfc9421"]


# ---- keys ----

def with_ed25519(actor, id=None, **more):
    """Gives the actor an Ed25519 key beside the one it has."""
    actor.ed25519 = signing.new_ed25519()
    key = {**signing.multikey(id or actor.id + "#ed25519-key", actor.id, actor.ed25519.public_key()), **more}
    actor.document.setdefault("assertionMethod", []).append(key)
    actor.publish()
    return key["id"]


@pytest.mark.parametrize("sign, alg", [(signing.sign, None), (signing.sign_message, "ed25519"), (signing.sign_message, None)])
def test_an_ed25519_key_signs_requests(scene, sign, alg):
    id = with_ed25519(scene.dora)
    how = {} if sign is signing.sign else {"alg": alg}
    follow = scene.dora.send(scene.inbox, scene.dora.follow(scene.uri), private=scene.dora.ed25519, key_id=id, sign=sign, **how)
    assert scene.knocks("Accept", lambda a: a["object"]["id"] == follow["id"])
    # The other one is as good as ever.
    assert scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri)).status_code == 202


def test_an_ed25519_key_does_not_sign_as_rsa_and_not_for_another(scene):
    scene.met()
    eve = scene.remote.actor("eve")
    id = with_ed25519(eve, controller=scene.dora.id)
    refused = [scene.dora.deliver(scene.inbox, eve.follow(scene.uri), private=eve.ed25519, key_id=id, sign=signing.sign_message, alg="ed25519")]
    mine = with_ed25519(eve, eve.id + "#other")
    refused.append(eve.deliver(scene.inbox, eve.follow(scene.uri), private=eve.ed25519, key_id=mine, sign=signing.sign_message))
    assert [r.status_code for r in refused] == [401, 401], [r.text for r in refused]


def keys_of(scene, path):
    """Ours, as others read them: the one for requests, and the Multikeys."""
    actor = requests.get(path.replace(f"http://{scene.server.domain}", scene.server.url), headers={"Accept": ACTIVITY}, timeout=30).json()
    for key in actor["assertionMethod"]:
        assert key["type"] == "Multikey" and key["controller"] == actor["id"] and key["publicKeyMultibase"][0] == "z"
    return actor["publicKey"]["id"], {k["id"]: signing.base58_bytes(k["publicKeyMultibase"][1:])[:2] for k in actor["assertionMethod"]}


def test_our_actors_show_an_ed25519_key(scene):
    for uri in (scene.uri, f"http://{scene.server.domain}/actor"):
        assert keys_of(scene, uri) == (uri + "#main-key", {uri + "#ed25519-key": b"\xed\x01"})


def test_keys_are_rotated_with_an_overlap(scene):
    scene.met()
    scene.server.cli("keys", "rotate", scene.alice.name)
    update = scene.remote.wait_activity("Update", lambda a: a["object"]["id"] == scene.uri)
    main, others = keys_of(scene, scene.uri)
    assert main.startswith(scene.uri + "#key-") and update["object"]["publicKey"]["id"] == main
    # The old ones are still to be had, beside the new Ed25519 key.
    assert others.pop(scene.uri + "#main-key") == b"\x85\x24" and others.pop(scene.uri + "#ed25519-key") == b"\xed\x01"
    assert list(others.values()) == [b"\xed\x01"]
    assert scene.posted() == ["draft"]
    said = [r.headers["signature"] for r in scene.remote.received if r.activity and r.activity["type"] == "Create"]
    assert f'keyId="{main}"' in said[0]
    listed = scene.server.cli("keys", "list", scene.alice.name).splitlines()
    assert len(listed) == 4 and ["signs nothing" in line for line in listed] == [True, True, False, False]


def test_a_stolen_key_is_rotated_out_at_once(scene):
    scene.met()
    scene.server.cli("keys", "rotate", scene.alice.name, "--at-once")
    main, others = keys_of(scene, scene.uri)
    assert main.startswith(scene.uri + "#key-") and len(others) == 1 and scene.uri + "#ed25519-key" not in others
    assert scene.posted() == ["draft"]


def test_whose_keys_are_rotated_must_be_said(scene):
    for args, code in (([], 2), (["nobody"], 1), ([scene.alice.name, "--all"], 2)):
        assert scene.server.cli("keys", "rotate", *args, check=False).returncode == code
    before = keys_of(scene, f"http://{scene.server.domain}/actor")[0]
    assert "2 accounts have new keys" in scene.server.cli("keys", "rotate", "--all")
    assert keys_of(scene, f"http://{scene.server.domain}/actor")[0] != before


# ---- keys that are named after their owner ----

def acct(actor):
    return f"acct:{actor.handle}"


def new_key(actor, other):
    """The key of that one."""
    actor.private = other.private
    actor.document["publicKey"]["publicKeyPem"] = other.document["publicKey"]["publicKeyPem"]
    actor.publish()


@pytest.mark.parametrize("sign", [signing.sign, signing.sign_message])
def test_a_key_may_be_named_after_its_owner(scene, sign):
    follow = scene.dora.send(scene.inbox, scene.dora.follow(scene.uri), key_id=acct(scene.dora), sign=sign)
    assert scene.knocks("Accept", lambda a: a["object"]["id"] == follow["id"])
    asked = len(scene.gets("/.well-known/webfinger"))
    assert scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri), key_id=acct(scene.dora), sign=sign).status_code == 202
    assert len(scene.gets("/.well-known/webfinger")) == asked >= 1, "who is known is not looked up again"
    new_key(scene.dora, scene.remote.actor("eve"))
    until(lambda: scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri), key_id=acct(scene.dora)).status_code == 202, "the new key is fetched")
    id = with_ed25519(scene.dora)
    assert scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri), private=scene.dora.ed25519, key_id=id, sign=signing.sign_message,
                              alg="ed25519").status_code == 202
    assert scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri), private=scene.dora.ed25519, key_id=acct(scene.dora),
                              sign=signing.sign_message, alg="ed25519").status_code == 202


def test_a_name_for_a_key_is_not_believed_without_it(scene):
    eve = scene.remote.actor("eve")
    for name in (acct(scene.dora), f"acct:nobody@{scene.remote.domain}", f"acct:alice@{scene.server.domain}", "acct:dora", "acct:"):
        got = eve.deliver(scene.inbox, eve.follow(scene.uri), key_id=name)
        assert got.status_code == 401, (name, got.text)
    scene.met()
    got = eve.deliver(scene.inbox, scene.dora.follow(scene.uri), key_id=acct(scene.dora))
    assert got.status_code == 401 and got.json() == {"error": f"Verification failed for {acct(scene.dora)}"}
    got = scene.dora.deliver(scene.inbox, eve.follow(scene.uri), key_id=acct(scene.dora))
    assert got.status_code == 202, "hers, but"
    scene.server.settled()
    assert [r.activity["object"]["actor"] for r in scene.remote.received if r.activity and r.activity["type"] == "Accept"] == [scene.dora.id]


def test_a_name_of_another_domain_does_not_hide_a_suspended_server(scene):
    with FakeRemote() as org:
        found = {"subject": f"acct:dora@{org.domain}", "links": [{"rel": "self", "type": ACTIVITY, "href": scene.dora.id}]}
        for at in (org, scene.remote):
            at.put("/found", json.dumps(found), "application/jrd+json")
            at.behave("/.well-known/webfinger", redirect(at.url + "/found"))
        name = f"acct:dora@{org.domain}"
        assert scene.dora.deliver(scene.inbox, scene.dora.follow(scene.uri), key_id=name).status_code == 202
        scene.server.cli("blocks", "add", scene.remote.domain, "--severity", "suspend")
        until(lambda: scene.dora.fetch(scene.uri.replace(f"http://{scene.server.domain}", scene.server.url)).status_code == 403, "the block holds")
        got = scene.dora.deliver(scene.inbox, {**scene.dora.follow(scene.uri), "actor": f"{org.url}/users/dora"}, key_id=name)
        assert got.status_code == 403, got.text
        scene.server.cli("blocks", "remove", scene.remote.domain)
