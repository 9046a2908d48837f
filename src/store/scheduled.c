#include "store/scheduled.h"

#include "store/media.h"

#define SCHEDULED_COLUMNS "id, account_id, app_id, scheduled_us, params"

static struct scheduled from_row(struct row r)
{
	return (struct scheduled){ ID(scheduled_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), ID(app_id, row_i64(r, 2)), row_i64(r, 3),
				   row_str(r, 4) };
}

SQL(q_scheduled_find, "SELECT " SCHEDULED_COLUMNS " FROM scheduled_statuses WHERE id = $1 AND (account_id = $2 OR $2 = 0)");

struct err *scheduled_find(struct call *c, account_id who, scheduled_id id, struct scheduled *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_scheduled_find, ARGS(id.v, who.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

#define SCHEDULED_PAGE "SELECT " SCHEDULED_COLUMNS " FROM scheduled_statuses WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id"
SQL(q_scheduled_down, SCHEDULED_PAGE " DESC LIMIT $4");
SQL(q_scheduled_up, SCHEDULED_PAGE " LIMIT $4");

struct err *scheduled_page(struct call *c, account_id who, const struct page *p, struct scheduled **ret, size_t *ret_n)
{
	int64_t upper = p->max_id ? p->max_id : INT64_MAX, lower = p->min_id > p->since_id ? p->min_id : p->since_id;
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_scheduled_up : &q_scheduled_down, ARGS(who.v, upper, lower, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct scheduled, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, p->min_id ? rows.n - 1 - i : i));
	return NULL;
}

SQL(q_scheduled_counts,
    "SELECT count(*), count(*) FILTER (WHERE scheduled_us >= $3 AND scheduled_us < $4) FROM scheduled_statuses WHERE account_id = $1 AND id <> $2");

struct err *scheduled_counts(struct call *c, account_id who, scheduled_id but, int64_t from_us, int64_t until_us, int64_t *ret_all,
			     int64_t *ret_within)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_scheduled_counts, ARGS(who.v, but.v, from_us, until_us), &r, &found));
	*ret_all = found ? row_i64(r, 0) : 0;
	*ret_within = found ? row_i64(r, 1) : 0;
	return NULL;
}

SQL(q_scheduled_add, "INSERT INTO scheduled_statuses (" SCHEDULED_COLUMNS ", created_us) VALUES ($1, $2, $3, $4, $5, $6)");
SQL(q_scheduled_move, "UPDATE scheduled_statuses SET scheduled_us = $3 WHERE id = $1 AND account_id = $2");
SQL(q_scheduled_free,
    "UPDATE media SET created_us = $3 WHERE id IN (SELECT h.media_id FROM scheduled_media h JOIN scheduled_statuses s ON s.id = h.scheduled_id"
    " WHERE s.id = $1 AND s.account_id = $2)");
SQL(q_scheduled_drop, "DELETE FROM scheduled_statuses WHERE id = $1 AND account_id = $2");
SQL(q_scheduled_hold, "INSERT INTO scheduled_media (media_id, scheduled_id, position) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

struct err *scheduled_add(struct call *c, const struct scheduled *s)
{
	return db_exec(c, &q_scheduled_add, ARGS(s->id.v, s->account.v, sql_opt(s->app.v), s->scheduled_us, s->params, c->now_us), NULL);
}

struct err *scheduled_move(struct call *c, account_id who, scheduled_id id, int64_t scheduled_us, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_scheduled_move, ARGS(id.v, who.v, scheduled_us), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *scheduled_drop(struct call *c, account_id who, scheduled_id id, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_scheduled_free, ARGS(id.v, who.v, c->now_us), NULL));
	TRY(db_exec(c, &q_scheduled_drop, ARGS(id.v, who.v), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *scheduled_media_hold(struct call *c, scheduled_id id, const media_id *media, size_t n, int64_t *ret_n)
{
	int64_t took;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {      /* at most media_max, and each has its own place */
		TRY(db_exec(c, &q_scheduled_hold, ARGS(media[i].v, id.v, (int64_t)i), &took));
		*ret_n += took;
	}
	return NULL;
}

SQL(q_scheduled_media_of, "SELECT scheduled_id, media_id FROM scheduled_media WHERE scheduled_id IN (@set) ORDER BY scheduled_id, position");

struct err *scheduled_media_of(struct call *c, const int64_t *ids, size_t n, struct media **ret, int64_t **ret_of, size_t *ret_n)
{
	struct sql_rows rows = { 0 };
	struct media *found;
	int64_t *media, *of;
	size_t found_n = 0;

	*ret_n = 0;
	if (n)
		TRY(db_rows(c, &q_scheduled_media_of, ARGS(sql_ids(ids, n)), &rows));
	media = arena_array(c->arena, int64_t, rows.n + 1);
	of = arena_array(c->arena, int64_t, rows.n + 1);
	*ret = arena_array(c->arena, struct media, rows.n + 1);
	*ret_of = of;
	for (size_t i = 0; i < rows.n; i++)
		media[i] = row_i64(sql_row(&rows, i), 1);
	if (rows.n)
		TRY(media_by_ids(c, media, rows.n, &found, &found_n));
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < found_n; k++)
			if (found[k].id.v == media[i]) {
				(*ret)[*ret_n] = found[k];
				of[(*ret_n)++] = row_i64(sql_row(&rows, i), 0);
			}
	return NULL;
}
