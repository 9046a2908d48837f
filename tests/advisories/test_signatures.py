"""Who signed what, when, and for whom."""
import base64
import json
import time

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from howdah import remote as ways, signing
from howdah.advisory import replays
from howdah.remote import ACTIVITY, PUBLIC
from howdah.wait import until

POST = ["(request-target)", "host", "date", "digest"]


def post(scene, headers, body, inbox=None):
    return requests.post(inbox or scene.inbox, data=body, headers={**headers, "Content-Type": ACTIVITY}, timeout=30)


def refused(scene, headers, body, actor=None):
    got = post(scene, headers, body)
    assert got.status_code in (400, 401), f"{got.status_code} {got.text}"
    scene.settle()
    assert not scene.follows(actor or scene.mallory)


def signed(scene, body, *, url=None, **how):
    return signing.sign(scene.mallory.private, scene.mallory.key_id, "POST", url or scene.inbox, body, **how)


@pytest.fixture
def follow(scene):
    return json.dumps(scene.mallory.follow(scene.actor)).encode()


@replays("GHSA-3f39-6537-3cgc", "MITRA-2.9.0", "SNAC-digest")
def test_the_digest_is_the_bodys(scene, follow):
    refused(scene, signed(scene, b"{}"), follow)
    refused(scene, signed(scene, follow, extra={"digest": "MD5=" + base64.b64encode(b"x" * 16).decode()}), follow)
    refused(scene, {k: v for k, v in signed(scene, follow, names=POST[:3]).items() if k != "digest"}, follow)
    # The algorithm's name is written in both cases.
    got = post(scene, signed(scene, follow, extra={"digest": signing.digest(follow).replace("SHA", "sha")}), follow)
    assert got.status_code == 202, got.text


@replays("GHSA-grwc-c762-gcvp")
def test_a_digest_that_is_not_signed_counts_for_nothing(scene, follow):
    refused(scene, signed(scene, follow, names=POST[:3]), follow)


@replays("MITRA-4.11.0")
def test_of_two_digests_the_signed_one_counts(scene, follow):
    headers = signed(scene, b"{}")
    headers["Content-Digest"] = "sha-256=:" + signing.digest(follow).removeprefix("SHA-256=") + ":"
    refused(scene, headers, follow)
    headers = signed(scene, follow)
    headers["Content-Digest"] = "sha-256=:" + signing.digest(b"{}").removeprefix("SHA-256=") + ":"
    refused(scene, headers, follow)


@replays("AKK-3.19-host", "GHSA-3f39-6537-3cgc")
def test_what_was_signed_for_another_server_is_not_for_us(scene, follow):
    """Once as it was sent there, and once with the Host that it was signed with."""
    headers = signed(scene, follow, url=scene.inbox.replace(f":{scene.server.port}", ":9"))
    refused(scene, headers, follow)
    refused(scene, {**headers, "host": f"127.0.0.1:{scene.server.port}"}, follow)
    refused(scene, signed(scene, follow, names=["(request-target)", "date", "digest"]), follow)


