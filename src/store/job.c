/* A lease moves the job's due time to the lease's end: a node that dies gives back by saying nothing, and what is leased does not
 * stand in the way of what is due. tries counts runs that were begun. */
#include "store/job.h"

#include "store/event.h"
#include "store/store.h"

SQL(q_jobs_add,
    "INSERT INTO jobs (id, kind, lane, ref_id, arg, host, payload, once_key, due_us, tries, leased_until_us, leased_by, parked_us, created_us)"
    " VALUES @rows ON CONFLICT DO NOTHING");
enum { JOB_COLUMNS = 14 };

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }

struct err *jobs_add(struct call *c, const struct job_new *j, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * JOB_COLUMNS + 1), *at = v;

	if (n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		*at++ = sql_arg_i64(id_next(c));
		*at++ = sql_arg_i64(j[i].kind);
		*at++ = sql_arg_i64(job_lane_of(j[i].kind));
		*at++ = sql_arg_i64(j[i].ref_id);
		*at++ = sql_arg_str(or_empty(j[i].arg));
		*at++ = sql_arg_str(or_empty(j[i].host));
		*at++ = sql_arg_str(or_empty(j[i].payload));
		*at++ = sql_arg_str(j[i].once_key);
		*at++ = sql_arg_i64(j[i].due_us ? j[i].due_us : c->now_us);
		*at++ = sql_arg_i64(0);
		*at++ = sql_arg_i64(0);
		*at++ = sql_arg_i64(0);
		*at++ = sql_arg_i64(0);
		*at++ = sql_arg_i64(c->now_us);
	}
	TRY(db_insert_rows(c, &q_jobs_add, JOB_COLUMNS, v, n));
	return store_event_add(c, EVENT_JOBS_ADDED, (int64_t)job_lane_of(j[0].kind), STR("jobs"), STR_NONE);
}

struct err *job_add(struct call *c, const struct job_new *j)
{
	return jobs_add(c, j, 1);
}

#define LEASE_SET "UPDATE jobs SET due_us = $3, leased_until_us = $3, leased_by = $4, tries = tries + 1 WHERE id IN (SELECT j.id FROM jobs j"
#define LEASE_WHERE " WHERE j.lane = $1 AND j.parked_us = 0 AND j.due_us <= $2 AND NOT EXISTS (SELECT 1 FROM hosts h WHERE h.host = j.host" \
	" AND (h.penalty_until_us > $2 OR h.parked_us > 0)) AND j.host NOT IN (@set) ORDER BY j.due_us, j.id LIMIT $5"
#define LEASE_GET ") RETURNING id, kind, ref_id, arg, host, payload, created_us, tries"
SQL2(q_jobs_lease, LEASE_SET LEASE_WHERE LEASE_GET, LEASE_SET LEASE_WHERE " FOR UPDATE OF j SKIP LOCKED" LEASE_GET);

struct err *jobs_lease(struct call *c, const struct job_lease *how, struct job **ret, size_t *ret_n)
{
	struct str nobody = STR("-");
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_lease,
		    ARGS((int64_t)how->lane, c->now_us, c->now_us + how->lease_us, (int64_t)how->node, (int64_t)how->max,
			 how->busy_n ? sql_strs(how->busy_hosts, how->busy_n) : sql_strs(&nobody, 1)),
		    &rows));
	*ret = arena_array(c->arena, struct job, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct job){
			.id = ID(job_id, row_i64(r, 0)), .kind = (enum job_kind)row_i64(r, 1), .ref_id = row_i64(r, 2),
			.arg = row_str(r, 3), .host = row_str(r, 4), .payload = row_str(r, 5), .created_us = row_i64(r, 6),
			.tries = (int)row_i64(r, 7) - 1,
		};
	}
	return NULL;
}

SQL(q_jobs_done, "DELETE FROM jobs WHERE id IN (@set)");
SQL(q_job_retry, "UPDATE jobs SET due_us = $2, leased_until_us = 0, leased_by = 0, last_error = $3 WHERE id = $1");
SQL(q_jobs_release, "UPDATE jobs SET due_us = $1, leased_until_us = 0, leased_by = 0, tries = tries - 1 WHERE id IN (@set)");
SQL(q_job_park, "UPDATE jobs SET parked_us = $2, leased_until_us = 0, leased_by = 0, last_error = $3 WHERE id = $1");
SQL(q_jobs_release_node,
    "UPDATE jobs SET due_us = $2, leased_until_us = 0, leased_by = 0, tries = tries - 1 WHERE leased_until_us > 0 AND leased_by = $1");

struct err *jobs_done(struct call *c, const int64_t *ids, size_t n)
{
	return db_exec(c, &q_jobs_done, ARGS(sql_ids(ids, n)), NULL);
}

struct err *job_retry(struct call *c, job_id id, int64_t due_us, struct str why)
{
	return db_exec(c, &q_job_retry, ARGS(id.v, due_us, why), NULL);
}

struct err *jobs_release(struct call *c, const int64_t *ids, size_t n, int64_t due_us)
{
	return db_exec(c, &q_jobs_release, ARGS(due_us, sql_ids(ids, n)), NULL);
}

struct err *job_park(struct call *c, job_id id, struct str why)
{
	return db_exec(c, &q_job_park, ARGS(id.v, c->now_us, why), NULL);
}

struct err *jobs_release_node(struct call *c, int node)
{
	return db_exec(c, &q_jobs_release_node, ARGS((int64_t)node, c->now_us), NULL);
}

SQL(q_jobs_state,
    "SELECT lane, count(*) FILTER (WHERE due_us <= $1 AND parked_us = 0), count(*) FILTER (WHERE due_us > $1 AND leased_until_us = 0),"
    " count(*) FILTER (WHERE leased_until_us > $1), count(*) FILTER (WHERE parked_us > 0),"
    " min(due_us) FILTER (WHERE due_us <= $1 AND parked_us = 0) FROM jobs GROUP BY lane");

struct err *jobs_state(struct call *c, struct job_lane_state ret[JOB_LANES])
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_state, ARGS(c->now_us), &rows));
	for (int i = 0; i < JOB_LANES; i++)
		ret[i] = (struct job_lane_state){ .lane = (enum job_lane)i };
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		int64_t lane = row_i64(r, 0);

		if (lane >= 0 && lane < JOB_LANES)
			ret[lane] = (struct job_lane_state){ (enum job_lane)lane, row_i64(r, 1), row_i64(r, 2), row_i64(r, 3), row_i64(r, 4), row_i64(r, 5) };
	}
	return NULL;
}
