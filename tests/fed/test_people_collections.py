"""Collections of people, FEP-7aa9, as strangers speak of them, and what of it is believed."""
import pytest
import requests
from howdah import FakeRemote, wait
from howdah.remote import ACTIVITY, CONTEXT, PUBLIC, status

AT = "/api/v1/collections"


class Scene:
    """alice here, who wants to be found; bob and eve elsewhere."""

    def __init__(self, server, remote):
        self.server, self.remote, self.alice = server, remote, server.account("alice")
        self.bob, self.eve = remote.actor("bob"), remote.actor("eve")
        for actor in (self.bob, self.eve):
            actor.document["featuredCollections"] = f"{actor.id}/recommends"
            actor.document["interactionPolicy"] = {"canFeature": {"automaticApproval": [PUBLIC]}}
            actor.publish()
        self.actor, self.inbox = f"http://{server.domain}/ap/users/{self.alice.id}", f"{server.url}/inbox"
        self.alice.patch("/api/v1/accounts/update_credentials", {"discoverable": True})

    def here(self, actor, api=None):
        return (api or self.alice).get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"}, timeout=60)["accounts"][0]

    def document(self, url):
        return requests.get(url, headers={"Accept": ACTIVITY}, timeout=30)

    # What they say

    def item(self, owner, whom, stamp=None, **more):
        said = {"id": owner.new_id("items"), "type": "FeaturedItem", "featuredObject": whom, **more}
        return {**said, "featureAuthorization": stamp} if stamp else said

    def collection(self, owner, *items, **more):
        """A collection of theirs, served."""
        id = more.pop("id", None) or owner.new_id("collections")
        said = {"@context": CONTEXT, "id": id, "type": "FeaturedCollection", "attributedTo": owner.id, "name": "Good people",
                "summary": "<p>Read them</p>", "sensitive": False, "discoverable": True, "published": "2026-01-01T00:00:00Z",
                "updated": "2026-01-01T00:00:00Z", "totalItems": len(items), "orderedItems": list(items), **more}
        self.remote.put(id[len(self.remote.url):], said)
        return said

    def stamp(self, who, about, **more):
        """An authorization of theirs to be in that collection, served."""
        remote = who.remote
        id = more.pop("at", None) or who.new_id("stamps")
        remote.put(id[len(remote.url):], {"@context": CONTEXT, "id": id, "type": "FeatureAuthorization", "interactingObject": about,
                                          "interactionTarget": who.id, **more})
        return id

    def tell(self, who, type, object, **more):
        return who.send(self.inbox, who.activity(type, object, **more))

    def recommend(self, owner, *items, **more):
        """Told of with an Add: the collection, and as it is known here."""
        said = self.collection(owner, *items, **more)
        self.tell(owner, "Add", said, target=owner.document["featuredCollections"])
        return said, wait.until(lambda: self.known(said["id"]), "the collection is known", 30)

    # What is here

    def known(self, uri, api=None):
        """Our copy of a collection, or None."""
        id = self.server.sql(f"SELECT id FROM collections WHERE uri = '{uri}'")
        return (api or self.alice).get(f"{AT}/{id}") if id else None

    def members(self, uri):
        """Who is in it, by handle."""
        said = self.known(uri)
        names = {a["id"]: a["acct"] for a in said["accounts"]}
        return [names[i["account_id"]] for i in said["collection"]["items"]]

    def until_members(self, uri, *actors):
        names = [a.handle for a in actors]
        wait.until(lambda: self.members(uri) == names, f"in it are {names}", 30)


@pytest.fixture
def scene(new_server, remote):
    return Scene(new_server(), remote)


@pytest.mark.parametrize("policy, automatic, manual", [
    ({"automaticApproval": [PUBLIC]}, 2, 0),
    ({"automaticApproval": "as:Public", "manualApproval": "followers"}, 2, 4),
    ({"automaticApproval": ["followers", "following"], "manualApproval": ["https://elsewhere.example/list"]}, 12, 1),
    ({"automaticApproval": ["self"]}, 0, 0),
    ("cats", 0, 0),
    (None, 0, 0),
])
def test_whom_others_let_recommend_them(scene, policy, automatic, manual):
    bob = scene.bob
    del bob.document["interactionPolicy"]
    names = {"self": bob.id, "followers": f"{bob.id}/followers", "following": f"{bob.id}/following"}
    if isinstance(policy, dict):
        policy = {k: [names.get(x, x) for x in v] if isinstance(v, list) else names.get(v, v) for k, v in policy.items()}
    if policy is not None:
        bob.document["interactionPolicy"] = {"canFeature": policy}
    bob.document["featuredCollections"] = f"{bob.id}/recommends"
    bob.publish()
    id = scene.here(bob)["id"]
    assert scene.server.sql(f"SELECT feature_policy FROM accounts WHERE id = {id}") == str(automatic * 65536 + manual)
    assert scene.server.sql(f"SELECT collections_uri FROM accounts WHERE id = {id}") == f"{bob.id}/recommends"


