"""Announcements: seen by everybody here, dismissed, reacted to, told on streams. https://docs.joinmastodon.org/methods/announcements/"""
import datetime
import pathlib
import urllib.parse

import pytest
from howdah import Server, until
from howdah.stream import WsStream

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
AT = "/api/v1/announcements"
THUMB, CAT = urllib.parse.quote("👍"), "blobcat"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("announcements"))
    server.cli("emoji", "add", CAT, str(FIXTURES / "pixel.png"))
    yield server
    server.close()


def people(house, *stems):
    return [house.account(house.new_name(stem)) for stem in stems]


def one(api, number):
    """The announcement of that number; the list holds those of other tests too."""
    return next((a for a in api.get(AT) if a["id"] == number), None)


def iso(**ahead):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_announcement_says_what_it_names(house):
    alice, bob = people(house, "alice", "bob")
    post, hidden = bob.status("see here"), bob.status("not here", visibility="private")
    name = bob.me()["username"]
    text = f"Hello @{name}, #Maintenance is near :{CAT}: {post['url']} {hidden['url']}"
    number = house.cli("announce", "add", text)
    got = one(alice, number)
    assert got["read"] is False and got["all_day"] is False and got["starts_at"] is None and got["ends_at"] is None and got["published_at"]
    assert 'class="u-url mention"' in got["content"] and "/tags/" in got["content"]
    assert got["mentions"] == [{"id": bob.id, "username": name, "url": bob.me()["url"], "acct": name}]
    assert got["tags"][0]["name"] == "Maintenance" and got["tags"][0]["url"].endswith("/tags/maintenance")
    assert [e["shortcode"] for e in got["emojis"]] == [CAT]
    assert got["statuses"] == [{"id": post["id"], "url": post["url"]}] and got["reactions"] == []
    bob.delete(f"/api/v1/statuses/{post['id']}")
    assert one(alice, number)["statuses"] == []
    house.anonymous().fails(401, "GET", AT)


def test_it_is_dismissed_by_each_for_themselves(house):
    alice, bob = people(house, "alice", "bob")
    number = house.cli("announce", "add", "Read me")
    for _ in range(2):
        assert alice.post(f"{AT}/{number}/dismiss") == {}
    assert one(alice, number)["read"] is True and one(bob, number)["read"] is False
    alice.fails(404, "POST", f"{AT}/1/dismiss", "Record not found")
    house.account(house.new_name("reads"), scopes="read").fails(403, "POST", f"{AT}/{number}/dismiss")


def test_reactions_are_emoji_of_unicode_or_of_ours(house):
    alice, bob = people(house, "alice", "bob")
    number = house.cli("announce", "add", "Like me")
    at = f"{AT}/{number}/reactions"
    for _ in range(2):
        assert alice.put(f"{at}/{THUMB}") == {}
    alice.patch(f"{at}/{CAT}")
    bob.put(f"{at}/{CAT}")
    assert [(r["name"], r["count"], r["me"]) for r in one(bob, number)["reactions"]] == [("👍", 1, False), (CAT, 2, True)]
    cat = one(alice, number)["reactions"][1]
    assert cat["url"].endswith(".png") and cat["static_url"] and "url" not in one(alice, number)["reactions"][0]
    for name in ("nonsense", "a", urllib.parse.quote("👍👍")):
        alice.fails(422, "PUT", f"{at}/{name}", "Validation failed: Name is not a recognized emoji")
    assert alice.delete(f"{at}/{CAT}") == {}
    alice.fails(404, "DELETE", f"{at}/{CAT}", "Record not found")
    assert [(r["name"], r["count"], r["me"]) for r in one(alice, number)["reactions"]] == [("👍", 1, True), (CAT, 1, False)]
    alice.fails(404, "PUT", f"{AT}/1/reactions/{THUMB}", "Record not found")
    house.account(house.new_name("reads"), scopes="read").fails(403, "PUT", f"{at}/{THUMB}")


def test_eight_different_reactions_are_enough(house):
    alice, bob = people(house, "alice", "bob")
    number = house.cli("announce", "add", "Like me much")
    faces = [chr(0x1f600 + i) for i in range(9)]
    for face in faces[:8]:
        alice.put(f"{AT}/{number}/reactions/{urllib.parse.quote(face)}")
    alice.fails(422, "PUT", f"{AT}/{number}/reactions/{urllib.parse.quote(faces[8])}", "Validation failed: Limit of different reactions reached")
    bob.put(f"{AT}/{number}/reactions/{urllib.parse.quote(faces[0])}")
    assert [r["count"] for r in one(bob, number)["reactions"]] == [2] + [1] * 7


def test_streams_of_everybody_are_told(house):
    alice, bob = people(house, "alice", "bob")
    with WsStream(alice, "user") as stream, WsStream(bob, "public") as other:
        number = house.cli("announce", "add", "Heard?")
        told = stream.wait(lambda e: e["event"] == "announcement" and e["payload"]["id"] == number, 30)
        assert told["stream"] == ["user"] and "read" not in told["payload"] and told["payload"]["content"] == "<p>Heard?</p>"
        bob.put(f"{AT}/{number}/reactions/{CAT}")
        told = stream.wait("announcement.reaction", 30)["payload"]
        assert (told["announcement_id"], told["name"], told["count"]) == (number, CAT, 1) and told["url"].endswith(".png")
        bob.delete(f"{AT}/{number}/reactions/{CAT}")
        assert stream.wait("announcement.reaction", 30)["payload"]["count"] == 0
        house.cli("announce", "change", number, "--text", "Heard again?")
        assert stream.wait("announcement", 30)["payload"]["content"] == "<p>Heard again?</p>"
        house.cli("announce", "drop", number)
        assert str(stream.wait("announcement.delete", 30)["payload"]) == number
        assert not [e for e in other.events if e["event"].startswith("announcement")]
    assert one(alice, number) is None


def test_drafts_are_seen_once_they_are_published(house):
    alice, = people(house, "alice")
    number = house.cli("announce", "add", "Secret", "--draft")
    assert one(alice, number) is None
    alice.fails(404, "POST", f"{AT}/{number}/dismiss", "Record not found")
    house.cli("announce", "publish", number)
    assert one(alice, number)
    house.cli("announce", "hide", number)
    assert one(alice, number) is None and f"{number}  hidden  Secret" in house.cli("announce", "list")


def test_whole_days_begin_and_end_with_them(house):
    alice, = people(house, "alice")
    number = house.cli("announce", "add", "Party", "--starts", "2031-05-01T15:00:00Z", "--ends", "2031-05-02T15:00:00Z", "--all-day")
    got = one(alice, number)
    assert got["all_day"] and got["starts_at"] == "2031-05-01T00:00:00.000Z" and got["ends_at"] == "2031-05-02T23:59:59.000Z"
    for words, error in ((("Bad", "--ends", "never"), "Ends at is invalid"), ((" ",), "Text can't be blank"),
                         (("Bad", "--starts", iso(days=2), "--ends", iso(days=1)), "Ends at must be after the start")):
        assert error in house.cli("announce", "add", *words, check=False).stderr


def test_it_begins_and_ends_by_itself(new_server):
    server = new_server()
    alice = server.account("alice")
    number = server.cli("announce", "add", "In a while", "--at", iso(minutes=10), "--ends", iso(minutes=40))
    assert alice.get(AT) == []
    for offset, seen in ((20, True), (60, False)):
        server.stop()
        server.settings["clock_offset_s"] = offset * 60
        server.start()
        alice.base = server.url
        until(lambda: bool(one(alice, number)) is seen, f"seen after {offset} minutes: {seen}", 90)
