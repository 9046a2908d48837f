#include "store/job_filter.h"

#include "store/job_filter_priv.h"
#include "store/store.h"

SQL(q_jobs_matching, "SELECT count(*) FROM jobs WHERE " JOBS_MATCH);
SQL(q_jobs_list,
    "SELECT id, lane, kind, host, arg, last_error, created_us, due_us, parked_us, tries FROM jobs WHERE " JOBS_MATCH
    " ORDER BY created_us, id LIMIT $7");

struct err *jobs_matching(struct call *c, const struct job_filter *f, int64_t *ret_n)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_jobs_matching, ARGS(JOBS_ARGS(f)), &r, &found));
	*ret_n = found ? row_i64(r, 0) : 0;
	return NULL;
}

struct err *jobs_list(struct call *c, const struct job_filter *f, int64_t max, struct job_line **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_list, ARGS(JOBS_ARGS(f), max), &rows));
	*ret = arena_array(c->arena, struct job_line, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct job_line){
			.id = row_i64(r, 0), .lane = (int)row_i64(r, 1), .kind = (int)row_i64(r, 2), .host = row_str(r, 3), .arg = row_str(r, 4),
			.last_error = row_str(r, 5), .created_us = row_i64(r, 6), .due_us = row_i64(r, 7), .parked_us = row_i64(r, 8), .tries = row_i64(r, 9),
		};
	}
	return NULL;
}

#define NOT_HELD "leased_until_us = 0, leased_by = 0"
SQL(q_jobs_drop, "DELETE FROM jobs" JOBS_ONES(""));
SQL(q_jobs_requeue, "UPDATE jobs SET parked_us = 0, due_us = $6, tries = 0, " NOT_HELD JOBS_ONES(" AND parked_us > 0"));
SQL(q_jobs_hurry,
    "UPDATE jobs SET due_us = created_us, " NOT_HELD
    JOBS_ONES(" AND parked_us = 0 AND due_us > created_us AND (tries > 0 OR host <> '' OR due_us <= $6)"));
SQL(q_jobs_hosts_pardon,
    "UPDATE hosts SET parked_us = 0, penalty_until_us = 0, first_failure_us = $6 WHERE (parked_us > 0 OR penalty_until_us > $6)"
    " AND host IN (SELECT host FROM jobs WHERE " JOBS_MATCH ")");

struct err *jobs_drop(struct call *c, const struct job_filter *f, int64_t *ret_n)
{
	return db_exec(c, &q_jobs_drop, ARGS(JOBS_ARGS(f), (int64_t)JOBS_AT_ONCE), ret_n);
}

struct err *jobs_requeue(struct call *c, const struct job_filter *f, int64_t *ret_n)
{
	return db_exec(c, &q_jobs_requeue, ARGS(JOBS_ARGS(f), (int64_t)JOBS_AT_ONCE), ret_n);
}

struct err *jobs_hurry(struct call *c, const struct job_filter *f, int64_t *ret_n)
{
	return db_exec(c, &q_jobs_hurry, ARGS(JOBS_ARGS(f), (int64_t)JOBS_AT_ONCE), ret_n);
}

struct err *jobs_hosts_pardon(struct call *c, const struct job_filter *f)
{
	return db_exec(c, &q_jobs_hosts_pardon, ARGS(JOBS_ARGS(f)), NULL);
}
