"""A power cut while an activity comes in or goes out: what was accepted is processed once, what is owed arrives. Each test arms one point,
where the server then kills itself. A job that it held comes back at the next start."""
import pytest
import requests
from howdah import wait


class Cut:
    def __init__(self, server, remote):
        self.server, self.remote = server, remote
        self.alice, self.bob = server.account("alice"), remote.actor("bob")
        self.actor = f"http://{server.domain}/ap/users/{self.alice.id}"
        self.inbox = f"{server.url}/inbox"
        self.bob.send(self.inbox, self.bob.follow(self.actor))
        remote.wait_activity("Accept")
        wait.until(lambda: self.alice.get(f"/api/v1/accounts/{self.alice.id}/followers"), "bob follows")
        server.settled("PUSH")      # so that the armed point is passed by what the test does

    def arm(self, point):
        self.server.stop()
        self.server.fault = point
        self.server.start()

    def after(self):
        """Waits for the cut, and starts again without one."""
        self.server.wait_dead()
        self.server.fault = None
        self.server.start()


@pytest.fixture
def cut(new_server, remote):
    return Cut(new_server(), remote)


@pytest.mark.parametrize("point", ["inbound.accept.before", "inbound.accept.after"])
def test_an_accepted_activity_is_processed_once(cut, point):
    mention = {"type": "Mention", "href": cut.actor, "name": f"@{cut.alice.handle}"}
    create = cut.bob.create(cut.bob.note("hold on", cc=[cut.actor], tag=[mention]))
    cut.arm(point)
    with pytest.raises(requests.ConnectionError):
        cut.bob.deliver(cut.inbox, create)
    cut.after()
    # Who got no answer sends again.
    cut.bob.send(cut.inbox, create)
    found = wait.until(lambda: cut.alice.get("/api/v1/notifications", {"types[]": "mention"}), "alice is told", 60)
    marker = cut.bob.create(cut.bob.note("next", cc=[cut.actor], tag=[mention]))
    cut.bob.send(cut.inbox, marker)
    found = wait.until(lambda: (lambda n: len(n) > 1 and n)(cut.alice.get("/api/v1/notifications", {"types[]": "mention"})), "and of the next", 60)
    assert [n["status"]["uri"] for n in found] == [marker["object"]["id"], create["object"]["id"]]


@pytest.mark.parametrize("point", ["plan.owed.before", "plan.owed.after", "deliver.send.before", "deliver.report.before"])
def test_what_is_owed_arrives(cut, point):
    cut.arm(point)
    try:
        cut.alice.status("whatever comes")
    except requests.ConnectionError:
        pass
    cut.after()
    posts = cut.alice.get(f"/api/v1/accounts/{cut.alice.id}/statuses")
    assert len(posts) == 1
    create = cut.remote.wait_activity("Create", seconds=90)
    assert create["object"]["id"] == posts[0]["uri"]
    assert {a["id"] for a in cut.remote.activities("Create")} == {create["id"]}
