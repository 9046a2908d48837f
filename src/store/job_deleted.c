/* A job is either in jobs or here. Who deletes keeps what the DELETE gave back, so that nothing a node has leased meanwhile is kept as well;
 * who takes a deletion back has its line of the log first, so that of two the second finds the jobs gone, even those that ran already. */
#include "store/job_deleted.h"

#include <assert.h>

#include "store/audit.h"
#include "store/job_filter_priv.h"
#include "store/store.h"

SQL(q_jobs_deleted_count, "SELECT count(*) FROM deleted_jobs");

struct err *jobs_deleted_room(struct call *c, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_jobs_deleted_count, ARGS0, &r, &found));
	*ret = row_i64(r, 0) < JOBS_DELETED_MAX ? JOBS_DELETED_MAX - row_i64(r, 0) : 0;
	return NULL;
}

#define AS_IT_WAS "id, kind, lane, ref_id, arg, host, payload, once_key, due_us, tries, parked_us, last_error, created_us"
enum { COLUMNS = 14 };
SQL(q_jobs_drop_kept, "DELETE FROM jobs" JOBS_ONES("") " AND " JOBS_FREE " RETURNING " AS_IT_WAS);
SQL(q_jobs_deleted_add, "INSERT INTO deleted_jobs (audit_id, " AS_IT_WAS ") VALUES @rows");

struct err *jobs_drop_kept(struct call *c, const struct job_filter *f, int64_t audit_id, int64_t keep, int64_t *ret_n)
{
	struct sql_arg *v, *at;
	struct sql_rows rows;
	size_t n;

	TRY(db_rows(c, &q_jobs_drop_kept, ARGS(JOBS_ARGS(f), (int64_t)JOBS_AT_ONCE), &rows));
	*ret_n = (int64_t)rows.n;
	n = *ret_n < keep ? rows.n : (size_t)keep;
	v = at = arena_array(c->arena, struct sql_arg, n * COLUMNS + 1);
	for (size_t i = 0; i < n; i++) {
		struct row r = sql_row(&rows, i);

		*at++ = sql_arg_i64(audit_id);
		for (size_t k = 0; k < 4; k++)
			*at++ = sql_arg_i64(row_i64(r, k));
		for (size_t k = 4; k < 8; k++)
			*at++ = sql_arg_str(row_str(r, k));
		for (size_t k = 8; k < 11; k++)
			*at++ = sql_arg_i64(row_i64(r, k));
		*at++ = sql_arg_str(row_str(r, 11));
		*at++ = sql_arg_i64(row_i64(r, 12));
	}
	return db_insert_rows(c, &q_jobs_deleted_add, COLUMNS, v, n);
}

/* ---- what can be taken back ---- */

#define DELETIONS "SELECT a.id, a.what, a.by_whom, d.n, a.created_us FROM (SELECT audit_id, count(*) AS n FROM deleted_jobs"
SQL(q_jobs_deletions, DELETIONS " GROUP BY audit_id) d JOIN audit_log a ON a.id = d.audit_id WHERE a.created_us > $1 ORDER BY a.id DESC LIMIT $2");
SQL(q_jobs_deletion, DELETIONS " WHERE audit_id = $2 GROUP BY audit_id) d JOIN audit_log a ON a.id = d.audit_id WHERE a.created_us > $1");

static struct jobs_deleted deletion_of(struct row r)
{
	return (struct jobs_deleted){ row_i64(r, 0), row_str(r, 1), row_str(r, 2), row_i64(r, 3), row_i64(r, 4) };
}

struct err *jobs_deleted(struct call *c, int64_t max, struct jobs_deleted **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_deletions, ARGS(c->now_us - JOBS_DELETED_KEPT_US, max), &rows));
	*ret = arena_array(c->arena, struct jobs_deleted, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = deletion_of(sql_row(&rows, i));
	return NULL;
}

struct err *jobs_deleted_find(struct call *c, int64_t audit_id, struct jobs_deleted *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_jobs_deletion, ARGS(c->now_us - JOBS_DELETED_KEPT_US, audit_id), &r, ret_found));
	if (*ret_found)
		*ret = deletion_of(r);
	return NULL;
}

#define SOME " WHERE id IN (SELECT id FROM deleted_jobs WHERE audit_id = $1 ORDER BY id LIMIT 1000)"
SQL(q_jobs_undelete,
    "INSERT INTO jobs (" AS_IT_WAS ", leased_until_us, leased_by) SELECT " AS_IT_WAS ", 0, 0 FROM deleted_jobs" SOME " ON CONFLICT DO NOTHING");
SQL(q_jobs_undeleted, "DELETE FROM deleted_jobs" SOME);
static_assert(JOBS_AT_ONCE == 1000, "q_jobs_undelete takes as many");

struct err *jobs_undelete(struct call *c, int64_t audit_id, int64_t *ret_taken, int64_t *ret_n)
{
	struct audit_entry line = { .id = audit_id };

	TRY(audit_add(c, &line));
	TRY(db_exec(c, &q_jobs_undelete, ARGS(audit_id), ret_n));
	return db_exec(c, &q_jobs_undeleted, ARGS(audit_id), ret_taken);
}
