"""Collections of people, FEP-7aa9, as strangers speak of them, and what of it is believed."""
import pytest
from howdah.remote import PUBLIC


@pytest.fixture
def world(new_server, remote):
    server = new_server()
    return server, remote, server.account("alice")


def here(api, actor):
    return api.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]


@pytest.mark.parametrize("policy, automatic, manual", [
    ({"automaticApproval": [PUBLIC]}, 2, 0),
    ({"automaticApproval": "as:Public", "manualApproval": "followers"}, 2, 4),
    ({"automaticApproval": ["followers", "following"], "manualApproval": ["https://elsewhere.example/list"]}, 12, 1),
    ({"automaticApproval": ["self"]}, 0, 0),
    ("cats", 0, 0),
    (None, 0, 0),
])
def test_whom_others_let_recommend_them(world, policy, automatic, manual):
    server, remote, alice = world
    bob = remote.actor("bob")
    names = {"self": bob.id, "followers": f"{bob.id}/followers", "following": f"{bob.id}/following"}
    if isinstance(policy, dict):
        policy = {k: [names.get(x, x) for x in v] if isinstance(v, list) else names.get(v, v) for k, v in policy.items()}
    if policy is not None:
        bob.document["interactionPolicy"] = {"canFeature": policy}
    bob.document["featuredCollections"] = f"{bob.id}/recommends"
    bob.publish()
    id = here(alice, bob)["id"]
    assert server.sql(f"SELECT feature_policy FROM accounts WHERE id = {id}") == str(automatic * 65536 + manual)
    assert server.sql(f"SELECT collections_uri FROM accounts WHERE id = {id}") == f"{bob.id}/recommends"
