"""What few servers say, or seldom: an edit before its post, what only a token opens, one's own post for followers boosted, a page attached."""


import pytest
from howdah import until


class Scene:
    """alice here follows bob."""

    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice, self.bob, self.inbox = server.account("alice"), remote.actor("bob"), server.url + "/inbox"
        them = self.account(self.bob)
        self.alice.follow(them)
        self.bob.send(self.inbox, self.bob.accept(remote.wait_activity("Follow")))
        until(lambda: self.alice.relationship(them)["following"], "alice follows bob")

    def account(self, actor):
        return self.alice.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]

    def home(self, uri):
        return next((s for s in self.alice.home() if s["uri"] == uri), None)

    def here(self, uri):
        return self.server.sql(f"SELECT count(*) FROM statuses WHERE uri = '{uri}'") == "1"

    def update(self, note):
        return self.bob.send(self.inbox, self.bob.activity("Update", note, to=note["to"], cc=note["cc"]))


@pytest.fixture
def scene(server, remote):
    return Scene(server, remote)


def test_a_page_that_is_attached_is_previewed(scene):
    scene.remote.put("/page", "<html><head><title>The page</title><meta property='og:title' content='The page'></head></html>", type="text/html")
    note = scene.bob.note("look: <a href='https://elsewhere.example/'>here</a>", attachment=[{"type": "Link", "href": scene.remote.url + "/page"}])
    scene.bob.send(scene.inbox, scene.bob.create(note))
    until(lambda: scene.home(note["id"]), "the post is at home")
    card = until(lambda: scene.home(note["id"])["card"], "it has a card", 60)
    assert card["title"] == "The page" and scene.home(note["id"])["media_attachments"] == []
