"""The doctor: what is late, missed or failed is told of, by whoever still runs."""
import re
import time

import requests
from howdah import until
from howdah.server import LANES, free_port

FANOUT = 1     # as model/jobs.def numbers it


def late_job(server, since_us):
    server.sql("INSERT INTO jobs (id, kind, lane, ref_id, arg, host, payload, due_us, tries, leased_until_us, leased_by, parked_us, created_us) "
               f"VALUES (1, {FANOUT}, {LANES.index('DEFAULT')}, 1, '', '', '', {since_us}, 0, 0, 0, 0, {since_us})")


def doctor(server):
    """What it says is wrong, and the whole result."""
    done = server.cli("doctor", check=False)
    return [line for line in done.stdout.splitlines() if not line.startswith("database connections: ")], done


def test_who_asks_the_doctor_is_told_of_what_is_late_missed_or_failed(server):
    until(lambda: "never" not in server.cli("jobs", "recurring"), "each has run once")
    lines = server.cli("jobs", "recurring").splitlines()
    assert re.fullmatch(r"search +last 20\S+Z  next 20\S+Z  \d+ runs", next(line for line in lines if line.startswith("search "))), lines
    # On a busy machine a turn may fail and be taken again; nothing else is wrong with a new server.
    said, _ = doctor(server)
    assert said == ["nothing wants attention"] or all(line.startswith("recurring.failed") for line in said), said
    hour_ago = int((time.time() - 3600) * 1e6)
    server.stop()
    server.sql(f"UPDATE schedule SET next_run_us = {hour_ago} WHERE name = 'mutes'")
    server.sql(f"UPDATE schedule SET next_run_us = {hour_ago} WHERE name = 'tombstones'")
    server.sql("UPDATE schedule SET last_error = 'the disk is full' WHERE name = 'trends'")
    late_job(server, hour_ago)
    said, done = doctor(server)
    assert any(re.match(r"queue\.late DEFAULT: the oldest job waits for 36\d\d s, 30 s are usual at most", line) for line in said), said
    assert any(line.startswith("queue.nobody: no process that runs has the role jobs") for line in said), said
    assert any(line.startswith("recurring.missed mutes: it was due at 20") for line in said), said
    assert "recurring.failed trends: the disk is full" in said and not [line for line in said if "tombstones" in line], "a day is not missed by an hour"
    assert done.returncode == 1 and f"{len(said)} things want attention" in done.stderr, done.stderr


def test_who_still_runs_tells_of_those_who_do_not(new_server):
    port = free_port()
    server = new_server(roles="web", metrics_listen=f"127.0.0.1:{port}")
    late_job(server, int((time.time() - 3600) * 1e6))
    until(lambda: re.search(r"warn queue\.late .*what=DEFAULT", server.log()), "the class is late", seconds=120)
    until(lambda: re.search(r"warn queue\.nobody ", server.log()), "and nobody works it off")
    assert re.search(r"^howdah_attention\{\} [2-9]", requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text, re.M)
