"""Pressing "post" again, or a client trying again, after the server died under the first try: one post, whichever moment it was."""
import pytest
import requests


def texts(api):
    return [s["content"] for page in api.pages(f"/api/v1/accounts/{api.id}/statuses", {"limit": 40}) for s in page]


@pytest.mark.parametrize("moment", ["sql.commit.before", "sql.commit.after"])
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "the same"}], ids=["without a key", "with a key"])
def test_what_is_tried_again_after_a_crash_stands_once(new_server, moment, key):
    server = new_server(start=False)
    server.start()
    alice = server.account("alice")
    alice.me()
    server.stop()
    server.fault = f"{moment}:40"  # past what a start writes
    server.start()
    tried = None
    with pytest.raises(requests.ConnectionError):
        for n in range(100):
            tried = f"post {n}"
            alice.ok("POST", "/api/v1/statuses", json={"status": tried}, headers={k: f"{v} {n}" for k, v in key.items()})
    assert server.wait_dead() == -9
    server.fault = None
    server.start()
    for _ in range(2):
        alice.ok("POST", "/api/v1/statuses", json={"status": tried}, headers={k: f"{v} {tried.split()[1]}" for k, v in key.items()})
        if not key:
            break
    got = texts(alice)
    assert got.count(f"<p>{tried}</p>") == 1
    assert sorted(got) == sorted(f"<p>post {n}</p>" for n in range(int(tried.split()[1]) + 1))
