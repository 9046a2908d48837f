#include "store/trend.h"

#include <stdlib.h>

#include "store/home_rule_priv.h"
#include "store/tag_priv.h"

/* ---- counting ---- */

SQL(q_tags_seen, "SELECT tag_id FROM tag_uses WHERE day = $1 AND account_id = $2 AND tag_id IN (@set)");
SQL(q_tag_uses_add, "INSERT INTO tag_uses (tag_id, day, account_id) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_tag_days_add,
    "INSERT INTO tag_days (tag_id, day, accounts, uses) VALUES @rows ON CONFLICT (tag_id, day) DO UPDATE"
    " SET accounts = tag_days.accounts + excluded.accounts, uses = tag_days.uses + excluded.uses");

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool among(const struct sql_rows *rows, int64_t id)
{
	for (size_t i = 0; i < rows->n; i++)
		if (row_i64(sql_row(rows, i), 0) == id)
			return true;
	return false;
}

struct err *trend_tags_used(struct call *c, account_id who, const tag_id *tags, size_t n, int64_t day)
{
	struct sql_arg *uses = arena_array(c->arena, struct sql_arg, n * 3 + 1), *days = arena_array(c->arena, struct sql_arg, n * 4 + 1);
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct sql_rows seen;
	size_t fresh = 0;

	if (n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		ids[i] = tags[i].v;
	qsort(ids, n, sizeof *ids, by_id);    /* two posts at once take the rows in one order */
	TRY(db_rows(c, &q_tags_seen, ARGS(day, who.v, sql_ids(ids, n)), &seen));
	for (size_t i = 0; i < n; i++) {
		bool is_new = !among(&seen, ids[i]);

		if (is_new) {
			uses[3 * fresh] = sql_arg_i64(ids[i]);
			uses[3 * fresh + 1] = sql_arg_i64(day);
			uses[3 * fresh++ + 2] = sql_arg_i64(who.v);
		}
		days[4 * i] = sql_arg_i64(ids[i]);
		days[4 * i + 1] = sql_arg_i64(day);
		days[4 * i + 2] = sql_arg_i64(is_new);
		days[4 * i + 3] = sql_arg_i64(1);
	}
	if (fresh)
		TRY(db_insert_rows(c, &q_tag_uses_add, 3, uses, fresh));
	return db_insert_rows(c, &q_tag_days_add, 4, days, n);
}

SQL(q_link_used,
    "INSERT INTO link_uses (card_id, day, account_id, uses) SELECT s.card_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), 1"
    " FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.id = $1 AND s.card_id IS NOT NULL AND s.visibility = 0 AND s.sensitive = 0"
    " AND s.spoiler_text = '' AND " SQL_UNLIMITED("a")
    " ON CONFLICT (card_id, day, account_id) DO UPDATE SET uses = link_uses.uses + 1");

struct err *trend_link_used(struct call *c, account_id who, status_id post, int64_t day)
{
	return db_exec(c, &q_link_used, ARGS(post.v, day, who.v), NULL);
}

/* ---- candidates ---- */

static struct err *candidates(struct call *c, const struct sql_text *q, struct sql_args args, struct trend_candidate **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct trend_candidate, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct trend_candidate){ .ref_id = row_i64(r, 0), .observed = (double)row_i64(r, 1), .expected = (double)row_i64(r, 2),
						      .language = row_str(r, 3), .account = ID(account_id, row_i64(r, 4)), .created_us = row_i64(r, 5) };
	}
	return NULL;
}

SQL(q_tag_candidates,
    "SELECT t.tag_id, t.accounts, coalesce(y.accounts, 0), NULL, 0, 0 FROM tag_days t"
    " LEFT JOIN tag_days y ON y.tag_id = t.tag_id AND y.day = $2 WHERE t.day = $1 AND t.accounts >= 5 ORDER BY t.accounts DESC LIMIT 1000");

struct err *trend_tags_candidates(struct call *c, int64_t day, struct trend_candidate **ret, size_t *ret_n)
{
	return candidates(c, &q_tag_candidates, ARGS(day, day - 1), ret, ret_n);
}