# ---- ours ----

def test_what_an_actor_says_of_collections(scene):
    def said():
        return scene.document(scene.actor).json()
    assert said()["featuredCollections"] == f"{scene.actor}/featured_collections"
    assert said()["interactionPolicy"] == {"canFeature": {"automaticApproval": [PUBLIC]}}
    scene.alice.patch("/api/v1/accounts/update_credentials", {"locked": True})
    assert said()["interactionPolicy"] == {"canFeature": {"automaticApproval": [f"{scene.actor}/followers"]}}
    scene.alice.patch("/api/v1/accounts/update_credentials", {"discoverable": False})
    assert said()["interactionPolicy"] == {"canFeature": {"automaticApproval": [scene.actor]}}
    assert "featuredCollections" not in scene.document(f"{scene.server.url}/actor").json()
    terms = said()["@context"][-1]
    assert all(name in terms for name in ("featuredCollections", "canFeature", "FeaturedCollection", "FeaturedItem", "FeatureAuthorization",
                                          "FeatureRequest", "featuredObject", "featureAuthorization", "topic"))


def test_ours_are_listed_five_a_page(scene):
    made = [scene.alice.post(AT, {"name": f"Collection {i}", "discoverable": i % 2 == 0})["collection"]["uri"] for i in range(7)]
    whole = scene.document(f"{scene.actor}/featured_collections").json()
    assert whole["totalItems"] == 7 and "items" not in whole
    first = scene.document(whole["first"]).json()
    second = scene.document(first["next"]).json()
    assert [len(p["items"]) for p in (first, second)] == [5, 2] and "next" not in second and second["prev"] == first["id"]
    assert [c["id"] for c in first["items"] + second["items"]] == made[::-1]
    assert all(c["type"] == "FeaturedCollection" and c["attributedTo"] == scene.actor for c in first["items"])
    # However many are on it, and in them, a page is three calls of the database.
    scene.alice.post(f"{AT}/{scene.known(made[6])['collection']['id']}/items", {"account_id": scene.alice.id})
    at = f"/ap/users/{scene.alice.id}/featured_collections?page="
    cost = [scene.server.queries(scene.server.anonymous().request("GET", at + n, headers={"Accept": ACTIVITY})) for n in "12"]
    assert cost == [3, 3]
    # At its page, too, for those who ask for documents.
    assert scene.document(first["items"][0]["url"]).json()["id"] == first["items"][0]["id"]
    assert "text/html" in requests.get(first["items"][0]["url"], headers={"Accept": "text/html"}, timeout=30).headers["Content-Type"]
    assert scene.document(f"{scene.server.url}/collections/1").status_code == 404
    for path in ("/ap/users/1/featured_collections", f"/ap/users/{scene.alice.id}/collections/1", f"/ap/users/{scene.alice.id}/collection_items/1",
                 f"/ap/users/{scene.alice.id}/feature_authorizations/1"):
        assert scene.document(scene.server.url + path).status_code == 404, path


