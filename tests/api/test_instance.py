"""What the server says of itself. https://docs.joinmastodon.org/methods/instance/"""
import datetime
import hashlib

import pytest
from howdah import until

WEEK = 7 * 24 * 3600


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server whose settings these tests may change, each its own."""
    from howdah import Server
    server = Server(tmp_path_factory.mktemp("instance"))
    yield server
    server.close()


def setting(server, key, value):
    server.cli("config", "set", key, value)


def test_rules_have_hints_and_translations(house):
    anybody = house.anonymous()
    kind = house.cli("rule", "add", "Be kind.", "--hint", "Also to strangers.").strip()
    spam = house.cli("rule", "add", "No spam.").strip()
    house.cli("rule", "translate", kind, "de", "--text", "Sei freundlich.", "--hint", "Auch zu Fremden.")
    rules = anybody.get("/api/v1/instance/rules")
    assert rules == [{"id": kind, "text": "Be kind.", "hint": "Also to strangers.",
                      "translations": {"de": {"text": "Sei freundlich.", "hint": "Auch zu Fremden."}}},
                     {"id": spam, "text": "No spam.", "hint": "", "translations": {}}]
    assert anybody.get("/api/v2/instance")["rules"] == rules == anybody.get("/api/v1/instance")["rules"]
    assert "Sei freundlich. (Auch zu Fremden.)" in house.cli("rule", "list")
    page = anybody.request("GET", "/about", headers={"Accept": "text/html"}).text
    assert "Be kind." in page and "Also to strangers." in page
    house.cli("rule", "change", kind, "--text", "Be very kind.")
    house.cli("rule", "translate", kind, "de")
    house.cli("rule", "drop", spam)
    assert anybody.get("/api/v1/instance/rules") == [{"id": kind, "text": "Be very kind.", "hint": "Also to strangers.", "translations": {}}]


@pytest.mark.parametrize("words, error", [
    (("add", " "), "a rule needs a text"), (("add", "x" * 301), "a rule has at most 300 characters; its hint may say more"),
    (("drop", "5"), "there is no such rule"), (("drop", "x"), "'x' is no number of a rule"), (("translate", "5", "de"), "there is no such rule")])
def test_what_is_no_rule_is_refused(house, words, error):
    assert error in house.cli("rule", *words, check=False).stderr


def test_texts_are_told_with_the_time_of_their_last_change(house):
    anybody = house.anonymous()
    for path, key in (("extended_description", "description"), ("privacy_policy", "privacy_policy")):
        empty = anybody.get(f"/api/v1/instance/{path}")
        assert empty["updated_at"] and (empty["content"] == "" if key == "description" else "<strong>What is kept</strong>" in empty["content"])
        setting(house, key, f"About {key} <b>and</b> more.\n\nhttps://example.org")
        told = until(lambda: [t for t in [anybody.get(f"/api/v1/instance/{path}")] if t["content"] != empty["content"]], "the text is told")[0]
        assert "&lt;b&gt;and&lt;/b&gt; more." in told["content"] and 'href="https://example.org"' in told["content"]
        assert told["updated_at"] > empty["updated_at"]
    page = anybody.request("GET", "/privacy-policy", headers={"Accept": "text/html"}).text
    assert "About privacy_policy" in page
    front = anybody.request("GET", "/", headers={"Accept": "text/html"}).text
    assert all(f'href="/{link}"' in front for link in ("about", "privacy-policy", "terms-of-service"))


def test_terms_of_service_are_kept_by_their_day(house, tmp_path):
    anybody, at = house.anonymous(), "/api/v1/instance/terms_of_service"
    anybody.fails(404, "GET", at, "Record not found")
    assert anybody.get("/api/v2/instance")["configuration"]["urls"]["terms_of_service"] is None
    file = tmp_path / "terms"
    today = datetime.datetime.now(datetime.timezone.utc).date()
    later = today + datetime.timedelta(days=30)
    file.write_text("The first terms.")
    first = house.cli("terms", "publish", str(file)).strip()
    file.write_text("The next terms.")
    house.cli("terms", "publish", str(file), "--effective", str(later))
    now = anybody.get(at)
    assert now == {"effective_date": first, "effective": True, "content": "<p>The first terms.</p>", "succeeded_by": str(later)}
    assert anybody.get(f"{at}/{first}") == now
    assert anybody.get(f"{at}/{later}") == {"effective_date": str(later), "effective": False, "content": "<p>The next terms.</p>", "succeeded_by": None}
    for day in ("2020-01-01", "tomorrow", "2020-1-1"):
        anybody.fails(404, "GET", f"{at}/{day}", "Record not found")
    assert anybody.get("/api/v2/instance")["configuration"]["urls"]["terms_of_service"].endswith("/terms-of-service")
    assert "The first terms." in anybody.request("GET", "/terms-of-service", headers={"Accept": "text/html"}).text
    assert "there is a version that takes effect on that day" in house.cli("terms", "publish", str(file), "--effective", str(later), check=False).stderr
    assert "cannot take effect on a day that is past" in house.cli("terms", "publish", str(file), "--effective", "2020-01-01", check=False).stderr
    assert house.cli("terms", "list").splitlines()[0].startswith(str(later))


def test_known_servers_are_told_and_found_unless_switched_off(house, remote):
    anybody, alice = house.anonymous(), house.account(house.new_name("alice"))
    stranger = remote.actor("zoe")
    alice.get("/api/v2/search", {"q": f"@{stranger.handle}", "resolve": "true"})
    domain = stranger.handle.split("@")[1]
    assert domain in anybody.get("/api/v1/instance/peers")
    assert anybody.get("/api/v1/peers/search", {"q": domain[:4].upper()}) == [domain]
    assert anybody.get("/api/v1/peers/search", {"q": "nowhere"}) == [] == anybody.get("/api/v1/peers/search")
    assert anybody.get("/api/v1/instance")["stats"]["domain_count"] == len(anybody.get("/api/v1/instance/peers"))
    setting(house, "peers_public", "off")
    until(lambda: anybody.request("GET", "/api/v1/instance/peers").status == 404, "peers are told no more")
    for path in ("/api/v1/instance/peers", "/api/v1/peers/search"):
        reply = anybody.request("GET", path)
        assert reply.status == 404 and reply.content == b""
    setting(house, "peers_public", "on")


BLOCKS = "/api/v1/instance/domain_blocks"


@pytest.fixture
def blocks(house):
    house.cli("blocks", "add", "spam.example.org", "--severity", "suspend", "--comment", "sends spam", "--private-comment", "case 12")
    house.cli("blocks", "add", "secret.example.org", "--severity", "suspend", "--name", "obfuscated")
    house.cli("blocks", "add", "loud.example.org", "--comment", "is loud")
    house.cli("blocks", "add", "pictures.example.org", "--severity", "noop", "--media", "reject")
    yield
    for name in ("spam", "secret", "loud", "pictures"):
        house.cli("blocks", "remove", f"{name}.example.org")
    for key in ("show_domain_blocks", "show_domain_blocks_rationale"):
        house.cli("config", "unset", key)


def test_whom_it_blocks_is_told_nobody_unless_it_is_said(house, blocks):
    reply = house.anonymous().request("GET", BLOCKS)
    assert reply.status == 404 and reply.content == b""
    assert house.account(house.new_name("alice")).request("GET", BLOCKS).status == 404


def test_whom_it_blocks_may_be_told_and_why(house, blocks):
    anybody, alice = house.anonymous(), house.account(house.new_name("alice"))
    setting(house, "show_domain_blocks", "all")
    told = until(lambda: anybody.request("GET", BLOCKS).status == 200 and anybody.get(BLOCKS), "it is told")
    assert [(b["domain"], b["severity"], b["comment"]) for b in told] == [
        ("loud.example.org", "silence", None), ("secre*.*******.org", "suspend", None), ("spam.example.org", "suspend", None)]
    assert told[1]["digest"] == hashlib.sha256(b"secret.example.org").hexdigest()
    setting(house, "show_domain_blocks_rationale", "users")
    until(lambda: [b["comment"] for b in alice.get(BLOCKS)] == ["is loud", "", "sends spam"], "people of this server are told why")
    assert {b["comment"] for b in anybody.get(BLOCKS)} == {None}
    setting(house, "show_domain_blocks_rationale", "all")
    until(lambda: anybody.get(BLOCKS)[0]["comment"] == "is loud", "everybody is told why")
    page = anybody.request("GET", "/about", headers={"Accept": "text/html"}).text
    assert "secre*.*******.org" in page and "secret.example.org" not in page and "is loud" in page and "case 12" not in page
    setting(house, "show_domain_blocks", "users")
    until(lambda: anybody.request("GET", BLOCKS).status == 404, "others are not told")
    assert "spam.example.org" not in anybody.request("GET", "/about", headers={"Accept": "text/html"}).text
    assert len(alice.get(BLOCKS)) == 3


def test_languages_are_listed(house):
    languages = {x["code"]: x["name"] for x in house.anonymous().get("/api/v1/instance/languages")}
    assert languages["de"] == "German" and languages["zh-TW"] == "Chinese (Traditional)" and len(languages) > 190


def test_nobody_collects_donations(house):
    alice = house.account(house.new_name("alice"))
    assert alice.ok("GET", "/api/v1/donation_campaigns", status=204) == b""
    house.anonymous().fails(401, "GET", "/api/v1/donation_campaigns")


def test_a_small_server_counts_at_once(server):
    alice, anybody = server.account("alice"), server.anonymous()
    for n in (1, 2):
        alice.status(f"post {n}")
        stats = anybody.get("/api/v1/instance")["stats"]
        assert (stats["user_count"], stats["status_count"]) == (1, n)
    assert anybody.get("/api/v2/instance")["usage"]["users"]["active_month"] == 1
    assert "<dt>Posts</dt><dd>2</dd>" in anybody.request("GET", "/").text


def test_activity_is_counted_week_by_week(new_server):
    server = new_server()
    anybody, alice = server.anonymous(), server.account("alice")
    server.account("bob").status("one")
    post = alice.status("two")
    alice.post(f"/api/v1/statuses/{post['id']}/reblog")
    alice.status("gone")
    weeks = anybody.get("/api/v1/instance/activity")
    assert len(weeks) == 12 and all(isinstance(v, str) for week in weeks for v in week.values())
    starts = [int(week["week"]) for week in weeks]
    assert all(a - b == WEEK for a, b in zip(starts, starts[1:])) and datetime.datetime.fromtimestamp(starts[0], datetime.timezone.utc).weekday() == 0
    # What is a minute old is counted, at the next turn of the recurring work.
    for _ in range(2):
        server.stop()
        server.settings["clock_offset_s"] = server.settings.get("clock_offset_s", 0) + 300
        server.start()
        anybody.base = server.url
        week = until(lambda: [w for w in anybody.get("/api/v1/instance/activity")[:2] if w["statuses"] != "0"], "posts are counted")[0]
        assert week["statuses"] == "3" and week["registrations"] == "2"
    usage = until(lambda: [i for i in [anybody.get("/api/v2/instance")] if i["usage"]["users"]["active_month"] == 2], "people are counted")[0]
    assert usage
    stats = anybody.get("/api/v1/instance")["stats"]
    assert stats["user_count"] == 2 and stats["status_count"] == 4
    nodeinfo = anybody.get("/nodeinfo/2.0")["usage"]
    assert nodeinfo["users"]["total"] == 2 and nodeinfo["localPosts"] == 4
    setting(server, "activity_public", "off")
    until(lambda: anybody.request("GET", "/api/v1/instance/activity").status == 404, "activity is told no more")


def mean_colour(blurhash):
    """Red, green and blue. https://github.com/woltapp/blurhash/blob/master/Algorithm.md"""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
    value = sum(letters.index(c) * 83 ** (3 - i) for i, c in enumerate(blurhash[2:6]))
    return value >> 16, value >> 8 & 255, value & 255


