"""Pressing "post" again, or a client trying again, after the server died or hung under the first try: one post, whichever moment it was."""
import json
import pathlib
import signal
import socket
import threading
import time

import pytest
import requests
from howdah import Api, until
from howdah.wait import stretch

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"


def texts(api):
    return [s["content"] for page in api.pages(f"/api/v1/accounts/{api.id}/statuses", {"limit": 40}) for s in page]


@pytest.mark.parametrize("moment", ["sql.commit.before", "sql.commit.after"])
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "the same"}], ids=["without a key", "with a key"])
def test_what_is_tried_again_after_a_crash_stands_once(new_server, moment, key):
    server = new_server(start=False)
    server.start()
    alice = server.account("alice")
    alice.me()
    server.stop()
    server.fault = f"{moment}:100"  # past what a start writes, recurring work and all
    server.start()
    tried = None
    with pytest.raises(requests.ConnectionError):
        for n in range(200):
            tried = f"post {n}"
            alice.ok("POST", "/api/v1/statuses", json={"status": tried}, headers={k: f"{v} {n}" for k, v in key.items()})
    assert server.wait_dead() == -9
    server.fault = None
    server.start()
    for _ in range(2):
        alice.ok("POST", "/api/v1/statuses", json={"status": tried}, headers={k: f"{v} {tried.split()[1]}" for k, v in key.items()})
        if not key:
            break  # what has been answered by now may be meant
    got = texts(alice)
    assert got.count(f"<p>{tried}</p>") == 1
    assert sorted(got) == sorted(f"<p>post {n}</p>" for n in range(int(tried.split()[1]) + 1))


def pressed(api, text, **more):
    """A post as somebody makes it who has no keys: its id."""
    return api.status(text, **more)["id"]


def test_who_repeats_themselves_on_purpose_is_not_hindered_by_a_restart_either(server):
    token, ids, slow = server.account().token, set(), False
    for _ in range(2):
        alice = Api(server.url, token)
        for _ in range(2):
            began = time.monotonic()
            ids.add(pressed(alice, "good morning"))
            slow |= time.monotonic() - began > 2      # then it may well be taken for the same
        server.restart()
    assert slow or len(ids) == 4


def test_whoever_hung_up_before_the_answer_presses_again(server):
    alice = server.account()
    body = json.dumps({"status": "did it work?"}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=stretch(20)) as s:
        s.sendall(b"POST /api/v1/statuses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n"
                  b"Content-Length: %d\r\n\r\n" % (alice.token.encode(), len(body)) + body)
    until(lambda: texts(alice) == ["<p>did it work?</p>"], "it is posted all the same")
    first = alice.get(f"/api/v1/accounts/{alice.id}/statuses")[0]["id"]
    assert pressed(alice, "did it work?") == pressed(alice, " did it  work?") == first
    assert pressed(alice, "it worked") != first


def test_whoever_waited_long_for_the_answer_presses_again(server):
    """The whole process hangs, so that it cannot know by itself how long its clients wait."""
    alice = server.account()
    alice.me()
    server.process.send_signal(signal.SIGSTOP)
    resume = threading.Timer(2.2, lambda: server.process.send_signal(signal.SIGCONT))      # the two seconds are what is tested
    resume.start()
    first = pressed(alice, "is anybody there?")
    resume.join()
    assert pressed(alice, "is anybody there?") == pressed(alice, "is anybody there?") == first
    alice.delete(f"/api/v1/statuses/{first}")
    assert pressed(alice, "is anybody there?") != first


@pytest.fixture
def guarded(new_server):
    """Nothing is posted twice there within ten minutes."""
    server = new_server(start=False)
    server.cli("config", "set", "duplicate_post_guard", "always")
    return server.start()


def test_what_is_the_same(guarded):
    alice, bob = guarded.account(), guarded.account()
    parent = bob.status("well?")["id"]
    poll = {"options": ["a", "b"], "expires_in": 3600}
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))
    sorts = [{}, {"spoiler_text": "w"}, {"visibility": "unlisted"}, {"poll": poll}, {"poll": {**poll, "multiple": True}}, {"in_reply_to_id": parent},
             {"quoted_status_id": parent}, {"scheduled_at": at}]
    ids = [pressed(alice, "yes", **more) for more in sorts]
    assert len(set(ids)) == len(ids)
    for again in ("yes", " yes\n"):
        assert [pressed(alice, again, **more) for more in sorts] == ids
    assert pressed(alice, "yes", language="de") == pressed(alice, "yes", sensitive=True) == ids[0]
    assert pressed(bob, "yes") not in ids
    with alice.session.post(guarded.url + "/api/v1/statuses", json={"status": "yes"},
                            headers={"Authorization": f"Bearer {alice.token}", "Idempotency-Key": "mine"}) as keyed:
        assert keyed.json()["id"] not in ids, "a key of its own says that it is meant"
    alice.put(f"/api/v1/statuses/{ids[1]}", {"status": "no"})
    assert pressed(alice, "yes", visibility="unlisted") != ids[2], "whoever edits means what comes next"


def test_a_file_that_is_uploaded_twice_is_one(guarded):
    alice = guarded.account()

    def upload(name):
        return alice.ok("POST", "/api/v2/media", files={"file": (name, (FIXTURES / name).read_bytes())})["id"]

    first = pressed(alice, "", media_ids=[upload("photo.jpg")])
    assert pressed(alice, "", media_ids=[upload("photo.jpg")]) == first
    assert pressed(alice, "", media_ids=[upload("pixel.png")]) != first


def test_without_the_guard_everything_is_posted(new_server):
    server = new_server(start=False)
    server.cli("config", "set", "duplicate_post_guard", "off")
    alice = server.start().account()
    assert pressed(alice, "again") != pressed(alice, "again")
