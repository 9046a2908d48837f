"""Groups: what they pass on of their members' doing, in the shapes that Lemmy and PeerTube send it. None of it is believed as it stands."""
import pytest
from howdah import FakeRemote, remote as ways, until

GROUP = {"type": "Group", "summary": "<p>All about cats</p>"}


@pytest.fixture
def world(new_server, remote):
    """alice follows the group cats, which is on one server; bob, who posts to it, is on another."""
    server = new_server()
    with FakeRemote() as other:
        alice, cats = server.account("alice"), remote.actor("cats", **GROUP)
        account = alice.get("/api/v2/search", {"q": f"@{cats.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]
        assert account["group"]
        alice.follow(account)
        cats.send(f"{server.url}/inbox", cats.accept(remote.wait_activity("Follow")))
        until(lambda: alice.relationship(account)["following"], "the group is followed")
        yield server, cats, other.actor("bob"), alice


def page(bob, title, **more):
    """A post of Lemmy's: a link with a title."""
    more = {"type": "Page", "name": title, "attachment": [{"type": "Link", "href": "https://cats.example/story"}], **more}
    return bob.note("what a story", **more)


def announce(server, group, activity, **more):
    return group.send(f"{server.url}/inbox", group.activity("Announce", activity, to=[ways.PUBLIC], cc=[group.document["followers"]], **more))


def passed(member, type, object, **more):
    """An activity of a member's, served where it is at home."""
    activity = member.activity(type, object, **more)
    member.remote.put(activity["id"].removeprefix(member.remote.url), activity)
    return activity


def boosted(api):
    return [s["reblog"]["uri"] for s in api.home() if s["reblog"]]


def descendants(api, status):
    return [s["uri"] for s in api.get(f"/api/v1/statuses/{status['id']}/context")["descendants"]]


def test_a_post_to_a_group_comes_home_and_its_answers_join_it(world):
    server, cats, bob, alice = world
    post = page(bob, "Cats & dogs")
    lie = {**post, "name": "Buy this", "content": "spam"}
    announce(server, cats, passed(bob, "Create", lie))
    until(lambda: boosted(alice) == [post["id"]], "the post is boosted by the group")
    announce(server, cats, post["id"])            # for those who know only this form
    shown = alice.home()[0]["reblog"]
    assert "Cats &amp; dogs" in shown["content"] and "spam" not in shown["content"] and shown["account"]["acct"] == bob.handle
    assert 'href="https://cats.example/story"' in shown["content"]
    answer = bob.note("a comment", inReplyTo=post["id"])
    announce(server, cats, passed(bob, "Create", answer))
    until(lambda: descendants(alice, shown) == [answer["id"]], "the answer is in the thread")
    server.settled()
    assert boosted(alice) == [post["id"]]


def test_edits_and_deletions_are_looked_up_where_the_post_lives(world):
    server, cats, bob, alice = world
    post = page(bob, "Old title")
    announce(server, cats, passed(bob, "Create", post))
    until(lambda: boosted(alice) == [post["id"]], "the post is there")
    announce(server, cats, passed(bob, "Delete", post["id"]))             # it still stands
    page(bob, "New title", id=post["id"], updated="2026-02-01T00:00:00Z")
    announce(server, cats, passed(bob, "Update", {**post, "name": "A lie", "updated": "2026-02-01T00:00:00Z"}))
    until(lambda: "New title" in alice.home()[0]["reblog"]["content"], "the edit is there")
    bob.remote.drop(post["id"])
    announce(server, cats, passed(bob, "Delete", post["id"]))
    until(lambda: not alice.home(), "the post is gone")


def test_a_like_that_a_group_passes_on_is_fetched(world):
    server, cats, bob, alice = world
    status = alice.status("my cat")
    mallory = cats.remote.actor("mallory")

    def likes():
        return alice.get(f"/api/v1/statuses/{status['id']}")["favourites_count"]

    invented = mallory.activity("Like", status["uri"])
    forged = passed(mallory, "Like", status["uri"])
    forged["actor"] = bob.id                      # says the document at mallory's, too
    cats.remote.put(forged["id"].removeprefix(cats.remote.url), forged)
    # Its actor's address is at mallory's, and leads to bob.
    cats.remote.behave("/as-bob", ways.redirect(bob.id))
    cats.remote.put("/like-bob", bob.document)
    ways_to_bob = [cats.remote.url + at for at in ("/as-bob", "/like-bob")]
    led = [passed(mallory, "Like", status["uri"], actor=at) for at in ways_to_bob]
    for lie in (invented, {**invented, "actor": bob.id}, forged, *led):
        announce(server, cats, lie)
    mallory.send(f"{server.url}/inbox", mallory.activity("Announce", passed(bob, "Like", status["uri"]), to=[ways.PUBLIC]))   # no group
    like = passed(bob, "Like", status["uri"])
    announce(server, cats, like)
    until(lambda: likes() == 1, "bob likes it")
    server.settled()
    assert [a["acct"] for a in alice.get(f"/api/v1/statuses/{status['id']}/favourited_by")] == [bob.handle]
    for at in ways_to_bob:
        announce(server, cats, passed(mallory, "Undo", {**like, "actor": at}, actor=at))
    server.inbound_done()
    assert likes() == 1
    announce(server, cats, passed(bob, "Undo", like))
    until(lambda: likes() == 0, "and no longer")


def test_a_group_that_nobody_follows_says_nothing(world):
    server, cats, bob, alice = world
    dogs = cats.remote.actor("dogs", **GROUP)
    post, marker = page(bob, "Unwanted"), page(bob, "Marker")
    announce(server, dogs, passed(bob, "Create", post))
    announce(server, cats, passed(bob, "Create", marker))
    until(lambda: boosted(alice) == [marker["id"]], "the marker is there")
    server.settled()
    assert not [r for r in bob.remote.received if r.path == post["id"].removeprefix(bob.remote.url)]


def test_a_member_is_not_told_that_the_group_boosts(world):
    server, cats, bob, alice = world
    carol = server.account("carol")
    mine, others = alice.status("to the group"), carol.status("to the group, too")
    announce(server, cats, mine["uri"])
    announce(server, cats, others["uri"])
    until(lambda: [n for n in carol.get("/api/v1/notifications") if n["type"] == "reblog"], "carol, who is no member, is told")
    until(lambda: alice.get(f"/api/v1/statuses/{mine['id']}")["reblogs_count"] == 1, "alice's is boosted")
    server.settled()
    assert not [n for n in alice.get("/api/v1/notifications") if n["type"] == "reblog"]


def test_films_sounds_events_become_posts(world):
    server, cats, bob, alice = world
    channel = cats.remote.actor("channel", **GROUP)
    film = bob.note("a film", type="Video", name="My film", attributedTo=[{"type": "Person", "id": bob.id}, {"type": "Group", "id": channel.id}],
                    url=[{"type": "Link", "mediaType": "video/mp4", "href": f"{bob.remote.url}/film.mp4"},
                         {"type": "Link", "mediaType": "text/html", "href": f"{bob.remote.url}/w/film"}], duration="PT5S")
    for note in (film, *(bob.note("see", type=t, name=f"My {t}", id=f"{bob.remote.url}/notes/{t}") for t in ("Article", "Event", "Audio", "Image"))):
        announce(server, cats, note["id"])
        until(lambda: note["id"] in boosted(alice), f"the {note['type']} is there")
        shown = next(s["reblog"] for s in alice.home() if s["reblog"]["uri"] == note["id"])
        assert note["name"] in shown["content"] and f'href="{shown["url"]}"' in shown["content"] and shown["account"]["acct"] == bob.handle
    assert next(s["reblog"] for s in alice.home() if s["reblog"]["uri"] == film["id"])["url"] == f"{bob.remote.url}/w/film"
