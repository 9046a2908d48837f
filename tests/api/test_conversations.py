"""Conversations: kept by direct posts in and out, streamed, read, removed; the timeline of direct posts; muted threads."""
import pytest

from howdah.stream import SseStream, WsStream
from howdah.wait import until

AT = "/api/v1/conversations"


def handle(who):
    return "@" + who.me()["username"]


@pytest.fixture
def alice(alice, bob, carol):
    """All follow each other: what strangers whisper is held back."""
    for one in (alice, bob, carol):
        for other in (alice, bob, carol):
            if one is not other:
                one.follow(other)
    return alice


def direct(who, *to, text="psst", **more):
    return who.status(" ".join([*(handle(t) for t in to), text]), visibility="direct", **more)


def people(conversation):
    return {a["id"] for a in conversation["accounts"]}


def newest(who):
    """The conversation whose last post is newest; none where there is none."""
    page = who.get(AT)
    return page[0] if page else None


def arrives(who, post):
    return until(lambda: (c := newest(who)) and c["last_status"]["id"] == post["id"] and c, "the post in a conversation")


def test_a_direct_post_is_a_conversation_of_both(alice, bob, carol):
    post = direct(alice, bob)
    here, there = newest(alice), arrives(bob, post)
    assert people(here) == {bob.id} and here["unread"] is False and here["last_status"]["id"] == post["id"]
    assert people(there) == {alice.id} and there["unread"] is True
    assert carol.get(AT) == [] and here["id"] != there["id"]
    answer = direct(bob, alice, in_reply_to_id=post["id"])
    again = arrives(alice, answer)
    assert again["id"] == here["id"] and again["unread"] is True
    assert arrives(bob, answer)["unread"] is False and len(bob.get(AT)) == 1
    for visibility in ("public", "unlisted", "private"):
        alice.status(f"{handle(bob)} no secret", visibility=visibility)
    assert [c["id"] for c in alice.get(AT)] == [here["id"]]


def test_other_people_and_other_threads_are_other_conversations(alice, bob, carol):
    post = direct(alice, bob)
    arrives(bob, post)
    wider = direct(bob, alice, carol, in_reply_to_id=post["id"])
    assert people(arrives(alice, wider)) == {bob.id, carol.id} and people(arrives(carol, wider)) == {alice.id, bob.id}
    other = direct(alice, bob, text="something else")
    arrives(bob, other)
    assert [people(c) for c in alice.get(AT)] == [{bob.id}, {bob.id, carol.id}, {bob.id}]
    to_oneself = alice.status("dear diary", visibility="direct")
    alone = newest(alice)
    assert people(alone) == {alice.id} and alone["last_status"]["id"] == to_oneself["id"]


def test_a_conversation_is_read_unread_and_removed(alice, bob):
    post = direct(alice, bob)
    made = arrives(bob, post)
    at = f"{AT}/{made['id']}"
    assert bob.post(f"{at}/read") == {**made, "unread": False} == newest(bob)
    assert bob.post(f"{at}/unread") == made == newest(bob)
    for method, path in (("POST", f"{at}/read"), ("POST", f"{at}/unread"), ("DELETE", at)):
        alice.fails(404, method, path, "Record not found")
    assert bob.delete(at) == {} and bob.get(AT) == [] and newest(alice)
    bob.fails(404, "DELETE", at, "Record not found")
    assert arrives(bob, direct(alice, bob, text="again", in_reply_to_id=post["id"]))["unread"] is True


def test_conversations_come_in_pages_by_their_last_posts(alice, bob):
    posts = [direct(alice, bob, text=f"thread {i}") for i in range(5)]
    newest_first = [p["id"] for p in reversed(posts)]
    reply = alice.request("GET", AT, params={"limit": 2})
    assert [c["last_status"]["id"] for c in reply.json] == newest_first[:2]
    assert f"max_id={newest_first[1]}" in reply.links["next"] and f"min_id={newest_first[0]}" in reply.links["prev"]
    assert [c["last_status"]["id"] for page in alice.pages(AT, {"limit": 2}) for c in page] == newest_first
    above = alice.get(AT, {"min_id": newest_first[4], "limit": 2})
    assert [c["last_status"]["id"] for c in above] == [newest_first[2], newest_first[3]]
    assert alice.get(AT, {"since_id": newest_first[1]})[0]["last_status"]["id"] == newest_first[0]


def test_a_deleted_post_leaves_its_conversation(alice, bob):
    first = direct(alice, bob)
    second = direct(alice, bob, in_reply_to_id=first["id"], text="more")
    made = arrives(bob, second)
    alice.delete(f"/api/v1/statuses/{second['id']}")
    assert newest(bob)["id"] == made["id"] and newest(bob)["last_status"]["id"] == first["id"]
    alice.delete(f"/api/v1/statuses/{first['id']}")
    assert bob.get(AT) == [] == alice.get(AT)


