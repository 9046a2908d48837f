"""Debian's python3-mastodon as a client, through the whole of OAuth."""
import threading
import warnings

import pytest
from howdah import need, until
from howdah.browser import Browser
from howdah.wait import stretch


@pytest.fixture(scope="module")
def mastodon():
    """The library. Its old versions warn about things of Python's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import mastodon
        except ImportError:
            mastodon = None
    need(mastodon, "python3-mastodon")
    return mastodon


@pytest.fixture
def client(mastodon, shared):
    """Signs an account in as a person would, with a browser and a code."""
    def sign_in(account):
        base = f"http://{shared.domain}"
        client_id, secret = mastodon.Mastodon.create_app("Test", scopes=["read", "write", "follow"], api_base_url=base,
                                                         redirect_uris="urn:ietf:wg:oauth:2.0:oob")
        made = mastodon.Mastodon(client_id=client_id, client_secret=secret, api_base_url=base, version_check_mode="none")
        code = Browser(shared.url).authorize(made.auth_request_url(scopes=["read", "write", "follow"]), account)
        made.log_in(code=code, scopes=["read", "write", "follow"])
        return made
    return sign_in


def test_it_signs_in_and_knows_itself(client, alice):
    assert client(alice).account_verify_credentials()["acct"] == alice.name


def test_it_posts_with_a_picture(client, alice, picture):
    app = client(alice)
    media = app.media_post(picture, mime_type="image/jpeg", description="a red field")
    until(lambda: app.media(media["id"])["url"] if hasattr(app, "media") else media["url"], "the picture is ready")
    posted = app.status_post("With a picture", media_ids=[media["id"]])
    assert [m["description"] for m in posted["media_attachments"]] == ["a red field"]
    assert app.status(posted["id"])["media_attachments"][0]["blurhash"]


def test_it_follows_and_reads_home(client, alice, bob):
    reader, writer = client(bob), client(alice)
    assert reader.account_follow(writer.me()["id"])["following"]
    posted = writer.status_post("To whom it concerns")
    until(lambda: posted["id"] in [s["id"] for s in reader.timeline_home()], "the post is in the follower's home")
    assert reader.status_favourite(posted["id"])["favourited"]
    until(lambda: "favourite" in [n["type"] for n in writer.notifications()], "the author is told")


def test_it_streams(client, mastodon, alice, bob):
    import queue
    seen, opened = queue.Queue(), queue.Queue()

    class Listener(mastodon.StreamListener):
        def handle_heartbeat(self):
            opened.put(True)

        def on_update(self, status):
            seen.put(status["content"])

    reader = client(bob)
    reader.account_follow(alice.id)
    handle = reader.stream_user(Listener(), run_async=True, timeout=30, reconnect_async=False)
    try:
        assert opened.get(timeout=stretch(30)), "the server greets an open stream"
        alice.status("Live")
        assert seen.get(timeout=stretch(30)) == "<p>Live</p>"
    finally:
        closing = threading.Thread(target=handle.close)      # it waits for the next thing that is said
        closing.start()
        alice.status("Goodbye")
        closing.join()
