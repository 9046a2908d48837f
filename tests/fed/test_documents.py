"""What other servers read: documents, WebFinger, NodeInfo, and who may read what."""
from xml.etree import ElementTree

import pytest
import requests
from howdah import remote as ways, wait

ACTIVITY = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}


def document(server, url, status=200, **headers):
    """url as the server says it; reached where it listens."""
    got = requests.get(url.replace(f"http://{server.domain}", server.url), headers={**ACTIVITY, **headers}, timeout=30, allow_redirects=False)
    assert got.status_code == status, f"{got.status_code} {got.text[:300]}"
    return got.json() if status == 200 else None


def finger(server, resource):
    return server.anonymous().request("GET", "/.well-known/webfinger", params={"resource": resource})


def test_a_handle_leads_to_an_actor(shared, alice):
    jrd = finger(shared, f"acct:{alice.handle}").json
    assert jrd["subject"] == f"acct:{alice.handle}"
    href = next(link["href"] for link in jrd["links"] if link["rel"] == "self")
    actor = document(shared, href)
    assert actor["id"] == href and actor["preferredUsername"] == alice.name and actor["type"] == "Person"
    assert actor["publicKey"]["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
    for other in (f"http://{shared.domain}/users/{alice.name}", f"http://{shared.domain}/@{alice.name}"):
        assert document(shared, other)["id"] == href
    assert finger(shared, "acct:nobody@elsewhere.example").status == 404
    assert finger(shared, "").status == 400


def test_host_meta_says_where_handles_are_asked_for(shared, alice):
    link = ElementTree.fromstring(shared.anonymous().request("GET", "/.well-known/host-meta").text)[0]
    assert link.attrib["rel"] == "lrdd" and link.attrib["template"].endswith("/.well-known/webfinger?resource={uri}")
    asked = link.attrib["template"].replace("{uri}", f"acct:{alice.handle}").replace(f"http://{shared.domain}", shared.url)
    assert requests.get(asked, timeout=30).json()["subject"] == f"acct:{alice.handle}"


def test_the_instance_has_an_actor_of_its_own(shared):
    actor = document(shared, f"http://{shared.domain}/actor")
    assert actor["type"] == "Application" and actor["preferredUsername"] == shared.domain
    assert finger(shared, f"acct:{shared.domain}@{shared.domain}").json["links"]


def test_nodeinfo_says_what_this_is(shared):
    links = shared.anonymous().request("GET", "/.well-known/nodeinfo").json["links"]
    assert {link["rel"].rsplit("/", 1)[1] for link in links} == {"2.0", "2.1"}
    for version in ("2.0", "2.1"):
        info = shared.anonymous().request("GET", f"/nodeinfo/{version}").json
        assert info["software"]["name"] == "howdah" and info["protocols"] == ["activitypub"] and info["usage"]["users"]["total"] >= 0


def test_a_post_is_a_note(shared, alice):
    tag = shared.new_name("Cats")
    status = alice.status(f"hello #{tag}", spoiler_text="careful", language="en")
    note = document(shared, status["uri"])
    assert note["type"] == "Note" and note["summary"] == "careful" and note["attributedTo"].endswith(f"/ap/users/{alice.id}")
    assert note["to"] == ["https://www.w3.org/ns/activitystreams#Public"] and note["tag"][0]["name"] == f"#{tag}"
    create = document(shared, status["uri"] + "/activity")
    assert create["type"] == "Create" and create["object"]["id"] == status["uri"]
    outbox = document(shared, f"http://{shared.domain}/ap/users/{alice.id}/outbox?page=true")
    assert outbox["orderedItems"][0]["id"] == create["id"]
    reply = alice.status("more", in_reply_to_id=status["id"])
    assert reply["uri"] in document(shared, status["uri"] + "/replies")["first"]["items"]


def test_featured_tags_are_a_collection_of_their_actor(shared, alice):
    tag = shared.new_name("Cats")
    alice.post("/api/v1/featured_tags", {"name": tag})
    at = document(shared, f"http://{shared.domain}/ap/users/{alice.id}")["featuredTags"]
    tags = document(shared, at)
    assert tags["id"] == at and tags["type"] == "Collection" and tags["totalItems"] == 1
    assert tags["items"] == [{"type": "Hashtag", "href": f"http://{shared.domain}/@{alice.name}/tagged/{tag.lower()}", "name": f"#{tag}"}]
    document(shared, f"http://{shared.domain}/ap/users/1/collections/tags", 404)


def walked(server, at, items="orderedItems"):
    """The sizes of a collection's pages, and all that is on them."""
    page, sizes, found = document(server, document(server, at)["first"]), [], []
    while page:
        assert page["partOf"] == at and len(sizes) < 10
        sizes.append(len(page[items]))
        found += page[items]
        page = document(server, page["next"]) if "next" in page else None
    return sizes, found


def test_an_actor_and_a_post_have_collections(new_server):
    server = new_server()
    alice, fans = server.account("alice"), [server.account(f"fan{n}") for n in range(14)]
    me = alice.me()
    first = alice.status("the first")
    for fan in fans:
        fan.follow(me)
        alice.follow(fan.me())
        fan.post(f"/api/v1/statuses/{first['id']}/favourite")
        fan.post(f"/api/v1/statuses/{first['id']}/reblog")
    posts = [first, *(alice.status(f"no. {n}", visibility=("public", "unlisted")[n % 2]) for n in range(21))]
    for visibility in ("private", "direct"):
        alice.status("not for all", visibility=visibility)
    boost = alice.post(f"/api/v1/statuses/{fans[0].status('boost me')['id']}/reblog")
    actor = document(server, me["uri"])
    for name, want in (("followers", 14), ("following", 14), ("outbox", 23)):
        assert document(server, actor[name])["totalItems"] >= want, name
    people = {fan.me()["uri"] for fan in fans}
    for name in ("followers", "following"):
        sizes, found = walked(server, actor[name])
        assert sizes == [12, 2] and set(found) == people
    sizes, found = walked(server, actor["outbox"])
    assert sizes == [20, 3] and {a["type"] for a in found} == {"Create", "Announce"}
    assert [a["object"] if a["type"] == "Announce" else a["object"]["id"] for a in found] == [boost["reblog"]["uri"], *(p["uri"] for p in reversed(posts))]
    note = document(server, first["uri"])
    for name in ("likes", "shares"):
        at = note[name] if isinstance(note[name], str) else note[name]["id"]
        whole = document(server, at)
        assert whole["id"] == at and whole["totalItems"] == 14 and not {"first", "items", "orderedItems"} & set(whole), "how many, and not who"
    alice.patch("/api/v1/accounts/update_credentials", {"hide_collections": True})
    for name in ("followers", "following"):
        hidden = document(server, actor[name])
        assert hidden["totalItems"] == 14 and "first" not in hidden


def test_a_private_post_is_for_servers_of_followers(new_server, remote):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    private = alice.status("for friends", visibility="private")
    direct = alice.status("a note to myself", visibility="direct")
    document(server, private["uri"], 404)
    assert bob.fetch(private["uri"]).status_code == 404
    actor = f"http://{server.domain}/ap/users/{alice.id}"
    bob.send(f"{server.url}/inbox", bob.follow(actor))
    remote.wait_activity("Accept")
    wait.until(lambda: bob.fetch(private["uri"]).status_code == 200, "a follower's server may read it")
    assert bob.fetch(direct["uri"]).status_code == 404
    document(server, private["uri"], 404)


def pages(server, at):
    """The items of a collection, page by page."""
    page, found = document(server, at)["first"], []
    while page:
        found.append(page["items"])
        page = document(server, page["next"]) if "next" in page else None
    return found


def test_a_conversation_that_began_here_is_a_collection(new_server, remote):
    server = new_server()
    alice, carol, bob = server.account("alice"), server.account("carol"), remote.actor("bob")
    root = alice.status("what do you think?")
    answers = [carol.status(f"number {i}", in_reply_to_id=root["id"]) for i in range(41)]
    hidden = carol.status("to friends", in_reply_to_id=root["id"], visibility="private")
    note = bob.note("from afar", inReplyTo=answers[0]["uri"], to=[alice.me()["uri"], "as:Public"])
    bob.send(f"{server.url}/inbox", bob.create(note))
    at = document(server, answers[3]["uri"])["context"]
    assert at == document(server, root["uri"])["context"] == f"http://{server.domain}/contexts/{root['id']}"
    whole = {root["uri"], note["id"], *(a["uri"] for a in answers)}
    wait.until(lambda: set(sum(pages(server, at), [])) == whole, "all that is public is listed")
    got = document(server, at)
    assert got["type"] == "Collection" and got["id"] == at and got["attributedTo"] == alice.me()["uri"]
    assert [len(p) for p in pages(server, at)] == [40, 3] and hidden["uri"] not in str(pages(server, at))
    assert {i for p in pages(server, root["uri"] + "/replies") for i in p} == {a["uri"] for a in answers}
    document(server, f"http://{server.domain}/contexts/{answers[0]['id']}", 404)
    secret = alice.status("between us", visibility="private")
    document(server, f"http://{server.domain}/contexts/{secret['id']}", 404)
    assert "context" not in bob.fetch(alice.status("well", in_reply_to_id=alice.get("/api/v2/search", {
        "q": bob.note("far thread")["id"], "resolve": "true"})["statuses"][0]["id"])["uri"]).json()


def test_a_post_leads_to_its_answers(shared, alice, bob):
    """From what stands in the note itself: its author's own first, then everybody else's."""
    root = alice.status("a long story")
    other = bob.status("tell me", in_reply_to_id=root["id"])
    own = alice.status("it goes on", in_reply_to_id=root["id"])
    page, found = document(shared, root["uri"])["replies"]["first"], []
    while page:
        found += page["items"]
        page = document(shared, page["next"]) if "next" in page else None
    assert found == [own["uri"], other["uri"]]


def test_answers_of_a_suspended_server_are_not_listed(new_server, remote):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    root = alice.status("what do you think?")
    note = bob.note("rude", inReplyTo=root["uri"], cc=[alice.me()["uri"]])
    bob.send(f"{server.url}/inbox", bob.create(note))
    wait.until(lambda: sum(pages(server, root["uri"] + "/replies"), []) == [note["id"]], "it is listed")
    server.cli("blocks", "add", remote.domain, "--severity", "suspend")
    wait.until(lambda: sum(pages(server, root["uri"] + "/replies"), []) == [], "and is no longer")


def test_authorized_fetch_wants_a_signature(new_server, remote):
    server = new_server()
    server.cli("config", "set", "authorized_fetch", "on")
    alice, bob = server.account("alice"), remote.actor("bob")
    status = alice.status("hello")
    wait.until(lambda: document(server, status["uri"], 401) is None, "the setting holds")
    assert bob.fetch(status["uri"]).status_code == 200
    document(server, f"http://{server.domain}/actor")
    assert finger(server, f"acct:{alice.handle}").status == 200
    # Whom she blocks, and whose server she hides, may not read what all others may.
    them = alice.get("/api/v2/search", {"q": f"@{bob.handle}", "resolve": "true"})["accounts"][0]
    alice.post(f"/api/v1/accounts/{them['id']}/block")
    assert [bob.fetch(status["uri"] + more).status_code for more in ("", "/activity", "/likes")] == [404] * 3
    assert bob.fetch(f"http://{server.domain}/ap/users/{alice.id}/outbox?page=true").json()["orderedItems"] == []
    assert remote.actor("carol").fetch(status["uri"]).status_code == 200
    alice.post(f"/api/v1/accounts/{them['id']}/unblock")
    assert bob.fetch(status["uri"]).status_code == 200
    alice.post("/api/v1/domain_blocks", {"domain": remote.domain})
    assert remote.actor("carol").fetch(status["uri"]).status_code == 404


@pytest.mark.parametrize("how", ["unsigned", "stale", "wrong key", "no digest", "other body", "no such key"])
def test_what_is_badly_signed_is_refused(shared, remote, how):
    bob = remote.actor("bob")
    inbox, follow = f"{shared.url}/inbox", bob.follow(f"http://{shared.domain}/actor")
    if how == "unsigned":
        got = requests.post(inbox, json=follow, headers={"Content-Type": "application/activity+json"}, timeout=30)
    elif how == "stale":
        got = bob.deliver(inbox, follow, date=1_600_000_000)
    elif how == "wrong key":
        got = bob.deliver(inbox, follow, private=remote.actor("carol").private)
    elif how == "no digest":
        got = bob.deliver(inbox, follow, names=["(request-target)", "host", "date"])
    elif how == "other body":
        got = bob.deliver(inbox, follow, extra={"digest": "SHA-256=" + "A" * 43 + "="})
    else:
        got = bob.deliver(inbox, follow, key_id=f"{remote.url}/users/nobody#main-key")
    assert got.status_code == 401 and got.json()["error"]


def test_a_key_that_cannot_be_fetched_now_is_asked_for_later(shared, remote):
    bob = remote.actor("bob")
    remote.behave("/users/bob", ways.status(503))
    assert bob.deliver(f"{shared.url}/inbox", bob.follow(f"http://{shared.domain}/actor")).status_code == 503


def test_garbage_in_the_inbox_is_a_clear_refusal(shared, remote):
    bob = remote.actor("bob")
    inbox = f"{shared.url}/inbox"
    for body in (b"", b"{", b"[]", b"null", b'{"type":"Create"}', b'{"type":["Create"],"actor":{}}', b"\xff\xfe", b'{"a":' * 100,
                 b'{"id":7,"type":7,"actor":7}', b'{"id":"javascript:x","type":"Like","actor":"' + bob.id.encode() + b'"}'):
        assert bob.deliver(inbox, None, body=body).status_code == 400, body
    assert bob.deliver(inbox, None, body=b" " * (1024 * 1024 + 1)).status_code == 413
    assert requests.get(inbox, timeout=30).status_code == 405
