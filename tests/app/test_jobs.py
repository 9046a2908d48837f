"""The queue in operators' hands: its numbers, its verbs, and what is written down of them."""
import re
import time

import pytest
import requests
from howdah import FakeRemote, remote as ways, until
from howdah.server import LANES


@pytest.fixture
def scene(new_server, remote):
    """alice here; bob and carol on servers of their own, who follow her."""
    with FakeRemote() as other:
        server = new_server(metrics_token="numbers")
        alice = server.account("alice")
        for at, name in ((remote, "bob"), (other, "carol")):
            befriend(server, alice, at.actor(name))
        yield server, alice, remote, other


def befriend(server, alice, actor):
    follow = actor.send(f"{server.url}/inbox", actor.follow(f"http://{server.domain}/ap/users/{alice.id}"))
    actor.remote.wait_activity("Accept", lambda a: a["object"]["id"] == follow["id"])


def posts_at(remote):
    return len(remote.activities("Create"))


def waiting(server, *options):
    return int(re.search(r"of (\d+)$", server.cli("jobs", "list", *options))[1])


def hold(server, verb, *options):
    """Pauses or throttles, and waits until the server has heard of it."""
    def known():
        text = requests.get(f"{server.url}/metrics", headers={"Authorization": "Bearer numbers"}, timeout=30).text
        return [int(n) for n in re.findall(r'^\w*jobs_held_back\{how="(?:paused|throttled)"\} (\d+)', text, re.M)]
    server.cli("jobs", verb, *options)
    rules = [line for line in server.cli("jobs").splitlines() if " by " in line]
    wanted = sorted([sum("is paused" in line for line in rules), sum("is throttled" in line for line in rules)])
    until(lambda: sorted(known()) == wanted, f"{verb} {options} is known")


def test_what_is_paused_waits_and_goes_on_when_it_is_resumed(scene):
    server, alice, bobs, carols = scene
    hold(server, "pause", "--host", bobs.domain)
    alice.status("to nobody at bob's")
    until(lambda: posts_at(carols) == 1, "carol hears of it")
    until(lambda: waiting(server) == waiting(server, "--host", bobs.domain) == 1, "what bob is to get waits")
    assert posts_at(bobs) == 0 and f"{bobs.domain} is paused" in server.cli("jobs")
    server.cli("jobs", "resume", "--host", bobs.domain)
    until(lambda: posts_at(bobs) == 1, "bob hears of it")
    assert "paused" not in server.cli("jobs")


def test_a_paused_kind_and_a_paused_class_hold_their_own_work_only(scene):
    server, alice, bobs, carols = scene
    hold(server, "pause", "--kind", "plan")
    first = alice.status("not planned")
    until(lambda: waiting(server, "--kind", "PLAN") == 1, "it waits")
    until(lambda: [p["id"] for p in alice.home()] == [first["id"]], "her own home is of another class")
    hold(server, "pause", "--class", "PUSH")
    hold(server, "resume", "--kind", "PLAN")
    second = alice.status("not planned either")
    until(lambda: [p["id"] for p in alice.home()] == [second["id"], first["id"]], "other classes go on")
    assert posts_at(carols) == posts_at(bobs) == 0 and waiting(server, "--class", "push") == 2
    server.cli("jobs", "resume")
    until(lambda: posts_at(carols) == 2 and posts_at(bobs) == 2, "resumed without a name means everything")


def test_a_throttle_lets_so_many_a_minute_begin(scene):
    server, alice, bobs, carols = scene
    hold(server, "pause", "--host", bobs.domain)
    for i in range(5):
        alice.status(f"post {i}")
    until(lambda: waiting(server, "--host", bobs.domain) == 5, "they wait")
    hold(server, "throttle", "--host", bobs.domain, "--per-minute", "1")
    until(lambda: posts_at(bobs) == 1, "one goes out at once")
    for i in range(2):                 # what carol gets is leased in the same turns
        seen = posts_at(carols)
        alice.status(f"another {i}")
        until(lambda: posts_at(carols) > seen, "others are not slowed")
    assert posts_at(bobs) <= 2 and waiting(server, "--host", bobs.domain) >= 5
    assert f"{bobs.domain} is throttled to 1 a minute" in server.cli("jobs")
    server.cli("jobs", "resume", "--host", bobs.domain)
    until(lambda: posts_at(bobs) == 7, "all of it goes out")


