"""One budget of database connections for all nodes: who does not fit is told why, node by node, and the dead do not count."""
import re
import time

import pytest
from howdah import until

SPARE, EACH = 8, 10


@pytest.fixture
def limited(house):
    """A house whose database lets in three nodes of ten connections (eleven, with the one that each listens with) and no more. The limit
    is of the database alone, which superusers do not feel; Howdah counts by it all the same."""
    def node(roles, **settings):
        first = not house.nodes
        made = house.node(roles, **{"db_connections": EACH, "start": first, **settings})
        if first:
            house.rows(f"ALTER DATABASE {made.database.name} CONNECTION LIMIT {3 * (EACH + 1) + SPARE}")
        return made
    return house, node


def refused(node):
    """What a start says that is refused."""
    done = node.cli("serve", *(["--roles", node.roles] if node.roles else []), check=False)
    assert done.returncode == 1 and "ready" not in done.stdout, done
    return done.stderr


def held(house):
    return [int(n) for n in house.rows("SELECT connections FROM nodes WHERE connections > 0 AND leased_until_us > 0 ORDER BY number")]


def test_a_node_that_does_not_fit_is_refused_with_the_arithmetic(limited):
    house, node = limited
    web, jobs, third = node("web,streaming"), node("jobs"), node("web,jobs", db_connections=14)
    jobs.start()
    said = refused(third)
    assert re.search(rf"  node 0 at \S+ {web.settings['listen']} \(web,streaming\) +11\n  node \d at \S+ {jobs.settings['listen']} \(jobs\) +11\n"
                     rf"  this one at \S+ {third.settings['listen']} \(web,jobs\) +15\n  all nodes together +37\n"
                     r"  the database lets in +41  the CONNECTION LIMIT of the database\n"
                     r"  kept free for the command line and psql +8  db_connections_spare\n  so the nodes may hold +33\n", said), said
    assert "Set db_connections = 10 or less here, or less at another node" in said, said
    third.settings["db_connections"] = 10
    third.start()
    assert held(house) == [11, 11, 11]
    text = third.cli("jobs")
    assert f"{web.settings['listen']}: 11 connections at most, 0 of them for jobs, 10 kept for requests" in text, text
    assert f"{jobs.settings['listen']}: 11 connections at most, 10 of them for jobs, 0 kept for requests" in text, text
    assert f"{third.settings['listen']}: 11 connections at most, 7 of them for jobs, 3 kept for requests" in text, text
    assert "all nodes: 33 connections at most; the database lets in 41, 8 of which are kept free" in text, text
    assert "database connections: all nodes hold 33 at most, of 33 (the database lets in 41, 8 are kept free)" in web.cli("doctor", check=False).stdout
    owner = web.account("olga", role="owner", scopes="read admin:read")
    got = owner.get("/api/v1/admin/queues")
    assert got["connections"] == {"database_lets_in": 41, "kept_free": 8, "for_nodes": 33, "nodes_hold_at_most": 33}
    assert [(n["connections"], n["connections_for_jobs"], n["job_workers"]) for n in got["nodes"]] == [(11, 0, 0), (11, 10, 16), (11, 7, 16)]
    assert "Set db_connections to less at another node, or let the database take more" in refused(node("jobs"))
    web.restart()
    third.stop()
    assert held(house) == [11, 11], "who restarts is not counted twice, and who stops is not counted"


def test_a_database_that_lets_in_fewer_than_its_nodes_may_hold_wants_attention(limited):
    house, node = limited
    web = node("web,jobs")
    assert "database.connections" not in web.cli("doctor", check=False).stdout
    house.rows(f"ALTER DATABASE {web.database.name} CONNECTION LIMIT 18")
    said = web.cli("doctor", check=False).stdout
    assert "database.connections: the nodes may hold 11 connections together, but the database lets in 18 (the CONNECTION LIMIT of the database), 8" in said


def test_the_dead_do_not_count(limited):
    house, node = limited
    node("web,streaming")
    nodes = [node("jobs") for _ in range(4)]
    for one in nodes[:2]:
        one.start()
    assert "all nodes together" in refused(nodes[2])
    # Killed on this machine: that is seen at once, by whoever starts.
    nodes[0].kill()
    nodes[2].start()
    # Killed elsewhere: nobody here can see that, so its place is kept for it until its lease ends.
    nodes[1].kill()
    where = f"place LIKE '% {nodes[1].settings['listen']}'"
    house.rows(f"UPDATE nodes SET token = 'elsewhere/1/1/1' WHERE {where}")
    said = refused(nodes[3])
    assert f"{nodes[1].settings['listen']} (jobs) " in said, said
    house.rows(f"UPDATE nodes SET leased_until_us = {int(time.time() * 1e6) - 1} WHERE {where}")
    nodes[3].start()
    assert held(house).count(11) >= 3


def test_a_node_that_was_killed_where_nobody_saw_it_waits_until_its_former_self_is_known_to_be_dead(limited):
    house, node = limited
    node("web,streaming")
    nodes = [node("jobs") for _ in range(2)]
    for one in nodes:
        one.start()
    nodes[1].kill()
    where = "token = 'elsewhere/1/1/1'"
    house.rows(f"UPDATE nodes SET token = 'elsewhere/1/1/1', leased_until_us = {int((time.time() + 30) * 1e6)} WHERE place LIKE '% {nodes[1].settings['listen']}'")
    nodes[1].start(90)
    assert "serve.waits" in nodes[1].log()
    assert len(house.rows(f"SELECT 1 FROM nodes WHERE {where} AND leased_until_us > {int(time.time() * 1e6)}")) == 0
