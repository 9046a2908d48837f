#include "store/job_flow.h"

#include "store/store.h"

/* $1 is now, $2 and $3 since when what came counts. off: no worker is what it waits for. */
#define WAITING \
	"WITH due (lane, host, held, paused, n, oldest, came, came_now) AS (SELECT j.lane, j.host, CASE WHEN j.leased_until_us > $1 THEN 1 ELSE 0 END," \
	" CASE WHEN EXISTS (SELECT 1 FROM job_rules r WHERE r.per_minute = 0 AND (r.lane = j.lane OR r.kind = j.kind" \
	" OR (r.host <> '' AND r.host = j.host))) THEN 1 ELSE 0 END, count(*), min(j.due_us), count(*) FILTER (WHERE j.created_us >= $2)," \
	" count(*) FILTER (WHERE j.created_us >= $3) FROM jobs j WHERE j.parked_us = 0 AND (j.due_us <= $1 OR j.leased_until_us > $1)" \
	" GROUP BY 1, 2, 3, 4)," \
	" seen (lane, host, held, n, oldest, came, came_now, off) AS (SELECT d.lane, d.host, d.held, d.n, d.oldest, d.came, d.came_now," \
	" CASE WHEN d.held = 0 AND (d.paused = 1 OR h.failures > 0) THEN 1 ELSE 0 END FROM due d LEFT JOIN hosts h ON h.host = d.host)"
SQL(q_job_waiting_class,
    WAITING " SELECT lane, COALESCE(sum(n) FILTER (WHERE off = 0 AND held = 0), 0), COALESCE(sum(n) FILTER (WHERE off = 1), 0),"
	    " COALESCE(sum(n) FILTER (WHERE held = 1), 0), COALESCE(min(oldest) FILTER (WHERE off = 0 AND held = 0), 0), sum(came), sum(came_now)"
	    " FROM seen GROUP BY lane");
SQL(q_job_waiting_host,
    WAITING ", rates (lane, host, runs, work_us, wire_us) AS (SELECT lane, host, sum(runs), sum(work_us), sum(wire_us) FROM job_rates"
	    " WHERE host <> '' AND slot_us >= $2 GROUP BY lane, host),"
	    " most (lane, host, n) AS (SELECT lane, host, sum(n) FROM seen WHERE off = 0 AND host <> '' GROUP BY lane, host"
	    " ORDER BY sum(n) DESC, lane, host LIMIT $4)"
	    " SELECT s.lane, s.n, COALESCE(r.runs, 0), COALESCE(r.work_us, 0), COALESCE(r.wire_us, 0) FROM most s"
	    " LEFT JOIN rates r ON r.lane = s.lane AND r.host = s.host ORDER BY s.n DESC, s.lane, s.host");
SQL(q_job_slots,
    "SELECT slot_us, lane, sum(came), sum(gone), sum(runs), sum(work_us), sum(wire_us) FROM job_rates WHERE host = '' AND slot_us >= $1"
    " GROUP BY slot_us, lane ORDER BY slot_us, lane");

struct err *job_waiting_by_class(struct call *c, int64_t came_since_us, int64_t came_now_since_us, struct job_waiting ret[JOB_LANES])
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_job_waiting_class, ARGS(c->now_us, came_since_us, came_now_since_us), &rows));
	for (int i = 0; i < JOB_LANES; i++)
		ret[i] = (struct job_waiting){ 0 };
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		int64_t lane = row_i64(r, 0);

		if (lane >= 0 && lane < JOB_LANES)
			ret[lane] = (struct job_waiting){ row_i64(r, 1), row_i64(r, 2), row_i64(r, 3), row_i64(r, 4), row_i64(r, 5), row_i64(r, 6) };
	}
	return NULL;
}

struct err *job_waiting_by_host(struct call *c, int64_t seen_since_us, int64_t max, struct job_host_waiting **ret, size_t *ret_n)
{
	struct sql_rows rows;
	size_t n = 0;

	TRY(db_rows(c, &q_job_waiting_host, ARGS(c->now_us, seen_since_us, seen_since_us, max), &rows));
	*ret = arena_array(c->arena, struct job_host_waiting, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		int64_t lane = row_i64(r, 0);

		if (lane >= 0 && lane < JOB_LANES)
			(*ret)[n++] = (struct job_host_waiting){ .lane = (enum job_lane)lane, .waits = row_i64(r, 1), .runs = row_i64(r, 2),
								 .work_us = row_i64(r, 3), .wire_us = row_i64(r, 4) };
	}
	*ret_n = n;
	return NULL;
}

struct err *job_slots(struct call *c, struct job_rate **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_job_slots, ARGS(c->now_us - 15 * US_PER_MIN), &rows));
	*ret = arena_array(c->arena, struct job_rate, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct job_rate){ .slot_us = row_i64(r, 0), .lane = (int)row_i64(r, 1), .host = STR(""), .came = row_i64(r, 2),
					       .gone = row_i64(r, 3), .runs = row_i64(r, 4), .work_us = row_i64(r, 5), .wire_us = row_i64(r, 6) };
	}
	return NULL;
}
