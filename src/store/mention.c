#include "store/mention.h"

SQL(q_mentions_resolve,
    "SELECT a.id, a.username, a.domain, coalesce(a.url, a.uri), a.username_key || '@' || a.domain,"
    " EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = a.id)"
    " FROM accounts a WHERE a.suspended_us = 0 AND a.deleted_us = 0 AND (a.username_key || '@' || a.domain) IN (@set)");

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

SQL(q_readers_here,
    "SELECT f.account_id FROM follows f JOIN users u ON u.account_id = f.account_id"
    " WHERE f.target_id = $1 AND f.account_id > $2 AND u.last_active_us >= $3 ORDER BY f.account_id LIMIT $4");

struct err *readers_here(struct call *c, account_id of, account_id after, int64_t active_us, int max, account_id **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_readers_here, ARGS(of.v, after.v, active_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, account_id, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = ID(account_id, row_i64(sql_row(&rows, i), 0));
	return NULL;
}
