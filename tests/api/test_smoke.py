"""The shortest way through the server: it answers, an account signs in by token, posts, and reads what it posted."""
from howdah import Api, until


def test_the_instance_describes_itself(shared, anonymous):
    v2 = anonymous.get("/api/v2/instance")
    assert v2["domain"] == shared.domain
    assert v2["version"].startswith("4.") and "(compatible; Howdah " in v2["version"]
    assert v2["configuration"]["urls"]["streaming"].startswith("ws://")
    v1 = anonymous.get("/api/v1/instance")
    assert v1["uri"] == shared.domain and v1["version"] == v2["version"]


def test_health_is_as_mastodons(anonymous):
    reply = anonymous.request("GET", "/health")
    assert (reply.status, reply.text) == (200, "OK")


def test_a_token_signs_in(shared, alice):
    me = alice.me()
    assert me["username"] == me["acct"] == alice.name
    assert me["source"]["privacy"] == "public"
    assert me["uri"].startswith(f"http://{shared.domain}/ap/users/")


def test_a_token_that_nobody_has_is_refused(shared):
    Api(shared.url, "nonsense").fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")
    Api(shared.url).fails(401, "GET", "/api/v1/accounts/verify_credentials", "The access token is invalid")


def test_a_scope_is_held_to(shared, alice):
    reader = Api(shared.url, shared.token(alice.name, "read"))
    reader.me()
    reader.fails(403, "POST", "/api/v1/statuses", "This action is outside the authorized scopes", json={"status": "no"})


def test_a_post_is_in_its_authors_home_at_once(alice):
    posted = alice.status("Hello, world")
    assert posted["content"] == "<p>Hello, world</p>" and posted["account"]["id"] == alice.id
    assert alice.get(f"/api/v1/statuses/{posted['id']}")["uri"] == posted["uri"]
    until(lambda: posted["id"] in [s["id"] for s in alice.home()], "the post is in its author's home")


def test_a_follower_reads_it(alice, bob):
    bob.follow(alice)
    assert bob.relationship(alice)["following"]
    posted = alice.status("For my followers", visibility="private")
    until(lambda: posted["id"] in [s["id"] for s in bob.home()], "the post is in a follower's home")


def test_a_stranger_does_not(alice, carol, anonymous):
    posted = alice.status("For my followers", visibility="private")
    for stranger in (carol, anonymous):
        stranger.fails(404, "GET", f"/api/v1/statuses/{posted['id']}")
    assert posted["id"] not in [s["id"] for s in carol.get("/api/v1/timelines/public", {"limit": 40})]


def test_the_local_timeline_pages_back_to_the_first_post(server):
    alice = server.account("alice")
    ids = [alice.status(f"post {n}")["id"] for n in range(7)]
    pages = list(alice.pages("/api/v1/timelines/public", {"local": "true", "limit": 3}))
    assert [s["id"] for page in pages for s in page] == ids[::-1]


def test_a_restart_keeps_everything(server):
    alice = server.account("alice")
    posted = alice.status("Before")
    server.restart()
    assert alice.get(f"/api/v1/statuses/{posted['id']}")["content"] == "<p>Before</p>"
