"""Other servers' pictures come through our proxy: only those that the database names, made ours, fetched once."""
import concurrent.futures
import pathlib
import threading

import pytest
from howdah import Api
from howdah.remote import redirect, reply

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
ACCOUNT = """INSERT INTO accounts (id, username, username_key, domain, uri, actor_type, display_name, display_key, note, fields, emojis,
  avatar_remote_url, header_remote_url, locked, bot, discoverable, indexable, hide_collections, silenced_us, suspended_us, deleted_us,
  also_known_as, created_us, fetched_us, version)
  VALUES ({id}, 'r{id}', 'r{id}', '{domain}', '{url}', 0, '', '', '', '[]', '[]', '{url}', '{url}', 0, 0, 0, 0, 0, 0, 0, 0, '[]', 1, 1, 1)"""
MEDIA = """INSERT INTO media (id, account_id, status_id, position, type, state, remote_url, width, height, preview_width, preview_height, bytes, created_us)
  VALUES ({id}, {account}, {id}, 0, 1, 1, '{url}', 0, 0, 0, 0, 0, 1)"""


def short_hash(text):
    """FNV-1a, as our own addresses carry it."""
    h = 2166136261
    for b in text.encode():
        h = ((h ^ b) * 16777619) & 0xffffffff
    return f"{h:08x}"


class Pictures:
    """A server that has somebody of the remote with a picture; the addresses of it at our proxy."""

    def __init__(self, server, remote):
        self.server, self.remote, self.ids = server, remote, iter(range(1001, 2000))
        self.api = Api(server.url)

    def known(self, path, kind="media"):
        url, id = self.remote.url + path if path.startswith("/") else path, next(self.ids)
        self.server.sql(ACCOUNT.format(id=id, domain=self.remote.domain, url=f"{url}?{id}" if kind == "media" else url))
        if kind == "media":
            self.server.sql(MEDIA.format(id=id, account=id, url=url))
        return f"/media_proxy/{kind}/{id}/{short_hash(url)}"

    def get(self, path, **how):
        return self.api.request("GET", path, **how)

    def fetched(self, path):
        return len([r for r in self.remote.received if r.path == path])


@pytest.fixture
def pictures(server, remote):
    for name in ("photo.jpg", "anim.gif", "svg.png", "bomb.png", "html.jpg"):
        remote.put("/" + name, (FIXTURES / name).read_bytes(), "image/png")
    return Pictures(server, remote)


@pytest.mark.parametrize("kind", ["media", "avatar", "header"])
def test_a_picture_is_fetched_once_and_made_ours(pictures, kind):
    path = pictures.known("/photo.jpg", kind)
    for _ in range(3):
        got = pictures.get(path)
        assert got.status == 200 and got.type == "image/jpeg"
        assert b"SecretCam" not in got.content and got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert pictures.fetched("/photo.jpg") == 1
    assert pictures.api.request("HEAD", path).status == 200
    assert pictures.get(path, headers={"If-None-Match": got.headers["ETag"]}).status == 304


def test_only_who_knows_the_address_sees_it(pictures):
    path = pictures.known("/photo.jpg")
    base = path.rsplit("/", 1)[0]
    for wrong in (f"{base}/00000000", f"{base}/", "/media_proxy/media/999999/00000000", path.replace("media/", "avatar/", 1).replace(
            "_proxy/media", "_proxy/avatar"), f"{path}/more", base.replace("/media/", "/other/") + "/" + path.rsplit("/", 1)[1]):
        assert pictures.get(wrong).status == 404, wrong
    assert pictures.fetched("/photo.jpg") == 0


def test_a_suspended_accounts_pictures_are_not_shown(pictures):
    path = pictures.known("/photo.jpg")
    pictures.server.sql("UPDATE accounts SET suspended_us = 1")
    assert pictures.get(path).status == 404


def test_an_address_that_changes_is_fetched_anew(pictures):
    path = pictures.known("/photo.jpg")
    assert pictures.get(path).status == 200
    new = pictures.remote.url + "/anim.gif"
    pictures.server.sql(f"UPDATE media SET remote_url = '{new}'")
    assert pictures.get(path).status == 404
    assert pictures.get(path.rsplit("/", 1)[0] + "/" + short_hash(new)).type == "image/gif"
    assert len([p for p in (pictures.server.data / "media").rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("name", ["svg.png", "bomb.png", "html.jpg", "missing.png"])
def test_what_is_no_picture_is_not_shown_and_asked_for_once(pictures, name):
    path = pictures.known("/" + name)
    assert pictures.get(path).status == 404
    assert pictures.get(path).status == 404
    assert pictures.fetched("/" + name) == 1
    assert not [p for p in (pictures.server.data / "media").rglob("*") if p.is_file()]


def test_a_broken_server_is_left_alone_for_a_while(pictures):
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", lambda h, go_on: reply(h, 500))
    assert pictures.get(path).status == 503
    pictures.remote.behave("", None)
    assert pictures.get(path).status == 503
    assert pictures.fetched("/photo.jpg") == 1


def test_what_is_too_large_is_not_taken(pictures):
    pictures.remote.put("/large.jpg", (FIXTURES / "photo.jpg").read_bytes() + bytes(17 * 1024 * 1024), "image/jpeg")
    assert pictures.get(pictures.known("/large.jpg")).status == 404


def test_a_redirect_may_not_lead_to_our_own_network(pictures):
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", redirect("http://10.0.0.1/photo.jpg"))
    assert pictures.get(path).status == 404
    assert pictures.get(pictures.known("http://169.254.169.254/latest/meta-data/")).status == 404
    assert pictures.get(pictures.known("file:///etc/passwd")).status == 404


def test_many_who_ask_at_once_cause_one_fetch(pictures):
    arrived, go = threading.Event(), threading.Event()

    def held(h, go_on):
        arrived.set()
        go.wait(20)
        go_on()
    path = pictures.known("/photo.jpg")
    pictures.remote.behave("", held)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        first = pool.submit(Api(pictures.server.url).request, "GET", path)
        assert arrived.wait(20)
        others = [pool.submit(Api(pictures.server.url).request, "GET", path) for _ in range(6)]
        busy = [f for f in others if f]
        # Two more than may wait are told so at once.
        done, _ = concurrent.futures.wait(busy, timeout=20, return_when=concurrent.futures.FIRST_COMPLETED)
        assert done and all(f.result().status == 503 for f in done)
        go.set()
        answers = sorted(f.result().status for f in [first, *others])
    assert answers == [200] * 5 + [503] * 2
    assert pictures.fetched("/photo.jpg") == 1
