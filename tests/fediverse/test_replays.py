"""The replays of bench/replay, short: a hundredth of the numbers or less, so that what they show is order and not speed."""
import json
import pathlib
import subprocess
import sys

from howdah.binary import find_binary
from howdah.database import postgres
from howdah.wait import stretch

REPLAY = pathlib.Path(__file__).resolve().parents[2] / "bench/replay"


def replay(folder, name, *more):
    binary = pathlib.Path(find_binary())
    done = subprocess.run([sys.executable, str(REPLAY), name, "--build", str(binary.parents[2]), "--json", str(folder / "result.json"),
                           "--engine", "postgres" if postgres() else "sqlite", *more], capture_output=True, text=True, timeout=stretch(300))
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "result.json").read_text())


def test_a_backlog_over_dead_and_slow_domains_is_done_or_waits_for_the_dead(tmp_path):
    got = replay(tmp_path, "rp05", "--scale", "0.003", "--slow", "1", "--rate", "10", "--seconds", "200")
    assert got["done_or_waiting_for_the_dead"] and got["healthy_deliveries"] == sum(1 for i in range(got["deliveries"]) if i % 40 >= 14)
    assert got["most_requests_to_a_dead_domain"] <= 10 and got["bad_signatures"] == 0
    assert set(got["inbound_answers"]) == {"202"}


def test_what_arrives_steadily_is_processed_and_own_posts_go_before_it(tmp_path):
    got = replay(tmp_path, "rp06", "--scale", "0.005", "--rate", "40")
    assert got["answers"] == {"202": got["activities"]} and got["drained"]


def test_who_signs_up_and_follows_many_is_served(tmp_path):
    got = replay(tmp_path, "rp02", "--scale", "0.001", "--follows", "10")
    assert got["refused"] == 0 and got["follows"] == got["accounts"] * 10 and got["drained"]


def test_dead_domains_are_given_up_and_heard_again(tmp_path):
    got = replay(tmp_path, "rp18", "--scale", "0.02")
    assert got["healthy_reached"] and got["failing_known"] and got["parked"] and got["resumed_alone"]
    assert got["requests_to_parked"] == 0 and got["still_parked"] == 10 - got["came_back"]
    assert sum(got["causes"].values()) == 10
