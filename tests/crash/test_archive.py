"""The server is killed while it makes an archive: it is made anew, and nothing of the first one is left."""
import contextlib
import io
import json
import pathlib
import zipfile

import pytest
import requests
from howdah import until
from howdah.browser import Browser


def stored(server):
    """Files that stand in storage, by name; what is being written is not there yet."""
    media = server.data / "media"
    return {str(p.relative_to(media)) for p in media.rglob("*") if p.is_file()}


@pytest.mark.parametrize("point", ["archive.written", "archive.stored"])
def test_an_archive_that_broke_off_is_made_anew(point, new_server):
    server = new_server(fault=f"{point}:1")
    alice = server.account("alice")
    alice.status("worth keeping")
    page = Browser(server.url)
    page.go("/auth/sign_in").sign_in(alice.email, alice.password)
    page.go("/settings/export")
    with contextlib.suppress(requests.RequestException):      # the job may kill it before it has answered
        page.submit(next(f for f in page.page.forms if f.action == "/settings/export"))
    server.wait_dead()
    assert len(stored(server)) == (point == "archive.stored")
    server.fault = None
    server.start()
    page.base = server.url
    until(lambda: page.go("/settings/export").text.count("Download"), "the archive is ready", 60)
    assert len(stored(server)) == 1 and not list((pathlib.Path(server.data) / "media" / "tmp").iterdir())
    with zipfile.ZipFile(io.BytesIO(page.go("/settings/archive").reply.content)) as z:
        assert json.loads(z.read("outbox.json"))["totalItems"] == 1
