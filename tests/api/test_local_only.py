"""Posts that stay on this server: local_only, an extension."""
import requests
from howdah import WsStream, remote as ways, wait

ACTIVITY = {"Accept": "application/activity+json"}


def path(status, what=""):
    return f"/api/v1/statuses/{status['id']}{what}"


def test_people_here_see_it_and_nobody_else(shared, alice, bob, anonymous):
    bob.follow(alice)
    with WsStream(bob, "public:local") as stream:
        post = alice.status("stays here #home", local_only=True)
        assert stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == post["id"])["payload"]["local_only"] is True
    assert post["local_only"] is True and "local_only" not in alice.status("goes out")
    assert bob.get(path(post))["local_only"] is True
    wait.until(lambda: post["id"] in [s["id"] for s in bob.home()], "it is at home", 30)
    lists = ["/api/v1/timelines/public", "/api/v1/timelines/tag/home", f"/api/v1/accounts/{alice.id}/statuses"]
    for place in lists:
        assert post["id"] in [s["id"] for s in bob.get(place)], place
        assert post["id"] not in [s["id"] for s in anonymous.get(place)], place
    for what in ("", "/context", "/history", "/favourited_by"):
        anonymous.fails(404, "GET", path(post, what))
    assert anonymous.get("/api/v1/statuses", {"id[]": post["id"]}) == []
    for address in (post["uri"], post["url"], post["uri"] + "/replies", post["uri"] + "/activity"):
        for headers in (ACTIVITY, {"Accept": "text/html"}):
            reply = requests.get(address, headers=headers, timeout=30, allow_redirects=False)
            assert "stays here" not in reply.text and reply.status_code in (404, 406), f"{address} {headers} {reply.status_code}"


def test_what_is_made_of_it_stays_too(alice, bob, anonymous):
    post = alice.status("stays here", local_only=True)
    answer = bob.status("an answer", in_reply_to_id=post["id"])
    quoting = bob.status("a quote", quoted_status_id=post["id"])
    boost = bob.post(path(post, "/reblog"))
    assert answer["local_only"] and quoting["local_only"] and quoting["quote"]["quoted_status"]["local_only"] and boost["reblog"]["local_only"]
    assert anonymous.get(f"/api/v1/accounts/{bob.id}/statuses") == []
    assert len(alice.get(f"/api/v1/accounts/{bob.id}/statuses")) == 3
    edited = alice.put(path(post), {"status": "changed"})
    assert edited["local_only"] is True


def test_no_server_elsewhere_hears_of_it(new_server, remote):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    actor = f"http://{server.domain}/ap/users/{alice.id}"
    bob.send(f"{server.url}/inbox", bob.follow(actor))
    remote.wait_activity("Accept")
    assert alice.get("/api/v2/search", {"q": f"@{bob.handle}", "resolve": "true", "type": "accounts"})["accounts"]
    post = alice.status(f"@{bob.handle} stays here", local_only=True)
    alice.put(path(post), {"status": f"@{bob.handle} changed"})
    alice.post(path(post, "/reblog"))
    alice.post(path(post, "/pin"))
    for uri in (post["uri"], post["uri"] + "/activity", post["uri"] + "/likes"):
        assert bob.fetch(uri).status_code == 404
    for page in ("/outbox?page=true", "/collections/featured"):
        assert post["uri"] not in requests.get(actor + page, headers=ACTIVITY, timeout=30).text
    # A like and an answer of somebody who cannot have seen it.
    bob.send(f"{server.url}/inbox", bob.activity("Like", post["uri"]))
    bob.send(f"{server.url}/inbox", bob.activity("Announce", post["uri"], to=[ways.PUBLIC]))
    alice.delete(path(post))
    last = alice.status(f"@{bob.handle} goes out")
    remote.wait_activity("Create", lambda a: a["object"]["id"] == last["uri"])
    server.settled("PUSH")
    assert not [r for r in remote.received if r.method == "POST" and post["uri"] in r.body.decode()]
    assert alice.get("/api/v1/notifications") == [n for n in alice.get("/api/v1/notifications") if n["type"] == "follow"]
