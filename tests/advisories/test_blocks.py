"""A server that is suspended here: there is no way around that, neither by another's mouth nor by what stands already."""
import contextlib

import pytest
from howdah import Api, FakeRemote, until
from howdah.advisory import Scene, replays
from howdah.browser import Browser
from howdah.dns import MxServer
from howdah.joining import app_of, person
from howdah.mail import MailSink, link_in
from howdah.remote import PUBLIC


class Blocking(Scene):
    """mallory's server can be suspended, so all of it is this test's own."""

    def block(self):
        self.server.cli("blocks", "add", self.evil.domain, "--severity", "suspend")
        until(lambda: self.mallory.fetch(self.actor).status_code == 403, "the block holds")
        self.settle()
        self.heard = len(self.evil.received)

    def nothing_was_asked(self):
        assert [(r.method, r.target) for r in self.evil.received[self.heard:]] == []

    def rows(self):
        """How much is stored of mallory's server."""
        return [self.sql(f"SELECT count(*) FROM {what}") for what in (
            f"accounts WHERE domain = '{self.evil.domain}'",
            f"statuses s JOIN accounts a ON a.id = s.account_id WHERE a.domain = '{self.evil.domain}'",
            "statuses WHERE reblog_of_id IS NOT NULL", "favourites", "follows", "follow_requests", "reports", "poll_votes")]


@pytest.fixture
def scene(new_server, remote):
    with FakeRemote(first_key=8) as evil:
        server = new_server()
        yield Blocking(server, remote, evil, server.account("alice"), server.account("bob"))


def of_victim(scene, **more):
    """A post of the victim's that is surely taken: when it is here, what was sent before it has been looked at."""
    note = scene.victim.note("my own words", to=[PUBLIC, scene.actor], **more)
    scene.victim.send(scene.inbox, scene.victim.create(note))
    until(lambda: scene.stored(note["id"]), "the victim's own words")
    scene.settle()
    return note


@replays("MASTO-2.9.3#11219")
def test_no_row_comes_of_a_suspended_server(scene):
    scene.block()
    m, v = scene.mallory, scene.victim
    theirs = m.note("never here")
    assert m.fetch(scene.actor).status_code == 403
    for activity in (m.create(theirs), m.follow(scene.actor), m.activity("Like", scene.alice.status("x")["uri"])):
        assert m.deliver(scene.inbox, activity).status_code == 403
    v.send(scene.inbox, v.activity("Announce", theirs["id"], to=[PUBLIC]))
    of_victim(scene, tag=[{"type": "Mention", "href": m.id, "name": "@" + m.handle}])
    scene.look("@" + m.handle)
    scene.look(theirs["id"])
    scene.bob.status(f"hello @{m.handle}")
    scene.settle()
    assert scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("AKK-3.16-blockedread")
def test_a_suspended_server_reads_nothing_under_its_name(scene):
    post = scene.alice.status("for everybody")
    scene.block()
    for url in (post["uri"], scene.actor, scene.actor + "/outbox?page=true", scene.actor + "/collections/featured"):
        assert scene.mallory.fetch(url).status_code in (403, 404), url
    scene.nothing_was_asked()


