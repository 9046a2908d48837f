"""What somebody's year was like: made in its time, once, for them alone."""
import datetime

from howdah.wait import until

AT = "/api/v1/annual_reports"
NOTHING = {"annual_reports": [], "accounts": [], "statuses": []}


def december(day):
    """How far the clock is to be put forward for it to be that day of December; and the year."""
    now = datetime.datetime.now(datetime.timezone.utc)
    then = datetime.datetime(now.year, 12, day, 12, tzinfo=datetime.timezone.utc)
    if then < now:
        then = then.replace(year=now.year + 1)
    return int((then - now).total_seconds()), then.year


def test_a_report_is_made_of_a_year(new_server):
    offset, year = december(15)
    server = new_server(clock_offset_s=offset)
    alice, bob = server.account("alice"), server.account("bob")
    assert alice.get("/api/v2/instance")["wrapstodon"] == str(year)
    assert alice.get(AT) == NOTHING and alice.get(f"{AT}/{year}/state") == {"state": "ineligible"}
    first, top = alice.status("first of #Cats"), alice.status("about #cats")
    alice.status("between us #dogs", visibility="private")
    bob.follow(alice)
    liked, answered = alice.status("it is liked"), alice.status("it is answered")
    bob.post(f"/api/v1/statuses/{top['id']}/reblog")
    for post in (top, liked):
        bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    for post in (top, liked, answered, answered):
        bob.status("well", in_reply_to_id=post["id"])
    assert alice.get(f"{AT}/{year}/state") == {"state": "eligible"} and alice.get(f"{AT}/{year - 1}/state") == {"state": "ineligible"}
    alice.fails(404, "GET", f"{AT}/{year}", "Record not found")
    alice.fails(404, "POST", f"{AT}/{year}/read", "Record not found")
    assert alice.post(f"{AT}/{year - 1}/generate") == {} and alice.get(AT) == NOTHING
    assert alice.post(f"{AT}/{year}/generate") == {} and alice.get(f"{AT}/{year}/state") == {"state": "available"}
    made = alice.get(f"{AT}/{year}")
    assert [(r["year"], r["schema_version"], r["account_id"], r["share_url"]) for r in made["annual_reports"]] == [(year, 2, alice.id, None)]
    data = made["annual_reports"][0]["data"]
    assert data["archetype"] == "lurker" and data["top_hashtags"] == [{"name": "Cats", "count": 2}]
    assert data["top_statuses"] == {"by_reblogs": top["id"], "by_replies": answered["id"], "by_favourites": liked["id"]}
    assert [m["month"] for m in data["time_series"]] == list(range(1, 13))
    assert data["time_series"][11] == {"month": 12, "statuses": 5, "followers": 1} and data["time_series"][0]["statuses"] == 0
    assert {s["id"] for s in made["statuses"]} == {top["id"], liked["id"], answered["id"]} and [a["id"] for a in made["accounts"]] == [alice.id]
    # It stays as it was, and is nobody else's.
    alice.delete(f"/api/v1/statuses/{first['id']}")
    alice.post(f"{AT}/{year}/generate")
    assert alice.get(AT) == alice.get(f"{AT}/{year}") and alice.get(AT)["annual_reports"] == made["annual_reports"]
    assert alice.post(f"{AT}/{year}/read") == {}
    bob.fails(404, "GET", f"{AT}/{year}", "Record not found")
    assert bob.get(AT) == NOTHING
    server.cli("config", "set", "annual_reports", "off")
    until(lambda: bob.get("/api/v2/instance")["wrapstodon"] is None, "the setting is known")
    bob.status("hello")
    bob.post(f"{AT}/{year}/generate")
    assert bob.get(f"{AT}/{year}/state") == {"state": "ineligible"}
    assert bob.get(AT) == NOTHING and alice.get(f"{AT}/{year}/state") == {"state": "available"}


def test_none_is_made_at_another_time(new_server):
    offset, year = december(1)
    server = new_server(clock_offset_s=offset)
    alice = server.account("alice")
    alice.status("hello")
    assert alice.get("/api/v2/instance")["wrapstodon"] is None and alice.get(f"{AT}/{year}/state") == {"state": "ineligible"}
    assert alice.post(f"{AT}/{year}/generate") == {} and alice.get(AT) == NOTHING
    alice.fails(404, "GET", f"{AT}/nonsense", "Record not found")
