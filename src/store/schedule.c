#include "store/schedule.h"

#include "store/store.h"

SQL(q_schedule_make, "INSERT INTO schedule (name, last_run_us, next_run_us, last_error, runs) VALUES ($1, 0, $2, NULL, 0) ON CONFLICT DO NOTHING");
SQL(q_schedule_next, "SELECT next_run_us FROM schedule WHERE name = $1");

struct err *schedule_ensure(struct call *c, struct str name, int64_t first_us, int64_t *ret_next_us)
{
	struct row r;
	bool found;

	TRY(db_exec(c, &q_schedule_make, ARGS(name, first_us), NULL));
	TRY(db_one(c, &q_schedule_next, ARGS(name), &r, &found));
	*ret_next_us = found ? row_i64(r, 0) : first_us;
	return NULL;
}

SQL(q_schedule_take, "UPDATE schedule SET next_run_us = $2 WHERE name = $1 AND next_run_us <= $3");

struct err *schedule_take(struct call *c, struct str name, int64_t period_us, bool *ret_mine, int64_t *ret_next_us)
{
	int64_t n;

	TRY(db_exec(c, &q_schedule_take, ARGS(name, c->now_us + period_us, c->now_us), &n));
	*ret_mine = n == 1;
	return schedule_ensure(c, name, c->now_us + period_us, ret_next_us);
}

SQL(q_schedule_ran, "UPDATE schedule SET last_run_us = $2, last_error = $3, runs = runs + 1 WHERE name = $1");

struct err *schedule_ran(struct call *c, struct str name, struct str why)
{
	return db_exec(c, &q_schedule_ran, ARGS(name, c->now_us, why), NULL);
}

SQL(q_schedule_all, "SELECT name, last_error, last_run_us, next_run_us, runs FROM schedule ORDER BY name LIMIT 200");

struct err *schedule_all(struct call *c, struct recurring_run **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_schedule_all, ARGS0, &rows));
	*ret = arena_array(c->arena, struct recurring_run, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct recurring_run){ row_str(r, 0), row_str(r, 1), row_i64(r, 2), row_i64(r, 3), row_i64(r, 4) };
	}
	return NULL;
}
