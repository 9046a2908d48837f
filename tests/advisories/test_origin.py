"""Whose things are whose: ids, authors, addresses, handles; and what is taken for a document at all."""
import json

import pytest
import requests
from howdah import remote as ways
from howdah.advisory import replays
from howdah.remote import ACTIVITY, CONTEXT, PUBLIC
from howdah.wait import until


def path_of(actor, url):
    return url.removeprefix(actor.remote.url)


def told(scene, *activities, by=None):
    """mallory says all that; none of it may be an error of ours."""
    for activity in activities:
        got = (by or scene.mallory).deliver(scene.inbox, activity)
        assert got.status_code < 500, got.text
    scene.settle()


def unserved(actor, text="never said", **more):
    """A note that its server does not have."""
    note = actor.note(text, **more)
    actor.remote.documents.pop(path_of(actor, note["id"]), None)
    return note


def heard(scene):
    """alice follows the victim and mallory: what they post stands here."""
    scene.follow(scene.mallory)
    scene.follow(scene.victim)
    return scene.victim, scene.mallory


# ---- who may say what ----

@replays("GHSA-xjvf-fm67-4qc3")
def test_a_create_under_anothers_id(scene):
    heard(scene)
    note, seen = scene.posted(scene.victim, "private", to=[scene.victim.document["followers"]], cc=[])
    lie = {**note, "attributedTo": scene.mallory.id, "to": [PUBLIC], "content": "<p>x</p>"}
    told(scene, scene.mallory.create(lie), scene.mallory.create({**lie, "id": scene.mallory.new_id("notes"), "atomUri": note["id"]}))
    now = scene.alice.get(f"/api/v1/statuses/{seen['id']}")
    assert now["visibility"] == "private" and now["content"] == seen["content"] and now["account"]["acct"] == scene.victim.handle


@replays("SNAC-fbc30d1", "SNAC-2135bdf", "SNAC-84084ee")
def test_another_changes_deletes_or_moves_nothing(scene):
    v, m = heard(scene)
    note, seen = scene.posted(v)
    person = {**v.document, "name": "Mallory was here", "inbox": m.inbox, "publicKey": m.document["publicKey"]}
    told(scene, m.activity("Update", {**note, "content": "<p>lies</p>", "updated": "2026-02-02T00:00:00Z"}),
         m.activity("Delete", note["id"]), m.activity("Delete", {"id": note["id"], "type": "Tombstone"}), m.activity("Delete", [note["id"]]),
         m.activity("Update", person), {**m.activity("Update", person), "actor": v.id},
         m.activity("Move", v.id, target=m.id), {**m.activity("Move", v.id, target=m.id), "actor": v.id})
    assert scene.stored(note["id"]) == "<p>the truth</p>"
    assert scene.sql(f"SELECT display_name || ' ' || inbox_uri FROM accounts WHERE uri = '{v.id}'") == [f"{v.document['name']} {v.inbox}"]
    assert scene.alice.relationship(seen["account"])["following"]


@replays("GHSA-7vgr-p3vc-p4h2#attribution", "MITRA-2.24.0", "MITRA-5.8.0")
def test_the_author_is_the_actor(scene):
    v, m = heard(scene)
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": v.key_id, "proofPurpose": "assertionMethod",
             "proofValue": "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2"}
    lies = [unserved(m, attributedTo=who) for who in (v.id, [m.id, v.id], [v.id, m.id], {"id": v.id, "type": "Person"}, [[v.id]], None)]
    lies.append({**unserved(m, attributedTo=v.id), "proof": proof})
    lies.append({**unserved(v, attributedTo=m.id)})
    for lie in lies:
        told(scene, m.create(lie), m.activity("Update", lie))
    for lie in lies:
        by = scene.sql(f"SELECT a.uri FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.uri = '{lie['id']}'")
        assert by in ([], [m.id] if lie["attributedTo"] == [m.id, v.id] else []), lie


