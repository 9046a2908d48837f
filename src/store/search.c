#include "store/search.h"

#include "base/buf.h"

enum { PATTERN_MAX = 8192 };

/* For LIKE ... ESCAPE '\': the text itself between `before` and `after`. */
static struct str pattern(struct call *c, const char *before, struct str s, const char *after)
{
	struct buf b = buf_init(c->arena, PATTERN_MAX);

	buf_addz(&b, before);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' || s.p[i] == '_' || s.p[i] == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, s.p[i]);
	}
	buf_addz(&b, after);
	return buf_str(&b);
}

SQL(q_accounts_search,
    "SELECT a.id FROM accounts a LEFT JOIN account_stats s ON s.account_id = a.id"
    " WHERE ((a.username_key LIKE $1 ESCAPE '\\' AND a.domain LIKE $2 ESCAPE '\\') OR a.display_key LIKE $3 ESCAPE '\\')"
    " AND a.suspended_us = 0 AND a.deleted_us = 0 AND a.moved_to_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = a.id AND (u.confirmed_us = 0 OR u.approved = 0))"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $4)"
    " AND ($5 = 0 OR EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $4 AND f.target_id = a.id))"
    " ORDER BY CASE WHEN a.username_key = $6 AND a.domain = $7 THEN 0 WHEN a.username_key = $6 THEN 1"
    " WHEN a.username_key LIKE $1 ESCAPE '\\' THEN 2 ELSE 3 END,"
    " CASE WHEN EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $4 AND f.target_id = a.id) THEN 0 ELSE 1 END,"
    " s.followers_count DESC, a.id LIMIT $8 OFFSET $9");

struct err *accounts_search(struct call *c, const struct account_search *how, int64_t **ret, size_t *ret_n)
{
	struct str name = how->name_key.n ? how->name_key : how->key;
	bool exact_name = how->domain.n > 0;
	struct sql_rows rows;

	TRY(db_rows(c, &q_accounts_search,
		    ARGS(pattern(c, "", name, exact_name ? "" : "%"), pattern(c, "", how->domain, "%"), pattern(c, "%", how->key, "%"), how->viewer.v,
			 (int64_t)how->following, name, how->domain, (int64_t)how->limit, (int64_t)how->offset),
		    &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_tags_search,
    "SELECT id, name FROM tags WHERE name_key LIKE $1 ESCAPE '\\' ORDER BY CASE WHEN name_key = $2 THEN 0 ELSE 1 END, name_key LIMIT $3 OFFSET $4");

struct err *tags_search(struct call *c, struct str key, int limit, int offset, struct tag_found **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_tags_search, ARGS(pattern(c, "", key, "%"), key, (int64_t)limit, (int64_t)offset), &rows));
	*ret = arena_array(c->arena, struct tag_found, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct tag_found){ ID(tag_id, row_i64(sql_row(&rows, i), 0)), row_str(sql_row(&rows, i), 1) };
	return NULL;
}

SQL(q_tags_history,
    "SELECT st.tag_id, s.created_us - s.created_us % 86400000000 AS day_us, count(*), count(DISTINCT s.account_id)"
    " FROM status_tags st JOIN statuses s ON s.id = st.status_id"
    " WHERE s.visibility = 0 AND s.created_us >= $1 AND st.status_id >= $2 AND st.tag_id IN (@set)"
    " GROUP BY st.tag_id, s.created_us - s.created_us % 86400000000");

struct err *tags_history(struct call *c, const int64_t *tags, size_t n, int64_t since_us, struct tag_day **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_tags_history, ARGS(since_us, (since_us / 1000) << 16, sql_ids(tags, n)), &rows));
	*ret = arena_array(c->arena, struct tag_day, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct tag_day){ ID(tag_id, row_i64(r, 0)), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) };
	}
	return NULL;
}

SQL(q_status_by_url, "SELECT id FROM statuses WHERE url = $1 AND url IS NOT NULL AND local = 0 AND reblog_of_id IS NULL LIMIT 1");
SQL(q_account_by_url, "SELECT id FROM accounts WHERE url = $1 AND url IS NOT NULL LIMIT 1");

struct err *search_by_url(struct call *c, struct str url, account_id *ret_account, status_id *ret_status)
{
	struct row r;
	bool found;

	*ret_account = ID_NONE(account_id);
	TRY(db_one(c, &q_status_by_url, ARGS(url), &r, &found));
	*ret_status = ID(status_id, found ? row_i64(r, 0) : 0);
	if (found)
		return NULL;
	TRY(db_one(c, &q_account_by_url, ARGS(url), &r, &found));
	*ret_account = ID(account_id, found ? row_i64(r, 0) : 0);
	return NULL;
}
