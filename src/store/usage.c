#include "store/usage.h"

static struct err *names(struct call *c, const struct sql_text *q, struct sql_args args, struct str **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct str, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

#define UNLIMITED " NOT EXISTS (SELECT 1 FROM server_limits l WHERE l.domain = p.domain) ORDER BY p.domain"
SQL(q_peers_all, "SELECT p.domain FROM peers p WHERE" UNLIMITED " LIMIT 100000");
SQL(q_peers_begin, "SELECT p.domain FROM peers p WHERE p.domain >= $1 AND p.domain < $2 AND" UNLIMITED " LIMIT $3");
SQL(q_peers_count, "SELECT count(*) FROM peers");
SQL(q_peer_add, "INSERT INTO peers (domain, added_us) VALUES ($1, $2) ON CONFLICT DO NOTHING");

struct err *peers_all(struct call *c, struct str **ret, size_t *ret_n)
{
	return names(c, &q_peers_all, ARGS0, ret, ret_n);
}

struct err *peers_begin(struct call *c, struct str prefix, int max, struct str **ret, size_t *ret_n)
{
	/* Names are ASCII, so what begins so stands before this. */
	return names(c, &q_peers_begin, ARGS(prefix, arena_concat(c->arena, prefix, STR("\x7f")), (int64_t)max), ret, ret_n);
}

struct err *peers_count(struct call *c, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_peers_count, ARGS0, &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

struct err *peer_add(struct call *c, struct str domain)
{
	return db_exec(c, &q_peer_add, ARGS(domain, c->now_us), NULL);
}

#define COUNTED " count(*), count(*) FILTER (WHERE u.last_active_us >= $1), count(*) FILTER (WHERE u.last_active_us >= $2)," \
		" coalesce(sum(s.statuses_count), 0)"
#define COUNTED_FROM " FROM users u JOIN account_stats s ON s.account_id = u.account_id WHERE u.confirmed_us > 0 AND u.disabled_us = 0"
#define ACTIVE(c) (c)->now_us - 30 * US_PER_DAY, (c)->now_us - 180 * US_PER_DAY
SQL(q_usage_counts, "SELECT users, active_month, active_half_year, statuses, counted_us FROM usage_now WHERE one = 1");
SQL(q_usage_counts_now, "SELECT" COUNTED COUNTED_FROM);

struct err *usage_counts(struct call *c, struct usage_counts *ret)
{
	struct row r;
	bool found;

	*ret = (struct usage_counts){ 0 };
	TRY(db_one(c, &q_usage_counts, ARGS0, &r, &found));
	if (found)
		*ret = (struct usage_counts){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3), row_i64(r, 4) };
	if (ret->users >= USAGE_SMALL)
		return NULL;
	TRY(db_one(c, &q_usage_counts_now, ARGS(ACTIVE(c)), &r, &found));
	if (found)
		*ret = (struct usage_counts){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3), ret->counted_us };
	return NULL;
}

SQL(q_usage_weeks, "SELECT week_us, statuses, logins, registrations FROM usage_weeks WHERE week_us >= $1 ORDER BY week_us DESC LIMIT 60");

struct err *usage_weeks(struct call *c, int64_t since_us, struct usage_week **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_usage_weeks, ARGS(since_us), &rows));
	*ret = arena_array(c->arena, struct usage_week, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct usage_week){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) };
	}
	return NULL;
}

SQL(q_usage_count,
    "INSERT INTO usage_now (one, users, active_month, active_half_year, statuses, counted_us)"
    " SELECT 1," COUNTED ", CAST($3 AS BIGINT)" COUNTED_FROM
    " ON CONFLICT (one) DO UPDATE SET users = excluded.users, active_month = excluded.active_month, active_half_year = excluded.active_half_year,"
    " statuses = excluded.statuses, counted_us = excluded.counted_us");
SQL(q_usage_week_count,
    "INSERT INTO usage_weeks (week_us, statuses, logins, registrations)"
    " SELECT CAST($1 AS BIGINT), (SELECT count(*) FROM statuses s WHERE s.id > $3 AND s.id <= $4 AND s.local = 1 AND s.reblog_of_id IS NULL),"
    " (SELECT count(*) FROM users u WHERE u.last_active_us >= $1 AND u.last_active_us < $2),"
    " (SELECT count(*) FROM users u WHERE u.account_id >= $5 AND u.account_id < $6 AND u.confirmed_us > 0)"
    " WHERE true ON CONFLICT (week_us) DO UPDATE SET statuses = usage_weeks.statuses + excluded.statuses, registrations = excluded.registrations,"
    " logins = CASE WHEN excluded.logins > usage_weeks.logins THEN excluded.logins ELSE usage_weeks.logins END");

/* Ids are times: the first that can be made after us. */
static int64_t id_after(int64_t us) { return (us / 1000) << 16; }

struct err *usage_count(struct call *c, int64_t until_us)
{
	return db_exec(c, &q_usage_count, ARGS(ACTIVE(c), until_us), NULL);
}

struct err *usage_week_count(struct call *c, int64_t week_us, int64_t from_us, int64_t until_us)
{
	int64_t end_us = week_us + 7 * US_PER_DAY;

	return db_exec(c, &q_usage_week_count,
		       ARGS(week_us, end_us, id_after(from_us), id_after(until_us), id_after(week_us), id_after(end_us)), NULL);
}