@replays("MITRA-5.4.0-authority")
def test_the_authority_that_was_signed_is_ours(scene, follow):
    """RFC 9421: the target-uri of another host, or an authority that is not ours."""
    digest = "sha-256=:" + signing.digest(follow).removeprefix("SHA-256=") + ":"
    for host in ("v.test", f"127.0.0.1:{scene.server.port}.v.test"):
        params = f'("@method" "@target-uri" "@authority" "content-digest");created={int(time.time())};keyid="{scene.mallory.key_id}"'
        base = (f'"@method": POST\n"@target-uri": http://{host}/inbox\n"@authority": {host}\n"content-digest": {digest}\n'
                f'"@signature-params": {params}')
        raw = base64.b64encode(scene.mallory.private.sign(base.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        headers = {"Signature-Input": "sig1=" + params, "Signature": f"sig1=:{raw}:", "Content-Digest": digest}
        refused(scene, {**headers, "Host": host}, follow)
        refused(scene, headers, follow)


@replays("MITRA-4.7.0")
def test_the_signature_names_method_and_path(scene, follow):
    refused(scene, signed(scene, follow, names=["host", "date", "digest"]), follow)
    refused(scene, signed(scene, follow, url=scene.server.url + "/users/other/inbox"), follow)
    headers = signing.sign(scene.mallory.private, scene.mallory.key_id, "PUT", scene.inbox, follow)
    refused(scene, headers, follow)


@replays("GHSA-7vgr-p3vc-p4h2#9-11")
def test_too_little_is_signed(scene, follow):
    for names in (["date"], ["(request-target)"], ["host"], ["digest"]):
        refused(scene, signed(scene, follow, names=names), follow)
    other = signing.sign(scene.victim.private, scene.victim.key_id, "POST", scene.inbox, b"{}")["signature"]
    headers = signed(scene, follow)
    refused(scene, {**headers, "authorization": "Signature " + headers["signature"], "signature": other}, follow)


@replays("PAON-audit")
def test_a_signature_says_everything_once(scene, follow):
    good = signed(scene, follow)["signature"]
    for bad in (f'keyId="{scene.victim.key_id}",{good}', good.replace('headers="', 'headers="" x="'), good.replace("rsa-sha256", "none"),
                good.replace("rsa-sha256", ""), good + f',keyId="{scene.victim.key_id}"', good.replace('headers="', 'headers="",headers="'), ""):
        refused(scene, {**signed(scene, follow), "signature": bad}, follow)
    many = requests.post(scene.inbox, data=(b"x" * 65536 for _ in range(80)), headers={"Content-Type": ACTIVITY, "signature": good}, timeout=60)
    assert many.status_code == 413
    got = requests.get(scene.actor.replace("localhost", "127.0.0.1"), headers={"Accept": "text/html;q=0.1, application/activity+json;q=0.9"}, timeout=30)
    assert {"Accept", "Signature"} <= {v.strip().title() for v in got.headers.get("Vary", "").split(",")}, got.headers


@replays("AKK-3.16-window")
def test_a_signature_has_its_time(scene, follow):
    for at in (-24, 2):
        refused(scene, signed(scene, follow, date=time.time() + at * 3600), follow)
    refused(scene, {k: v for k, v in signed(scene, follow, names=["(request-target)", "host", "digest"]).items() if k != "date"}, follow)
    now = int(time.time())
    for created, expires in ((now - 86400, now - 80000), (now + 7200, now + 9000), (now - 100000, now + 100000), (now - 7200, now - 7000)):
        text = f"(request-target): post /inbox\n(created): {created}\n(expires): {expires}\nhost: 127.0.0.1:{scene.server.port}\ndigest: {signing.digest(follow)}"
        raw = base64.b64encode(scene.mallory.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        header = (f'keyId="{scene.mallory.key_id}",algorithm="hs2019",created={created},expires={expires},'
                  f'headers="(request-target) (created) (expires) host digest",signature="{raw}"')
        refused(scene, {"digest": signing.digest(follow), "signature": header}, follow)


@replays("SNAC-be894b3", "AKK-2022.10.1")
def test_the_actor_is_the_keys_owner(scene):
    note = scene.victim.note("never said")
    scene.good.drop(note["id"])
    for activity in (scene.victim.create(note), scene.victim.follow(scene.actor)):
        scene.mallory.deliver(scene.inbox, activity)
    scene.settle()
    assert scene.stored(note["id"]) is None and not scene.follows(scene.victim)


@replays("AKK-2022.10.1")
def test_a_follow_does_not_lift_a_block_of_a_server(scene):
    them = scene.account(scene.mallory)
    scene.bob.post("/api/v1/domain_blocks", {"domain": scene.evil.domain})
    reply = scene.bob.request("POST", f"/api/v1/accounts/{them['id']}/follow")
    assert reply.status in (403, 422) or not reply.json["following"] and not reply.json["requested"], reply
    assert scene.bob.relationship(them)["domain_blocking"]
    scene.bob.delete("/api/v1/domain_blocks", json={"domain": scene.evil.domain})


@replays("GHSA-3fjr-858r-92rw", "PL-1.0.1", "MITRA-2.8.0", "AKK-3.15.2-key")
@pytest.mark.parametrize("owner", ["victim's", "mallory's"])
def test_a_key_is_believed_only_at_its_owner(scene, owner):
    """A document of mallory's server says that it is the victim's, or that its key is."""
    scene.account(scene.victim)
    pem = scene.mallory.document["publicKey"]["publicKeyPem"]
    fake = scene.evil.url + "/fake/" + scene.mallory.name
    key = {"id": fake + "#k" if owner == "victim's" else scene.victim.key_id, "owner": scene.victim.id, "publicKeyPem": pem}
    document = {**scene.victim.document, "publicKey": key} if owner == "victim's" else {**scene.mallory.document, "id": fake, "publicKey": key}
    scene.evil.put("/fake/" + scene.mallory.name, document)
    for key_id in (fake + "#k", fake, scene.victim.key_id):
        got = scene.mallory.deliver(scene.inbox, scene.victim.follow(scene.actor), key_id=key_id)
        assert got.status_code == 401, got.text
    found = scene.look(fake)["accounts"]
    assert [a["uri"] for a in found] in ([], [scene.victim.id])
    scene.settle()
    assert not scene.follows(scene.victim)
    scene.victim.send(scene.inbox, scene.victim.follow(scene.actor))
    until(lambda: scene.follows(scene.victim), "the victim's own key holds")


@replays("SNAC-192655e")
@pytest.mark.parametrize("pem", ["", "x", "none", "long", "private", "ec", "rsa512", "e1"])
def test_a_key_that_is_none(scene, pem):
    m = scene.mallory
    text = {"": "", "x": "x", "none": m.document["publicKey"]["publicKeyPem"].replace("\n", ""), "long": "-----BEGIN PUBLIC KEY-----\n" + "A" * 1000000,
            "private": m.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
            "ec": signing.pem(ec.generate_private_key(ec.SECP256R1())), "rsa512": SMALL, "e1": one()}[pem]
    m.document["publicKey"]["publicKeyPem"] = text
    m.publish()
    assert m.deliver(scene.inbox, m.follow(scene.actor)).status_code in (401, 503)
    scene.settle()
    assert not scene.follows(m)


SMALL = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALqbHeRLCyOdykC5SDLqI49ArYGYG1mq
aH9/GnWjGavZM02fos4lc2w6tCchcUBNtJvGqKwhC5JEnx3RYoSX2ucCAwEAAQ==
-----END PUBLIC KEY-----
"""


def one():
    """An RSA key whose exponent is one: every signature is its own message."""
    n = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key().public_numbers().n

    def der(tag, body):
        size = bytes([len(body)]) if len(body) < 128 else bytes([0x82]) + len(body).to_bytes(2, "big")
        return bytes([tag]) + size + body
    number = n.to_bytes(129, "big")
    key = der(0x30, der(2, number) + der(2, b"\x01"))
    info = der(0x30, der(0x30, bytes.fromhex("06092a864886f70d0101010500")) + der(3, b"\x00" + key))
    return "-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(info).decode() + "-----END PUBLIC KEY-----\n"


@replays("SNAC-pemtail")
def test_what_stands_behind_a_key_is_no_second_key(scene):
    m = scene.mallory
    m.document["publicKey"]["publicKeyPem"] = scene.victim.document["publicKey"]["publicKeyPem"] + m.document["publicKey"]["publicKeyPem"]
    m.publish()
    assert m.deliver(scene.inbox, m.follow(scene.actor)).status_code == 401


@replays("GTS-#3198")
def test_a_key_is_not_changed_by_an_update_alone(scene):
    """The victim's Update names another key, and its own server does not."""
    v, m = scene.victim, scene.mallory
    scene.account(v)
    changed = {**v.document, "publicKey": {**v.document["publicKey"], "publicKeyPem": m.document["publicKey"]["publicKeyPem"]}}
    v.send(scene.inbox, v.activity("Update", changed))
    scene.settle()
    assert m.deliver(scene.inbox, v.follow(scene.actor), key_id=v.key_id).status_code == 401
    v.send(scene.inbox, v.follow(scene.actor))
    until(lambda: scene.follows(v), "the victim's own key holds")


@replays("AKK-3.16-redirect")
def test_a_redirect_is_signed_anew(scene):
    note = scene.mallory.note("moved")
    scene.evil.behave("/hop", ways.redirect(note["id"]))
    try:
        assert scene.look(scene.evil.url + "/hop")["statuses"][0]["uri"] == note["id"]
    finally:
        scene.evil.behave("/hop", None)
    last = [r for r in scene.evil.received if r.path == note["id"].removeprefix(scene.evil.url)]
    assert last and all(r.problem is None for r in last), last


@replays("AKK-3.20-sig")
def test_who_is_gone_signs_nothing(scene):
    m = scene.mallory
    scene.followed(m)
    m.send(scene.inbox, m.activity("Delete", m.id))
    until(lambda: scene.person(m) is None, "mallory is gone")
    post = scene.alice.status("like me")
    got = m.deliver(scene.inbox, m.activity("Like", post["uri"]))
    assert got.status_code in (202, 401, 410), got.text
    scene.settle()
    assert scene.alice.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 0


@replays("PL-binary_to_term")
def test_what_is_stored_of_strangers_is_text(scene):
    """What a queue keeps is JSON, parsed with its bounds each time: bytes that are none never come that far."""
    for body in (b"\x83\x68\x02", b"\x80\x04\x95", b"rO0ABXNy", b"\xac\xed\x00\x05"):
        assert scene.mallory.deliver(scene.inbox, None, body=body).status_code == 400


# ---- Linked Data signatures grant nothing ----

@replays("GHSA-rwcw-vq68-g34p", "GHSA-53m7-2wrh-q839", "GHSA-chgx-jx3p-rf73", "CVE-2022-24307", "GHSA-2vxv-pv3m-3wvj", "GHSA-w8x2-gpq6-jxvf",
         "GHSA-38jx-423m-g387", "MITRA-5.2.0")
def test_a_linked_data_signature_grants_nothing(scene):
    v, m = scene.victim, scene.mallory
    scene.follow(v)
    kept, _ = scene.posted(v)
    lie = v.note("never said")
    scene.good.drop(lie["id"])
    seal = {"type": "RsaSignature2017", "creator": v.key_id, "created": "2026-01-01T00:00:00Z",
            "signatureValue": base64.b64encode(v.private.sign(b"x", padding.PKCS1v15(), hashes.SHA256())).decode()}
    create, delete = v.create(lie), v.activity("Delete", {"id": kept["id"], "type": "Tombstone"})
    person = v.activity("Update", {**v.document, "attributionDomains": ["evil.example", {"id": "evil.example"}], "name": "Mallory was here"})
    context = {"@context": ["https://www.w3.org/ns/activitystreams", scene.evil.url + "/ctx", {"object": "as:target"}]}
    for one in (create, delete, person):
        for activity in ({**one, "signature": seal}, {**one, **context, "signature": seal}, {"@context": ways.CONTEXT, "@graph": [one], "signature": seal},
                         {**one, "@included": [{"to": [PUBLIC]}], "@reverse": {"object": create}, "signature": seal}):
            got = m.deliver(scene.inbox, activity)
            assert got.status_code < 500, got.text
    scene.settle()
    assert scene.stored(lie["id"]) is None and scene.stored(kept["id"]) is not None
    assert scene.sql(f"SELECT display_name FROM accounts WHERE uri = '{v.id}'") == [v.document["name"]]
    assert [r for r in scene.evil.received if r.path == "/ctx"] == [], "a context is never fetched"