/* What posts name counts for the page's own address. */
SQL(q_link_candidates,
    "SELECT d.id, d.today, d.yesterday, k.language, 0, 0 FROM (SELECT coalesce(k.same_as_id, k.id) AS id,"
    " count(DISTINCT CASE WHEN u.day = $1 THEN u.account_id END) AS today, count(DISTINCT CASE WHEN u.day = $2 THEN u.account_id END) AS yesterday"
    " FROM link_uses u JOIN cards k ON k.id = u.card_id WHERE u.day IN ($1, $2) GROUP BY coalesce(k.same_as_id, k.id)) d"
    " JOIN cards k ON k.id = d.id AND k.state = 1 AND k.title <> '' WHERE d.today >= 5 ORDER BY d.today DESC LIMIT 1000");

struct err *trend_links_candidates(struct call *c, int64_t day, struct trend_candidate **ret, size_t *ret_n)
{
	return candidates(c, &q_link_candidates, ARGS(day, day - 1), ret, ret_n);
}

SQL(q_status_candidates,
    "WITH marked AS MATERIALIZED (SELECT f.status_id AS id FROM favourites f WHERE f.id > $1"
    " UNION SELECT b.reblog_of_id FROM statuses b WHERE b.id > $1 AND b.reblog_of_id IS NOT NULL"
    " UNION SELECT r.ref_id FROM trends r WHERE r.kind = 2)"
    " SELECT s.id, n.reblogs_count + n.favourites_count, 1, s.language, s.account_id, s.created_us FROM marked m JOIN statuses s ON s.id = m.id"
    " JOIN status_stats n ON n.status_id = s.id JOIN accounts a ON a.id = s.account_id"
    " WHERE s.visibility = 0 AND s.local_only = 0 AND s.reblog_of_id IS NULL AND NOT " SQL_IS_REPLY("s")
    " AND s.sensitive = 0 AND s.spoiler_text = ''"
    " AND a.discoverable = 1 AND " SQL_UNLIMITED("a") " AND n.reblogs_count + n.favourites_count >= 5"
    " ORDER BY n.reblogs_count + n.favourites_count DESC, s.id LIMIT 1000");

struct err *trend_statuses_candidates(struct call *c, int64_t since_us, struct trend_candidate **ret, size_t *ret_n)
{
	return candidates(c, &q_status_candidates, ARGS((since_us / 1000) << 16), ret, ret_n);
}

/* ---- what trends ---- */

SQL(q_trends, "SELECT ref_id, account_id, score, peak, peak_us, language FROM trends WHERE kind = $1");
SQL(q_trends_drop, "DELETE FROM trends WHERE kind = $1");
SQL(q_trends_add, "INSERT INTO trends (kind, ref_id, account_id, score, peak, peak_us, language) VALUES @rows");

struct err *trends_of(struct call *c, enum trend_kind kind, struct trend_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_trends, ARGS((int64_t)kind), &rows));
	*ret = arena_array(c->arena, struct trend_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct trend_row){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), row_f64(r, 2), row_f64(r, 3), row_i64(r, 4), row_str(r, 5) };
	}
	return NULL;
}

struct err *trends_replace(struct call *c, enum trend_kind kind, const struct trend_row *rows, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 7 + 1);

	TRY(db_exec(c, &q_trends_drop, ARGS((int64_t)kind), NULL));
	for (size_t i = 0; i < n; i++) {
		v[7 * i] = sql_arg_i64(kind);
		v[7 * i + 1] = sql_arg_i64(rows[i].ref_id);
		v[7 * i + 2] = sql_opt(rows[i].account.v);
		v[7 * i + 3] = sql_arg_f64(rows[i].score);
		v[7 * i + 4] = sql_arg_f64(rows[i].peak);
		v[7 * i + 5] = sql_arg_i64(rows[i].peak_us);
		v[7 * i + 6] = sql_arg_str(rows[i].language);
	}
	return n ? db_insert_rows(c, &q_trends_add, 7, v, n) : NULL;
}

static struct err *ids(struct call *c, const struct sql_text *q, struct sql_args args, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_trends_top, "SELECT ref_id FROM trends WHERE kind = $1 AND score > 0 ORDER BY score DESC, ref_id LIMIT $2 OFFSET $3");

struct err *trends_top(struct call *c, enum trend_kind kind, int limit, int offset, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_trends_top, ARGS((int64_t)kind, (int64_t)limit, (int64_t)offset), ret, ret_n);
}