def test_who_follows_the_owner_hears_of_what_changes(scene):
    carol = scene.server.account("carol")
    carol.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
    scene.tell(scene.eve, "Follow", scene.actor)
    scene.remote.wait_activity("Accept")
    made = scene.alice.post(AT, {"name": "Good people"})["collection"]
    add = scene.remote.wait_activity("Add")
    assert (add["actor"], add["target"], add["to"]) == (scene.actor, f"{scene.actor}/featured_collections", [PUBLIC])
    assert add["object"]["id"] == made["uri"] and add["object"]["type"] == "FeaturedCollection" and add["object"]["orderedItems"] == []
    item = scene.alice.post(f"{AT}/{made['id']}/items", {"account_id": carol.id})["collection_item"]
    add = scene.remote.wait_activity("Add", lambda a: a["object"]["type"] == "FeaturedItem")
    assert add["target"] == made["uri"] and add["object"]["featuredObject"] == f"http://{scene.server.domain}/ap/users/{carol.id}"
    stamp = add["object"]["featureAuthorization"]
    assert stamp.startswith(add["object"]["featuredObject"] + "/") and scene.document(stamp).json()["interactingObject"] == made["uri"]
    scene.alice.patch(f"{AT}/{made['id']}", {"name": "Better people"})
    update = scene.remote.wait_activity("Update", lambda a: a["object"]["type"] == "FeaturedCollection")
    assert update["object"]["name"] == "Better people" and update["object"]["orderedItems"] == [add["object"]]
    scene.alice.delete(f"{AT}/{made['id']}/items/{item['id']}")
    remove = scene.remote.wait_activity("Remove")
    assert (remove["object"], remove["target"]) == (add["object"]["id"], made["uri"])
    assert scene.document(stamp).status_code == scene.document(add["object"]["id"]).status_code == 404
    scene.alice.delete(f"{AT}/{made['id']}")
    remove = scene.remote.wait_activity("Remove", lambda a: a["object"] == made["uri"])
    assert remove["target"] == f"{scene.actor}/featured_collections"


def test_we_ask_and_believe_only_what_they_serve(scene):
    bob = scene.here(scene.bob)
    made = scene.alice.post(AT, {"name": "Good people", "account_ids": [bob["id"]]})["collection"]
    ask = scene.remote.wait_activity("FeatureRequest")
    assert (ask["actor"], ask["object"], ask["instrument"]) == (scene.actor, scene.bob.id, made["uri"])

    def state():
        return [i["state"] for i in scene.alice.get(f"{AT}/{made['id']}")["collection"]["items"]]

    def accept(who, stamp):
        scene.tell(who, "Accept", ask, result=stamp)
    # Another's word, another's authorization, or one of something else, or none at all: nothing comes of it.
    accept(scene.eve, scene.stamp(scene.eve, made["uri"]))
    accept(scene.bob, scene.stamp(scene.eve, made["uri"]))
    accept(scene.bob, scene.stamp(scene.bob, made["uri"] + "x"))
    accept(scene.bob, scene.stamp(scene.bob, made["uri"], interactionTarget=scene.eve.id))
    accept(scene.bob, scene.stamp(scene.bob, made["uri"], type="QuoteAuthorization"))
    accept(scene.bob, scene.bob.new_id("stamps"))
    accept(scene.bob, f"{scene.actor}/feature_authorizations/1")
    scene.server.settled()
    assert state() == ["pending"] and scene.document(made["uri"]).json()["orderedItems"] == []
    stamp = scene.stamp(scene.bob, made["uri"])
    scene.tell(scene.bob, "Accept", ask["id"], result=stamp)
    wait.until(lambda: state() == ["accepted"], "bob agreed", 30)
    [item] = scene.document(made["uri"]).json()["orderedItems"]
    assert (item["featuredObject"], item["featureAuthorization"]) == (scene.bob.id, stamp)
    # Whoever is in it hears of it though they follow nobody.
    assert scene.remote.wait_activity("Add", lambda a: a["object"]["type"] == "FeaturedItem")["object"] == item
    # Only bob takes it back.
    scene.tell(scene.eve, "Delete", {"id": stamp, "type": "FeatureAuthorization"})
    scene.server.settled()
    assert state() == ["accepted"]
    scene.remote.drop(stamp)
    scene.tell(scene.bob, "Delete", {"id": stamp, "type": "FeatureAuthorization"})
    wait.until(lambda: state() == [], "bob is out", 30)
    assert scene.remote.wait_activity("Remove")["object"] == item["id"]
    # What was taken back is not agreed to again by itself.
    accept(scene.bob, scene.stamp(scene.bob, made["uri"]))
    scene.server.settled()
    assert state() == []


