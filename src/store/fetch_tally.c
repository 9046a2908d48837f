#include "store/fetch_tally.h"

#define WINDOW_US US_PER_HOUR

static struct str key(struct call *c, const char *what, struct str blamed) { return arena_concat(c->arena, str_z(what), blamed); }
static int64_t window(const struct call *c) { return c->now_us - c->now_us % WINDOW_US; }

SQL(q_fetch_tally,
    "SELECT (SELECT used FROM limits WHERE key = $1 AND window_us = $3), (SELECT used FROM limits WHERE key = $2 AND window_us = $3)");
SQL(q_fetch_tally_add,
    "INSERT INTO limits (key, window_us, used) VALUES ($1, $3, $4), ($2, $3, $5)"
    " ON CONFLICT (key, window_us) DO UPDATE SET used = limits.used + excluded.used");

struct err *fetch_tally(struct call *c, struct str blamed, struct fetch_tally *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_fetch_tally, ARGS(key(c, "fetches:", blamed), key(c, "in vain:", blamed), window(c)), &r, &found));
	*ret = (struct fetch_tally){ row_i64(r, 0), row_i64(r, 1) };
	return NULL;
}

struct err *fetch_tally_add(struct call *c, struct str blamed, const struct fetch_tally *more)
{
	return db_exec(c, &q_fetch_tally_add, ARGS(key(c, "fetches:", blamed), key(c, "in vain:", blamed), window(c), more->made, more->vain), NULL);
}
