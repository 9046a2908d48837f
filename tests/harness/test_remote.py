"""The scripted stranger: two of them hold a conversation, so that both halves of its signatures are seen to work."""
import pytest
import requests
from howdah import FakeRemote, remote as ways, signing


@pytest.fixture
def other():
    with FakeRemote() as other:
        yield other


def test_a_signed_activity_is_received_and_verified(remote, other):
    bob, carol = remote.actor("bob"), other.actor("carol")
    bob.send(carol.inbox, bob.follow(carol.id))
    assert other.wait_activity("Follow")["actor"] == bob.id


@pytest.mark.parametrize("how", [
    {"body": b"{}", "extra": {"digest": signing.digest(b"other")}}, {"date": 1_600_000_000}, {"other_key": True},
    {"names": ["(request-target)", "host", "date"]}, {"names": ["date"]},
])
def test_a_wrong_signature_is_seen(remote, other, how):
    how = dict(how)
    bob, carol = remote.actor("bob"), other.actor("carol")
    if how.pop("other_key", False):
        how["private"] = signing.key(1)
    assert bob.deliver(carol.inbox, bob.follow(carol.id), **how).status_code == 401


def test_webfinger_leads_to_an_actor_and_its_notes(remote):
    bob = remote.actor("bob")
    found = requests.get(f"{remote.url}/.well-known/webfinger", {"resource": f"acct:bob@{remote.domain}"}).json()
    assert requests.get(found["links"][0]["href"]).json()["publicKey"]["id"] == bob.key_id
    note = bob.note("hello")
    assert requests.get(note["id"]).json()["content"] == "<p>hello</p>"
    remote.drop(note["id"])
    assert requests.get(note["id"]).status_code == 410


def test_it_misbehaves_on_demand(remote):
    url = remote.actor("bob").id
    remote.behave("/users", ways.status(503, {"Retry-After": "5"}))
    assert requests.get(url).status_code == 503
    remote.behave("/users", ways.redirect("http://127.0.0.1:1/"))
    assert requests.get(url, allow_redirects=False).headers["Location"] == "http://127.0.0.1:1/"
    for how in (ways.reset(), ways.reset(80)):
        remote.behave("/users", how)
        with pytest.raises(requests.RequestException):
            requests.get(url)
    for told in (True, False):
        remote.behave("/users", ways.big(1_000_000, told))
        assert len(requests.get(url).content) == 1_000_000
    for how in (ways.silent, ways.trickle(0.01)):
        remote.behave("/users", how)
        with pytest.raises(requests.RequestException):
            requests.get(url, timeout=0.2, stream=True).raw.read(5)
            raise requests.Timeout
    remote.behave("/users", ways.flaky(1, ways.status(500)))
    assert [requests.get(url).status_code for _ in range(2)] == [500, 200]
