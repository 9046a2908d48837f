"""What the queue says of its own end: a wave of deliveries to slow domains takes as long as was foretold half-way."""
import re
import statistics
import time

import pytest
from fediverse import NETWORK, World
from howdah import until
from howdah.server import free_port

HOSTS, POSTS, SLOW_S = 24, 72, 2
PLAN, DELIVER = 3, 4       # as model/jobs.def numbers them


@pytest.fixture
def scene(new_server):
    port = free_port()
    with World(f"http://127.0.0.1:{port}", HOSTS, doors=0) as world:
        server = new_server(start=False, allow_private_addresses=NETWORK, static_hosts=world.static_hosts)
        server.port, server.domain = port, f"localhost:{port}"
        server.settings.update(listen=f"127.0.0.1:{port}", domain=server.domain)
        server.start()
        alice = server.account("alice")
        for n in range(HOSTS):
            world.send(n, server, world.follow(n, f"http://{server.domain}/ap/users/{alice.id}"))
        until(lambda: world.count()["types"].get("Accept") == HOSTS, "all are let in", 60)
        yield server, world, alice


def deliveries(server):
    return int(server.sql(f"SELECT count(*) FROM jobs WHERE kind = {DELIVER}"))


def foretold(server, *options):
    """When the deliveries will be done, by the clock of this test."""
    asked = time.monotonic()
    line = next(line for line in server.cli("jobs", "forecast", *options).splitlines() if line.startswith("PUSH"))
    number, unit = re.search(r" ([\d.]+)(ms|s|m)$", line).groups()
    return (asked + time.monotonic()) / 2 + float(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]


def told_by_the_admin_api(owner):
    asked = time.monotonic()
    eta = next(k["eta_seconds"] for k in owner.get("/api/v1/admin/queues")["classes"] if k["class"] == "PUSH")
    return (asked + time.monotonic()) / 2 + (eta if eta is not None else 1e9)


@pytest.mark.timeout(400)
def test_a_wave_to_slow_domains_takes_as_long_as_was_foretold(scene):
    """Each domain takes two seconds for each delivery and four at once, which leaves the processor idle: how busy the machine is changes little."""
    server, world, alice = scene
    owner = server.account("olga", role="owner", scopes="read admin:read")
    world.behave({n: f"slow:{SLOW_S}" for n in range(HOSTS)})
    server.cli("jobs", "pause", "--kind", "DELIVER")
    for n in range(POSTS):
        alice.status(f"post {n}")
    # What was begun before the pause was known ends; the rest waits.
    until(lambda: server.sql(f"SELECT count(*) FROM jobs WHERE kind = {PLAN} OR leased_until_us > 0") == "0", "all is planned", 120)
    all_of_it = deliveries(server)
    assert all_of_it > HOSTS * POSTS / 2
    assert re.search(rf"^PUSH +0 +0 +{all_of_it} ", server.cli("jobs", "forecast"), re.M), "what is paused waits for nobody"
    server.cli("jobs", "resume")
    began, told, etas = time.monotonic(), [], []
    for part in (0.65, 0.5, 0.35):
        until(lambda: deliveries(server) <= part * all_of_it, f"{part} of it is left", 120)
        etas.append((time.monotonic(), told_by_the_admin_api(owner)))
        told.append((time.monotonic(), foretold(server, "--arrival", "PUSH=0")))
    otherwise = foretold(server, "--workers", "64", "--arrival", "PUSH=0"), foretold(server, "--arrival", "PUSH=1800,PULL=10")
    until(lambda: deliveries(server) == 0, "all is delivered", 240)
    end = time.monotonic()
    off = {name: [abs(then - end) / (end - when) for when, then in seen] for name, seen in (("forecast", told), ("eta_seconds", etas))}
    said = f"it took {end - began:.1f} s; off by " + ", ".join(f"{name} {[f'{o:.1%}' for o in v]}" for name, v in off.items())
    print(said)
    for v in off.values():
        assert statistics.median(v) <= 0.2, said
    # It is the domains that are slow: workers change nothing, more work does.
    assert otherwise[0] > end - 2 * SLOW_S and otherwise[1] > end + 2 * SLOW_S, (told, otherwise, end)
