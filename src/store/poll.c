#include "store/poll.h"

SQL(q_poll_votes_of, "SELECT poll_id, position FROM poll_votes WHERE account_id = $1 AND poll_id IN (@set) ORDER BY poll_id, position");
SQL(q_poll_status, "SELECT status_id FROM polls WHERE id = $1");

struct err *poll_votes_of(struct call *c, account_id voter, const int64_t *poll_ids, size_t n, struct poll_vote **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_poll_votes_of, ARGS(voter.v, sql_ids(poll_ids, n)), &rows));
	*ret = arena_array(c->arena, struct poll_vote, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct poll_vote){ ID(poll_id, row_i64(sql_row(&rows, i), 0)), (int)row_i64(sql_row(&rows, i), 1) };
	return NULL;
}

struct err *poll_status(struct call *c, poll_id id, status_id *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_poll_status, ARGS(id.v), &r, ret_found));
	if (*ret_found)
		*ret = ID(status_id, row_i64(r, 0));
	return NULL;
}
