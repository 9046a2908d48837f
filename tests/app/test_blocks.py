"""Blocks of servers at a shell: what is taken and refused, and what is written down."""
import pytest


@pytest.fixture
def blocks(server):
    def run(*args, check=True):
        return server.cli("blocks", *args, check=check)
    yield run
    for line in server.cli("blocks", "list").splitlines():
        if not line.startswith((" ", "no server")):
            server.cli("blocks", "remove", line.split()[0])


def test_a_block_is_made_changed_and_taken_back(blocks, server):
    blocks("add", "Spam.Example", "--comment", "sends spam", "--private-comment", "case 12")
    assert blocks("list").splitlines()[0].startswith("spam.example  silence  since ")
    assert blocks("list").splitlines()[1:] == ["  public: sends spam", "  private: case 12"]
    blocks("change", "spam.example", "--severity", "suspend", "--media", "reject", "--reports", "reject", "--name", "obfuscated")
    assert blocks("list").splitlines()[0].startswith("spam.example  suspend, no media, no reports, name obfuscated  since ")
    assert "  public: sends spam" in blocks("list")
    blocks("change", "spam.example", "--media", "accept", "--comment", "")
    assert blocks("list").splitlines()[0].startswith("spam.example  suspend, no reports, name obfuscated  since ")
    assert "public:" not in blocks("list")
    blocks("remove", "SPAM.example")
    assert blocks("list") == "no server is blocked"
    verbs = [words[words.index("blocks") + 1] for words in map(str.split, server.cli("jobs", "audit").splitlines()) if "spam.example" in words]
    assert verbs == ["remove", "change", "change", "add"]


@pytest.mark.parametrize("domain, why", [
    ("com", "is nobody's domain"), ("co.uk", "is nobody's domain"), ("", "is no domain"), ("a..example", "is no domain"),
    (".example", "is no domain"), ("two words", "is no domain")])
def test_what_is_no_servers_domain_is_refused(blocks, domain, why):
    done = blocks("add", domain, check=False)
    assert done.returncode == 1 and why in done.stderr
    assert blocks("list") == "no server is blocked"


def test_ones_own_domain_is_refused(blocks, server):
    done = blocks("add", server.domain, check=False)
    assert done.returncode == 1 and "this server's own" in done.stderr


def test_a_block_is_made_once_and_only_what_stands_is_changed_or_removed(blocks):
    blocks("add", "b\u00fccher.example")
    again = blocks("add", "xn--bcher-kva.example", check=False)
    assert again.returncode == 1 and "is blocked already" in again.stderr
    for verb in ("change", "remove"):
        done = blocks(verb, "other.example", check=False)
        assert done.returncode == 1 and "is not blocked" in done.stderr
    assert blocks("add", "c.example", "--severity", "harsh", check=False).returncode == 2