@replays("GHSA-7vgr-p3vc-p4h2#17", "GHSA-7vgr-p3vc-p4h2#5-8")
def test_an_id_is_a_text(scene):
    v, m = heard(scene)
    before = scene.sql("SELECT max(id) FROM statuses")
    for id in ([v.new_id("notes")], [v.new_id("notes"), m.new_id("notes")], {"id": m.new_id("notes")}, 7, "", None, True, [], " ", "x"):
        told(scene, m.create({**unserved(m), "id": id}))
        scene.evil.put("/odd/" + m.name, {**unserved(m), "id": id})
        assert scene.look(scene.evil.url + "/odd/" + m.name)["statuses"] == []
    assert scene.sql("SELECT max(id) FROM statuses") == before


@replays("GHSA-7vgr-p3vc-p4h2#6")
def test_what_has_no_id_is_nothing(scene):
    scene.evil.put("/nameless/" + scene.mallory.name, {k: v for k, v in unserved(scene.mallory).items() if k != "id"})
    assert scene.look(scene.evil.url + "/nameless/" + scene.mallory.name)["statuses"] == []


@replays("GHSA-7vgr-p3vc-p4h2#4")
def test_a_collection_carries_no_activities(scene):
    v, m = heard(scene)
    lie = unserved(v)
    wrap = {"@context": CONTEXT, "type": "OrderedCollection", "actor": m.id, "id": m.new_id(), "orderedItems": [v.create(lie)]}
    told(scene, wrap, {**wrap, "type": "Collection", "items": [v.create(lie)]})
    assert scene.stored(lie["id"]) is None


@replays("MITRA-2.18.0")
def test_a_group_passes_on_what_is_looked_up(scene):
    """What a group announces of others counts only as it stands at home."""
    v, m = heard(scene)
    note, _ = scene.posted(v)
    lie = unserved(v)
    told(scene, *(m.activity("Announce", inner, to=[PUBLIC]) for inner in (
        v.activity("Update", {**note, "content": "<p>lies</p>", "updated": "2026-02-02T00:00:00Z"}), v.activity("Delete", note["id"]), v.create(lie),
        v.activity("Delete", v.id))))
    assert scene.stored(note["id"]) == "<p>the truth</p>" and scene.stored(lie["id"]) is None and scene.person(v)


