#include "store/store.h"

SQL(q_limit_use,
    "INSERT INTO limits (key, window_us, used) VALUES ($1, $2, 1)"
    " ON CONFLICT (key, window_us) DO UPDATE SET used = limits.used + 1 RETURNING used");

struct err *limit_use(struct call *c, struct str key, int64_t window_us, int64_t *ret_used)
{
	struct row r;
	bool found;

	/* The window's start names it, with its length in the key's place of use: two limits of one key never share a row. */
	TRY(db_one(c, &q_limit_use, ARGS(key, c->now_us - c->now_us % window_us), &r, &found));
	*ret_used = row_i64(r, 0);
	return NULL;
}

SQL(q_limit_used, "SELECT used FROM limits WHERE key = $1 AND window_us = $2");

struct err *limit_used(struct call *c, struct str key, int64_t window_us, int64_t *ret_used)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_limit_used, ARGS(key, c->now_us - c->now_us % window_us), &r, &found));
	*ret_used = found ? row_i64(r, 0) : 0;
	return NULL;
}

SQL(q_limit_once, "INSERT INTO limits (key, window_us, used) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING");

struct err *limit_once(struct call *c, struct str key, int64_t made_us, bool *ret_first)
{
	int64_t n;

	TRY(db_exec(c, &q_limit_once, ARGS(key, made_us), &n));
	*ret_first = n > 0;
	return NULL;
}
