"""Conversations: what a post answers, and what answers it."""


def context(api, post):
    got = api.get(f"/api/v1/statuses/{post['id']}/context")
    return [s["id"] for s in got["ancestors"]], [s["id"] for s in got["descendants"]]


def answer(api, to, text="answer", **more):
    return api.status(text, in_reply_to_id=to["id"], **more)


def test_a_conversation_reads_from_top_to_bottom(alice, bob, anonymous):
    one = alice.status("one")
    two = answer(bob, one)
    three = answer(alice, two)
    four = answer(bob, three)
    ids = [p["id"] for p in (one, two, three, four)]
    for who in (alice, anonymous):
        assert context(who, one) == ([], ids[1:])
        assert context(who, three) == (ids[:2], ids[3:])
        assert context(who, four) == (ids[:3], [])


def test_branches_come_depth_first_and_own_threads_before(alice, bob, carol):
    root = alice.status("root")
    left = answer(bob, root)
    right = answer(carol, root)
    below_left = answer(carol, left)
    below_right = answer(bob, right)
    own = answer(alice, root)
    own_more = answer(alice, own)
    assert context(bob, root)[1] == [p["id"] for p in (own, own_more, left, below_left, right, below_right)]


def test_what_the_viewer_may_not_see_or_does_not_want_is_left_out(alice, bob, carol, anonymous):
    root = alice.status("root")
    hidden = answer(alice, root, visibility="direct")
    unwanted = answer(carol, root)
    below = answer(bob, unwanted)
    assert context(bob, root)[1] == [unwanted["id"], below["id"]]
    assert context(alice, root)[1] == [hidden["id"], unwanted["id"], below["id"]]
    bob.post(f"/api/v1/accounts/{carol.id}/mute")
    assert context(bob, root)[1] == [below["id"]]
    assert context(bob, below)[0] == [root["id"]]
    assert context(anonymous, below)[0] == [root["id"], unwanted["id"]]
    bob.fails(404, "GET", f"/api/v1/statuses/{hidden['id']}/context", "Not Found")


def test_anybody_gets_only_so_much(alice, anonymous):
    posts = [alice.status("0")]
    for n in range(50):
        posts.append(answer(alice, posts[-1], str(n + 1)))
    up, _ = context(anonymous, posts[-1])
    assert up == [p["id"] for p in posts[10:50]]
    _, down = context(anonymous, posts[0])
    assert down == [p["id"] for p in posts[1:21]]
    assert context(alice, posts[-1])[0] == [p["id"] for p in posts[:-1]]
    assert context(alice, posts[0])[1] == [p["id"] for p in posts[1:]]


def test_a_boost_stands_in_the_conversation_of_what_it_boosts(alice, bob):
    one = alice.status("one")
    two = answer(bob, one)
    boost = bob.post(f"/api/v1/statuses/{one['id']}/reblog")
    assert context(alice, boost) == ([], [two["id"]])


def test_a_deleted_post_leaves_the_others(alice, bob):
    one = alice.status("one")
    two = answer(bob, one)
    three = answer(alice, two)
    bob.delete(f"/api/v1/statuses/{two['id']}")
    assert context(alice, three) == ([], [])
    assert context(alice, one) == ([], [])
