#include "store/thread.h"

SQL(q_ancestors,
    "WITH RECURSIVE up (id, reply_to_id, depth) AS ("
    " SELECT s.id, s.reply_to_id, CAST(0 AS BIGINT) FROM statuses s WHERE s.id = $1"
    " UNION ALL SELECT s.id, s.reply_to_id, up.depth + 1 FROM up JOIN statuses s ON s.id = up.reply_to_id WHERE up.depth < $2"
    ") SELECT id FROM up WHERE depth > 0 ORDER BY depth DESC");

struct err *thread_ancestors(struct call *c, status_id of, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_ancestors, ARGS(of.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

/* The inner LIMIT ends the recursion on both engines, which hand on its rows level by level. */
SQL(q_descendants,
    "WITH RECURSIVE down (id, reply_to_id, account_id, reply_to_account_id, depth) AS ("
    " SELECT s.id, s.reply_to_id, s.account_id, s.reply_to_account_id, CAST(1 AS BIGINT) FROM statuses s WHERE s.reply_to_id = $1"
    " UNION ALL SELECT s.id, s.reply_to_id, s.account_id, s.reply_to_account_id, down.depth + 1"
    " FROM down JOIN statuses s ON s.reply_to_id = down.id WHERE down.depth < $2"
    ") SELECT id, reply_to_id, account_id, reply_to_account_id FROM (SELECT * FROM down LIMIT $3) AS first ORDER BY depth, id");

struct err *thread_descendants(struct call *c, status_id of, int max, int depth, struct thread_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_descendants, ARGS(of.v, (int64_t)depth, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct thread_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct thread_row){ ID(status_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)),
						 ID(account_id, row_i64(r, 3)) };
	}
	return NULL;
}