@replays("AKK-3.20-refetch")
def test_what_stands_is_not_fetched_again(scene):
    """A poll, a thread, a profile: all of them would be fetched again when somebody looks."""
    m = scene.mallory
    poll = {**scene.mention(m, "which?"), "type": "Question", "endTime": "2030-01-01T00:00:00Z",
            "oneOf": [{"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 1}} for name in ("a", "b")]}
    m.send(scene.inbox, {**m.create(scene.mention(m, "x")), "object": {k: v for k, v in poll.items() if k != "@context"}})
    until(lambda: scene.stored(poll["id"]), "the poll is here")
    post = next(s for s in scene.look(poll["id"])["statuses"])
    answer = of_victim(scene, inReplyTo=poll["id"])
    here = scene.look(answer["id"])["statuses"][0]
    scene.block()
    assert scene.alice.request("GET", f"/api/v1/polls/{post['poll']['id']}").status == 404
    assert scene.alice.request("POST", f"/api/v1/polls/{post['poll']['id']}/votes", json={"choices": [0]}).status == 404
    context = scene.alice.get(f"/api/v1/statuses/{here['id']}/context")
    assert context["ancestors"] == []
    assert scene.look(poll["id"])["statuses"] == [] == scene.look("@" + m.handle)["accounts"]
    scene.settle()
    scene.nothing_was_asked()


@replays("PL-2.1.2")
def test_no_kind_of_activity_is_overlooked(scene):
    m = scene.mallory
    scene.followed(m)
    liked = scene.alice.status("something of alice's")["uri"]
    scene.block()
    before = scene.rows()
    objects = [{**m.note("x", to=[PUBLIC, scene.actor]), "type": type} for type in
               ("Note", "Question", "Article", "Page", "Audio", "Video", "Event", "ChatMessage", "Image")]
    vote = {**m.note("", to=[scene.actor]), "name": "a", "inReplyTo": liked}
    activities = [m.create(o) for o in (*objects, vote)] + [
        m.activity("EmojiReact", liked, content="x"), m.activity("Like", liked), m.activity("Announce", liked, to=[PUBLIC]),
        m.activity("Move", m.id, target=scene.victim.id), m.activity("Flag", [scene.actor], content="x"), m.activity("Block", scene.actor),
        m.activity("Follow", scene.actor_of(scene.bob)), m.activity("Update", {**m.document, "name": "changed"}),
        m.activity("QuoteRequest", liked, instrument=objects[0]["id"]), m.activity("Add", objects[0]["id"], target=m.id + "/featured")]
    for activity in activities:
        for inbox in (scene.inbox, scene.actor + "/inbox"):
            assert m.deliver(inbox, activity).status_code == 403, activity["type"]
    scene.settle()
    assert scene.rows() == before and scene.sql(f"SELECT display_name FROM accounts WHERE uri = '{m.id}'") == [m.document["name"]]
    scene.nothing_was_asked()


@replays("AKK-2022.10.1")
def test_a_suspended_server_speaks_for_nobody_else(scene):
    """Its key, the victim's name; and the victim's key, its name."""
    scene.block()
    v, note = scene.victim, scene.victim.note("never said", to=[PUBLIC, scene.actor])
    assert scene.mallory.deliver(scene.inbox, v.create(note)).status_code == 403
    v.deliver(scene.inbox, scene.mallory.create(scene.mallory.note("passed on", to=[PUBLIC, scene.actor])))
    scene.settle()
    assert scene.stored(note["id"]) is None and scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("GTS-#593")
def test_a_suspended_server_that_is_only_named_is_not_asked(scene):
    scene.block()
    m, theirs = scene.mallory, scene.mallory.note("never here")
    of_victim(scene, cc=[m.id, m.document["followers"]], inReplyTo=theirs["id"], quote=theirs["id"], quoteUrl=theirs["id"],
              tag=[{"type": "Mention", "href": m.id, "name": "@" + m.handle}])
    note = scene.victim.note("not mine", attributedTo=m.id, to=[PUBLIC, scene.actor])
    scene.victim.deliver(scene.inbox, scene.victim.create(note))
    scene.settle()
    assert scene.stored(note["id"]) is None and scene.rows() == [["0"]] * 8
    scene.nothing_was_asked()


@replays("GHSA-5h2f-wg8j-xqwp")
def test_what_was_suspended_does_not_come_back_by_an_update_or_a_boost(scene):
    m, v = scene.mallory, scene.victim
    scene.follow(v)
    old = scene.mention(m, "old words #soup", tag=[{"type": "Hashtag", "name": "#soup", "href": "https://x.example/soup"}])
    m.send(scene.inbox, m.create(old))
    until(lambda: scene.stored(old["id"]), "the old post is here")
    scene.block()
    fresh = m.note("new words", to=[PUBLIC, scene.actor])
    assert m.deliver(scene.inbox, m.activity("Update", {k: x for k, x in fresh.items() if k != "@context"})).status_code == 403
    v.send(scene.inbox, v.activity("Announce", old["id"], to=[PUBLIC]))
    quoting = of_victim(scene, inReplyTo=old["id"], quote=old["id"])
    assert scene.stored(fresh["id"]) is None
    seen = str([scene.alice.home(), scene.alice.get("/api/v1/timelines/tag/soup"), scene.alice.get("/api/v1/notifications"),
                scene.alice.get("/api/v1/timelines/public"), scene.look(quoting["id"])["statuses"]])
    assert "my own words" in seen and "old words" not in seen and "new words" not in seen
    scene.nothing_was_asked()


# ---- providers of e-mail ----


DISALLOWED = {"error": "ERR_BLOCKED", "description": "uses a disallowed e-mail provider"}


@replays("MASTO-3.5.0#17909")
def test_a_blocked_provider_is_blocked_however_it_is_written(new_server):
    mx = {"front.example": ["mail.blocked.example", "mx.fine.example"], "shop.example": ["MX1.Blocked.Example"], "fine.example": ["mx.fine.example"]}
    with MxServer(mx) as names, contextlib.closing(MailSink()) as sink:
        server = new_server(dns_server=names.address, smtp_url=sink.url)
        app = app_of(server)
        server.cli("blocks", "email", "add", "Blocked.Example.")
        server.cli("blocks", "email", "add", "b\u00fccher.example")
        for email in ("user@blocked.example", "user@SUB.blocked.example", "user@blocked.example.", "UsEr+tag@Blocked.EXAMPLE", "u.s.e.r@a.b.blocked.example",
                      " user@blocked.example ", "user@xn--bcher-kva.example", "user@B\u00dcCHER.example", "user@front.example", "user@shop.example",
                      "user+x@SHOP.example."):
            reply = app.request("POST", "/api/v1/accounts", data=person(email=email))
            assert reply.status == 422 and reply.json["details"]["email"] == [DISALLOWED], (email, reply.text)
        for email in ("user@notblocked.example", "user@blocked.example.org", "user@fine.example", "user@nowhere.example"):
            app.post("/api/v1/accounts", data=person(email=email))
        # Nor is it changed to afterwards: while it waits to be confirmed, nor in the settings, nor by a link that was sent before the block.
        waiting = Api(server.url, app.post("/api/v1/accounts", data=person())["access_token"])
        reply = waiting.request("POST", "/api/v1/emails/confirmations", data={"email": "user2@shop.example"})
        assert reply.status == 422 and "disallowed" in reply.text, reply
        alice = server.account("alice")
        page = Browser(server.url).go("/auth/sign_in").sign_in(alice.email, alice.password).go("/settings/security")
        for email in ("alice@x.blocked.example", "alice@front.example"):
            page.submit(page.form("current_password", "email"), email=email, current_password=alice.password)
            assert page.reply.status_code == 422 and "disallowed e-mail provider" in page.text, page.text
        page.submit(page.form("current_password", "email"), email="alice@later.example", current_password=alice.password)
        link = link_in(sink.wait_for("alice@later.example"))
        server.cli("blocks", "email", "add", "later.example")
        assert Browser(server.url).go(link).reply.status_code == 404
        assert alice.email in page.go("/settings/security").text


@replays("MASTO-3.5.0#17909")
def test_blocks_of_providers_are_made_listed_and_taken_back(new_server):
    server = new_server()
    server.cli("config", "set", "confirm_email", "off")
    server.restart()
    app = app_of(server)

    def blocks(*args, check=True):
        return server.cli("blocks", "email", *args, check=check)

    assert blocks("list") == "no domain of e-mail addresses is blocked"
    blocks("add", "@Throwaway.example")
    assert blocks("list").startswith("throwaway.example  since ")
    for args, why in ((("add", "throwaway.example"), "is blocked already"), (("add", "example"), "is nobody's domain"), (("add", "a b"), "is no domain"),
                      (("add", "blocked.example:25"), "is no domain"), (("remove", "other.example"), "is not blocked")):
        done = blocks(*args, check=False)
        assert done.returncode == 1 and why in done.stderr, (args, done.stderr)
    assert app.request("POST", "/api/v1/accounts", data=person(email="a@throwaway.example")).status == 422
    server.cli("account", "create", "robot", "--email", "robot@throwaway.example")
    blocks("remove", "throwaway.example")
    assert blocks("list") == "no domain of e-mail addresses is blocked"
    app.post("/api/v1/accounts", data=person(email="a@throwaway.example"))
    verbs = [line.split("blocks email ")[1].split()[:2] for line in server.cli("jobs", "audit").splitlines() if "blocks email" in line]
    assert verbs == [["remove", "throwaway.example"], ["add", "throwaway.example"]]
