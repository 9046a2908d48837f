"""What is talked about: tags, links and posts of today, scored every few minutes; and the posts behind a link."""
import time
import urllib.parse

import pytest
from howdah.wait import until

PEOPLE = 6


def noon():
    """What brings the server's clock to the middle of its day: what is counted by days must not meet midnight on the way."""
    return int(43200 - time.time() % 86400)


def refreshed(server):
    """The lists are made again at the next start, six minutes later by the server's clock."""
    server.stop()
    server.settings["clock_offset_s"] = int(server.settings.get("clock_offset_s") or 0) + 360
    server.start()


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """A server on which six people said the same, and a few other things."""
    from howdah import FakeRemote, Server
    with FakeRemote() as remote:
        server = Server(tmp_path_factory.mktemp("talk"), clock_offset_s=noon())
        people = [server.account(f"user{i}") for i in range(PEOPLE)]
        for who in people:
            who.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
        long = remote.put("/news", "<title>News</title><link rel=canonical href='/news'>", "text/html")
        remote.put("/n", "<title>News</title><link rel=canonical href='/news'>", "text/html")
        first = people[0].status(f"#Cats {long}")
        until(lambda: people[0].get(f"/api/v1/statuses/{first['id']}")["card"], "the card")
        for who in people[1:]:
            who.status(f"#cats and more #cats {long if who is not people[5] else remote.url + '/n'}")
        for who in people[:3]:
            who.status("only a few #dogs")
        for who in people:
            who.status("unlisted #mice", visibility="unlisted")
            who.post(f"/api/v1/statuses/{first['id']}/favourite")
        shy = people[1].status("sensitive", sensitive=True)
        for who in people:
            who.post(f"/api/v1/statuses/{shy['id']}/favourite")
        until(lambda: all(s["card"] for s in people[5].get(f"/api/v1/accounts/{people[5].id}/statuses") if "cats" in s["content"]), "the card")
        refreshed(server)
        until(lambda: people[0].get("/api/v1/trends/statuses"), "the lists")
        yield server, people, long, first
        server.close()


def test_a_tag_that_many_use_trends(talk):
    server, people, _, _ = talk
    tags = server.anonymous().get("/api/v1/trends/tags")
    assert [tag["name"] for tag in tags] == ["Cats"] and "following" not in tags[0]
    assert len(tags[0]["history"]) == 7 and (tags[0]["history"][0]["uses"], tags[0]["history"][0]["accounts"]) == ("6", "6")
    old = people[0].request("GET", "/api/v1/trends")
    assert [tag["name"] for tag in old.json] == ["Cats"] and old.json[0]["following"] is False and old.headers["Deprecation"].startswith("@")


def test_a_link_that_many_post_trends_and_has_a_timeline(talk):
    server, people, url, first = talk
    links = people[0].get("/api/v1/trends/links")
    assert [link["url"] for link in links] == [url] and links[0]["title"] == "News"
    assert len(links[0]["history"]) == 7 and (links[0]["history"][0]["uses"], links[0]["history"][0]["accounts"]) == ("6", "6")
    page = people[0].request("GET", "/api/v1/timelines/link", params={"url": url, "limit": 4})
    rest = people[0].get("/api/v1/timelines/link", {"url": url, "max_id": page.json[-1]["id"]})
    assert len(page.json) == 4 and len(rest) == 2 and rest[-1]["id"] == first["id"] and "next" in page.links
    people[0].post(f"/api/v1/accounts/{people[1].id}/block")
    assert len(people[0].get("/api/v1/timelines/link", {"url": url})) == 5
    people[0].post(f"/api/v1/accounts/{people[1].id}/unblock")
    server.anonymous().fails(404, "GET", "/api/v1/timelines/link?url=" + urllib.parse.quote("https://other.example/"), "Record not found")
    server.anonymous().fails(404, "GET", "/api/v1/timelines/link", "Record not found")


def test_a_post_that_many_mark_trends_but_not_for_those_who_shun_its_author(talk):
    server, people, _, first = talk
    assert [post["id"] for post in server.anonymous().get("/api/v1/trends/statuses")] == [first["id"]]
    people[2].post(f"/api/v1/accounts/{people[0].id}/mute")
    assert people[2].get("/api/v1/trends/statuses") == []
    people[2].post(f"/api/v1/accounts/{people[0].id}/unmute")


def test_pages_go_by_offset(talk):
    server = talk[0]
    page = server.anonymous().request("GET", "/api/v1/trends/tags", params={"limit": 1})
    assert "offset=1" in page.links["next"] and "prev" not in page.links
    end = server.anonymous().request("GET", "/api/v1/trends/tags", params={"limit": 1, "offset": 1})
    assert end.json == [] and "next" not in end.links and "offset=0" in end.links["prev"]


def test_what_is_not_talked_about_any_more_goes_and_the_lists_can_be_turned_off(talk):
    server, people, url, _ = talk
    server.cli("config", "set", "trends", "off")
    until(lambda: all(server.anonymous().get(f"/api/v1/trends/{what}") == [] for what in ("tags", "links", "statuses")), "no lists")
    server.anonymous().fails(404, "GET", "/api/v1/timelines/link?url=" + urllib.parse.quote(url))
    server.cli("config", "set", "trends", "on")
    until(lambda: server.anonymous().get("/api/v1/trends/tags"), "the lists are back")
    server.cli("config", "set", "trendable_by_default", "off")
    until(lambda: server.anonymous().get("/api/v1/trends/tags") == [], "nothing is shown that nobody has looked at")
    server.cli("config", "set", "trendable_by_default", "on")
    until(lambda: server.anonymous().get("/api/v1/trends/tags"), "the lists are back")
    server.stop()
    server.settings["clock_offset_s"] = 5 * 86400
    server.start()
    until(lambda: all(server.anonymous().get(f"/api/v1/trends/{what}") == [] for what in ("tags", "links", "statuses")), "the lists are empty")
