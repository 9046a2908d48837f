"""Published vulnerabilities of servers of this kind, replayed: what tests/advisories/ is written with."""
import functools
import sqlite3

import pytest
import requests

from .database import psql
from .remote import ACTIVITY, PUBLIC
from .wait import until


def replays(*ids):
    """A test that replays what those advisories tell. Each has its result under its id; what they have in common is tried once."""
    def mark(test):
        outcomes = {}

        @functools.wraps(test)
        def once(**given):
            key = tuple(sorted((name, value) for name, value in given.items() if isinstance(value, (str, int))))
            if key not in outcomes:
                outcomes[key] = None
                try:
                    test(**given)
                except BaseException as e:
                    outcomes[key] = e
                    raise
            elif outcomes[key]:
                raise outcomes[key]
        return pytest.mark.usefixtures("advisory")(pytest.mark.parametrize("advisory", ids, indirect=True)(once))
    return mark


class Scene:
    """alice and bob here; a victim at an honest server, mallory at another. All of it is shared but the victim and mallory, who are new
    to each test: look for what you sent, count nothing."""

    def __init__(self, server, good, evil, alice, bob):
        self.server, self.good, self.evil, self.alice, self.bob = server, good, evil, alice, bob
        self.victim, self.mallory = good.actor(server.new_name("victim")), evil.actor(server.new_name("mallory"))
        self.inbox = f"{server.url}/inbox"
        self.actor = self.actor_of(alice)

    def actor_of(self, api):
        return f"http://{self.server.domain}/ap/users/{api.id}"

    # What is stored

    def sql(self, text):
        """The first column of what the database answers, as texts."""
        if self.server.database.url:
            return psql(self.server.database.url, text).splitlines()
        with sqlite3.connect(f"file:{self.server.data / 'howdah.db'}?mode=ro", uri=True, timeout=30) as db:
            rows = db.execute(text).fetchall()
        db.close()
        return [str(row[0]) for row in rows]

    def settle(self, *also):
        self.server.settled(*also)

    def stored(self, uri):
        """The text of a post of that id that is here, or None."""
        found = self.sql(f"SELECT content FROM statuses WHERE uri = '{uri}'")
        return found[0] if found else None

    def person(self, actor):
        """The id here of somebody elsewhere, or None."""
        found = self.sql(f"SELECT id FROM accounts WHERE uri = '{actor if isinstance(actor, str) else actor.id}' AND deleted_us = 0")
        return found[0] if found else None

    def follows(self, actor, whom=None):
        """Somebody elsewhere follows, or asks to follow, somebody here."""
        id = self.person(actor)
        return id is not None and self.sql(f"SELECT id FROM follows WHERE account_id = {id} AND target_id = {(whom or self.alice).id}") != []

    # What happens

    def look(self, what, who=None):
        """What a search of alice's for an address or a handle comes to: {"accounts": [...], "statuses": [...]}."""
        return (who or self.alice).get("/api/v2/search", {"q": what, "resolve": "true"}, timeout=90)

    def account(self, actor):
        found = self.look("@" + actor.handle)["accounts"]
        return found[0] if found else None

    def follow(self, actor, who=None):
        """Somebody here follows somebody elsewhere, who accepts; the account."""
        who = who or self.alice
        them = self.account(actor)
        who.follow(them)
        asked = actor.remote.wait_activity("Follow", lambda a: a["object"] == actor.id and a["actor"] == self.actor_of(who))
        actor.send(self.inbox, actor.accept(asked))
        until(lambda: who.relationship(them)["following"], "the follow is accepted")
        return them

    def followed(self, actor):
        """Somebody elsewhere follows alice."""
        actor.send(self.inbox, actor.follow(self.actor))
        actor.remote.wait_activity("Accept", lambda a: a["object"]["actor"] == actor.id)

    def posted(self, actor, text="the truth", **more):
        """A post of somebody whom alice follows, as the API shows it, and its note."""
        note = actor.note(text, **more)
        actor.send(self.inbox, actor.create(note))
        until(lambda: self.stored(note["id"]) is not None, f"{note['id']} arrives")
        return note, self.look(note["id"])["statuses"][0]

    def mention(self, actor, text="hello", **more):
        """A post to alice, of somebody elsewhere."""
        tag = [{"type": "Mention", "href": self.actor, "name": f"@{self.alice.name}"}, *more.pop("tag", [])]
        return actor.note(text, to=[self.actor], cc=more.pop("cc", [PUBLIC]), tag=tag, **more)

    def document(self, url):
        """Ours, as other servers read it."""
        got = requests.get(url.replace(f"http://{self.server.domain}", self.server.url), headers={"Accept": ACTIVITY}, timeout=30)
        return got.json() if got.status_code == 200 else got.status_code