def test_what_the_instance_names_is_there(house):
    anybody, alice = house.anonymous(), house.account(house.new_name("speaker"))
    setting(house, "contact_account", alice.me()["username"])
    told = until(lambda: [i for i in [anybody.get("/api/v2/instance")] if i["contact"]["account"]], "the contact is told")[0]
    assert told["contact"]["account"]["id"] == alice.id
    for icon in told["icon"] + [{"src": told["thumbnail"]["url"], "size": "512x512"}]:
        png = anybody.request("GET", icon["src"])
        assert png.status == 200 and png.type == "image/png"
        assert "x".join(str(int.from_bytes(png.content[at:at + 4], "big")) for at in (16, 20)) == icon["size"]
    # The hash is what an upload of the picture gives: its mean colour, which no other way of scaling changes by much.
    upload = alice.ok("POST", "/api/v2/media", files={"file": ("icon.png", anybody.request("GET", told["thumbnail"]["url"]).content)})
    ours, theirs = (mean_colour(hash) for hash in (told["thumbnail"]["blurhash"], upload["blurhash"]))
    assert len(told["thumbnail"]["blurhash"]) == 36 and all(abs(a - b) <= 8 for a, b in zip(ours, theirs))
    for key in ("about", "privacy_policy"):
        assert anybody.request("GET", told["configuration"]["urls"][key], headers={"Accept": "text/html"}).status == 200