SQL(q_trends_tags,
    "SELECT t.id, t.name FROM trends r JOIN tags t ON t.id = r.ref_id WHERE r.kind = 0 AND r.score > 0 ORDER BY r.score DESC, r.ref_id"
    " LIMIT $1 OFFSET $2");

struct err *trends_top_tags(struct call *c, int limit, int offset, struct tag **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_trends_tags, ARGS((int64_t)limit, (int64_t)offset), &rows));
	store__tags_read(c, &rows, ret, ret_n);
	return NULL;
}

SQL(q_trends_statuses,
    "SELECT r.ref_id FROM trends r JOIN statuses s ON s.id = r.ref_id JOIN accounts a ON a.id = s.account_id"
    " WHERE r.kind = 2 AND r.score > 0 AND s.visibility = 0 AND s.sensitive = 0 AND s.spoiler_text = '' AND a.discoverable = 1 AND "
    SQL_UNLIMITED("a") " AND (CAST($1 AS BIGINT) = 0 OR (NOT " SQL_BLOCK_EITHER("$1", "a.id") " AND NOT " SQL_MUTES("$1", "a.id", "$2")
    " AND NOT " SQL_MUTES_DOMAIN("$1", "a.domain") ")) ORDER BY r.score DESC, r.ref_id LIMIT $3 OFFSET $4");

struct err *trends_top_statuses(struct call *c, account_id reader, int limit, int offset, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_trends_statuses, ARGS(reader.v, c->now_us, (int64_t)limit, (int64_t)offset), ret, ret_n);
}

static struct err *history(struct call *c, const struct sql_text *q, const int64_t *ids, size_t n, int64_t after, struct trend_day **ret,
			   size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, q, ARGS(after, sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct trend_day, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct trend_day){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) };
	}
	return NULL;
}

SQL(q_tags_history, "SELECT tag_id, day, uses, accounts FROM tag_days WHERE tag_id IN (@set) AND day > $1");
SQL(q_links_history,
    "SELECT coalesce(k.same_as_id, k.id), u.day, sum(u.uses), count(DISTINCT u.account_id) FROM cards k JOIN link_uses u ON u.card_id = k.id"
    " WHERE coalesce(k.same_as_id, k.id) IN (SELECT id FROM cards WHERE id IN (@set)) AND u.day > $1 GROUP BY coalesce(k.same_as_id, k.id), u.day");

struct err *trend_tags_history(struct call *c, const int64_t *tags, size_t n, int64_t after, struct trend_day **ret, size_t *ret_n)
{
	return history(c, &q_tags_history, tags, n, after, ret, ret_n);
}

struct err *trend_links_history(struct call *c, const int64_t *cards, size_t n, int64_t after, struct trend_day **ret, size_t *ret_n)
{
	return history(c, &q_links_history, cards, n, after, ret, ret_n);
}

SQL(q_trend_link, "SELECT k.id FROM cards k JOIN trends r ON r.kind = 1 AND r.ref_id = k.id AND r.score > 0 WHERE k.url = $1");

struct err *trend_link_find(struct call *c, struct str url, card_id *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_trend_link, ARGS(url), &r, &found));
	*ret = ID(card_id, found ? row_i64(r, 0) : 0);
	return NULL;
}

/* ---- the end of days ---- */

SQL(q_tag_uses_drop,
    "DELETE FROM tag_uses WHERE (tag_id, day, account_id) IN (SELECT u.tag_id, u.day, u.account_id FROM tag_uses u WHERE u.day < $1 LIMIT 1000)");
SQL(q_tag_days_drop, "DELETE FROM tag_days WHERE (tag_id, day) IN (SELECT u.tag_id, u.day FROM tag_days u WHERE u.day < $1 LIMIT 1000)");
SQL(q_link_uses_drop,
    "DELETE FROM link_uses WHERE (card_id, day, account_id) IN (SELECT u.card_id, u.day, u.account_id FROM link_uses u WHERE u.day < $1 LIMIT 1000)");

struct err *trend_uses_drop(struct call *c, int64_t day, int64_t *ret_n)
{
	static const struct sql_text *const texts[] = { &q_tag_uses_drop, &q_tag_days_drop, &q_link_uses_drop };
	int64_t n;

	*ret_n = 0;
	for (size_t i = 0; i < 3; i++) {
		TRY(db_exec(c, texts[i], ARGS(day), &n));
		*ret_n += n;
	}
	return NULL;
}