def test_deleting_shows_the_count_first_and_takes_only_what_was_named(scene):
    server, alice, bobs, carols = scene
    for at in (bobs, carols):
        hold(server, "pause", "--host", at.domain)
    for i in range(2):
        alice.status(f"post {i}")
    until(lambda: waiting(server, "--kind", "deliver") == 4, "all of it is planned")
    assert "2 jobs would be deleted" in server.cli("jobs", "delete", "--host", bobs.domain)
    assert "0 jobs would be deleted" in server.cli("jobs", "delete", "--host", bobs.domain, "--older-than", "1d")
    assert waiting(server, "--host", bobs.domain) == 2, "without --yes nothing is done"
    told = server.cli("jobs", "delete", "--host", bobs.domain, "--kind", "deliver", "--yes")
    assert re.fullmatch(r"2 jobs deleted; within ten minutes they come back by: howdah jobs undelete \d+", told), told
    assert waiting(server, "--host", bobs.domain) == 0 and waiting(server, "--host", carols.domain) == 2
    log = server.cli("jobs", "audit")
    assert f"jobs delete kind DELIVER host {bobs.domain} (2)" in log, log
    assert log.count("jobs pause host") == 2 and log.count("jobs delete") == 1 and "on the command line" in log


def test_a_deletion_is_taken_back_once(scene):
    server, alice, bobs, _ = scene
    hold(server, "pause", "--host", bobs.domain)
    alice.status("kept")
    until(lambda: waiting(server, "--host", bobs.domain) == 1, "it is planned")
    number = re.search(r"undelete (\d+)$", server.cli("jobs", "delete", "--host", bobs.domain, "--yes"))[1]
    assert f"howdah jobs undelete {number}" in server.cli("jobs") and waiting(server, "--host", bobs.domain) == 0
    assert server.cli("jobs", "undelete", number) == "1 job brought back"
    assert f"undelete {number}" not in server.cli("jobs") and waiting(server, "--host", bobs.domain) == 1
    server.cli("jobs", "resume", "--host", bobs.domain)
    until(lambda: posts_at(bobs) == 1 and waiting(server) == 0, "bob hears of it")
    for bad, code in ((number, 1), ("17", 1), ("x", 2)):
        assert server.cli("jobs", "undelete", bad, check=False).returncode == code
    assert re.search(rf"on the command line: jobs undelete {number}: jobs delete host {bobs.domain} by .* \(1\)", server.cli("jobs", "audit"))
    assert posts_at(bobs) == 1


def test_many_jobs_are_deleted_by_two(scene):
    server, alice, bobs, carols = scene
    server.stop()
    server.settings["jobs_delete_alone"] = 1
    server.start()
    alice.base = server.url
    owner = server.account("olga", role="owner", scopes="read admin:read admin:write")
    moderator = server.account("mo", role="moderator", scopes="read admin:read admin:write")
    reader = server.account("rita", role="admin", scopes="read admin:read")
    for at in (bobs, carols):
        hold(server, "pause", "--host", at.domain)
    for i in range(2):
        alice.status(f"post {i}")
    until(lambda: waiting(server, "--kind", "deliver") == 4, "all of it is planned")
    told = server.cli("jobs", "delete", "--host", bobs.domain, "--yes")
    number = re.fullmatch(r"2 jobs wait: so many are deleted once somebody else has said within ten minutes: howdah jobs confirm (\d+)", told)[1]
    alice.status("a post that nobody was shown")
    until(lambda: waiting(server, "--host", bobs.domain) == 3, "it is planned")
    assert f"somebody else may say: howdah jobs confirm {number}" in server.cli("jobs")
    refused = server.cli("jobs", "confirm", number, check=False)
    assert refused.returncode == 1 and "somebody else has to" in refused.stderr and waiting(server, "--host", bobs.domain) == 3
    shown = owner.get("/api/v1/admin/queues")["deletions"]
    assert [(d["id"], d["what"], d["jobs"]) for d in shown] == [(number, f"jobs delete host {bobs.domain}", 2)]
    path = f"/api/v1/admin/queues/deletions/{number}/confirm"
    for api, status in ((moderator, 403), (reader, 403), (server.anonymous(), 401)):
        assert api.request("POST", path).status == status
    owner.fails(404, "POST", f"/api/v1/admin/queues/deletions/{int(number) + 1}/confirm")
    done = owner.post(path)
    assert done["deleted"] == 2
    assert waiting(server, "--host", bobs.domain) == 1 and owner.get("/api/v1/admin/queues")["deletions"] == []
    owner.fails(404, "POST", path)
    assert "1 job deleted" in server.cli("jobs", "delete", "--host", bobs.domain, "--yes"), "few are deleted by one"
    undo = f"/api/v1/admin/queues/deleted/{done['undo']}/undo"
    assert (done["undo"], 2) in [(d["id"], d["jobs"]) for d in owner.get("/api/v1/admin/queues")["deleted"]]
    for api, status in ((moderator, 403), (reader, 403), (server.anonymous(), 401)):
        assert api.request("POST", undo).status == status
    assert owner.post(undo) == {"undeleted": 2} and waiting(server, "--host", bobs.domain) == 2
    assert [d["jobs"] for d in owner.get("/api/v1/admin/queues")["deleted"]] == [1]
    owner.fails(404, "POST", undo)
    owner.fails(404, "POST", "/api/v1/admin/queues/deleted/17/undo")
    log = server.cli("jobs", "audit")
    assert re.search(rf"@olga: jobs delete host {bobs.domain} asked for by .* on the command line as {number} \(2\)", log), log
    assert re.search(rf"on the command line: jobs delete host {bobs.domain} asked for as {number} \(2\)", log), log