@replays("GHSA-5h8r-gq97-xv69")
def test_counts_of_a_poll_are_its_authors(scene):
    v, m = heard(scene)

    def poll(who, a, b, **more):
        return who.note("well?", type="Question", endTime="2036-01-01T00:00:00Z", oneOf=[
            {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": n}} for name, n in (("a", a), ("b", b))], **more)
    note = poll(v, 3, 1)
    v.send(scene.inbox, v.create(note))
    until(lambda: scene.stored(note["id"]), "the poll arrives")
    counts = f"SELECT sum(votes_count) FROM poll_options WHERE poll_id = (SELECT poll_id FROM statuses WHERE uri = '{note['id']}')"
    lie = {**poll(v, -5, 99, id=note["id"]), "updated": "2026-02-02T00:00:00Z"}
    scene.good.put(path_of(v, note["id"]), note)
    told(scene, m.activity("Update", lie))
    assert scene.sql(counts) == ["4"]
    for n in (-5, 1.5, 1e99, "9", None, [9], 1 << 62):
        told(scene, v.activity("Update", {**poll(v, n, n, id=note["id"]), "updated": "2026-03-02T00:00:00Z"}), by=v)
        got = scene.look(note["id"])["statuses"][0]["poll"]
        assert got["votes_count"] >= 0 and all(isinstance(o["votes_count"], int) and o["votes_count"] >= 0 for o in got["options"]), (n, got)


@replays("AKK-2024.04-move")
def test_a_move_looks_at_the_target_as_it_is_now(scene):
    _, m = heard(scene)
    target = scene.good.actor(scene.server.new_name("target"), alsoKnownAs=[m.id])
    there = scene.account(target)
    target.document["alsoKnownAs"] = []
    target.publish()
    told(scene, m.activity("Move", m.id, target=target.id))
    assert not scene.alice.relationship(there)["following"]


# ---- where documents are believed ----

@replays("GHSA-3fjr-858r-92rw", "GHSA-7vgr-p3vc-p4h2#3", "AKK-2024.03-upload", "GHSA-6w2c-vf6f-xf26")
def test_a_document_is_believed_at_its_own_id(scene):
    """mallory's server shows a note and an actor of the victim's, at once and behind redirects of the victim's server."""
    v, m = scene.victim, scene.mallory
    lie = unserved(v)
    for name, document in (("note", lie), ("actor", {**v.document, "name": "Mallory was here"})):
        at = f"/stolen/{name}/{m.name}"
        scene.evil.put(at, document)
        scene.good.behave("/open-redirect", ways.redirect(scene.evil.url + at))
        try:
            for url in (scene.evil.url + at, scene.good.url + "/open-redirect"):
                found = scene.look(url)
                assert found["statuses"] == [] and [a["display_name"] for a in found["accounts"]] in ([], [v.document["name"]]), found
        finally:
            scene.good.behave("/open-redirect", None)
    # The other way round: mallory's address leads to a document of the victim's server with an id of mallory's.
    at = scene.good.put(f"/upload/{m.name}.json", {**m.document, "name": "Elsewhere"})
    scene.evil.behave("/to/" + m.name, ways.redirect(at))
    found = scene.look(scene.evil.url + "/to/" + m.name)
    assert [a["display_name"] for a in found["accounts"]] in ([], [m.document["name"]])


@replays("GHSA-7vgr-p3vc-p4h2#2")
def test_a_page_leads_only_to_what_is_of_its_own(scene):
    v, m = scene.victim, scene.mallory
    mirror = scene.evil.put("/json/" + m.name, {**v.document, "name": "Mallory was here"})
    page = f'<html><head><link rel="alternate" type="application/activity+json" href="{mirror}"></head></html>'
    url = scene.evil.put("/page/" + m.name, page, "text/html")
    found = scene.look(url)
    assert [a["display_name"] for a in found["accounts"]] in ([], [v.document["name"]])


TYPES = ["text/plain", "application/json", "application/octet-stream", "application/ld+json", "image/png", "text/html", "",
         "application/json; profile=https://www.w3.org/ns/activitystreams", 'application/ld+json; profile="https://example.org/other"',
         "application/activity+jsonx"]


@replays("GHSA-jhrq-qvrm-qr36", "GHSA-qqrm-9grj-6v32", "MITRA-2.10.0", "PL-2.2.0", "AKK-2024.03-upload")
def test_other_types_are_no_documents(scene):
    """An actor and a note among a server's uploads: looked for, boosted, answered, and as a key."""
    v, m = heard(scene)
    for n, type in enumerate(TYPES):
        at = f"/media/{m.name}-{n}"
        url = scene.good.url + at
        key = {"id": url + "/actor#k", "owner": url + "/actor", "publicKeyPem": m.document["publicKey"]["publicKeyPem"]}
        scene.good.put(at + "/note", {**v.note("never said", id=url + "/note")}, type)
        scene.good.put(at + "/actor", {**v.document, "id": url + "/actor", "preferredUsername": f"x{n}", "publicKey": key}, type)
        found = scene.look(url + "/note"), scene.look(url + "/actor")
        assert not any(f["statuses"] or f["accounts"] for f in found), type
        told(scene, m.activity("Announce", url + "/note", to=[PUBLIC]))
        assert m.deliver(scene.inbox, {**m.follow(scene.actor), "actor": url + "/actor"}, key_id=url + "/actor#k").status_code == 401
        assert scene.stored(url + "/note") is None and scene.person(url + "/actor") is None, type


@replays("GHSA-jhrq-qvrm-qr36", "PL-2.2.0", "AKK-2024.03-upload")
def test_our_uploads_are_no_documents(scene):
    """JSON is not taken as an upload, and nothing of ours is fetched as a document."""
    document = json.dumps({**scene.victim.document, "id": f"http://{scene.server.domain}/media/x"}).encode()
    reply = scene.alice.request("POST", "/api/v2/media", files={"file": ("actor.json", document, ACTIVITY)})
    assert reply.status == 422
    assert not any(scene.look(f"http://{scene.server.domain}/media/x.json").values())


# ---- addresses ----

@replays("GHSA-7vgr-p3vc-p4h2#14")
def test_inboxes_and_collections_are_at_their_actors_host(scene):
    v, m = scene.victim, scene.mallory
    m.document.update(inbox=v.inbox, outbox=v.id + "/outbox", followers=v.id + "/followers", following=v.id + "/following", featured=v.id + "/featured",
                      endpoints={"sharedInbox": scene.good.url + "/inbox"})
    m.publish()
    scene.account(m)
    other = scene.evil.actor(scene.server.new_name("other"))
    other.document.update(followers=v.id + "/followers", outbox=f"http://{scene.server.domain}/outbox", featured=v.id + "/featured",
                          endpoints={"sharedInbox": f"http://{scene.server.domain}/inbox"})
    other.publish()
    scene.account(other)
    for who in (m, other):
        rows = scene.sql("SELECT coalesce(inbox_uri, '') || ' ' || coalesce(shared_inbox_uri, '') || ' ' || coalesce(followers_uri, '') || ' ' || "
                         f"coalesce(outbox_uri, '') || ' ' || coalesce(featured_uri, '') FROM accounts WHERE uri = '{who.id}'")
        assert all(scene.good.domain not in row and scene.server.domain not in row for row in rows), rows


@replays("GHSA-7vgr-p3vc-p4h2#15-16", "CVE-2024-52593", "ICE-beta4.security1", "GHSA-6w2c-vf6f-xf26")
def test_an_address_to_click_is_on_the_same_host(scene):
    _, m = heard(scene)
    for n, url in enumerate(("https://bank.example/login", [scene.victim.id, {"type": "Link", "href": scene.victim.id}],
                             {"type": "Link", "href": "https://bank.example/"}, f"http://{scene.server.domain}/@alice")):
        note, seen = scene.posted(m, f"click {n}", url=url)
        assert seen["url"] == note["id"]
        other = scene.evil.actor(scene.server.new_name("other"), url=url)
        assert scene.account(other)["url"] == other.id


@replays("GHSA-7vgr-p3vc-p4h2#25-33")
def test_ours_is_what_is_at_our_host(scene):
    """Addresses that only look like ours are not taken for ours, and those of ours in other clothes lead to nobody else."""
    m, ours = scene.mallory, scene.server.domain
    post = scene.alice.status("ours")
    path = post["uri"].removeprefix(f"http://{ours}")
    for id in (f"http://{ours}.evil.example{path}", f"http://{ours}@evil.example{path}", f"http://evil.example\\@{ours}{path}",
               f"HTTP://{ours.upper()}{path}", f"http://{ours}/../x{path}", f"http://{ours}%00.evil.example{path}", f"http://ⓛocalhost:{scene.server.port}{path}"):
        told(scene, m.create({**unserved(m), "id": id}), m.activity("Update", {**unserved(m), "id": id, "updated": "2027-01-01T00:00:00Z"}),
             m.activity("Delete", id), {**m.activity("Like", post["uri"]), "actor": id})
    assert scene.stored(post["uri"]) == "<p>ours</p>"
    now = scene.alice.get(f"/api/v1/statuses/{post['id']}")
    assert (now["favourites_count"], now["replies_count"]) == (0, 0)


@replays("MITRA-4.2.0")
def test_a_portable_id_at_our_gateway_is_nobodys(scene):
    _, m = heard(scene)
    id = f"http://{scene.server.domain}/.well-known/apgateway/did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK/objects/1"
    told(scene, m.create({**unserved(m), "id": id}))
    assert scene.stored(id) is None and scene.document(id) == 404


# ---- handles ----

def jrd(scene, subject, href):
    return lambda h, go_on: ways.reply(h, 200, json.dumps({"subject": subject, "links": [
        {"rel": "self", "type": ACTIVITY, "href": href}]}).encode(), "application/jrd+json")


@replays("AKK-3.18-wf", "PL-2.7.0-wf")
@pytest.mark.parametrize("way", ["subject", "field"])
def test_a_handle_is_what_both_sides_say(scene, way):
    v, m = scene.victim, scene.mallory
    if way == "field":
        m.document["webfinger"] = v.handle
        m.publish()
    else:
        scene.evil.behave("/.well-known/webfinger", jrd(scene, "acct:" + v.handle, m.id))
    try:
        for what in ("@" + m.handle, m.id):
            assert [a["acct"] for a in scene.look(what)["accounts"]] in ([], [m.handle])
        m.deliver(scene.inbox, m.follow(scene.actor))
        scene.settle()
        assert scene.sql(f"SELECT username FROM accounts WHERE uri = '{m.id}' AND domain = '{scene.good.domain}'") == []
        assert scene.account(v)["uri"] == v.id
    finally:
        scene.evil.behave("/.well-known/webfinger", None)


@replays("GTS-#3706")
def test_nobody_elsewhere_is_one_of_ours(scene):
    m, us = scene.mallory, f"{scene.alice.name}@{scene.server.domain}"
    before = scene.alice.me()
    scene.evil.behave("/.well-known/webfinger", jrd(scene, "acct:" + us, m.id))
    try:
        for what in ("@" + m.handle, m.id):
            assert [a["acct"] for a in scene.look(what)["accounts"]] in ([], [m.handle])
    finally:
        scene.evil.behave("/.well-known/webfinger", None)
    scene.evil.put("/us/" + m.name, {**m.document, "id": scene.actor, "name": "Mallory was here"})
    scene.evil.behave("/to-us", ways.redirect(scene.actor))
    for what in (scene.evil.url + "/us/" + m.name, scene.evil.url + "/to-us"):
        assert [a["id"] for a in scene.look(what)["accounts"]] in ([], [scene.alice.id])
    told(scene, m.activity("Update", {**m.document, "id": scene.actor, "name": "Mallory was here"}))
    assert scene.alice.me()["display_name"] == before["display_name"]


@replays("GHSA-v3xf-c9qf-j667")
def test_a_domain_is_written_in_one_way(scene):
    v = scene.victim
    host, port = scene.good.domain.split(":")
    for domain in (f"{host[:4]}/{host[4:]}:{port}", f"{scene.good.domain}/a", f"{host}:{port}?x", f"{host}\\.x:{port}", "exa/mple.com", "exa mple.com", "v..test",
                   "-", "a@b"):
        assert [a for a in scene.look(f"@{v.name}@{domain}")["accounts"] if a["acct"] != v.handle] == [], domain
        got = requests.get(f"{scene.server.url}/.well-known/webfinger", params={"resource": f"acct:{scene.alice.name}@{scene.server.domain}/{domain}"},
                           timeout=30)
        assert got.status_code in (400, 404), domain
        reply = scene.bob.request("POST", "/api/v1/domain_blocks", json={"domain": domain})
        assert reply.status == 422, (domain, reply)
    for domain in ("BLOCKED.Example", "blocked.example:443", "blocked．example"):
        scene.bob.post("/api/v1/domain_blocks", {"domain": domain})
    assert scene.bob.get("/api/v1/domain_blocks") == ["blocked.example"]
    scene.bob.delete("/api/v1/domain_blocks", json={"domain": "blocked.example"})


@replays("MASTO-3.3.0#15364")
def test_one_id_is_one_account(scene):
    """Two handles that lead to one actor."""
    v = scene.victim
    alias = scene.evil.domain
    scene.evil.behave("/.well-known/webfinger", jrd(scene, "acct:" + v.handle, v.id))
    try:
        found = {a["id"] for what in (f"@{v.name}@{alias}", f"@{v.handle}", v.id) for a in scene.look(what)["accounts"]}
    finally:
        scene.evil.behave("/.well-known/webfinger", None)
    assert len(found) == 1 and len(scene.sql(f"SELECT id FROM accounts WHERE uri = '{v.id}'")) == 1


# ---- quotes ----

@replays("GHSA-q4g8-82c5-9h33")
def test_a_quotes_approval_is_the_quoteds(scene):
    """A third party grants a quote of the victim's post; only the victim's own stamp counts, and still does after it."""
    v, m = heard(scene)
    note, seen = scene.posted(v, "quote me", interactionPolicy={"canQuote": {"manualApproval": [PUBLIC]}})
    quoting = scene.alice.status("as they say", quoted_status_id=seen["id"])
    asked = scene.good.wait_activity("QuoteRequest", lambda a: a["object"] == note["id"] or a["object"].get("id") == note["id"])

    def stamp(who):
        id = who.new_id("stamps")
        who.remote.put(path_of(who, id), {"@context": CONTEXT, "id": id, "type": "QuoteAuthorization", "attributedTo": who.id,
                                          "interactingObject": quoting["uri"], "interactionTarget": note["id"]})
        return id
    told(scene, m.activity("Accept", asked, result=stamp(m)), {**m.activity("Accept", asked, result=stamp(m)), "actor": v.id})
    told(scene, v.activity("Accept", asked, result=stamp(m)), by=v)

    def state():
        return scene.alice.get(f"/api/v1/statuses/{quoting['id']}")["quote"]["state"]
    assert state() == "pending"
    told(scene, v.activity("Accept", asked, result=stamp(v)), by=v)
    until(lambda: state() == "accepted", "the victim's own stamp counts", 30)


@replays("GHSA-vg36-gxjg-2v46")
def test_consent_to_be_in_a_collection_is_the_persons_own_and_for_that_one(scene):
    """Stamps that are valid, but of another collection, of another person, or not from the person's server, make nobody a member."""
    v, m = scene.victim, scene.mallory
    other = scene.good.actor(scene.server.new_name("other"))
    m.document["featuredCollections"] = m.id + "/recommends"
    m.publish()
    scene.account(m)

    def stamp(at, collection, whom):
        id = at.new_id("stamps")
        at.remote.put(path_of(at, id), {"@context": CONTEXT, "id": id, "type": "FeatureAuthorization", "interactingObject": collection,
                                        "interactionTarget": whom.id})
        return id

    def moved(collection):
        """At the person's server, but it leads to mallory's."""
        id = v.new_id("stamps")
        scene.good.behave(path_of(v, id), ways.redirect(stamp(m, collection, v)))
        return id
    mine = m.new_id("collections")
    stamps = {"of another collection": stamp(v, mine + "x", v), "of another person": stamp(other, mine, other), "mallory's own": stamp(m, mine, v),
              "of no collection": stamp(v, v.id, v), "not there": v.new_id("stamps"), "that leads away": moved(mine), "none": None,
              "another's, of the victim": stamp(other, mine + "x", other)}

    def tell(id, *approvals):
        items = [{"id": m.new_id("items"), "type": "FeaturedItem", "featuredObject": v.id, "featureAuthorization": at} for at in approvals]
        told(scene, m.activity("Update", {"id": id, "type": "FeaturedCollection", "attributedTo": m.id, "name": "Friends of mine", "totalItems": 1,
                                          "sensitive": False, "discoverable": True, "orderedItems": items}))

    def members():
        id = scene.sql(f"SELECT id FROM collections WHERE uri = '{mine}'")[0]
        said = scene.alice.get(f"/api/v1/collections/{id}")
        return [a["acct"] for a in said["accounts"] if a["acct"] != m.handle], said["collection"]["item_count"]
    for what, at in stamps.items():
        tell(mine, at)
        assert members() == ([], 0), what
    right = stamp(v, mine, v)
    tell(mine, right)
    until(lambda: members() == ([v.handle], 1), "the victim's own stamp for it counts", 30)
    # It does not count for the next one.
    mine = m.new_id("collections")
    tell(mine, right)
    assert members() == ([], 0)


@replays("GHSA-8h43-rcqj-wpc6")
def test_a_boost_is_not_quoted(scene):
    m = scene.mallory
    boosted = scene.bob.post(f"/api/v1/statuses/{scene.alice.status('mine', quote_approval_policy='nobody')['id']}/reblog")
    reply = scene.bob.request("POST", "/api/v1/statuses", json={"status": "x", "quoted_status_id": boosted["id"]})
    assert reply.status in (404, 422), reply
    scene.evil.received.clear()
    note = m.note("quoting")
    told(scene, m.activity("QuoteRequest", boosted["uri"], instrument=note["id"]))
    scene.settle("PUSH")
    assert scene.evil.activities("Accept") == []
    quoting = m.note("quoting", quote=boosted["uri"])
    found = scene.look(quoting["id"])["statuses"]
    assert not found or (found[0]["quote"] or {}).get("state") != "accepted"
