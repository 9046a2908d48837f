"""What other servers run, by their NodeInfo, and what operators are told of it."""
import json

from howdah import FakeRemote, until

JSON = "application/json"


def runs(remote, name, version, schema="2.0", at=None):
    ns = "http://nodeinfo.diaspora.software/ns/schema/"
    links = [{"rel": ns + "1.0", "href": remote.url + "/old"}, {"rel": ns + schema, "href": (at or remote.url) + "/info"},
             {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": remote.url + "/actor"}]
    remote.put("/.well-known/nodeinfo", json.dumps({"links": links}), type=JSON)
    remote.put("/info", json.dumps({"version": schema, "software": {"name": name, "version": version}}), type=JSON)
    remote.put("/old", json.dumps({"version": "1.0", "software": {"name": "old", "version": "0"}}), type=JSON)


def meet(api, actor):
    return api.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]


def test_what_servers_run_is_kept_and_can_be_asked_for(new_server, remote):
    server = new_server()
    alice = server.account("alice")
    assert server.cli("hosts", "list") == "no server is known yet"
    with FakeRemote() as pixels, FakeRemote() as silent, FakeRemote() as broken:
        runs(remote, "Mastodon", "4.6.0-rc1+glitch", "2.1")
        runs(pixels, "pixelfed", "0.12.4")
        runs(broken, "elsewhere", "1", at="http://127.0.0.1:9")
        broken.put("/old", b"\xff{", type=JSON)
        for at in (remote, pixels, silent, broken):
            meet(alice, at.actor("bob"))
            meet(alice, at.actor("carol"))

        def listed(*more):
            return {line.split()[0]: line.split()[1:3] for line in server.cli("hosts", "list", *more).splitlines() if "never" not in line}

        until(lambda: set(listed()) == {remote.domain, pixels.domain, silent.domain, broken.domain}, "those that answer are known")
        assert listed()[remote.domain] == ["mastodon", "4.6.0-rc1+glitch"] and listed()[pixels.domain] == ["pixelfed", "0.12.4"]
        assert listed()[silent.domain][0] == listed()[broken.domain][0] == "unknown"
        assert set(listed("--software", "PixelFed")) == {pixels.domain}
        assert set(listed("--software", "pixelfed", "--older-than", "0.12.5")) == {pixels.domain}
        assert server.cli("hosts", "list", "--software", "pixelfed", "--older-than", "0.12.4") == "no server that is known says so"
        assert set(listed("--older-than", "4.6.0")) == {remote.domain, pixels.domain}
        counts = dict(reversed(line.split()) for line in server.cli("hosts", "software").splitlines())
        assert counts == {"mastodon": "1", "pixelfed": "1", "unknown": "2"}
        server.settled()
        assert len([r for r in remote.received if r.path == "/.well-known/nodeinfo"]) == 1
        assert not [r for r in remote.received if r.path == "/info" and "signature" in r.headers]
