/* A lease moves the job's due time to the lease's end: a node that dies gives back by saying nothing, and what is leased does not
 * stand in the way of what is due. tries counts runs that were begun. */
#include "store/job.h"

#include <assert.h>
#include <stdlib.h>

#include "store/event.h"
#include "store/store.h"

SQL(q_jobs_add,
    "INSERT INTO jobs (id, kind, lane, ref_id, arg, host, payload, once_key, due_us, tries, leased_until_us, leased_by, parked_us, created_us)"
    " VALUES @rows ON CONFLICT DO NOTHING");
enum { JOB_COLUMNS = 14 };

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }

/* One event a lane and transaction wakes its workers. */
static struct err *wake(struct call *c, enum job_lane lane)
{
	for (const struct event *e = c->events; e; e = e->next)
		if (e->kind == EVENT_JOBS_ADDED && e->subject_id == (int64_t)lane)
			return NULL;
	return store_event_add(c, EVENT_JOBS_ADDED, (int64_t)lane, STR("jobs"), STR_NONE);
}

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
	for (size_t i = 0; i < n; i++)
		TRY(wake(c, job_lane_of(j[i].kind)));
	return NULL;
}

struct err *job_add(struct call *c, const struct job_new *j)
{
	return jobs_add(c, j, 1);
}

/* Jobs of one host stand in the window four times as many as are wanted, so that a host with many does not hide those of others;
 * where it fills the window all the same, the caller then holds enough of it and asks again without it. */
#define LEASE_DUE "WITH due AS MATERIALIZED (SELECT j.id, j.host, j.due_us FROM jobs j WHERE j.lane = $1 AND j.parked_us = 0 AND j.due_us <= $2" \
	" AND NOT EXISTS (SELECT 1 FROM hosts h WHERE h.host = j.host AND (h.penalty_until_us > $2 OR h.parked_us > 0 OR h.failures > $9))" \
	" AND (CAST($8 AS BIGINT) >> CAST(j.kind AS INTEGER)) & 1 = 0 AND j.host NOT IN (@set) ORDER BY j.due_us, j.id LIMIT $7"
#define LEASE_TAKE "), ranked AS (SELECT id, host, due_us, row_number() OVER (PARTITION BY host ORDER BY due_us, id) AS place FROM due)" \
	" UPDATE jobs SET due_us = $3, leased_until_us = $3, leased_by = $4, tries = tries + 1, once_key = NULL WHERE id IN" \
	" (SELECT r.id FROM ranked r LEFT JOIN hosts h ON h.host = r.host WHERE r.host = '' OR r.place <= CASE WHEN h.failures > 0 THEN 1" \
	" ELSE CAST($6 AS BIGINT) END ORDER BY r.due_us, r.id LIMIT $5)" \
	" RETURNING id, kind, ref_id, arg, host, payload, created_us, tries"
SQL2(q_jobs_lease, LEASE_DUE LEASE_TAKE, LEASE_DUE " FOR UPDATE OF j SKIP LOCKED" LEASE_TAKE);

static_assert(JOB_KINDS < 63, "q_jobs_lease has one bit a kind");

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct job *)a)->id.v, y = ((const struct job *)b)->id.v;

	return (x > y) - (x < y);
}

struct err *jobs_lease(struct call *c, const struct job_lease *how, struct job **ret, size_t *ret_n)
{
	struct str nobody = STR("-");
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_lease,
		    ARGS((int64_t)how->lane, c->now_us, c->now_us + how->lease_us, (int64_t)how->node, (int64_t)how->max, (int64_t)how->host_max,
			 (int64_t)how->max * 4, how->kinds_held, how->no_probes ? 0 : INT64_MAX,
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
	qsort(*ret, rows.n, sizeof **ret, by_id);
	return NULL;
}

SQL(q_jobs_next,
    "WITH l (lane) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10))"
    " SELECT l.lane, (SELECT min(j.due_us) FROM jobs j WHERE j.lane = l.lane AND j.parked_us = 0) FROM l");
static_assert(JOB_LANES <= 11, "q_jobs_next looks at eleven lanes");

struct err *jobs_next(struct call *c, int64_t ret_due_us[JOB_LANES])
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_jobs_next, ARGS0, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		int64_t lane = row_i64(sql_row(&rows, i), 0);