def test_drain_and_requeue_try_a_dead_host_at_once(new_server, remote):
    server = new_server(delivery_retry_s="3600")
    alice, bob = server.account("alice"), remote.actor("bob")
    befriend(server, alice, bob)
    remote.behave("/inbox", ways.status(500))
    # An answer that is written down together with a failure speaks for the host: so there may have to be another.
    posts = []
    until(lambda: f"{remote.domain}  failed 1 times" in server.cli("jobs", "hosts") or posts.append(alice.status(f"lost, {len(posts)}")),
          "the host is in penalty")
    assert "it answered 500" in server.cli("jobs", "hosts")
    lost = len(posts)
    until(lambda: waiting(server, "--kind", "deliver") == lost, "what was lost waits")
    assert re.search(rf"\b{lost} jobs? would be put first", server.cli("jobs", "drain", "--host", remote.domain))
    remote.behave("/inbox", None)
    seen = posts_at(remote)
    server.cli("jobs", "drain", "--host", remote.domain, "--yes")
    until(lambda: posts_at(remote) == seen + lost and waiting(server) == 0, "it is tried now and not in an hour")
    assert "0 jobs requeued" in server.cli("jobs", "requeue", "--yes")


def test_what_was_begun_too_often_is_parked_and_shown_and_tried_anew(scene):
    """As after a job that ended its process each time: what ran beside it was begun as often."""
    server, alice, bobs, _ = scene
    server.expect_error("job.parked")
    hold(server, "pause", "--kind", "INBOUND")
    bob = bobs.actor("bob")
    note = bob.note("an innocent", to=[ways.PUBLIC, f"http://{server.domain}/ap/users/{alice.id}"])
    bob.send(f"{server.url}/inbox", bob.create(note))
    until(lambda: waiting(server, "--kind", "INBOUND") == 1, "it waits")
    server.sql("UPDATE jobs SET tries = 16 WHERE kind = 0")
    server.cli("jobs", "resume")
    until(lambda: waiting(server, "--state", "parked") == 1, "it is parked")
    shown = server.cli("jobs", "list", "--state", "parked")
    assert re.search(r"INBOUND  parked  tried 17 times .* begun 16 times and never ended", shown), shown
    assert next(line for line in server.cli("jobs").splitlines() if line.startswith("INGRESS")).split()[1:5] == ["0", "0", "0", "1"]
    assert "1 job would be requeued" in server.cli("jobs", "requeue", "--kind", "INBOUND")
    assert "0 jobs would be requeued" in server.cli("jobs", "requeue", "--kind", "DELIVER")
    assert "1 job requeued" in server.cli("jobs", "requeue", "--yes")
    until(lambda: server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{note['id']}'") == "1", "it is read")
    assert waiting(server, "--state", "parked") == 0 and "jobs requeue parked (1)" in server.cli("jobs", "audit")


def test_the_numbers_are_told_to_owners_and_admins_alone(scene):
    server, alice, _, carols = scene
    owner = server.account("olga", role="owner", scopes="read admin:read")
    moderator = server.account("mo", role="moderator", scopes="read admin:read")
    other = server.account("ada", role="admin", scopes="read")
    assert moderator.request("GET", "/api/v1/admin/queues").status == 403
    assert other.request("GET", "/api/v1/admin/queues").status == 403, "an admin's token without the scope"
    assert server.anonymous().request("GET", "/api/v1/admin/queues").status == 401
    hold(server, "pause", "--host", carols.domain)
    alice.status("to nobody at carol's")
    until(lambda: waiting(server, "--host", carols.domain) == 1, "it waits")
    got = owner.get("/api/v1/admin/queues")
    assert {k["class"] for k in got["classes"]} >= {"INGRESS", "DEFAULT", "PUSH", "PULL"}
    mine = next(h for h in got["hosts"] if h["host"] == carols.domain)
    assert mine["due"] == 1 and mine["failures"] == 0
    assert [(r["host"], r["per_minute"]) for r in got["held_back"]] == [(carols.domain, 0)]

    ingress = next(k for k in got["classes"] if k["class"] == "INGRESS")
    assert (ingress["reserve"], ingress["weight"], ingress["ceiling_percent"], ingress["late_after_seconds"]) == (1, 4, 75, 30)
    # Who holds what: a film of an hour, which nobody here converts.
    node = next(n["node"] for n in got["nodes"] if n["roles"] == "web,streaming,jobs")
    now = int(time.time() * 1e6)
    server.sql("INSERT INTO jobs (id, kind, lane, ref_id, arg, host, payload, due_us, tries, leased_until_us, leased_by, parked_us, created_us) "
               f"VALUES (1, 27, {LANES.index('FILM')}, 1, '', '', '', {now}, 1, {now + 3600 * 10**6}, {node}, 0, {now})")
    assert next(n["holds"] for n in owner.get("/api/v1/admin/queues")["nodes"] if n["node"] == node)["FILM"] == 1
    assert re.search(rf"^node {node} \(web,streaming,jobs\): .*FILM 1", server.cli("jobs"), re.M)
    server.sql("DELETE FROM jobs WHERE id = 1")

    def default():
        return next(k for k in owner.get("/api/v1/admin/queues")["classes"] if k["class"] == "DEFAULT")
    until(lambda: default()["out_per_minute"] > 0 and default()["in_per_minute"] >= default()["out_per_minute"], "the rates are written down")


@pytest.mark.parametrize("args", [
    ["pause"], ["pause", "--class", "push", "--host", "x.example"], ["pause", "--class", "nonsense"], ["throttle", "--class", "push", "--per-minute", "0"],
    ["throttle", "--class", "push", "--per-minute", "9999999"], ["list", "--older-than", "soon"], ["list", "--kind", "nonsense"],
    ["list", "--state", "nonsense"], ["forecast", "--workers", "0"], ["forecast", "--arrival", "PUSH=many"], ["forecast", "--arrival", "PUHS=5"],
    ["forecast", "--arrival", "PUSH"], ["forecast", "--policy", "/nowhere/at/all"]])
def test_what_makes_no_sense_is_refused(shared, args):
    done = shared.cli("jobs", *args, check=False)
    assert done.returncode in (1, 2) and done.stderr.startswith("howdah: "), done
    assert "is paused" not in shared.cli("jobs")


def test_the_policy_is_a_file_that_comes_back_as_it_was_applied(server, tmp_path):
    default = server.cli("jobs", "policy") + "\n"
    file = tmp_path / "policy"
    file.write_text(default)
    assert server.cli("jobs", "policy", "--apply", str(file)) == "no number changes\nsay --yes to do it"
    mine = "# why: the great move of November\n" + re.sub(r"PUSH +1 +6 +75", "push\t2   12  60 ", default) + "\n\n# end"
    file.write_text(mine)
    assert server.cli("jobs", "policy", "--apply", str(file)).splitlines() == [
        "PUSH reserve 1 to 2", "PUSH weight 6 to 12", "PUSH ceiling 75 to 60", "say --yes to do it"]
    assert server.cli("jobs", "policy") + "\n" == default, "nothing is done without --yes"
    assert "applied" in server.cli("jobs", "policy", "--apply", str(file), "--yes")
    assert server.cli("jobs", "policy", check=False).stdout.encode() == mine.encode(), "byte for byte"
    until(lambda: "queue.policy is=set" in server.log(), "the running node goes by it")
    owner = server.account("olga", role="owner", scopes="read admin:read")
    push = next(k for k in owner.get("/api/v1/admin/queues")["classes"] if k["class"] == "PUSH")
    assert (push["reserve"], push["weight"], push["ceiling_percent"]) == (2, 12, 60)
    assert re.search(r"on the command line: jobs policy: PUSH reserve 1 to 2, PUSH weight 6 to 12, PUSH ceiling 75 to 60 \(3\)", server.cli("jobs", "audit"))
    server.restart()
    assert server.cli("jobs", "policy", check=False).stdout == mine
    assert "PUSH weight 12 to 6" in server.cli("jobs", "policy", "--defaults")
    server.cli("jobs", "policy", "--defaults", "--yes")
    assert server.cli("jobs", "policy") + "\n" == default
    until(lambda: 'queue.policy is="the default"' in server.log(), "the running node has its own back")


def test_a_policy_that_cannot_be_is_refused_with_line_and_field(server, tmp_path):
    default = server.cli("jobs", "policy") + "\n"
    file = tmp_path / "policy"

    def line_of(name):
        return next(n for n, line in enumerate(default.splitlines(), 1) if line.startswith(name))
    node = server.sql("SELECT number FROM nodes WHERE job_workers = 16")
    for bad, said in (
            (("MAIL ", "MALI "), [f"line {line_of('MAIL')}: class: there is no 'MALI'", "class: MAIL is not named"]),
            (("PUSH              1        6", "PUSH              1        0"), [f"line {line_of('PUSH')}: weight: '0' is no number from 1 to 1000"]),
            (("INGRESS           1", "INGRESS          14"),
             [f"line {line_of('INGRESS')}: ceiling: 75 percent of the 16 workers of node {node} are 12, fewer than the reserve of 14",
              f"line {line_of('PULL')}: reserve: with this one 17 workers are kept together, but node {node} has 16"])):
        file.write_text(default.replace(*bad))
        assert file.read_text() != default
        for sure in ([], ["--yes"]):
            done = server.cli("jobs", "policy", "--apply", str(file), *sure, check=False)
            assert done.returncode == 1 and done.stderr == "howdah: this policy cannot be:\n  " + "\n  ".join(said) + "\n", done.stderr
    file.write_text("")
    assert server.cli("jobs", "policy", "--apply", str(file), check=False).returncode == 1
    assert server.cli("jobs", "policy", "--apply", str(tmp_path / "none"), check=False).returncode == 1
    assert server.cli("jobs", "policy", "--apply", str(file), "--defaults", check=False).returncode == 2
    assert server.cli("jobs", "policy") + "\n" == default and "jobs policy" not in server.cli("jobs", "audit")


def test_the_forecast_says_what_would_be_with_another_policy(scene, tmp_path):
    server, alice, bobs, carols = scene

    def line(*options):
        return next(line for line in server.cli("jobs", "forecast", *options).splitlines() if line.startswith("DEFAULT"))
    # Where nothing runs, nothing comes to disturb: ten thousand jobs of which none was seen take a tenth of a second each.
    server.stop()
    now = int(time.time() * 1e6)
    server.sql("DELETE FROM job_rates")
    server.sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO jobs (id, kind, lane, ref_id, arg, host, payload,"
               " due_us, tries, leased_until_us, leased_by, parked_us, created_us) SELECT i, 1, 1, i, '', '', '', "
               f"{now - 3600 * 10**6}, 0, 0, 0, 0, {now - 3600 * 10**6} FROM n")
    said = server.cli("jobs", "forecast")
    assert "16 workers on 1 node: none runs, so this is what one of these settings would do" in said and "this is a guess" in said, said
    assert re.fullmatch(r"DEFAULT +10000 +0 +0 +0 +\?100ms +-   83\.4s", line()), line()
    assert line("--workers", "32").endswith("41.7s") and line("--arrival", "default=3600").endswith("3m"), line("--arrival", "default=3600")
    assert line("--arrival", "DEFAULT=9000").endswith("never, grows by 1800/min"), line("--arrival", "DEFAULT=9000")
    file = tmp_path / "policy"
    file.write_text(re.sub(r"DEFAULT +1 +8 +75", "DEFAULT 1 8 25", server.cli("jobs", "policy")))
    assert line("--policy", str(file)).endswith("4m"), line("--policy", str(file))
    file.write_text("DEFAULT 1 0 25")
    assert f"{file}:1: weight: '0' is no number" in server.cli("jobs", "forecast", "--policy", str(file), check=False).stderr
    server.cli("jobs", "throttle", "--class", "DEFAULT", "--per-minute", "600")
    assert line().endswith("17m")
    server.cli("jobs", "pause", "--class", "DEFAULT")
    assert re.fullmatch(r"DEFAULT +0 +0 +10000 .* -", line()), line()
    server.sql("DELETE FROM jobs WHERE id <= 10000")
