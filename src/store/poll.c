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

SQL(q_poll_find,
    "SELECT id, status_id, account_id, expires_us, multiple, hide_totals, votes_count, voters_count, closed_us FROM polls WHERE id = $1");
SQL(q_poll_options, "SELECT position, title, votes_count FROM poll_options WHERE poll_id = $1 ORDER BY position");

struct err *poll_find(struct call *c, poll_id id, struct poll *ret, struct poll_option **ret_options, size_t *ret_n, bool *ret_found)
{
	struct sql_rows rows;
	struct row r;

	TRY(db_one(c, &q_poll_find, ARGS(id.v), &r, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct poll){ ID(poll_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)), row_i64(r, 3), row_bool(r, 4),
			      row_bool(r, 5), row_i64(r, 6), row_i64(r, 7), row_i64(r, 8) };
	TRY(db_rows(c, &q_poll_options, ARGS(id.v), &rows));
	*ret_options = arena_array(c->arena, struct poll_option, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		r = sql_row(&rows, i);
		(*ret_options)[i] = (struct poll_option){ id, (int)row_i64(r, 0), row_str(r, 1), row_i64(r, 2) };
	}
	return NULL;
}

SQL(q_poll_lock, "UPDATE polls SET votes_count = votes_count WHERE id = $1");
SQL(q_vote_add,
    "INSERT INTO poll_votes (poll_id, account_id, position, uri, created_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
SQL(q_vote_count, "UPDATE polls SET votes_count = votes_count + 1 WHERE id = $1");
SQL(q_option_count, "UPDATE poll_options SET votes_count = votes_count + 1 WHERE poll_id = $1 AND position = $2");
SQL(q_voter_count, "UPDATE polls SET voters_count = CASE WHEN voters_count < 0 THEN -1 ELSE voters_count + 1 END WHERE id = $1");

struct err *poll_lock(struct call *c, poll_id id)
{
	return db_exec(c, &q_poll_lock, ARGS(id.v), NULL);
}

struct err *poll_vote_add(struct call *c, account_id voter, poll_id id, int position, struct str uri, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, &q_vote_add, ARGS(id.v, voter.v, (int64_t)position, uri, c->now_us), &n));
	*ret_new = n > 0;
	if (!*ret_new)
		return NULL;
	TRY(db_exec(c, &q_option_count, ARGS(id.v, (int64_t)position), NULL));
	return db_exec(c, &q_vote_count, ARGS(id.v), NULL);
}

struct err *poll_voter_count(struct call *c, poll_id id)
{
	return db_exec(c, &q_voter_count, ARGS(id.v), NULL);
}

SQL(q_poll_put, "UPDATE polls SET expires_us = $2, multiple = $3, hide_totals = $4, closed_us = $5 WHERE id = $1");
SQL(q_votes_drop, "DELETE FROM poll_votes WHERE poll_id = $1");
SQL(q_options_drop, "DELETE FROM poll_options WHERE poll_id = $1");
SQL(q_options_put, "INSERT INTO poll_options (poll_id, position, title, votes_count) VALUES @rows");
SQL(q_poll_reset,
    "UPDATE polls SET votes_count = 0, voters_count = CASE WHEN voters_count < 0 THEN -1 ELSE 0 END WHERE id = $1");
SQL(q_option_set, "UPDATE poll_options SET votes_count = $3 WHERE poll_id = $1 AND position = $2");
SQL(q_poll_set, "UPDATE polls SET votes_count = $2, voters_count = $3 WHERE id = $1");
SQL(q_poll_drop, "DELETE FROM polls WHERE id = $1");
SQL(q_poll_close, "UPDATE polls SET closed_us = $2 WHERE id = $1 AND closed_us = 0");
SQL(q_poll_voters,
    "SELECT DISTINCT v.account_id FROM poll_votes v JOIN users u ON u.account_id = v.account_id"
    " WHERE v.poll_id = $1 AND v.account_id > $2 ORDER BY v.account_id LIMIT $3");

struct err *poll_put(struct call *c, const struct poll *p)
{
	return db_exec(c, &q_poll_put, ARGS(p->id.v, p->expires_us, (int64_t)p->multiple, (int64_t)p->hide_totals, p->closed_us), NULL);
}

struct err *poll_options_replace(struct call *c, poll_id id, const struct poll_option *o, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * 4 + 1);

	TRY(db_exec(c, &q_votes_drop, ARGS(id.v), NULL));
	TRY(db_exec(c, &q_options_drop, ARGS(id.v), NULL));
	TRY(db_exec(c, &q_poll_reset, ARGS(id.v), NULL));
	for (size_t i = 0; i < n; i++) {
		v[4 * i] = sql_arg_i64(id.v);
		v[4 * i + 1] = sql_arg_i64((int64_t)i);
		v[4 * i + 2] = sql_arg_str(o[i].title);
		v[4 * i + 3] = sql_arg_i64(0);
	}
	return n ? db_insert_rows(c, &q_options_put, 4, v, n) : NULL;
}

struct err *poll_counts_put(struct call *c, poll_id id, int64_t voters, const int64_t *votes, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		TRY(db_exec(c, &q_option_set, ARGS(id.v, (int64_t)i, votes[i]), NULL));
		sum += votes[i];
	}
	return db_exec(c, &q_poll_set, ARGS(id.v, sum, voters), NULL);
}

struct err *poll_drop(struct call *c, poll_id id)
{
	return db_exec(c, &q_poll_drop, ARGS(id.v), NULL);
}

struct err *poll_close(struct call *c, poll_id id, bool *ret_closed)
{
	int64_t n;

	TRY(db_exec(c, &q_poll_close, ARGS(id.v, c->now_us), &n));
	*ret_closed = n > 0;
	return NULL;
}

struct err *poll_voters_here(struct call *c, poll_id id, account_id after, int max, account_id **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_poll_voters, ARGS(id.v, after.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, account_id, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = ID(account_id, row_i64(sql_row(&rows, i), 0));
	return NULL;
}