def test_the_level_of_the_api_is_told(house):
    assert house.account().get("/api/v2/instance")["api_versions"] == {"mastodon": 11}


def test_the_limits_told_are_the_limits_held(house):
    alice = house.account(house.new_name("alice"))
    limits = alice.get("/api/v2/instance")["configuration"]
    most, urls = limits["statuses"]["max_characters"], limits["statuses"]["characters_reserved_per_url"]
    alice.status("x" * most)
    alice.fails(422, "POST", "/api/v1/statuses", f"Validation failed: Text character limit of {most} exceeded", json={"status": "x" * (most + 1)})
    link = "https://example.org/" + "y" * 200
    alice.status("x" * (most - urls - 1) + " " + link)
    alice.fails(422, "POST", "/api/v1/statuses", json={"status": "x" * (most - urls) + " " + link})
    polls = limits["polls"]

    def poll(n, length, seconds):
        return {"status": "?", "poll": {"options": [f"{i}".ljust(length, "x") for i in range(n)], "expires_in": seconds}}

    alice.post("/api/v1/statuses", poll(polls["max_options"], polls["max_characters_per_option"], polls["min_expiration"]))
    alice.post("/api/v1/statuses", poll(2, 5, polls["max_expiration"]))
    for bad in (poll(polls["max_options"] + 1, 5, 300), poll(2, polls["max_characters_per_option"] + 1, 300),
                poll(2, 5, polls["min_expiration"] - 1), poll(2, 5, polls["max_expiration"] + 1)):
        alice.fails(422, "POST", "/api/v1/statuses", json=bad)
    accounts = limits["accounts"]
    for key, most in (("display_name", accounts["max_display_name_length"]), ("note", accounts["max_note_length"])):
        alice.patch("/api/v1/accounts/update_credentials", {key: "x" * most})
        alice.fails(422, "PATCH", "/api/v1/accounts/update_credentials", json={key: "x" * (most + 1)})
    for n in range(accounts["max_pinned_statuses"]):
        alice.post(f"/api/v1/statuses/{alice.status(f'pin {n}')['id']}/pin")
    alice.fails(422, "POST", f"/api/v1/statuses/{alice.status('one more')['id']}/pin")
