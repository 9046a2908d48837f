"""Streams: WebSockets and event streams, what is told on them, to whom, and when they end."""
import datetime

import pytest

from howdah import Api
from howdah.stream import SseStream, WsStream
from howdah.wait import until


def befriend(who, whom):
    who.follow(whom)
    assert until(lambda: who.relationship(whom)["following"], "what was waited for")


@pytest.mark.parametrize("how", ["query", "header", "protocol"])
def test_a_home_stream_tells_of_posts_edits_and_deletions(alice, bob, how):
    befriend(alice, bob)
    with WsStream(alice, "user", how=how) as stream:
        post = bob.status("news")
        event = stream.wait("update")
        assert event["stream"] == ["user"] and event["payload"]["id"] == post["id"] and event["payload"]["favourited"] is False
        bob.put(f"/api/v1/statuses/{post['id']}", {"status": "corrected"})
        assert "corrected" in stream.wait("status.update")["payload"]["content"]
        bob.delete(f"/api/v1/statuses/{post['id']}")
        assert stream.wait("delete")["payload"] == post["id"]


def test_a_home_stream_tells_of_notifications(alice, bob):
    with WsStream(alice, "user") as stream:
        bob.follow(alice)
        event = stream.wait("notification")
        assert event["payload"]["type"] == "follow" and event["payload"]["account"]["id"] == bob.id


def test_nothing_is_missed_from_the_first_moment_on(alice, bob):
    for n in range(20):
        with WsStream(alice, "public:local") as stream:
            post = bob.status(f"At once {n}")
            stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == post["id"])


def test_one_socket_carries_many_streams(alice, bob):
    with WsStream(alice) as stream:
        stream.subscribe("public:local")
        stream.subscribe("hashtag", tag="streamed")
        stream.subscribe("hashtag", tag="streamed")
        stream.subscribe("nonsense")
        assert stream.wait("error")["error"] == "Unknown stream type"
        post = bob.status("about #streamed")
        got = [stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == post["id"]) for _ in range(2)]
        assert sorted(e["stream"] for e in got) == [["hashtag", "streamed"], ["public:local"]]
        assert "favourited" not in got[0]["payload"]
        stream.unsubscribe("hashtag", tag="streamed")
        stream.subscribe("list")
        assert stream.wait("error")["error"] == "Missing list name parameter"
        again = bob.status("more #streamed")
        assert stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == again["id"])["stream"] == ["public:local"]


def test_public_streams_do_not_carry_what_is_not_public_or_from_those_one_blocks(alice, bob, carol):
    alice.post(f"/api/v1/accounts/{carol.id}/block")
    with WsStream(alice, "public") as stream:
        carol.status("from somebody blocked")
        for visibility in ("unlisted", "private", "direct"):
            bob.status("hidden", visibility=visibility)
        last = bob.status("the one")
        got = stream.take_until(lambda e: e["event"] == "update" and e["payload"]["id"] == last["id"])
        assert not [e for e in got if e["event"] == "update" and e["payload"]["account"]["id"] in (bob.id, carol.id)
                    and e["payload"]["id"] != last["id"]]


def test_a_home_stream_does_not_carry_what_one_may_not_see(shared, alice, bob, carol):
    befriend(alice, bob)
    befriend(carol, bob)
    with WsStream(alice, "user") as stream:
        bob.status(f"@{carol.me()['username']} between us", visibility="direct")
        shared.settled()
        alice_only = bob.status("followers", visibility="private")
        got = stream.take_until(lambda e: e["event"] == "update" and e["payload"]["id"] == alice_only["id"])
        assert len([e for e in got if e["event"] == "update"]) == 1


def test_event_streams_carry_the_same(alice, bob):
    with SseStream(alice, "/api/v1/streaming/public/local") as public, SseStream(alice, "/api/v1/streaming/user/notification") as own:
        assert public.status == 200 and public.type == "text/event-stream"
        post = bob.status("for everybody")
        assert public.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == post["id"])
        bob.post(f"/api/v1/statuses/{alice.status('mine')['id']}/favourite")
        assert own.wait("notification")["payload"]["type"] == "favourite"


def test_streams_of_here_and_of_elsewhere_carry_their_own(new_server, remote):
    server = new_server()
    alice, bob = server.account("alice"), remote.actor("bob")
    found = alice.get("/api/v2/search", {"q": f"@{bob.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]
    alice.follow(found)
    bob.send(f"{server.url}/inbox", bob.accept(remote.wait_activity("Follow")))
    until(lambda: alice.relationship(found)["following"], "the follow is accepted")
    with SseStream(alice, "/api/v1/streaming/public/remote") as elsewhere, \
            SseStream(alice, "/api/v1/streaming/hashtag/local", {"tag": "both"}) as here, WsStream(alice, "hashtag", tag="both") as both:
        tag = {"type": "Hashtag", "name": "#both", "href": f"{remote.url}/tags/both"}
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        first = alice.status("from here #both")
        both.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == first["id"])
        note = bob.note("from elsewhere #both", published=now, tag=[tag])
        bob.send(f"{server.url}/inbox", bob.create(note))
        both.wait(lambda e: e["event"] == "update" and e["payload"]["uri"] == note["id"])
        last = alice.status("from here again #both")
        uris = [e["payload"]["uri"] for e in here.take_until(lambda e: e["event"] == "update" and e["payload"]["id"] == last["id"])]
        assert uris == [first["uri"], last["uri"]]
        got = elsewhere.take_until(lambda e: e["event"] == "update" and e["payload"]["uri"] == note["id"])
        assert [e["payload"]["uri"] for e in got] == [note["id"]]


def test_without_a_good_token_there_is_no_stream(shared, alice):
    assert SseStream(Api(shared.url), "/api/v1/streaming/user").status == 401
    assert SseStream(alice, "/api/v1/streaming/hashtag").status == 400
    assert SseStream(alice, "/api/v1/streaming/list", {"list": "1"}).status == 401
    import websocket
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        WsStream(Api(shared.url, "wrong"), "user")
    assert refused.value.status_code == 401 and refused.value.resp_headers["x-error-message"]


def test_a_revoked_token_closes_its_streams(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    nobody, oob = Api(server.url), "urn:ietf:wg:oauth:2.0:oob"
    app = nobody.post("/api/v1/apps", data={"client_name": "Joiner", "redirect_uris": oob, "scopes": "read write"})
    client = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    own = nobody.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "read write", **client})["access_token"]
    token = Api(server.url, own).post("/api/v1/accounts", data={"username": "dora", "email": "dora@example.com", "password": "correct horse",
                                                               "agreement": "true", "locale": "en"})["access_token"]
    with WsStream(Api(server.url, token), "user") as stream:
        nobody.post("/oauth/revoke", data={"token": token, **client})
        stream.wait_end()


def test_an_account_that_is_shut_out_loses_its_streams(new_server):
    server = new_server()
    erin = server.account("erin")
    with WsStream(erin, "user") as stream:
        server.cli("account", "disable", "erin")
        stream.wait_end()


def test_health_is_said_without_a_token(anonymous):
    got = anonymous.request("GET", "/api/v1/streaming/health")
    assert got.status == 200 and got.text == "OK"


def test_whoever_asks_where_streams_are_is_sent_nowhere_else(anonymous):
    anonymous.fails(404, "GET", "/api/v1/streaming", "Not Found")
