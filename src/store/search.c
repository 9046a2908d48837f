#include "store/search.h"

#include "base/buf.h"
#include "store/standing_priv.h"
#include "store/tag_priv.h"

enum { PATTERN_MAX = 8192 };

/* Keys are compared by bytes: all that begin with a text lie between it and it with this behind. */
#define LAST_CHARACTER "\xf4\x8f\xbf\xbf"

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

/* Four ways, each with an end: handles that begin so, display names that begin so, those that hold it among whom one follows and among
 * the newest accounts. Then they are judged and put in order. */
SQL(q_accounts_search,
    "WITH found AS (SELECT id FROM (SELECT id FROM accounts WHERE username_key >= $1 AND username_key < $2 AND domain LIKE $3 ESCAPE '\\'"
    " ORDER BY username_key LIMIT 500) AS n"
    " UNION SELECT id FROM (SELECT id FROM accounts WHERE display_key >= $4 AND display_key < $5 ORDER BY display_key LIMIT 500) AS d"
    " UNION SELECT id FROM (SELECT x.id FROM follows g JOIN accounts x ON x.id = g.target_id WHERE g.account_id = $7"
    " AND x.display_key LIKE $6 ESCAPE '\\' LIMIT 500) AS g"
    " UNION SELECT id FROM (SELECT id FROM (SELECT id, display_key FROM accounts ORDER BY id DESC LIMIT 20000) AS x"
    " WHERE x.display_key LIKE $6 ESCAPE '\\' LIMIT 500) AS m)"
    " SELECT a.id FROM found JOIN accounts a ON a.id = found.id LEFT JOIN account_stats s ON s.account_id = a.id"
    " LEFT JOIN follows f ON f.account_id = $7 AND f.target_id = a.id"
    " WHERE " SQL_STANDS("a") " AND a.moved_to_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = a.id AND (u.confirmed_us = 0 OR u.approved = 0))"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $7)"
    " AND ($8 = 0 OR f.id IS NOT NULL)"
    " AND (f.id IS NOT NULL OR (a.username_key = $1 AND a.domain = $9) OR NOT " SQL_SILENCED("a") ")"
    " ORDER BY CASE WHEN a.username_key = $1 AND a.domain = $9 THEN 0 ELSE 1 END, CASE WHEN f.id IS NULL THEN 1 ELSE 0 END,"
    " CASE WHEN a.username_key = $1 THEN 0 WHEN a.username_key >= $1 AND a.username_key < $2 THEN 1 ELSE 2 END,"
    " s.followers_count DESC, a.id LIMIT $10 OFFSET $11");

struct err *accounts_search(struct call *c, const struct account_search *how, int64_t **ret, size_t *ret_n)
{
	struct str name = how->name_key.n ? how->name_key : how->key;
	struct str name_end = arena_concat(c->arena, name, how->domain.n ? STR("\x01") : STR(LAST_CHARACTER));
	struct sql_rows rows;

	TRY(db_rows(c, &q_accounts_search,
		    ARGS(name, name_end, pattern(c, "", how->domain, "%"), how->key, arena_concat(c->arena, how->key, STR(LAST_CHARACTER)),
			 pattern(c, "%", how->key, "%"), how->viewer.v, (int64_t)how->following, how->domain, (int64_t)how->limit,
			 (int64_t)how->offset),
		    &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_tags_search,
    "SELECT t.id, t.name FROM tags t WHERE t.name_key >= $1 AND t.name_key < $2 ORDER BY t.name_key LIMIT $3 OFFSET $4");

struct err *tags_search(struct call *c, const struct tag_search *how, struct tag **ret, size_t *ret_n)
{
	struct str end = arena_concat(c->arena, how->key, how->exact ? STR("\x01") : STR(LAST_CHARACTER));
	struct sql_rows rows;

	TRY(db_rows(c, &q_tags_search, ARGS(how->key, end, (int64_t)how->limit, (int64_t)how->offset), &rows));
	store__tags_read(c, &rows, ret, ret_n);
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
