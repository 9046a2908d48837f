#include "store/mention.h"

#include "store/standing_priv.h"

SQL(q_mentions_resolve,
    "SELECT a.id, a.username, a.domain, coalesce(a.url, a.uri), a.username_key || '@' || a.domain,"
    " EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = a.id)"
    " FROM accounts a WHERE " SQL_STANDS("a") " AND (a.username_key || '@' || a.domain) IN (@set)");

struct err *mentions_resolve(struct call *c, account_id author, const struct str *handles, size_t n, struct mention_row **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_mentions_resolve, ARGS(author.v, sql_strs(handles, n)), &rows));
	*ret = arena_array(c->arena, struct mention_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct mention_row){ .id = ID(account_id, row_i64(r, 0)), .username = row_str(r, 1), .domain = row_str(r, 2),
						  .url = row_str(r, 3), .handle = row_str(r, 4), .local = row_str(r, 2).n == 0, .blocked = row_bool(r, 5) };
	}
	return NULL;
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

SQL(q_readers_here,
    "SELECT f.account_id FROM follows f JOIN users u ON u.account_id = f.account_id"
    " WHERE f.target_id = $1 AND f.account_id > $2 AND u.last_active_us >= $3 ORDER BY f.account_id LIMIT $4");
SQL(q_tag_readers_here,
    "SELECT DISTINCT t.account_id FROM statuses s JOIN status_tags x ON x.status_id = s.id JOIN tag_follows t ON t.tag_id = x.tag_id"
    " JOIN users u ON u.account_id = t.account_id WHERE s.id = $1 AND s.visibility = 0 AND t.account_id > $2 AND u.last_active_us >= $3"
    " AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.account_id = t.account_id AND f.target_id = s.account_id)"
    " ORDER BY t.account_id LIMIT $4");

struct err *readers_here(struct call *c, account_id of, account_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_readers_here, ARGS(of.v, after.v, active_us, (int64_t)max), ret, ret_n);
}

struct err *tag_readers_here(struct call *c, status_id post, account_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_tag_readers_here, ARGS(post.v, after.v, active_us, (int64_t)max), ret, ret_n);
}
