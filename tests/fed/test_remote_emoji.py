"""Other servers' custom emoji are shown by our proxy: what posts, polls and people say of them names no address elsewhere, and the pictures are made ours."""
import json
import pathlib

import pytest
from howdah.remote import PUBLIC, FakeRemote, redirect, reply
from howdah.wait import until

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"


def emoji(name, url, **more):
    return {"type": "Emoji", "name": f":{name}:", "icon": {"type": "Image", "mediaType": "image/png", "url": url}, **more}


class Scene:
    """A remote with somebody whose posts have emoji, and somebody here who reads them."""

    def __init__(self, server, remote):
        self.server, self.remote, self.alice = server, remote, server.account("alice")
        for name in ("still.gif", "anim.gif", "still.webp", "anim.webp", "svg.png", "still.avif", "pixel.png"):
            remote.put("/" + name, (FIXTURES / name).read_bytes(), "image/png")
        self.bob = remote.actor("bob", tag=[emoji("me", remote.url + "/pixel.png")])
        self.bob.document["name"] = "bob :me:"
        self.bob.publish()

    def url(self, name):
        return self.remote.url + "/" + name

    def post(self, *tags, **more):
        """A post that somebody delivers, and looks up; its id here. What says the same or something else of an emoji later is another post."""
        note = self.bob.note(more.pop("content", "words"), to=[PUBLIC, f"{self.server.url}/users/alice"], tag=list(tags), **more)
        self.bob.send(f"{self.server.url}/inbox", self.bob.create(note))
        id = until(lambda: self.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"], "the post is here")[0]["id"]
        self.server.settled()
        return id

    def shown(self, id):
        return {e["shortcode"]: e for e in self.alice.get(f"/api/v1/statuses/{id}")["emojis"]}

    def get(self, url):
        return self.alice.request("GET", "/" + url.split("/", 3)[3], timeout=60)

    def asked(self, name):
        return len([r for r in self.remote.received if r.path == "/" + name])


@pytest.fixture
def scene(server, remote):
    return Scene(server, remote)


def test_wherever_one_is_shown_it_is_shown_by_our_proxy(scene):
    tag = emoji("blob", scene.url("pixel.png"), updated="2026-01-02T03:04:05Z")
    poll = [{"name": name, "replies": {"totalItems": 0}} for name in (":blob:", "no")]
    note = scene.bob.note("first :blob:", to=[PUBLIC, f"{scene.server.url}/users/alice"], tag=[tag], type="Question", oneOf=poll, endTime="2036-01-01T00:00:00Z")
    scene.bob.send(f"{scene.server.url}/inbox", scene.bob.create(note))
    id = until(lambda: scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"], "the post is here")[0]["id"]
    scene.bob.send(f"{scene.server.url}/inbox", scene.bob.activity("Update", {**note, "content": "second :blob:", "updated": "2026-01-03T00:00:00Z"}))
    until(lambda: len(scene.alice.get(f"/api/v1/statuses/{id}/history")) == 2, "it is edited")
    scene.alice.post(f"/api/v1/statuses/{id}/reblog")
    now = scene.alice.get(f"/api/v1/statuses/{id}")
    boost = scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/statuses")[0]
    lists = [now["emojis"], now["poll"]["emojis"], scene.alice.get(f"/api/v1/polls/{now['poll']['id']}")["emojis"], boost["reblog"]["emojis"], boost["emojis"]]
    lists += [state["emojis"] for state in scene.alice.get(f"/api/v1/statuses/{id}/history")]
    assert all(emojis == lists[0] and len(emojis) == 1 for emojis in lists)
    (me,) = now["account"]["emojis"]
    assert me["shortcode"] == "me" and me == scene.alice.get(f"/api/v1/accounts/{now['account']['id']}")["emojis"][0]
    for e in (lists[0][0], me):
        assert set(e) == {"shortcode", "url", "static_url", "visible_in_picker"}
        assert "/media_proxy/emoji/" in e["url"] and "/media_proxy/emoji_static/" in e["static_url"]
        for url in (e["url"], e["static_url"]):
            assert scene.get(url).type == "image/png"
    texts = json.dumps([now, boost, scene.alice.get(f"/api/v1/statuses/{id}/history"), scene.alice.get(f"/api/v1/accounts/{now['account']['id']}")])
    assert scene.url("pixel.png") not in texts


def test_each_is_fetched_once_and_what_moves_has_a_still_picture(scene):
    shown = scene.shown(scene.post(emoji("moves", scene.url("anim.gif")), emoji("still", scene.url("still.gif")), emoji("webp", scene.url("still.webp")),
                                   emoji("moves_too", scene.url("anim.webp")), emoji("avif", scene.url("still.avif"))))
    types = {name: (scene.get(e["url"]).type, scene.get(e["static_url"]).type) for name, e in shown.items()}
    assert types == {"moves": ("image/gif", "image/png"), "still": ("image/png", "image/png"), "webp": ("image/webp", "image/webp"),
                     "moves_too": ("image/webp", "image/webp"), "avif": ("image/jpeg", "image/jpeg")}
    assert scene.asked("anim.gif") == scene.asked("still.gif") == scene.asked("still.webp") == 1
    assert b"ANMF" in scene.get(shown["moves_too"]["url"]).content and b"ANMF" not in scene.get(shown["moves_too"]["static_url"]).content
    got = scene.get(shown["moves"]["url"])
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'" and got.headers["Cache-Control"] == "public, max-age=604800"
    # The first to ask may ask for the still picture; and either is made again when its copy was dropped.
    scene.server.sql("DELETE FROM proxy_files")
    assert scene.get(shown["moves"]["static_url"]).type == "image/png" and scene.get(shown["moves"]["url"]).type == "image/gif"
    assert scene.asked("anim.gif") == 2
    scene.server.sql("DELETE FROM proxy_files WHERE mime = 'image/png'")
    assert scene.get(shown["moves"]["static_url"]).type == "image/png" and scene.asked("anim.gif") == 3


def test_what_is_no_picture_or_too_large_is_not_shown_and_asked_for_once(scene):
    scene.remote.put("/large.png", (FIXTURES / "pixel.png").read_bytes() + bytes(256 * 1024), "image/png")
    scene.remote.behave("/inside.png", redirect("http://10.0.0.1/pixel.png"))
    scene.remote.behave("/gone.png", lambda h, go_on: reply(h, 410))
    names = ("svg.png", "large.png", "inside.png", "gone.png")
    shown = scene.shown(scene.post(*(emoji(name[:-4], scene.url(name)) for name in names), emoji("metadata", "http://169.254.169.254/latest/meta-data/")))
    assert len(shown) == 5
    for e in shown.values():
        assert scene.get(e["url"]).status == scene.get(e["static_url"]).status == 404
    scene.server.restart()                       # it is no memory of one process
    for e in shown.values():
        assert scene.get(e["url"]).status == 404
    assert [scene.asked(name) for name in names] == [1] * 4
    # Next day it is looked for again.
    scene.remote.behave("/gone.png", None)
    scene.remote.put("/gone.png", (FIXTURES / "pixel.png").read_bytes(), "image/png")
    scene.server.sql("UPDATE remote_emojis SET failed_us = failed_us - 86400000000 WHERE shortcode = 'gone'")
    assert scene.get(shown["gone"]["url"]).type == "image/png"
    assert scene.server.sql("SELECT failed_us FROM remote_emojis WHERE shortcode = 'gone'") == "0"


def test_a_server_in_trouble_is_asked_again_later(scene):
    scene.remote.behave("/pixel.png", lambda h, go_on: reply(h, 500))
    e = scene.shown(scene.post(emoji("blob", scene.url("pixel.png"))))["blob"]
    assert scene.get(e["url"]).status == 503
    assert scene.server.sql("SELECT failed_us FROM remote_emojis WHERE shortcode = 'blob'") == "0"


def test_only_what_somebody_said_is_fetched(scene):
    e = scene.shown(scene.post(emoji("blob", scene.url("pixel.png"))))["blob"]
    path = "/" + e["url"].split("/", 3)[3]
    for wrong in (path.replace("/blob/", "/blub/"), path.replace("/emoji/", "/emojis/"), path.replace("127.0.0.1", "127.0.0.2"), path.rsplit("/", 2)[0],
                  path + "/more", path.replace("/blob/", "/b%00b/")):
        assert scene.alice.request("GET", wrong).status in (400, 404), wrong
    assert scene.asked("pixel.png") == 0
    # The last part is for browsers alone.
    assert scene.alice.request("GET", path.rsplit("/", 1)[0] + "/00000000").status == 200


def test_a_picture_that_changes_is_fetched_anew_and_at_another_address(scene):
    def shown(url, **more):
        return scene.shown(scene.post(emoji("blob", url, **more)))["blob"]
    first = shown(scene.url("pixel.png"), updated="2026-01-02T00:00:00Z")
    assert scene.get(first["url"]).type == "image/png" and scene.asked("pixel.png") == 1
    # The same picture, said again: the same address, and nothing is fetched.
    assert shown(scene.url("pixel.png"), updated="2026-01-02T00:00:00Z") == first
    # Another at the same place, as the server says.
    scene.remote.put("/pixel.png", (FIXTURES / "still.webp").read_bytes(), "image/webp")
    second = shown(scene.url("pixel.png"), updated="2026-01-03T00:00:00Z")
    assert second["url"] != first["url"] and scene.get(second["url"]).type == "image/webp" and scene.asked("pixel.png") == 2
    # Who says that it is older changes nothing.
    shown(scene.url("anim.gif"), updated="2026-01-01T00:00:00Z")
    assert scene.get(second["url"]).type == "image/webp" and scene.asked("anim.gif") == 0
    # Another place. Old posts show the new picture.
    third = shown(scene.url("anim.gif"))
    assert {scene.get(e["url"]).type for e in (first, second, third)} == {"image/gif"} and scene.asked("anim.gif") == 1


def test_another_servers_emoji_of_that_name_is_another(scene):
    with FakeRemote(first_key=4) as other:
        other.put("/moving.gif", (FIXTURES / "anim.gif").read_bytes(), "image/gif")
        carol = other.actor("carol")
        note = carol.note("mine :blob:", to=[PUBLIC, f"{scene.server.url}/users/alice"], tag=[emoji("blob", other.url + "/moving.gif")])
        mine = scene.shown(scene.post(emoji("blob", scene.url("pixel.png"))))["blob"]
        carol.send(f"{scene.server.url}/inbox", carol.create(note))
        hers = until(lambda: scene.alice.get("/api/v2/search", {"q": note["id"], "resolve": "true"})["statuses"], "carol's post is here")[0]["emojis"][0]
        assert scene.get(mine["url"]).type == "image/png" and scene.get(hers["url"]).type == "image/gif"


def test_a_server_whose_media_are_rejected_has_none_and_what_is_taken_out_is_gone(scene):
    id = scene.post(emoji("blob", scene.url("pixel.png")), emoji("elsewhere", "http://pictures.example/x.png"))
    e = scene.shown(id)["blob"]
    assert scene.get(e["url"]).status == 200

    def files():
        return [p for p in (scene.server.data / "media").rglob("*") if p.is_file()]
    assert len(files()) == 1
    scene.server.cli("blocks", "add", scene.remote.domain, "--severity", "noop", "--media", "reject")
    until(lambda: scene.shown(id) == {}, "the block is known")
    until(lambda: scene.server.sql("SELECT fetched_us FROM proxy_files") == "0", "its copies are the first to go")
    assert scene.get(e["url"]).status == scene.get(e["static_url"]).status == 404
    scene.server.cli("blocks", "remove", scene.remote.domain)
    until(lambda: scene.shown(id).get("blob") == e, "the block is gone")
    assert scene.get(e["url"]).status == 200
    scene.server.cli("blocks", "add", scene.remote.domain, "--severity", "suspend")
    until(lambda: scene.get(e["url"]).status == 404, "the block is known")
    assert scene.server.cli("blocks", "purge", scene.remote.domain, "--yes") == "1 account purged"
    assert scene.server.sql("SELECT count(*) FROM remote_emojis") == "0"


def test_a_picture_at_a_server_that_is_blocked_is_not_shown(scene):
    e = scene.shown(scene.post(emoji("blob", scene.url("pixel.png"))))["blob"]
    scene.server.sql("UPDATE remote_emojis SET url = 'http://pictures.example/x.png'")
    scene.server.cli("blocks", "add", "pictures.example", "--severity", "noop", "--media", "reject")
    until(lambda: scene.get(e["url"]).status == 404, "the block is known")


def test_who_is_shown_many_posts_may_look_at_all_their_emoji(scene):
    e = scene.shown(scene.post(emoji("blob", scene.url("pixel.png"))))["blob"]
    assert all(scene.get(e["url"]).status == 200 for _ in range(320))
    assert scene.asked("pixel.png") == 1
