#include "store/annual_report.h"

/* The smallest id of that time (model/ids.h). */
static int64_t first_id(int64_t us) { return us / 1000 << 16; }

#define UNTIL(N) " count(*) FILTER (WHERE x.id < $" #N ")"
#define MONTHS \
	UNTIL(4) "," UNTIL(5) "," UNTIL(6) "," UNTIL(7) "," UNTIL(8) "," UNTIL(9) "," UNTIL(10) "," UNTIL(11) "," UNTIL(12) "," UNTIL(13) "," \
	UNTIL(14) ", count(*)"
SQL(q_annual_posts,
    "SELECT " MONTHS ", count(*) FILTER (WHERE x.reblog_of_id IS NOT NULL), count(*) FILTER (WHERE x.poll_id IS NOT NULL),"
    " count(*) FILTER (WHERE x.reply_to_account_id IS NOT NULL AND x.reply_to_account_id <> x.account_id),"
    " count(*) FILTER (WHERE x.reblog_of_id IS NULL AND (x.reply_to_account_id IS NULL OR x.reply_to_account_id = x.account_id))"
    " FROM statuses x WHERE x.account_id = $1 AND x.id >= $2 AND x.id < $3");
SQL(q_annual_followers, "SELECT " MONTHS " FROM follows x WHERE x.target_id = $1 AND x.id >= $2 AND x.id < $3");

/* Counted up to the end of each month. */
static void take_months(struct row r, int64_t ret[ANNUAL_MONTHS])
{
	for (size_t i = 0; i < ANNUAL_MONTHS; i++)
		ret[i] = row_i64(r, i) - (i ? row_i64(r, i - 1) : 0);
}

static struct err *count(struct call *c, const struct sql_text *q, account_id who, const int64_t *m, struct row *ret)
{
	bool found;

	return db_one(c, q,
		      ARGS(who.v, first_id(m[0]), first_id(m[12]), first_id(m[1]), first_id(m[2]), first_id(m[3]), first_id(m[4]), first_id(m[5]),
			   first_id(m[6]), first_id(m[7]), first_id(m[8]), first_id(m[9]), first_id(m[10]), first_id(m[11])),
		      ret, &found);
}

struct err *annual_count(struct call *c, account_id who, const int64_t months_us[ANNUAL_MONTHS + 1], struct annual_numbers *ret)
{
	struct row r;

	TRY(count(c, &q_annual_posts, who, months_us, &r));
	*ret = (struct annual_numbers){ .boosts = row_i64(r, 12), .polls = row_i64(r, 13), .replies = row_i64(r, 14), .standalone = row_i64(r, 15) };
	take_months(r, ret->posts);
	TRY(count(c, &q_annual_followers, who, months_us, &r));
	take_months(r, ret->followers);
	return NULL;
}

#define TOP_POST(COUNT) \
	"SELECT x.id, n." COUNT " FROM statuses x JOIN status_stats n ON n.status_id = x.id" \
	" WHERE x.account_id = $1 AND x.id >= $2 AND x.id < $3 AND x.visibility < 2 AND x.reblog_of_id IS NULL AND x.id NOT IN ($4, $5)" \
	" ORDER BY n." COUNT " DESC, x.id DESC LIMIT 1"
SQL(q_annual_boosted_post, TOP_POST("reblogs_count"));
SQL(q_annual_favourite_post, TOP_POST("favourites_count"));
SQL(q_annual_answered_post, TOP_POST("replies_count"));
SQL(q_annual_top_tag,
    "SELECT t.name, count(*) FROM statuses x JOIN status_tags s ON s.status_id = x.id JOIN tags t ON t.id = s.tag_id"
    " WHERE x.account_id = $1 AND x.id >= $2 AND x.id < $3 AND x.visibility < 2 GROUP BY t.id, t.name ORDER BY count(*) DESC, t.id LIMIT 1");

struct err *annual_top_posts(struct call *c, account_id who, int64_t from_us, int64_t to_us, struct annual_top *ret, bool *ret_any)
{
	const struct sql_text *const by[] = { &q_annual_boosted_post, &q_annual_favourite_post, &q_annual_answered_post };
	status_id *top[] = { &ret->by_reblogs, &ret->by_favourites, &ret->by_replies };
	struct row r;
	bool any;

	*ret = (struct annual_top){ 0 };
	*ret_any = false;
	for (size_t i = 0; i < 3; i++) {
		TRY(db_one(c, by[i], ARGS(who.v, first_id(from_us), first_id(to_us), ret->by_reblogs.v, ret->by_favourites.v), &r, &any));
		*ret_any = *ret_any || any;
		*top[i] = ID(status_id, any && row_i64(r, 1) > 0 ? row_i64(r, 0) : 0);
	}
	return NULL;
}

struct err *annual_top_tag(struct call *c, account_id who, int64_t from_us, int64_t to_us, struct str *ret_name, int64_t *ret_count)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_annual_top_tag, ARGS(who.v, first_id(from_us), first_id(to_us)), &r, &found));
	*ret_name = found ? row_str(r, 0) : STR_NONE;
	*ret_count = found ? row_i64(r, 1) : 0;
	return NULL;
}

SQL(q_annual_reports_of,
    "SELECT account_id, year, data, created_us, read_us FROM annual_reports WHERE account_id = $1 AND (CAST($2 AS BIGINT) = 0 OR year = $2)"
    " ORDER BY year LIMIT 100");

struct err *annual_reports_of(struct call *c, account_id who, int64_t year, struct annual_report **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_annual_reports_of, ARGS(who.v, year), &rows));
	*ret = arena_array(c->arena, struct annual_report, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct annual_report){ ID(account_id, row_i64(r, 0)), row_i64(r, 1), row_str(r, 2), row_i64(r, 3), row_i64(r, 4) };
	}
	return NULL;
}

SQL(q_annual_report_add,
    "INSERT INTO annual_reports (account_id, year, data, created_us, read_us) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING");
SQL(q_annual_report_read,
    "UPDATE annual_reports SET read_us = CASE WHEN read_us = 0 THEN CAST($3 AS BIGINT) ELSE read_us END WHERE account_id = $1 AND year = $2");

struct err *annual_report_add(struct call *c, const struct annual_report *r)
{
	return db_exec(c, &q_annual_report_add, ARGS(r->account.v, r->year, r->data, r->created_us), NULL);
}

struct err *annual_report_read(struct call *c, account_id who, int64_t year, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_annual_report_read, ARGS(who.v, year, c->now_us), &n));
	*ret_was = n > 0;
	return NULL;
}