def test_what_strangers_whisper_is_a_conversation_once_it_is_let_in(shared, bob):
    dora = shared.account(shared.new_name("dora"))
    post = direct(dora, bob)
    request = until(lambda: bob.get("/api/v1/notifications/requests"), "the request")[0]
    assert bob.get(AT) == [] and request["last_status"]["id"] == post["id"]
    bob.post(f"/api/v1/notifications/requests/{request['id']}/accept")
    assert people(arrives(bob, post)) == {dora.id}


@pytest.mark.parametrize("way", ["block", "muted thread", "mute"])
def test_who_is_not_listened_to_opens_no_conversation(shared, alice, bob, carol, way):
    first = direct(alice, bob)
    kept = arrives(bob, first)
    if way == "block":
        bob.post(f"/api/v1/accounts/{alice.id}/block")
        assert bob.get(AT) == []
    elif way == "mute":
        bob.post(f"/api/v1/accounts/{alice.id}/mute")
    else:
        bob.post(f"/api/v1/statuses/{first['id']}/mute")
    direct(alice, bob, text="listen", in_reply_to_id=first["id"])
    marker = direct(carol, bob, text="hello")
    shared.settled()
    assert any(c["last_status"]["id"] == marker["id"] for c in bob.get(AT))
    assert [c["last_status"]["id"] for c in bob.get(AT) if people(c) == {alice.id}] == ([] if way == "block" else [kept["last_status"]["id"]])


def test_conversations_are_streamed(alice, bob):
    with WsStream(bob, "direct") as ws, SseStream(bob, "/api/v1/streaming/direct") as sse, WsStream(alice, "direct") as own:
        post = direct(alice, bob)
        for stream, other in ((ws, alice), (sse, alice), (own, bob)):
            told = stream.wait("conversation")["payload"]
            assert told["last_status"]["id"] == post["id"] and people(told) == {other.id} and told["unread"] is (stream is not own)
        bob.post(f"{AT}/{told_id(bob)}/read")
        assert ws.wait("conversation")["payload"]["unread"] is False
        assert ws.events[0]["stream"] == ["direct"]


def told_id(who):
    return newest(who)["id"]


def test_edits_and_deletions_of_direct_posts_reach_the_home_stream(alice, bob):
    with WsStream(bob, "user") as stream:
        post = direct(alice, bob)
        stream.wait(lambda e: e["event"] == "notification" and e["payload"]["type"] == "mention")
        alice.put(f"/api/v1/statuses/{post['id']}", {"status": f"{handle(bob)} better"})
        assert "better" in stream.wait("status.update")["payload"]["content"]
        alice.delete(f"/api/v1/statuses/{post['id']}")
        assert stream.wait("delete")["payload"] == post["id"]


def test_the_timeline_of_direct_posts(alice, bob, carol, anonymous):
    at = "/api/v1/timelines/direct"
    one = direct(alice, bob)
    arrives(bob, one)
    two = direct(bob, alice, in_reply_to_id=one["id"])
    arrives(alice, two)
    alice.status("public"), direct(carol, bob, text="not for alice")
    assert [s["id"] for s in alice.get(at)] == [two["id"], one["id"]]
    assert [s["id"] for page in alice.pages(at, {"limit": 1}) for s in page] == [two["id"], one["id"]]
    anonymous.fails(401, "GET", at)
    alice.post(f"/api/v1/accounts/{bob.id}/mute")
    assert [s["id"] for s in alice.get(at)] == [one["id"]]


def test_a_muted_thread_is_silent_to_its_end_and_speaks_again(shared, alice, bob, carol):
    root = alice.status("a root")
    answer = bob.status(f"{handle(alice)} one", in_reply_to_id=root["id"])

    def told():
        return {n["status"]["id"] for n in alice.get("/api/v1/notifications") if n.get("status")}

    until(lambda: answer["id"] in told(), "the first answer")
    assert alice.post(f"/api/v1/statuses/{answer['id']}/mute")["muted"] is True
    assert alice.get(f"/api/v1/statuses/{root['id']}")["muted"] is True
    deep = carol.status(f"{handle(alice)} two", in_reply_to_id=answer["id"])
    bob.post(f"/api/v1/statuses/{root['id']}/favourite")
    marker = carol.status(f"{handle(alice)} elsewhere")
    shared.settled()
    assert marker["id"] in told() and not {deep["id"], root["id"]} & told()
    assert alice.post(f"/api/v1/statuses/{deep['id']}/unmute")["muted"] is False
    loud = carol.status(f"{handle(alice)} three", in_reply_to_id=deep["id"])
    until(lambda: loud["id"] in told(), "the thread speaks again")


def test_forty_conversations_take_as_many_queries_as_twenty(server):
    alice, bob = server.account("alice"), server.account("bob")
    for i in range(40):
        direct(alice, bob, text=f"thread {i}")
    pages = [alice.request("GET", AT, params={"limit": n}) for n in (40, 20, 40)]
    assert [len(page.json) for page in pages] == [40, 20, 40]
    assert server.queries(pages[1]) == server.queries(pages[2])
