"""Two Howdahs and collections of people, FEP-7aa9 from asking to taking back, in both directions."""
import pytest
import requests
from howdah import Server, until
from howdah.database import postgres

ACTIVITY = "application/activity+json"
AT = "/api/v1/collections"


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collections")
    engines = ("sqlite", "postgres") if postgres() else ("sqlite", "sqlite")
    with Server(folder / "one", engine=engines[0]) as one, Server(folder / "other", engine=engines[1]) as other:
        yield one, other


def find(api, handle):
    found = api.get("/api/v2/search", {"q": f"@{handle}", "type": "accounts", "resolve": "true"}, timeout=60)["accounts"]
    assert len(found) == 1, f"{handle}: {found}"
    return found[0]


def document(uri):
    return requests.get(uri, headers={"Accept": ACTIVITY}, timeout=30)


@pytest.fixture(params=["one recommends other", "other recommends one"])
def pair(request, servers):
    """(owner, member): of the two servers; the owner is followed by a reader at the member's."""
    here, there = servers if request.param == "one recommends other" else servers[::-1]
    owner, member = here.account(here.new_name("owner")), there.account(there.new_name("member"))
    member.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    member.reader = there.account(there.new_name("reader"))
    known = find(member.reader, owner.handle)
    member.reader.follow(known)
    until(lambda: member.reader.relationship(known)["following"], "the reader follows the owner")
    member.owner = known
    return owner, member


def theirs(member):
    """The owner's collections as they are known at the member's."""
    return member.reader.get(f"/api/v1/accounts/{member.owner['id']}/collections")["collections"]


def states(api, collection):
    return [i["state"] for i in api.get(f"{AT}/{collection['id']}")["collection"]["items"]]


def members(api, collection):
    return [i["account_id"] for i in api.get(f"{AT}/{collection['id']}")["collection"]["items"]]


def test_somebody_elsewhere_is_asked_agrees_and_leaves_again(pair):
    owner, member = pair
    known = find(owner, member.handle)
    assert known["feature_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    made = owner.post(AT, {"name": "Good people", "description": "Read <them>", "language": "en", "tag_name": "cats",
                           "account_ids": [known["id"]]})["collection"]
    until(lambda: states(owner, made) == ["accepted"], "the member's server agrees")
    # At the member's: told, shown, and the reader sees who is in it.
    notice = until(lambda: member.get("/api/v1/notifications", {"types[]": "added_to_collection"}), "the member is told")[0]
    assert notice["account"]["acct"] == owner.handle and notice["collection"]["name"] == "Good people"
    copy = until(lambda: theirs(member), "the collection is known there")[0]
    assert (copy["uri"], copy["name"], copy["language"], copy["tag"]["name"], copy["local"]) == (made["uri"], "Good people", "en", "cats", False)
    until(lambda: members(member.reader, copy) == [member.id], "the reader sees who is in it")
    assert copy["description"] == "Read &lt;them&gt;"
    # The documents, and the authorization for anybody to read.
    said = document(made["uri"]).json()
    assert said["type"] == "FeaturedCollection" and said["summaryMap"] == {"en": "Read &lt;them&gt;"} and said["topic"]["name"] == "#cats"
    [item] = said["orderedItems"]
    assert document(item["id"]).json() | {"@context": 0} == item | {"@context": 0}
    stamp = document(item["featureAuthorization"]).json()
    assert (stamp["type"], stamp["id"]) == ("FeatureAuthorization", item["featureAuthorization"])
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (made["uri"], item["featuredObject"])
    # Changed it is changed there; who is in it hears of that.
    owner.patch(f"{AT}/{made['id']}", {"name": "Better people"})
    until(lambda: theirs(member)[0]["name"] == "Better people", "the change crosses")
    until(lambda: member.get("/api/v1/notifications", {"types[]": "collection_update"}), "the member is told of the change")
    # The member leaves: gone everywhere, and for good.
    mine = member.get(f"{AT}/{copy['id']}")["collection"]["items"][0]
    assert member.request("POST", f"{AT}/{copy['id']}/items/{mine['id']}/revoke").status == 200
    until(lambda: members(owner, made) == [], "the owner's server learns of it")
    assert document(item["featureAuthorization"]).status_code == 404 and document(made["uri"]).json()["orderedItems"] == []
    until(lambda: members(member.reader, copy) == [], "the reader sees nobody")
    owner.delete(f"{AT}/{made['id']}")
    until(lambda: theirs(member) == [], "the deletion crosses")
    assert document(made["uri"]).status_code == 404


def test_a_collection_is_found_by_its_address_or_its_pages(pair):
    owner, member = pair
    for at in ("uri", "url"):
        made = owner.post(AT, {"name": at, "discoverable": False})["collection"]
        found = member.get("/api/v2/search", {"q": made[at], "resolve": "true"}, timeout=60)["collections"]
        assert [(k["uri"], k["name"]) for k in found] == [(made["uri"], at)]
        owner.delete(f"{AT}/{made['id']}")


def test_whoever_does_not_want_to_be_found_is_not_asked_or_refuses(pair):
    owner, member = pair
    known = find(owner, member.handle)
    # Their copy still says that everybody may.
    member.patch("/api/v1/accounts/update_credentials", {"discoverable": False})
    made = owner.post(AT, {"name": "Unwilling", "account_ids": [known["id"]]})["collection"]
    until(lambda: states(owner, made) == [], "the member's server refuses")
    assert member.get("/api/v1/notifications", {"types[]": "added_to_collection"}) == []
    owner.delete(f"{AT}/{made['id']}")


def test_who_is_removed_is_removed_there(pair):
    owner, member = pair
    known = find(owner, member.handle)
    made = owner.post(AT, {"name": "For a while"})["collection"]
    copy = until(lambda: theirs(member), "the collection is known there")[0]
    item = owner.post(f"{AT}/{made['id']}/items", {"account_id": known["id"]})["collection_item"]
    until(lambda: states(owner, made) == ["accepted"], "the member's server agrees")
    until(lambda: members(member.reader, copy) == [member.id], "the reader sees who is in it")
    owner.delete(f"{AT}/{made['id']}/items/{item['id']}")
    until(lambda: members(member.reader, copy) == [], "the removal crosses")
    owner.delete(f"{AT}/{made['id']}")
    until(lambda: theirs(member) == [], "the deletion crosses")