def test_whom_the_owner_does_not_want_any_more_hears_that_they_are_not_asked(scene):
    made = scene.alice.post(AT, {"name": "Good people", "account_ids": [scene.here(scene.bob)["id"]]})["collection"]
    ask = scene.remote.wait_activity("FeatureRequest")
    scene.alice.delete(f"{AT}/{made['id']}/items/{made['items'][0]['id']}")
    undo = scene.remote.wait_activity("Undo")
    assert (undo["object"]["id"], undo["object"]["type"], undo["object"]["object"]) == (ask["id"], "FeatureRequest", scene.bob.id)
    # And of theirs, in whatever order.
    said = scene.collection(scene.bob)
    first, second = (scene.bob.activity("FeatureRequest", scene.actor, instrument=said["id"]) for _ in range(2))
    scene.bob.send(scene.inbox, first)
    wait.until(lambda: scene.known(said["id"]) and scene.members(said["id"]) == ["alice"], "alice is in it", 30)
    scene.tell(scene.eve, "Undo", first)
    scene.server.settled()
    assert scene.members(said["id"]) == ["alice"]
    scene.tell(scene.bob, "Undo", first)
    wait.until(lambda: scene.members(said["id"]) == [], "alice is out", 30)
    scene.tell(scene.bob, "Undo", second)
    scene.server.settled()
    scene.bob.send(scene.inbox, second)
    scene.server.settled()
    assert scene.members(said["id"]) == []


def test_a_refusal(scene):
    made = scene.alice.post(AT, {"name": "Good people", "account_ids": [scene.here(scene.bob)["id"]]})["collection"]
    ask = scene.remote.wait_activity("FeatureRequest")
    scene.tell(scene.eve, "Reject", ask["id"])
    scene.server.settled()
    assert len(scene.alice.get(f"{AT}/{made['id']}")["collection"]["items"]) == 1
    scene.tell(scene.bob, "Reject", ask["id"])
    wait.until(lambda: scene.alice.get(f"{AT}/{made['id']}")["collection"]["items"] == [], "bob refused", 30)


def test_they_ask_and_are_answered(scene):
    said = scene.collection(scene.bob)

    def ask(who=scene.bob, whom=scene.actor, collection=said["id"]):
        return scene.tell(who, "FeatureRequest", whom, instrument=collection)["id"]

    def answer(type, id):
        return scene.remote.wait_activity(type, lambda a: a["object"]["id"] == id)
    first = answer("Accept", ask())
    stamp = scene.document(first["result"]).json()
    assert (stamp["id"], stamp["interactingObject"], stamp["interactionTarget"]) == (first["result"], said["id"], scene.actor)
    notice = wait.until(lambda: scene.alice.get("/api/v1/notifications", {"types[]": "added_to_collection"}), "alice is told", 30)
    assert notice[0]["collection"]["uri"] == said["id"] and notice[0]["account"]["acct"] == scene.bob.handle
    assert scene.members(said["id"]) == ["alice"]
    # Asked again the answer is the same, and nobody is told twice.
    assert answer("Accept", ask())["result"] == first["result"]
    scene.server.settled()
    assert len(scene.alice.get("/api/v1/notifications", {"types[]": "added_to_collection"})) == 1
    # Somebody else's collection as one's own, one that is not there, one that is no collection.
    answer("Reject", ask(scene.eve))
    answer("Reject", ask(collection=scene.bob.new_id("collections")))
    answer("Reject", ask(collection=scene.bob.note("no collection")["id"]))
    # An Update that lists the item, and one that does not any more.
    item = scene.item(scene.bob, scene.actor, first["result"])
    scene.tell(scene.bob, "Update", {**said, "orderedItems": [item], "updated": "2026-01-02T00:00:00Z"})
    wait.until(lambda: scene.server.sql("SELECT count(uri) FROM collection_items") == "1", "the item is known", 30)
    assert scene.members(said["id"]) == ["alice"]
    # Whoever leaves is out, and is not put in again.
    copy = scene.known(said["id"])["collection"]
    scene.alice.request("POST", f"{AT}/{copy['id']}/items/{copy['items'][0]['id']}/revoke")
    gone = scene.remote.wait_activity("Delete", lambda a: a["object"]["type"] == "FeatureAuthorization")
    assert gone["object"]["id"] == first["result"] and gone["object"]["interactingObject"] == said["id"] and gone["actor"] == scene.actor
    assert scene.document(first["result"]).status_code == 404 and scene.members(said["id"]) == []
    scene.tell(scene.bob, "Update", {**said, "orderedItems": [item], "updated": "2026-01-03T00:00:00Z"})
    answer("Reject", ask())
    scene.server.settled()
    assert scene.members(said["id"]) == [] and scene.document(first["result"]).status_code == 404


