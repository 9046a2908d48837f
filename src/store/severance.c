#include "store/severance.h"

SQL(q_severance_add,
    "INSERT INTO severances (id, account_id, cause, target_name, followers_count, following_count, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7)");
SQL(q_severance_grow,
    "UPDATE severances SET followers_count = followers_count + $4, following_count = following_count + $5 WHERE id = (SELECT max(s.id)"
    " FROM severances s WHERE s.account_id = $1 AND s.cause = $2 AND s.target_name = $3)");
SQL(q_severance_count,
    "UPDATE severances SET followers_count = followers_count + $4, following_count = following_count + $5 WHERE id = (SELECT max(s.id)"
    " FROM severances s WHERE s.account_id = $1 AND s.cause = $2 AND s.target_name = $3 AND s.created_us >= $6)");
SQL(q_severances_by_ids,
    "SELECT id, account_id, cause, target_name, followers_count, following_count, created_us FROM severances WHERE account_id = $1 AND id IN (@set)");

struct err *severance_add(struct call *c, const struct severance *s)
{
	return db_exec(c, &q_severance_add,
		       ARGS(s->id.v, s->account.v, (int64_t)s->cause, s->target_name, s->followers, s->following, s->created_us), NULL);
}

struct err *severance_grow(struct call *c, const struct severance *more)
{
	return db_exec(c, &q_severance_grow, ARGS(more->account.v, (int64_t)more->cause, more->target_name, more->followers, more->following), NULL);
}

struct err *severance_count(struct call *c, const struct severance *more, int64_t since_us, bool *ret_first)
{
	int64_t n;

	TRY(db_exec(c, &q_severance_count,
		    ARGS(more->account.v, (int64_t)more->cause, more->target_name, more->followers, more->following, since_us), &n));
	*ret_first = n == 0;
	return n ? NULL : severance_add(c, more);
}

struct err *severances_by_ids(struct call *c, account_id of, const int64_t *ids, size_t n, struct map **ret)
{
	struct sql_rows rows;

	*ret = map_create(c->arena);
	TRY(db_rows(c, &q_severances_by_ids, ARGS(of.v, sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct severance *s = arena_new(c->arena, struct severance);

		*s = (struct severance){ ID(severance_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), (enum severance_cause)row_i64(r, 2),
					 row_str(r, 3), row_i64(r, 4), row_i64(r, 5), row_i64(r, 6) };
		map_put_i64(*ret, s->id.v, s);
	}
	return NULL;
}

SQL(q_account_warning_add,
    "INSERT INTO account_warnings (id, account_id, by_id, action, comment, status_ids, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7)");
SQL(q_account_warnings_by_ids,
    "SELECT id, account_id, by_id, action, comment, status_ids, created_us FROM account_warnings WHERE account_id = $1 AND id IN (@set)");

struct err *account_warning_add(struct call *c, const struct account_warning *w)
{
	return db_exec(c, &q_account_warning_add,
		       ARGS(w->id.v, w->account.v, w->by.v, (int64_t)w->action, w->text, w->status_ids, w->created_us), NULL);
}

struct err *account_warnings_by_ids(struct call *c, account_id of, const int64_t *ids, size_t n, struct map **ret)
{
	struct sql_rows rows;

	*ret = map_create(c->arena);
	TRY(db_rows(c, &q_account_warnings_by_ids, ARGS(of.v, sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct account_warning *w = arena_new(c->arena, struct account_warning);

		*w = (struct account_warning){ ID(warning_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)),
					       (enum warning_action)row_i64(r, 3), row_str(r, 4), row_str(r, 5), row_i64(r, 6) };
		map_put_i64(*ret, w->id.v, w);
	}
	return NULL;
}
