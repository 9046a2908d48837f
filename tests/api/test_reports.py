"""Reports: made here, kept with what was reported, told to other servers, and come from there. https://docs.joinmastodon.org/methods/reports/"""
from howdah import until

AT = "/api/v1/reports"


def shown(server, number):
    return server.cli("report", "show", number)


def test_a_report_keeps_what_was_said(shared, alice, bob):
    post = bob.status("something bad", spoiler_text="w")
    other, mine, hidden = bob.status("and worse"), alice.status("mine"), bob.status("secret", visibility="private")
    made = alice.post(AT, {"account_id": bob.id, "status_ids": [post["id"], mine["id"], hidden["id"], post["id"], "1"], "comment": "Look at that",
                           "category": "spam"})
    assert made["status_ids"] == [post["id"]] and made["category"] == "spam" and made["comment"] == "Look at that"
    assert made["action_taken"] is False and made["action_taken_at"] is None and made["forwarded"] is False and made["rule_ids"] == []
    assert made["target_account"]["id"] == bob.id and other["id"] not in made["status_ids"]
    bob.delete(f"/api/v1/statuses/{post['id']}")
    text = shown(shared, made["id"])
    assert "something bad" in text and "warning: w" in text and "Look at that" in text and post["uri"] in text
    line = next(x for x in shared.cli("report", "list").splitlines() if x.startswith(made["id"]))
    assert f"@{alice.name} about @{bob.name}, spam, 1 posts: Look at that" in line


def test_whoever_may_see_a_post_may_report_it(alice, bob):
    direct = bob.status(f"@{alice.name} psst", visibility="direct")
    assert alice.post(AT, {"account_id": bob.id, "status_ids": [direct["id"]]})["status_ids"] == [direct["id"]]


def test_a_report_names_rules(shared, alice, bob):
    rule = shared.cli("rule", "add", "Be kind to reporters.")
    made = alice.post(AT, {"account_id": bob.id, "rule_ids": [rule]})
    assert made["category"] == "violation" and made["rule_ids"] == [rule]
    shared.cli("rule", "drop", rule)
    assert alice.post(AT, {"account_id": bob.id, "category": "violation", "rule_ids": [rule]})["rule_ids"] == [rule]
    alice.fails(422, "POST", AT, "Validation failed: Rule ids does not reference valid rules", json={"account_id": bob.id, "rule_ids": ["1"]})


def test_what_is_no_report_is_refused(shared, alice, bob):
    alice.fails(404, "POST", AT, "Record not found", json={"account_id": "1"})
    alice.fails(404, "POST", AT, "Record not found", json={})
    alice.post(AT, {"account_id": bob.id, "comment": "x" * 1000})
    alice.fails(422, "POST", AT, "Validation failed: Comment is too long (maximum is 1000 characters)", json={"account_id": bob.id, "comment": "x" * 1001})
    alice.fails(422, "POST", AT, "Validation failed: Category is not included in the list", json={"account_id": bob.id, "category": "boring"})
    shared.account(shared.new_name("writes"), scopes="write:statuses").fails(403, "POST", AT, json={"account_id": bob.id})
    shared.anonymous().fails(401, "POST", AT, json={"account_id": bob.id})


def befriend(alice, actor):
    return alice.get("/api/v2/search", {"q": f"@{actor.handle}", "resolve": "true", "type": "accounts"})["accounts"][0]


def test_a_report_is_told_to_the_others_server_without_the_reporter(shared, alice, remote):
    zoe = remote.actor("zoe")
    known = befriend(alice, zoe)
    alone = alice.post(AT, {"account_id": known["id"], "comment": "kept here"})
    elsewhere = alice.post(AT, {"account_id": known["id"], "comment": "not there", "forward": True, "forward_to_domains": ["nowhere.example"]})
    made = alice.post(AT, {"account_id": known["id"], "comment": "rude", "forward": True})
    assert (alone["forwarded"], elsewhere["forwarded"], made["forwarded"]) == (False, False, True)
    flag = remote.wait_activity("Flag")
    shared.settled("PUSH")
    assert flag["content"] == "rude" and flag["object"] == [zoe.id] and flag["actor"] == f"http://{shared.domain}/actor"
    assert alice.name not in str(flag) and len(remote.activities("Flag")) == 1


def test_a_report_from_elsewhere_is_kept_once_for_each_of_ours(new_server, remote):
    server = new_server()
    alice, bob, zoe = server.account("alice"), server.account("bob"), remote.actor("zoe")
    post = alice.status("they do not like it")
    flag = zoe.activity("Flag", [alice.me()["uri"], post["uri"], bob.me()["uri"], "http://nowhere.example/users/x"], content="Rude " + "x" * 6000)
    for _ in range(2):
        zoe.send(f"{server.url}/inbox", flag, extra={"host": server.domain})
    zoe.send(f"{server.url}/inbox", zoe.activity("Flag", post["uri"]), extra={"host": server.domain})
    lines = until(lambda: [x for x in [server.cli("report", "list").splitlines()] if len(x) == 3], "three reports are there", 30)[0]
    assert sorted(line.split(" about ")[1].split(":")[0] for line in lines) == ["@alice, other, 1 posts", "@alice, other, 1 posts", "@bob, other, 0 posts"]
    longest = max(lines, key=len)
    assert "Rude xxx" in longest and 4900 < len(longest) < 5200
    assert "they do not like it" in shown(server, next(x for x in lines if "@alice" in x).split()[0])


def test_moderators_hear_of_reports_and_what_they_are_about(new_server):
    server = new_server()
    moderator, alice, bob = server.account("mod", role="moderator"), server.account("alice"), server.account("bob")
    post = bob.status("something bad")

    def heard(who):
        return [n for n in who.get("/api/v1/notifications") if n["type"] == "admin.report"]

    first = alice.post(AT, {"account_id": bob.id, "status_ids": [post["id"]], "comment": "Look at that"})
    until(lambda: heard(moderator), "the first is told of")
    second = alice.post(AT, {"account_id": bob.id, "comment": "Again"})
    until(lambda: len(heard(moderator)) == 2, "both are told of")
    told = heard(moderator)
    assert [n["report"] for n in told] == [second, first] and {n["account"]["id"] for n in told} == {alice.id}
    groups = moderator.get("/api/v2/notifications")["notification_groups"]
    assert [(g["type"], g["report"]["id"]) for g in groups] == [("admin.report", second["id"]), ("admin.report", first["id"])]
    assert heard(alice) == [] and heard(bob) == []
