#include "store/inbound.h"

SQL(q_activity_seen, "SELECT 1 FROM activities_seen WHERE activity_key = $1");
SQL(q_activity_note, "INSERT INTO activities_seen (activity_key, seen_us) VALUES ($1, $2) ON CONFLICT DO NOTHING");

struct err *activity_seen(struct call *c, struct str key, bool *ret)
{
	struct row r;

	return db_one(c, &q_activity_seen, ARGS(key), &r, ret);
}

struct err *activity_note(struct call *c, struct str key, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, &q_activity_note, ARGS(key, c->now_us), &n));
	*ret_new = n > 0;
	return NULL;
}

SQL(q_activity_note_from,
    "INSERT INTO activities_seen (activity_key, seen_us) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    " RETURNING EXISTS (SELECT 1 FROM hosts WHERE host = $3 AND (failures > 0 OR parked_us > 0))");

struct err *activity_note_from(struct call *c, struct str key, struct str host, bool *ret_new, bool *ret_ails)
{
	struct row r;

	TRY(db_one(c, &q_activity_note_from, ARGS(key, c->now_us, host), &r, ret_new));
	*ret_ails = *ret_new && row_bool(r, 0);
	return NULL;
}
