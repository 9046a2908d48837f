#include "store/interact.h"

#include "store/search_index.h"
#include "store/standing_priv.h"

SQL(q_favourite_add,
    "INSERT INTO favourites (id, account_id, status_id, uri, created_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
SQL(q_favourite_drop, "DELETE FROM favourites WHERE account_id = $1 AND status_id = $2 RETURNING uri");
SQL(q_favourite_uri, "SELECT account_id, status_id FROM favourites WHERE uri = $1");

static struct err *added(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret_new = n > 0;
	return NULL;
}

struct err *favourite_add(struct call *c, int64_t id, account_id who, status_id what, struct str uri, bool *ret_new)
{
	TRY(added(c, &q_favourite_add, ARGS(id, who.v, what.v, uri, c->now_us), ret_new));
	return *ret_new ? search_mark(c, what) : NULL;
}

struct err *favourite_drop(struct call *c, account_id who, status_id what, struct str *ret_uri, bool *ret_was)
{
	struct row r;

	TRY(db_one(c, &q_favourite_drop, ARGS(who.v, what.v), &r, ret_was));
	*ret_uri = *ret_was ? row_str(r, 0) : STR_NONE;
	return *ret_was ? search_mark(c, what) : NULL;
}

struct err *favourite_find_uri(struct call *c, struct str uri, account_id *ret_who, status_id *ret_what, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_favourite_uri, ARGS(uri), &r, ret_found));
	if (*ret_found) {
		*ret_who = ID(account_id, row_i64(r, 0));
		*ret_what = ID(status_id, row_i64(r, 1));
	}
	return NULL;
}

SQL(q_bookmark_add, "INSERT INTO bookmarks (id, account_id, status_id, created_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
SQL(q_bookmark_drop, "DELETE FROM bookmarks WHERE account_id = $1 AND status_id = $2");

struct err *bookmark_add(struct call *c, account_id who, status_id what)
{
	bool is_new;

	TRY(added(c, &q_bookmark_add, ARGS(id_next(c), who.v, what.v, c->now_us), &is_new));
	return is_new ? search_mark(c, what) : NULL;
}

struct err *bookmark_drop(struct call *c, account_id who, status_id what)
{
	int64_t n;

	TRY(db_exec(c, &q_bookmark_drop, ARGS(who.v, what.v), &n));
	return n ? search_mark(c, what) : NULL;
}

/* Whoever pins waits for others of the same account, so that the count holds. */
SQL(q_pins_lock, "UPDATE account_stats SET statuses_count = statuses_count WHERE account_id = $1");
SQL(q_pin_stands, "SELECT count(*), count(*) FILTER (WHERE status_id = $2) FROM pins WHERE account_id = $1");
SQL(q_pin_add, "INSERT INTO pins (id, account_id, status_id, created_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
SQL(q_pin_drop, "DELETE FROM pins WHERE account_id = $1 AND status_id = $2");

struct err *pin_add(struct call *c, account_id who, status_id what, int64_t max, bool *ret_new, bool *ret_full)
{
	struct row r;
	int64_t n = 0;
	bool found;

	TRY(db_exec(c, &q_pins_lock, ARGS(who.v), NULL));
	TRY(db_one(c, &q_pin_stands, ARGS(who.v, what.v), &r, &found));
	*ret_full = row_i64(r, 0) >= max && row_i64(r, 1) == 0;
	if (!*ret_full)
		TRY(db_exec(c, &q_pin_add, ARGS(id_next(c), who.v, what.v, c->now_us), &n));
	*ret_new = n > 0;
	return NULL;
}

struct err *pin_drop(struct call *c, account_id who, status_id what, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_pin_drop, ARGS(who.v, what.v), &n));
	*ret_was = n > 0;
	return NULL;
}

SQL(q_pins_of, "SELECT status_id FROM pins WHERE account_id = $1 ORDER BY status_id LIMIT $2");

