"""One Howdah as several processes on one PostgreSQL: each has its roles, and each may be killed."""
import time

from howdah import FakeRemote, WsStream, is_release, until


def follower_of(remote, node, whom, name="reader"):
    """Somebody elsewhere who follows one of ours, and so is owed every post."""
    actor = remote.actor(name)
    uri = whom.me()["uri"]
    actor.send(f"{node.url}/inbox", actor.follow(uri), extra={"host": node.domain})
    remote.wait_activity("Accept")
    return actor


def test_posted_at_one_streamed_at_another(house):
    first, _, third = house.node("web,streaming"), house.node("jobs"), house.node("web,streaming")
    alice, bob = first.account("alice"), first.account("bob")
    bob.follow(alice)
    with WsStream(house.at(third, bob), "user") as user, WsStream(house.at(third, bob), "public:local") as public:
        posted = alice.status("Heard next door")
        for stream in (user, public):
            stream.wait(lambda e: e["event"] == "update" and e["payload"]["id"] == posted["id"])
    until(lambda: posted["id"] in [s["id"] for s in house.at(third, bob).home()], "it is at home at every node")


def test_a_node_without_a_role_does_not_answer_for_it(house):
    web = house.node("web,streaming")
    jobs = house.node("jobs")
    assert web.anonymous().request("GET", "/api/v2/instance").status == 200
    assert jobs.anonymous().request("GET", "/health").status == 200
    assert jobs.anonymous().request("GET", "/api/v2/instance").status == 404


def test_recurring_work_runs_once_however_many_nodes_there_are(house):
    for _ in range(3):
        house.node("web,streaming,jobs")
    until(lambda: {r.split("|")[1] for r in house.rows("SELECT name, runs FROM schedule")} == {"1"}, "each has run")
    # Each node looks at the schedule again when told of new work; none may take a turn that was taken.
    alice = house.nodes[0].account("alice")
    for node in house.nodes:
        posted = house.at(node, alice).status(f"From {node.port}")
        until(lambda: posted["id"] in [s["id"] for s in house.at(node, alice).home()], "the post is at home")
    # Of what comes each minute a second turn may have come.
    soon = int((time.time() + 300) * 1e6)
    assert set(house.rows(f"SELECT runs FROM schedule WHERE next_run_us > {soon}")) == {"1"}


def test_a_setting_holds_at_every_node(house):
    nodes = house.node("web,streaming"), house.node("web,streaming")
    for node, title in zip(nodes, ("First", "Second")):
        node.cli("config", "set", "title", title)
        began = time.monotonic()
        for other in nodes:
            until(lambda: other.anonymous().get("/api/v2/instance")["title"] == title, "the title holds")
        assert not is_release() or time.monotonic() - began < 2


def test_who_repeats_themselves_on_purpose_at_another_node_is_not_hindered(house):
    first, second = house.node("web,streaming"), house.node("web,streaming")
    alice = first.account("alice")

    def answered(n):
        """A post of which the whole house soon knows that its answer arrived; a busy machine may have taken too long for that."""
        post = alice.status(f"Good morning {n}")
        try:
            return until(lambda: house.rows(f"SELECT answered FROM post_fingerprints WHERE status_id = {post['id']}") == ["1"] and post, "it is known", 5)
        except AssertionError:
            return None

    n, post = next((n, post) for n, post in ((n, answered(n)) for n in range(6)) if post)
    assert house.at(second, alice).status(f"Good morning {n}")["id"] != post["id"]


def test_the_jobs_process_may_be_killed(house):
    with FakeRemote() as remote:
        web, jobs = house.node("web,streaming"), house.node("jobs")
        alice = web.account("alice")
        follower_of(remote, web, alice)
        uris = [alice.status(f"Post {n}")["uri"] for n in range(10)]
        remote.wait_activity("Create")
        jobs.kill()
        uris += [alice.status(f"Post {n}")["uri"] for n in range(10, 20)]
        jobs.start()
        until(lambda: set(uris) <= {a["object"]["id"] for a in remote.activities("Create")}, "every post is delivered", 90)
        until(lambda: house.rows("SELECT count(*) FROM jobs WHERE kind <> 0 AND leased_until_us > 0") == ["0"], "nothing stays leased", 90)
        until(lambda: sorted(s["uri"] for s in alice.home(limit=40)) == sorted(uris), "every post is at home once", 90)


def test_the_web_process_may_be_killed(house):
    with FakeRemote() as remote:
        web, _ = house.node("web,streaming"), house.node("jobs")
        alice = web.account("alice")
        follower_of(remote, web, alice)
        uris = [alice.status(f"Post {n}")["uri"] for n in range(10)]
        web.kill()
        until(lambda: set(uris) <= {a["object"]["id"] for a in remote.activities("Create")}, "what was answered is delivered", 90)
        web.start()
        alice.base = web.url
        until(lambda: sorted(s["uri"] for s in alice.home(limit=40)) == sorted(uris), "every post is at home once", 90)


def test_each_of_two_whole_nodes_may_be_killed(house):
    with FakeRemote() as remote:
        one, two = house.node(None), house.node(None)
        alice = one.account("alice")
        follower_of(remote, one, alice)
        uris = []
        for n in range(4):
            for node in (one, two):
                uris.append(house.at(node, alice).status(f"Post {n} at {node.port}")["uri"])
            dead = (one, two)[n % 2]
            dead.kill()
            dead.start()
        until(lambda: set(uris) <= {a["object"]["id"] for a in remote.activities("Create")}, "every post is delivered", 90)
        alice.base = one.url
        until(lambda: sorted(s["uri"] for s in alice.home(limit=40)) == sorted(uris), "every post is at home once", 90)


def test_a_block_of_a_server_holds_at_every_node(house):
    first, _, third = house.node("web,streaming"), house.node("jobs"), house.node("web,streaming")
    alice = first.account("alice")
    with FakeRemote(first_key=4) as evil:
        mallory = follower_of(evil, first, alice, "mallory")
        first.cli("blocks", "add", evil.domain, "--severity", "suspend")
        for node in (first, third):
            until(lambda: mallory.deliver(f"{node.url}/inbox", mallory.follow(alice.me()["uri"]), extra={"host": node.domain}).status_code == 403,
                  "it holds")
        until(lambda: alice.me()["followers_count"] == 0, "the node that works ends the follow")
        third.cli("blocks", "remove", evil.domain)
        for node in (third, first):
            until(lambda: mallory.deliver(f"{node.url}/inbox", mallory.follow(alice.me()["uri"]), extra={"host": node.domain}).status_code == 202,
                  "it is gone")