def test_who_does_not_want_to_be_found_or_blocks_is_not_put_in(scene):
    said = scene.collection(scene.bob)

    def refused():
        id = scene.tell(scene.bob, "FeatureRequest", scene.actor, instrument=said["id"])["id"]
        scene.remote.wait_activity("Reject", lambda a: a["object"]["id"] == id)
    scene.alice.patch("/api/v1/accounts/update_credentials", {"discoverable": False})
    refused()
    scene.alice.patch("/api/v1/accounts/update_credentials", {"discoverable": True, "locked": True})
    refused()
    scene.alice.patch("/api/v1/accounts/update_credentials", {"locked": False})
    scene.alice.post(f"/api/v1/accounts/{scene.here(scene.bob)['id']}/block")
    refused()
    # Nothing was fetched for them, and there is nothing here.
    assert scene.known(said["id"]) is None
    assert not [r for r in scene.remote.received if r.method == "GET" and r.path.startswith("/collections/")]


def test_documents_are_for_whom_the_owner_lets_read(new_server, remote):
    server = new_server()
    server.cli("config", "set", "authorized_fetch", "on")
    scene = Scene(server, remote)
    made = scene.alice.post(AT, {"name": "Good people", "account_ids": [scene.alice.id]})["collection"]
    stamp = f"{scene.actor}/feature_authorizations/{made['items'][0]['id']}"
    paths = [f"{scene.actor}/featured_collections", made["uri"], made["url"], f"{scene.actor}/collection_items/{made['items'][0]['id']}", stamp]
    wait.until(lambda: scene.document(made["uri"]).status_code == 401, "the setting holds", 30)
    for path in paths:
        assert scene.document(path).status_code == 401, path
        got = scene.bob.fetch(path)
        assert got.status_code == 200 and "no-store" in got.headers["Cache-Control"], path
    scene.alice.post(f"/api/v1/accounts/{scene.here(scene.bob)['id']}/block")
    for path in paths:
        assert scene.bob.fetch(path).status_code == 404 and scene.eve.fetch(path).status_code == 200, path


# ---- theirs ----

def test_what_somebody_recommends_is_read_with_their_profile(scene):
    kept = [scene.collection(scene.bob, name=f"Collection {i}") for i in range(7)]
    at = scene.bob.document["featuredCollections"]
    path = at[len(scene.remote.url):]
    scene.remote.put(path, {"@context": CONTEXT, "id": at, "type": "Collection", "totalItems": 7, "first": f"{at}/1"})
    pages = {1: [*kept[:4], scene.collection(scene.eve)], 2: [*[k["id"] for k in kept[4:]], scene.bob.note("a post")["id"], 7]}
    for n, items in pages.items():
        page = {"@context": CONTEXT, "id": f"{at}/{n}", "type": "CollectionPage", "partOf": at, "items": items}
        scene.remote.put(f"{path}/{n}", {**page, "next": f"{at}/2"} if n == 1 else page)
    bob = scene.here(scene.bob)
    wait.until(lambda: len(scene.alice.get(f"/api/v1/accounts/{bob['id']}/collections")["collections"]) == 7, "all are read", 30)
    scene.server.settled()
    assert scene.server.sql("SELECT count(*) FROM collections") == "7"