struct err *pins_of(struct call *c, account_id who, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_pins_of, ARGS(who.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_thread_mute_add, "INSERT INTO thread_mutes (account_id, thread_id, created_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(q_thread_mute_drop, "DELETE FROM thread_mutes WHERE account_id = $1 AND thread_id = $2");

struct err *thread_mute_add(struct call *c, account_id who, status_id thread)
{
	return db_exec(c, &q_thread_mute_add, ARGS(who.v, thread.v, c->now_us), NULL);
}

struct err *thread_mute_drop(struct call *c, account_id who, status_id thread)
{
	return db_exec(c, &q_thread_mute_drop, ARGS(who.v, thread.v), NULL);
}

SQL(q_boost_find, "SELECT id FROM statuses WHERE reblog_of_id = $1 AND account_id = $2");
SQL(q_boosters_uncount,
    "UPDATE account_stats SET statuses_count = CASE WHEN statuses_count > 0 THEN statuses_count - 1 ELSE 0 END"
    " WHERE account_id IN (SELECT account_id FROM statuses WHERE reblog_of_id = $1)");

struct err *boost_find(struct call *c, account_id who, status_id of, status_id *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_boost_find, ARGS(of.v, who.v), &r, &found));
	*ret = ID(status_id, found ? row_i64(r, 0) : 0);
	return NULL;
}

struct err *boosters_uncount(struct call *c, status_id of)
{
	return db_exec(c, &q_boosters_uncount, ARGS(of.v), NULL);
}

/* ---- pages: downwards from a cursor, and upwards for the page right above one ---- */

#define BETWEEN " AND r.id < $2 AND r.id > $3"
#define UNSHUNNED \
	" AND " SQL_STANDS("a") \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = $5 AND b.target_id = a.id) OR (b.account_id = a.id AND b.target_id = $5))" \
	" AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = $5 AND m.target_id = a.id)"
#define MARK_TEXTS(var, what, from, where) \
	SQL(var##_down, "SELECT r.id, " what " FROM " from " WHERE " where BETWEEN " ORDER BY r.id DESC LIMIT $4"); \
	SQL(var##_up, "SELECT r.id, " what " FROM " from " WHERE " where BETWEEN " ORDER BY r.id LIMIT $4")

MARK_TEXTS(q_favourites, "r.status_id", "favourites r", "r.account_id = $1");
MARK_TEXTS(q_bookmarks, "r.status_id", "bookmarks r", "r.account_id = $1");
MARK_TEXTS(q_favourited_by, "r.account_id", "favourites r JOIN accounts a ON a.id = r.account_id", "r.status_id = $1" UNSHUNNED);
MARK_TEXTS(q_reblogged_by, "r.account_id", "statuses r JOIN accounts a ON a.id = r.account_id",
	   "r.reblog_of_id = $1 AND r.visibility IN (0, 1)" UNSHUNNED);

static const struct {
	const struct sql_text *down, *up;
	size_t args;
} lists[MARK_LISTS] = {
	[MARK_FAVOURITES] = { &q_favourites_down, &q_favourites_up, 4 },
	[MARK_BOOKMARKS] = { &q_bookmarks_down, &q_bookmarks_up, 4 },
	[MARK_FAVOURITED_BY] = { &q_favourited_by_down, &q_favourited_by_up, 5 },
	[MARK_REBLOGGED_BY] = { &q_reblogged_by_down, &q_reblogged_by_up, 5 },
};

struct err *marks_page(struct call *c, enum mark_list list, int64_t of, account_id viewer, const struct page *p, struct mark_row **ret,
		       size_t *ret_n)
{
	struct sql_arg v[] = { sql_arg_i64(of), sql_arg_i64(p->max_id ? p->max_id : INT64_MAX),
			       sql_arg_i64(p->min_id > p->since_id ? p->min_id : p->since_id), sql_arg_i64(p->limit), sql_arg_i64(viewer.v) };
	struct sql_args args = { v, lists[list].args };
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? lists[list].up : lists[list].down, args, &rows));
	*ret = arena_array(c->arena, struct mark_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, p->min_id ? rows.n - 1 - i : i);

		(*ret)[i] = (struct mark_row){ row_i64(r, 0), row_i64(r, 1) };
	}
	return NULL;
}
