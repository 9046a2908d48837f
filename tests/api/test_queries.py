"""A page of 40 costs as many database calls as a page of 20, and exactly as many as stand here: one more a row is one too many.
Posts that are searched for are not here: the index is asked again, a bounded number of times, while a page is not full."""
import pytest
from howdah import Server, until

MANY = 41
# What a page costs somebody who is signed in. A number that changes is a decision: say in the commit what the call is for.
PAGES = {
    "/api/v1/timelines/home": 12, "/api/v1/timelines/public": 11, "/api/v1/timelines/tag/tag": 6, "/api/v1/timelines/list/{list}": 10,
    "/api/v1/accounts/{me}/statuses": 9, "/api/v1/accounts/{me}/followers": 4, "/api/v1/accounts/{me}/following": 4,
    "/api/v1/accounts/{me}/endorsements": 4, "/api/v1/favourites": 6, "/api/v1/bookmarks": 6, "/api/v1/conversations": 7,
    "/api/v1/notifications": 9, "/api/v2/notifications": 11, "/api/v1/notifications/requests": 7, "/api/v1/mutes": 3, "/api/v1/blocks": 3,
    "/api/v1/follow_requests": 3, "/api/v1/domain_blocks": 2, "/api/v1/followed_tags": 4, "/api/v1/endorsements": 4,
    "/api/v1/lists/{list}/accounts": 4, "/api/v1/statuses/{post}/favourited_by": 5, "/api/v1/statuses/{post}/reblogged_by": 5,
    "/api/v1/statuses/{post}/quotes": 10, "/api/v1/directory": 3, "/api/v2/suggestions": 3, "/api/v1/accounts/search?q=p": 3,
    "/api/v2/search?q=p&type=accounts": 3, "/api/v2/search?q=t&type=hashtags": 4,
}
# Those that take ids, asked for as many of them.
SETS = {"/api/v1/accounts/relationships": 2, "/api/v1/accounts": 2, "/api/v1/accounts/familiar_followers": 3}
SINGLE = {"/api/v1/statuses/{post}": 5, "/api/v1/statuses/{post}/context": 11, "/api/v1/statuses/{post}/history": 13, "/api/v2/instance": 6,
          "/api/v1/instance": 4, "/api/v1/accounts/verify_credentials": 4, "/api/v1/profile": 5, "/api/v1/accounts/{me}": 2, "/api/v1/lists": 2,
          "/api/v2/filters": 2, "/api/v1/featured_tags": 3, "/api/v1/announcements": 2, "/api/v1/preferences": 3,
          "/api/v1/notifications/unread_count": 3, "/api/v2/notifications/policy": 3}


class Crowd:
    """Somebody whom many know, and who has much of everything."""

    def __init__(self, server):
        self.server, self.me = server, server.account("me")
        self.people, self.named = [server.account(f"p{i:02}") for i in range(MANY)], {"me": self.me.id}
        self.named["post"] = self.me.status("root #tag")["id"]
        for i, one in enumerate(self.people):
            self.befriend(i, one)
        server.settled()
        self.named["list"] = self.me.post("/api/v1/lists", {"title": "all"})["id"]
        self.me.post(f"/api/v1/lists/{self.named['list']}/accounts", {"account_ids": [one.id for one in self.people]})
        self.hold_off()
        server.settled()

    def befriend(self, i, one):
        me, post = self.me, self.named["post"]
        one.patch("/api/v1/accounts/update_credentials", {"discoverable": True})
        one.post(f"/api/v1/accounts/{me.id}/follow")
        for what in ("follow", "endorse"):
            me.post(f"/api/v1/accounts/{one.id}/{what}")
        said = one.status(f"post {i} #tag @me", in_reply_to_id=post if i % 3 == 1 else None)["id"]
        for what in ("favourite", "bookmark"):
            me.post(f"/api/v1/statuses/{said}/{what}")
        for what in ("favourite", "reblog"):
            one.post(f"/api/v1/statuses/{post}/{what}")
        one.status("quoting", quoted_status_id=post)
        one.status("@me between us", visibility="direct")
        me.status(f"mine {i} #tag{i}", poll={"options": ["a", "b"], "expires_in": 600})
        me.post(f"/api/v1/tags/tag{i}/follow")
        me.post("/api/v1/domain_blocks", {"domain": f"d{i}.example"})

    def hold_off(self):
        me = self.me
        me.patch("/api/v1/accounts/update_credentials", json={"locked": True})
        me.ok("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
        for i in range(MANY):
            shy, loud, bad = (self.server.account(f"{stem}{i:02}") for stem in ("s", "l", "b"))
            shy.post(f"/api/v1/accounts/{me.id}/follow")
            loud.status("@me hear me")
            me.post(f"/api/v1/accounts/{loud.id}/mute", {"notifications": False})
            me.post(f"/api/v1/accounts/{bad.id}/block")

    def cost(self, path):
        """The least of three times: now and then one also notes that somebody was here."""
        replies = [self.me.request("GET", path) for _ in range(3)]
        assert all(reply.status == 200 for reply in replies), replies[0]
        return min(self.server.queries(reply) for reply in replies), replies[0].json


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("crowd")) as server:
        crowd = Crowd(server)
        for path in ("/api/v1/timelines/home?limit=40", f"/api/v1/timelines/list/{crowd.named['list']}?limit=40"):
            until(lambda path=path: len(crowd.me.get(path)) == 40, f"{path} is built")
        yield crowd


def rows(json):
    """How many things a page has: the longest of its lists."""
    return len(json) if isinstance(json, list) else max(len(v) for v in json.values() if isinstance(v, list))


@pytest.mark.parametrize("path", PAGES)
def test_a_longer_page_costs_no_more(crowd, path):
    at = path.format(**crowd.named)
    sizes = {}
    for limit in (20, 40):
        sizes[limit], json = crowd.cost(f"{at}{'&' if '?' in at else '?'}limit={limit}")
        assert rows(json) == limit or path == "/api/v2/suggestions", "there are enough of them"
    assert sizes[20] == sizes[40] == PAGES[path]


@pytest.mark.parametrize("path", SETS)
def test_more_ids_cost_no_more(crowd, path):
    cost = {n: crowd.cost(path + "?" + "&".join(f"id[]={one.id}" for one in crowd.people[:n])) for n in (20, 40)}
    assert [len(cost[n][1]) for n in cost] == [20, 40]
    assert cost[20][0] == cost[40][0] == SETS[path]


@pytest.mark.parametrize("path", SINGLE)
def test_what_is_no_list_costs_what_stands_here(crowd, path):
    assert crowd.cost(path.format(**crowd.named))[0] == SINGLE[path]