def test_a_collection_is_what_its_owner_says(scene):
    stamp = scene.bob.new_id("stamps")
    id = scene.eve.new_id("collections")
    scene.stamp(scene.bob, id, at=stamp)
    item = scene.item(scene.eve, scene.bob.id, stamp)
    said, copy = scene.recommend(scene.eve, item, id=id, summary="<p>Read <script>alert(1)</script><b>them</b></p>",
                                 topic={"type": "Hashtag", "name": "#Cats"})
    scene.until_members(id, scene.bob)
    assert copy["collection"]["description"] == "<p>Read <b>them</b></p>" and copy["collection"]["tag"]["name"] == "Cats"
    assert copy["collection"]["local"] is False and copy["collection"]["url"] == id
    # Nobody else changes it.
    changed = {**said, "name": "Taken over"}
    for activity in ({"type": "Update", "object": changed}, {"type": "Update", "object": {**changed, "attributedTo": scene.bob.id}},
                     {"type": "Add", "object": changed, "target": scene.bob.document["featuredCollections"]},
                     {"type": "Add", "object": scene.item(scene.bob, scene.actor), "target": id},
                     {"type": "Remove", "object": item["id"], "target": id}, {"type": "Delete", "object": id},
                     {"type": "Remove", "object": id, "target": scene.bob.document["featuredCollections"]},
                     {"type": "Remove", "object": id, "target": scene.eve.document["featuredCollections"]},
                     {"type": "Delete", "object": {"id": id, "type": "FeaturedCollection"}}):
        scene.tell(scene.bob, activity.pop("type"), activity.pop("object"), **activity)
    scene.server.settled()
    assert scene.known(id)["collection"]["name"] == "Good people" and scene.members(id) == [scene.bob.handle]
    # An older word comes late.
    scene.tell(scene.eve, "Update", {**said, "name": "Newer", "updated": "2026-01-03T00:00:00Z"})
    wait.until(lambda: scene.known(id)["collection"]["name"] == "Newer", "it is newer", 30)
    scene.tell(scene.eve, "Update", {**said, "name": "Older", "updated": "2026-01-02T00:00:00Z"})
    scene.server.settled()
    assert scene.known(id)["collection"]["name"] == "Newer"
    # Who is not listed any more is out.
    scene.tell(scene.eve, "Update", {**said, "orderedItems": [], "updated": "2026-01-04T00:00:00Z"})
    scene.until_members(id)
    scene.tell(scene.eve, "Add", item, target=id)
    scene.until_members(id, scene.bob)
    scene.tell(scene.eve, "Remove", item["id"], target=id)
    scene.until_members(id)
    # Taken out it may be said once more that it is in it: so it is where its own address says so.
    for said_late in ({"type": "Add", "object": item, "target": id}, {"type": "Update", "object": {**said, "updated": "2026-01-05T00:00:00Z"}}):
        scene.tell(scene.eve, said_late.pop("type"), said_late.pop("object"), **said_late)
    scene.server.settled()
    assert scene.members(id) == []
    scene.remote.put(item["id"][len(scene.remote.url):], {"@context": CONTEXT, **item})
    scene.tell(scene.eve, "Add", item, target=id)
    scene.until_members(id, scene.bob)
    # Deleted it is gone, and stays so.
    scene.tell(scene.eve, "Remove", id, target=f"{scene.eve.id}/a list that nobody knows")
    wait.until(lambda: scene.known(id) is None, "it is gone", 30)
    # And one that never came does not come afterwards.
    unknown = scene.collection(scene.eve)
    scene.tell(scene.eve, "Remove", unknown["id"], target=scene.eve.document["featuredCollections"])
    scene.server.settled()
    scene.tell(scene.eve, "Add", unknown, target=scene.eve.document["featuredCollections"])
    scene.tell(scene.eve, "Add", said, target=scene.eve.document["featuredCollections"])
    scene.tell(scene.eve, "Update", {**said, "updated": "2026-01-06T00:00:00Z"})
    scene.server.settled()
    assert scene.known(id) is None and scene.known(unknown["id"]) is None
    assert scene.server.sql("SELECT count(*) FROM collection_items") == "0"


def test_an_item_of_a_collection_that_is_not_known_brings_it_along(scene):
    said = scene.collection(scene.eve)
    item = scene.item(scene.eve, scene.bob.id, scene.stamp(scene.bob, said["id"]))
    scene.collection(scene.eve, item, id=said["id"])
    scene.tell(scene.eve, "Add", item, target=said["id"])
    wait.until(lambda: scene.known(said["id"]), "the collection is known", 30)
    scene.until_members(said["id"], scene.bob)
    # Deleted by its id alone.
    scene.remote.drop(said["id"])
    scene.tell(scene.eve, "Delete", said["id"])
    wait.until(lambda: scene.known(said["id"]) is None, "it is gone", 30)


def test_items_may_be_named_by_their_ids(scene):
    said = scene.collection(scene.eve)
    item = scene.item(scene.eve, scene.bob.id, scene.stamp(scene.bob, said["id"]))
    scene.remote.put(item["id"][len(scene.remote.url):], {"@context": CONTEXT, **item})
    scene.tell(scene.eve, "Update", {**said, "orderedItems": [item["id"], scene.eve.new_id("items")]})
    wait.until(lambda: scene.known(said["id"]), "the collection is known", 30)
    scene.until_members(said["id"], scene.bob)


