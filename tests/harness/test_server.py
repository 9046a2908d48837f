"""The judge of servers, judged: a program that only pretends to be one misbehaves in each way that a test must notice."""
import sys

import pytest
from howdah import Server

PRETENDER = """#!{python}
import os, signal, sys
how = os.environ.get("HOWDAH_TITLE", "")
if how == "dies":
    print("no such luck", file=sys.stderr)
    sys.exit(3)
print("2026-01-01T00:00:00.000Z info request.done status=200", file=sys.stderr, flush=True)
if how in ("error", "announced"):
    print("2026-01-01T00:00:00.000Z error database.lost why=gone", file=sys.stderr, flush=True)
if how == "json":
    print('{{"time":"x","level":"error","event":"database.lost"}}', file=sys.stderr, flush=True)
if how == "ubsan":
    print("../src/x.c:1:1: runtime error: shift exponent 64 is too large", file=sys.stderr, flush=True)
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGTERM}})
print("hello", flush=True)
print("ready http://" + os.environ["HOWDAH_LISTEN"], flush=True)
signal.sigwait({{signal.SIGTERM}})
while how == "deaf":
    signal.pause()
sys.exit(1 if how == "fails" else 0)
"""


@pytest.fixture
def pretend(tmp_path):
    binary = tmp_path / "howdah"
    binary.write_text(PRETENDER.format(python=sys.executable))
    binary.chmod(0o755)
    made = []

    def start(how):
        made.append(Server(tmp_path, binary=binary, engine="sqlite", title=how))
        return made[-1]
    yield start
    for server in made:
        server.kill()


def test_a_good_server_is_let_go(pretend):
    server = pretend("well")
    assert server.url == f"http://127.0.0.1:{server.port}" and server.running
    server.close()
    assert not server.running


def test_one_that_dies_at_its_start_is_told_with_its_log(pretend):
    with pytest.raises(AssertionError, match="(?s)ended with 3 before it was ready.*no such luck"):
        pretend("dies")


@pytest.mark.parametrize("how, said", [("fails", "ended with 1"), ("error", "database.lost"), ("json", "database.lost"), ("ubsan", "shift exponent")])
def test_a_bad_end_is_noticed(pretend, how, said):
    with pytest.raises(AssertionError, match=said):
        pretend(how).stop()


def test_an_announced_error_is_none(pretend):
    server = pretend("announced")
    server.expect_error("database.lost")
    server.stop()


def test_one_that_does_not_end_is_killed(pretend):
    server = pretend("deaf")
    with pytest.raises(AssertionError, match="did not end"):
        server.stop(seconds=0.3)
    assert not server.running