		if (lane >= 0 && lane < JOB_LANES)
			ret_due_us[lane] = row_i64(sql_row(&rows, i), 1);
	}
	return NULL;
}

#define GIVE_BACK "leased_until_us = 0, leased_by = 0"
#define HELD_BY " leased_until_us > 0 AND leased_by = "
SQL(q_jobs_done, "DELETE FROM jobs WHERE id IN (@set)");
SQL(q_jobs_extend, "UPDATE jobs SET due_us = $1, leased_until_us = $1 WHERE" HELD_BY "$2 AND id IN (@set)");
SQL(q_job_retry, "UPDATE jobs SET due_us = $2, " GIVE_BACK ", last_error = $3 WHERE id = $1 AND" HELD_BY "$4");
SQL(q_jobs_release, "UPDATE jobs SET due_us = $1, " GIVE_BACK ", tries = tries - 1 WHERE" HELD_BY "$2 AND id IN (@set)");
SQL(q_job_park, "UPDATE jobs SET parked_us = $2, " GIVE_BACK ", last_error = $3 WHERE id = $1 AND" HELD_BY "$4");
SQL(q_jobs_release_node, "UPDATE jobs SET due_us = $2, " GIVE_BACK " WHERE" HELD_BY "$1");
SQL(q_jobs_release_all, "UPDATE jobs SET due_us = $1, " GIVE_BACK " WHERE leased_until_us > 0");
SQL(q_jobs_park_hosts,
    "UPDATE jobs SET parked_us = $1 WHERE id IN (SELECT j.id FROM jobs j JOIN hosts h ON h.host = j.host"
    " WHERE h.parked_us > 0 AND j.parked_us = 0 AND j.leased_until_us = 0 AND j.host <> '' LIMIT 1000)");

struct err *jobs_done(struct call *c, const int64_t *ids, size_t n)
{
	return db_exec(c, &q_jobs_done, ARGS(sql_ids(ids, n)), NULL);
}

struct err *jobs_extend(struct call *c, int node, const int64_t *ids, size_t n, int64_t until_us)
{
	return db_exec(c, &q_jobs_extend, ARGS(until_us, (int64_t)node, sql_ids(ids, n)), NULL);
}

struct err *job_retry(struct call *c, int node, job_id id, int64_t due_us, struct str why)
{
	return db_exec(c, &q_job_retry, ARGS(id.v, due_us, why, (int64_t)node), NULL);
}

struct err *jobs_release(struct call *c, int node, const int64_t *ids, size_t n, int64_t due_us)
{
	return db_exec(c, &q_jobs_release, ARGS(due_us, (int64_t)node, sql_ids(ids, n)), NULL);
}

struct err *job_park(struct call *c, int node, job_id id, struct str why)
{
	return db_exec(c, &q_job_park, ARGS(id.v, c->now_us, why, (int64_t)node), NULL);
}

struct err *jobs_release_node(struct call *c, int node)
{
	return db_exec(c, &q_jobs_release_node, ARGS((int64_t)node, c->now_us), NULL);
}

struct err *jobs_release_all(struct call *c)
{
	return db_exec(c, &q_jobs_release_all, ARGS(c->now_us), NULL);
}

struct err *jobs_park_hosts(struct call *c, int64_t *ret_n)
{
	return db_exec(c, &q_jobs_park_hosts, ARGS(c->now_us), ret_n);
}

SQL(q_jobs_state,
    "SELECT lane, count(*) FILTER (WHERE due_us <= $1 AND parked_us = 0),"
    " count(*) FILTER (WHERE due_us > $1 AND leased_until_us = 0 AND parked_us = 0),"
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