def test_only_so_much_is_kept(scene):
    said, copy = scene.recommend(scene.eve, *[scene.item(scene.eve, f"{scene.remote.url}/users/nobody{i}") for i in range(40)], name="ä" * 300,
                                 summary="ü" * 3000, totalItems=40)
    assert copy["collection"]["name"] == "ä" * 256 and copy["collection"]["description"] == "ü" * 2048
    assert scene.server.sql("SELECT count(*) FROM collection_items") == "25" and copy["collection"]["items"] == []
    for bad in ({"name": ""}, {"name": 7}, {"id": "https://elsewhere.example/1"}, {"attributedTo": scene.bob.id}, {"type": "Collection"}):
        scene.tell(scene.eve, "Add", {**scene.collection(scene.eve), **bad}, target=scene.eve.document["featuredCollections"])
    for i in range(60):
        scene.tell(scene.eve, "Add", scene.collection(scene.eve), target=scene.eve.document["featuredCollections"])
    scene.server.settled()
    assert scene.server.sql("SELECT count(*) FROM collections") == "50"


def test_consent_is_looked_at_again(scene):
    ids, stamps = {}, {}
    for what in ("stays", "goes", "forbidden"):
        ids[what] = scene.eve.new_id("collections")
        stamps[what] = scene.stamp(scene.bob, ids[what])
        scene.recommend(scene.eve, scene.item(scene.eve, scene.bob.id, stamps[what]), id=ids[what])
        scene.until_members(ids[what], scene.bob)
    scene.server.stop()
    scene.remote.drop(stamps["goes"])
    scene.remote.behave(stamps["forbidden"][len(scene.remote.url):], status(403))
    scene.server.settings["clock_offset_s"] = 9 * 86400
    scene.server.start()
    scene.until_members(ids["goes"])
    scene.server.settled()
    assert scene.members(ids["stays"]) == scene.members(ids["forbidden"]) == [scene.bob.handle]


def test_whoever_is_gone_leaves_nothing(scene):
    id = scene.eve.new_id("collections")
    scene.recommend(scene.eve, scene.item(scene.eve, scene.bob.id, scene.stamp(scene.bob, id)), id=id)
    scene.until_members(id, scene.bob)
    scene.remote.drop(scene.bob.id)
    scene.tell(scene.bob, "Delete", scene.bob.id)
    scene.until_members(id)
    scene.remote.drop(scene.eve.id)
    scene.tell(scene.eve, "Delete", scene.eve.id)
    wait.until(lambda: scene.server.sql("SELECT count(*) FROM collections") == "0", "eve's collection is gone", 30)
    assert scene.server.sql("SELECT count(*) FROM collection_items") == "0"


def test_a_suspended_server_is_in_no_collection_and_shows_none(scene):
    with FakeRemote(first_key=8) as far:
        zoe = far.actor("zoe", interactionPolicy={"canFeature": {"automaticApproval": [PUBLIC]}}, featuredCollections=f"{far.url}/users/zoe/recommends")
        made = scene.alice.post(AT, {"name": "Good people", "account_ids": [scene.here(zoe)["id"], scene.here(scene.bob)["id"]]})["collection"]
        for remote, actor in ((far, zoe), (scene.remote, scene.bob)):
            ask = remote.wait_activity("FeatureRequest")
            scene.tell(actor, "Accept", ask, result=scene.stamp(actor, made["uri"]))
        listed = lambda: [i["featuredObject"] for i in scene.document(made["uri"]).json()["orderedItems"]]      # alice sees those who were asked, too
        wait.until(lambda: listed() == [zoe.id, scene.bob.id], "both agreed", 30)
        said = {"@context": CONTEXT, "id": zoe.new_id("collections"), "type": "FeaturedCollection", "attributedTo": zoe.id, "name": "Hers",
                "sensitive": False, "discoverable": True, "totalItems": 0, "orderedItems": []}
        scene.tell(zoe, "Add", said, target=zoe.document["featuredCollections"])
        hers = wait.until(lambda: scene.known(said["id"]), "hers is known", 30)["collection"]
        scene.server.cli("blocks", "add", far.domain, "--severity", "suspend")
        wait.until(lambda: scene.alice.request("GET", f"{AT}/{hers['id']}").status == 404, "hers is not shown", 30)
        assert scene.members(made["uri"]) == [scene.bob.handle]
        assert listed() == [scene.bob.id]
        # Taken out for good nothing is left.
        scene.server.cli("blocks", "purge", far.domain, "--yes")
        wait.until(lambda: scene.server.sql(f"SELECT count(*) FROM collections WHERE uri = '{said['id']}'") == "0", "hers is gone", 30)
        wait.until(lambda: scene.server.sql(f"SELECT count(*) FROM collection_items WHERE object_uri = '{zoe.id}'") == "0", "so is she", 30)


