"""A fediverse of which a part is slow, broken or dead: the rest must not notice, and who comes back is heard."""
import time

import pytest
from fediverse import NETWORK, WRONG_CERTIFICATE, World
from howdah import until
from howdah.server import free_port
from howdah.wait import stretch

HOSTS, POSTS = 24, 12
DELIVER = 4                              # as numbered in model/jobs.def
DEAD = {0: "dead", 1: "dead", 2: "silent", 3: "silent", 4: "reset", 5: "reset", 6: "status:500", 7: "status:503"}


@pytest.fixture
def scene(new_server):
    """A server and its fediverse; alice is followed by somebody of each domain."""
    port = free_port()
    with World(f"http://127.0.0.1:{port}", HOSTS, doors=2) as world:
        server = new_server(start=False, allow_private_addresses=NETWORK, static_hosts=world.static_hosts, delivery_retry_s="3600", job_workers="6")
        server.port, server.domain = port, f"localhost:{port}"
        server.settings.update(listen=f"127.0.0.1:{port}", domain=server.domain)
        server.start()
        alice = server.account("alice")
        yield server, world, alice


def followed(server, world, alice):
    for n in range(HOSTS):
        world.send(n, server, world.follow(n, f"http://{server.domain}/ap/users/{alice.id}"))
    until(lambda: world.count()["types"].get("Accept") == HOSTS, "all are let in", 40)


def failing(server, world):
    told = server.cli("jobs", "hosts")
    return {n for n in range(HOSTS) if world.domain(n) in told}


def put_off(server):
    """Whether all that is to be tried with a failing domain is far away. What is not is put off; what is under way ends first."""
    soon, later = int((time.time() + 1800) * 1e6), 3600 * 1_000_000
    jobs = f"host IN (SELECT host FROM hosts WHERE failures > 0) AND due_us < {soon}"
    server.sql(f"UPDATE jobs SET due_us = due_us + {later} WHERE leased_until_us = 0 AND {jobs}")
    server.sql(f"UPDATE hosts SET penalty_until_us = penalty_until_us + {later} WHERE failures > 0 AND penalty_until_us < {soon}")
    return server.sql(f"SELECT count(*) FROM jobs WHERE {jobs}") == "0"


def test_dead_domains_trip_healthy_ones_do_not_notice_and_who_wakes_is_served(scene):
    server, world, alice = scene
    followed(server, world, alice)
    before = world.count()
    world.behave(DEAD)
    for i in range(POSTS):
        alice.status(f"post {i}")
    healthy = [n for n in range(HOSTS) if n not in DEAD]
    until(lambda: all(world.count()["posts"][n] - before["posts"][n] == POSTS for n in healthy), "the healthy have all of it", 40)
    until(lambda: failing(server, world) == set(DEAD), "the others are known to fail", 60)
    until(lambda: put_off(server), "nothing but a sign of life makes it try them again", 60)
    now = world.count()
    assert not any(now["bad"]), "each delivery is signed"
    assert all(now["requests"][n] - before["requests"][n] <= 10 for n in DEAD), now["requests"]
    assert "answered 500" in server.cli("jobs", "hosts")
    # Those that come back and say something get what they missed, at once and all of it; those that say nothing go on waiting.
    world.behave({n: "ok" for n in DEAD})
    missed = {n: world.count()["posts"][n] for n in (0, 2, 4, 6)}
    for n in missed:
        world.send(n, server, world.activity(n, "Like", f"http://{server.domain}/ap/users/{alice.id}/statuses/1"))
    until(lambda: all(world.count()["posts"][n] - missed[n] >= POSTS for n in missed), "who woke has all of it", 60)
    until(lambda: failing(server, world) == set(DEAD) - set(missed), "and is forgiven, and nobody else", 40)


def test_each_answer_to_a_delivery_means_what_it_says(scene):
    """Taken, whatever is said beside that; refused for good; or to be tried again, which the others do not notice."""
    server, world, alice = scene
    canary = world.domain(9).replace("127.1.", "127.2.")     # the same process, at an address that may not be reached
    taken, refused = {4: "slow:1", 5: "page", 6: "big"}, {7: "status:404", 8: "status:410", 9: f"redirect:http://{canary}/inbox"}
    later = {10: "trickle", 11: "silent", 12: "reset", 13: "status:502", 14: "status:429", 15: "status:401"}
    nowhere = {17: f"{world.refused(17)}", 18: world.hole(18), 19: WRONG_CERTIFICATE}
    followed(server, world, alice)
    for n, host in nowhere.items():
        inbox = f"{'https' if n == 19 else 'http'}://{host}/inbox"
        server.sql(f"UPDATE accounts SET inbox_uri = '{inbox}', shared_inbox_uri = '{inbox}' WHERE uri = '{world.actor(n)}'")
    world.behave(taken | refused | later)
    before = world.count()["requests"]
    alice.status("to all of them")
    jobs = f"SELECT count(*) FROM jobs WHERE kind = {DELIVER}"
    hosts = [world.domain(n) for n in later] + list(nowhere.values())
    until(lambda: [server.sql(f"{jobs} AND tries > 0 AND leased_until_us = 0 AND host = '{host}'") for host in hosts] == ["1"] * len(hosts),
          "these are tried again", 60)
    until(lambda: server.sql(jobs) == str(len(hosts)), "all others are done with", 40)
    now = world.count()
    asked = {n: now["requests"][n] - before[n] for n in range(HOSTS)}
    assert all(asked[n] == (0 if n in nowhere else 1) for n in range(HOSTS) if n not in later), asked
    assert not any(now["bad"])
    told = server.cli("jobs", "hosts")
    assert [host for host in hosts if host not in told] == [world.domain(14), world.domain(15)], "who answers does not fail"
    assert not any(world.domain(n) in told for n in range(HOSTS) if n not in later), told


@pytest.mark.parametrize("how", ["silent", "reset", "status:500", "page", "big", "trickle", "redirect"])
def test_who_cannot_be_looked_up_delays_nobody_else(scene, how):
    server, world, alice = scene
    canary = world.domain(9).replace("127.1.", "127.2.")     # the same process, at an address that may not be reached
    world.behave({8: f"redirect:http://{canary}/users/u0" if how == "redirect" else how})
    before = world.count()["requests"]
    began = time.monotonic()
    assert alice.get("/api/v2/search", {"q": f"@u0@{world.domain(8)}", "resolve": "true", "type": "accounts"}, timeout=stretch(60))["accounts"] == []
    assert time.monotonic() - began < stretch(45)
    found = alice.get("/api/v2/search", {"q": f"@u0@{world.domain(9)}", "resolve": "true", "type": "accounts"})["accounts"]
    assert [a["acct"] for a in found] == [f"u0@{world.domain(9)}"]
    after = world.count()["requests"]
    assert after[8] > before[8] and after[8] - before[8] <= 10


@pytest.mark.parametrize("where", ["refused", "hole", "certificate"])
def test_who_cannot_be_connected_to_is_found_nowhere(scene, where):
    server, world, alice = scene
    domain = {"refused": world.refused(8), "hole": world.hole(8), "certificate": WRONG_CERTIFICATE}[where]
    got = alice.get("/api/v2/search", {"q": f"@u0@{domain}", "resolve": "true", "type": "accounts"}, timeout=stretch(60))
    assert got["accounts"] == []
    assert world.count()["requests"][8] == 0
