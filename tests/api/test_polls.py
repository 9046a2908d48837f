"""Polls. https://docs.joinmastodon.org/methods/polls/"""
import pytest

PREFIX = "Validation failed: "


def ask(api, options=("yes", "no"), **how):
    return api.status("?", poll={"options": list(options), "expires_in": 600, **how})


def vote(api, post, *choices):
    return api.post(f"/api/v1/polls/{post['poll']['id']}/votes", {"choices": list(choices)})


def refused(api, post, choices, error):
    api.fails(422, "POST", f"/api/v1/polls/{post['poll']['id']}/votes", PREFIX + error, json={"choices": choices})


def test_a_poll_counts_who_votes(alice, bob, carol, anonymous):
    post = ask(alice)
    poll = post["poll"]
    assert poll["voted"] is True and poll["own_votes"] == [] and poll["multiple"] is False and poll["expired"] is False
    assert [o["title"] for o in poll["options"]] == ["yes", "no"]
    got = vote(bob, post, 1)
    assert got["voted"] is True and got["own_votes"] == [1] and got["votes_count"] == got["voters_count"] == 1
    assert [o["votes_count"] for o in got["options"]] == [0, 1]
    vote(carol, post, "0")
    seen = anonymous.get(f"/api/v1/polls/{poll['id']}")
    assert seen["votes_count"] == 2 and "voted" not in seen and "own_votes" not in seen
    refused(bob, post, [0], "You have already voted on this poll")
    refused(alice, post, [0], "You cannot vote in your own polls")


def test_several_choices(alice, bob):
    post = ask(alice, ("a", "b", "c"), multiple=True)
    assert vote(bob, post, 0, 2)["own_votes"] == [0, 2]
    refused(bob, post, [2], "You have already voted on this poll")
    again = vote(bob, post, 1)
    assert again["votes_count"] == 3 and again["voters_count"] == 1


@pytest.mark.parametrize("choices", [[], [2], [-1], ["x"], [10 ** 30]])
def test_there_is_no_such_choice(alice, bob, choices):
    refused(bob, ask(alice), choices, "The chosen vote option does not exist")


def test_hidden_totals_stay_hidden(alice, bob):
    post = ask(alice, hide_totals=True)
    assert [o["votes_count"] for o in vote(bob, post, 0)["options"]] == [None, None]


@pytest.mark.parametrize("poll, error", [
    ({"options": ["one"]}, "Choices must have more than one item"),
    ({"options": ["a", "b", "c", "d", "e"]}, "Choices can't contain more than 4 items"),
    ({"options": ["a", " a "]}, "Choices contain duplicate items"),
    ({"options": ["a", "b" * 51]}, "Choices cannot be longer than 50 characters each"),
    ({"options": ["a", "b"], "expires_in": 299}, "Deadline is too soon"),
    ({"options": ["a", "b"], "expires_in": 3000000}, "Deadline is too far into the future"),
])
def test_a_poll_must_be_one(alice, poll, error):
    alice.fails(422, "POST", "/api/v1/statuses", PREFIX + error, json={"status": "?", "poll": {"expires_in": 600, **poll}})


def test_a_form_asks_too(alice):
    post = alice.ok("POST", "/api/v1/statuses", data={"status": "?", "poll[options][]": ["yes", "no"], "poll[expires_in]": "600", "poll[multiple]": "true"})
    assert post["poll"]["multiple"] is True and len(post["poll"]["options"]) == 2


def test_other_options_begin_again(alice, bob):
    post = ask(alice)
    vote(bob, post, 0)
    said = {"status": "?", "poll": {"options": ["yes", "no"], "expires_in": 600}}
    assert alice.put(f"/api/v1/statuses/{post['id']}", said)["edited_at"] is None
    said["poll"]["options"] = ["yes", "never"]
    changed = alice.put(f"/api/v1/statuses/{post['id']}", said)
    assert changed["edited_at"] and changed["poll"]["votes_count"] == 0 and changed["poll"]["id"] == post["poll"]["id"]
    history = alice.get(f"/api/v1/statuses/{post['id']}/history")
    assert [[o["title"] for o in h["poll"]["options"]] for h in history] == [["yes", "no"], ["yes", "never"]]
    vote(bob, changed, 1)


def test_a_poll_is_as_hidden_as_its_post(alice, bob, anonymous):
    post = alice.status("?", visibility="private", poll={"options": ["a", "b"], "expires_in": 600})
    for who in (bob, anonymous):
        who.fails(404, "GET", f"/api/v1/polls/{post['poll']['id']}", "Record not found")
    bob.fails(404, "POST", f"/api/v1/polls/{post['poll']['id']}/votes", "Record not found", json={"choices": [0]})
    bob.fails(404, "GET", "/api/v1/polls/nonsense", "Record not found")