def test_posts_link_to_collections(scene):
    # Ours.
    made = scene.alice.post(AT, {"name": "Good people"})["collection"]
    post = scene.alice.status(f"Look at {made['url']}")
    assert [c["uri"] for c in post["tagged_collections"]] == [made["uri"]]
    assert scene.document(post["uri"]).json()["tag"] == [{"id": made["uri"], "type": "FeaturedCollection"}]
    # Theirs: one that is known, one that is to be had, one that is not, more than so many, and what is no collection.
    scene.here(scene.eve)
    said, unknown = scene.recommend(scene.eve)[0], scene.collection(scene.eve)
    tags = [{"type": "FeaturedCollection", "id": id} for id in (said["id"], unknown["id"], scene.eve.new_id("collections"), made["uri"],
                                                               scene.collection(scene.eve)["id"])]
    note = scene.bob.note("Look", tag=[{"type": "FeaturedCollection", "id": 7}, {"type": "FeaturedCollection"}, *tags])
    seen = scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true", "type": "statuses"}, timeout=60)["statuses"][0]

    def tagged():
        return [c["uri"] for c in scene.alice.get(f"/api/v1/statuses/{seen['id']}")["tagged_collections"]]
    wait.until(lambda: tagged() == [said["id"], unknown["id"], made["uri"]], "what can be had is there", 30)
    # An edit changes what it links to; a collection that goes is not linked to any more.
    edited = {**note, "tag": tags[1:2], "content": "<p>Look again</p>", "updated": "2026-02-01T00:00:00Z"}
    scene.tell(scene.bob, "Update", edited, to=[PUBLIC])
    wait.until(lambda: tagged() == [unknown["id"]], "the edit links to one", 30)
    scene.tell(scene.eve, "Delete", {"id": unknown["id"], "type": "FeaturedCollection"})
    wait.until(lambda: tagged() == [], "it is gone", 30)


def test_a_collection_is_found_by_its_address(scene):
    said = scene.collection(scene.eve, url=scene.remote.url + "/@eve/recommends")

    def found(q):
        return [c["uri"] for c in scene.alice.get("/api/v2/search", {"q": q, "resolve": "true"}, timeout=60)["collections"]]
    assert found(said["id"]) == [said["id"]] and found(said["url"]) == [said["id"]]
    for bad in ({"attributedTo": scene.actor}, {"attributedTo": "https://elsewhere.example/users/x"}, {"name": ""}):
        assert found(scene.collection(scene.eve, **bad)["id"]) == []


def test_reports_are_about_collections_too(scene):
    made = scene.alice.post(AT, {"name": "Bad people"})["collection"]
    other = scene.server.account("carol").post(AT, {"name": "Others"})["collection"]
    scene.tell(scene.bob, "Flag", [scene.actor, made["uri"], f"{scene.actor}/collections/1"], content="rude")
    wait.until(lambda: scene.server.sql("SELECT count(*) FROM reports") == "1", "the report is here", 30)
    assert scene.server.sql("SELECT collection_id FROM report_collections") == made["id"]
    # By the collection alone; each about its own.
    scene.tell(scene.bob, "Flag", [made["uri"], other["uri"]], content="both")
    wait.until(lambda: scene.server.sql("SELECT count(*) FROM report_collections") == "3", "both are reported", 30)
    assert scene.server.sql("SELECT count(*) FROM reports") == "3"
    # And theirs, to their server.
    _, copy = scene.recommend(scene.eve)
    scene.alice.post("/api/v1/reports", {"account_id": scene.here(scene.eve)["id"], "collection_ids": [copy["collection"]["id"]], "forward": True})
    flag = scene.remote.wait_activity("Flag")
    assert flag["object"] == [scene.eve.id, copy["collection"]["uri"]]
