"""The lab for real peers: a program that knows nothing of it reaches a name by https, and the machine is as it was."""
import pathlib
import socket

import pytest
from howdah import FakeRemote, need_tool
from lab import Lab


@pytest.fixture
def lab(tmp_path):
    with FakeRemote("fed.test", scheme="https") as remote:
        remote.actor("bob")
        with Lab(tmp_path / "lab", {"fed.test": remote.port}) as lab:
            yield lab


def test_a_peer_reaches_a_name_by_https(lab, tmp_path):
    fetch = "import urllib.request as u; print(u.urlopen('https://fed.test/users/bob').status)"
    child = lab.run([need_tool("python3"), "-c", fetch], log=tmp_path / "out")
    assert child.wait(timeout=30) == 0, (tmp_path / "out").read_text()
    assert (tmp_path / "out").read_text().strip() == "200"


def test_the_machine_does_not_know_the_name(lab):
    assert "fed.test" not in pathlib.Path("/etc/hosts").read_text()
    with pytest.raises(OSError):
        socket.create_connection(("fed.test", 443), timeout=5)
