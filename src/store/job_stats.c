/* A job that is done leaves no row; so each node counts those that went, by the slot they went in and by the slot they had come in. What
 * came in the last minute is then those that are still there and those that were counted. */
#include "store/job_stats.h"

#include "store/store.h"

#define KEPT_US (15 * US_PER_MIN)

SQL(q_job_rates_add,
    "INSERT INTO job_rates (slot_us, node, lane, host, came, gone, runs, work_us, wire_us) VALUES @rows ON CONFLICT (slot_us, node, lane, host)"
    " DO UPDATE SET came = job_rates.came + excluded.came, gone = job_rates.gone + excluded.gone, runs = job_rates.runs + excluded.runs,"
    " work_us = job_rates.work_us + excluded.work_us, wire_us = job_rates.wire_us + excluded.wire_us");
SQL(q_job_rates_forget, "DELETE FROM job_rates WHERE slot_us < $1 AND node = $2");
SQL(q_job_rates_clean, "DELETE FROM job_rates WHERE slot_us < $1");
enum { RATE_COLUMNS = 9 };

struct err *job_rates_add(struct call *c, int node, const struct job_rate *v, size_t n)
{
	struct sql_arg *args = arena_array(c->arena, struct sql_arg, n * RATE_COLUMNS + 1), *at = args;

	for (size_t i = 0; i < n; i++) {
		*at++ = sql_arg_i64(v[i].slot_us);
		*at++ = sql_arg_i64(node);
		*at++ = sql_arg_i64(v[i].lane);
		*at++ = sql_arg_str(v[i].host);
		*at++ = sql_arg_i64(v[i].came);
		*at++ = sql_arg_i64(v[i].gone);
		*at++ = sql_arg_i64(v[i].runs);
		*at++ = sql_arg_i64(v[i].work_us);
		*at++ = sql_arg_i64(v[i].wire_us);
	}
	if (n)
		TRY(db_insert_rows(c, &q_job_rates_add, RATE_COLUMNS, args, n));
	return db_exec(c, &q_job_rates_forget, ARGS(c->now_us - KEPT_US, (int64_t)node), NULL);
}

struct err *job_rates_clean(struct call *c)
{
	return db_exec(c, &q_job_rates_clean, ARGS(c->now_us - KEPT_US), NULL);
}

/* $1 is now, $2 the first slot of the last minute. */
#define COUNTS "count(*) FILTER (WHERE due_us <= $1 AND parked_us = 0)," \
	" count(*) FILTER (WHERE due_us > $1 AND leased_until_us = 0 AND parked_us = 0)," \
	" count(*) FILTER (WHERE leased_until_us > $1), count(*) FILTER (WHERE parked_us > 0)," \
	" min(due_us) FILTER (WHERE due_us <= $1 AND parked_us = 0), count(*) FILTER (WHERE created_us >= $2)"
SQL(q_job_stats_class, "SELECT lane, " COUNTS " FROM jobs GROUP BY lane");
SQL(q_job_rates_class,
    "SELECT lane, sum(came), sum(gone) FROM job_rates WHERE slot_us >= $1 AND host = '' GROUP BY lane");

static int64_t last_minute(const struct call *c) { return (c->now_us - US_PER_MIN) / JOB_SLOT_US * JOB_SLOT_US + JOB_SLOT_US; }

struct err *job_stats_by_class(struct call *c, struct job_class_stats ret[JOB_LANES])
{
	struct sql_rows rows, rates;

	TRY(db_rows(c, &q_job_stats_class, ARGS(c->now_us, last_minute(c)), &rows));
	TRY(db_rows(c, &q_job_rates_class, ARGS(last_minute(c)), &rates));
	for (int i = 0; i < JOB_LANES; i++)
		ret[i] = (struct job_class_stats){ 0 };
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		int64_t lane = row_i64(r, 0);

		if (lane >= 0 && lane < JOB_LANES)
			ret[lane] = (struct job_class_stats){ .due = row_i64(r, 1), .later = row_i64(r, 2), .leased = row_i64(r, 3),
							      .parked = row_i64(r, 4), .oldest_due_us = row_i64(r, 5), .came = row_i64(r, 6) };
	}
	for (size_t i = 0; i < rates.n; i++) {
		struct row r = sql_row(&rates, i);
		int64_t lane = row_i64(r, 0);

		if (lane < 0 || lane >= JOB_LANES)
			continue;
		ret[lane].came += row_i64(r, 1);
		ret[lane].gone += row_i64(r, 2);
	}
	return NULL;
}

#define HOST_COLUMNS ", COALESCE(h.failures, 0), COALESCE(h.first_failure_us, 0), COALESCE(h.penalty_until_us, 0), COALESCE(h.parked_us, 0)," \
	" COALESCE(h.last_success_us, 0), COALESCE(h.last_error, ''), COALESCE(r.came, 0), COALESCE(r.gone, 0)"
#define RATES "rates AS (SELECT host, sum(came) AS came, sum(gone) AS gone FROM job_rates WHERE slot_us >= $2 AND host <> '' GROUP BY host)"
#define JOBS_OF "(host, due, later, leased, parked, oldest, came) AS (SELECT host, " COUNTS " FROM jobs WHERE host <> ''"
SQL(q_job_stats_host,
    "WITH busy " JOBS_OF " GROUP BY host ORDER BY count(*) DESC, host LIMIT $3), " RATES
    " SELECT b.host, b.due, b.later, b.leased, b.parked, b.oldest, b.came" HOST_COLUMNS " FROM busy b LEFT JOIN hosts h ON h.host = b.host"
    " LEFT JOIN rates r ON r.host = b.host ORDER BY b.due + b.later + b.leased + b.parked DESC, b.host");
SQL(q_job_stats_failing,
    "WITH ill AS (SELECT host FROM hosts WHERE failures > 0 ORDER BY first_failure_us, host LIMIT $3), busy " JOBS_OF
    " AND host IN (SELECT host FROM ill) GROUP BY host), " RATES
    " SELECT i.host, COALESCE(b.due, 0), COALESCE(b.later, 0), COALESCE(b.leased, 0), COALESCE(b.parked, 0), b.oldest,"
    " COALESCE(b.came, 0)" HOST_COLUMNS
    " FROM ill i JOIN hosts h ON h.host = i.host LEFT JOIN busy b ON b.host = i.host LEFT JOIN rates r ON r.host = i.host"
    " ORDER BY h.first_failure_us, i.host");

static struct err *host_stats(struct call *c, const struct sql_text *q, int64_t max, struct job_host_stats **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, ARGS(c->now_us, last_minute(c), max), &rows));
	*ret = arena_array(c->arena, struct job_host_stats, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct job_host_stats){
			.host = row_str(r, 0), .due = row_i64(r, 1), .later = row_i64(r, 2), .leased = row_i64(r, 3), .parked = row_i64(r, 4),
			.oldest_due_us = row_i64(r, 5), .came = row_i64(r, 6) + row_i64(r, 13), .gone = row_i64(r, 14), .failures = row_i64(r, 7),
			.first_failure_us = row_i64(r, 8), .penalty_until_us = row_i64(r, 9), .parked_us = row_i64(r, 10),
			.last_success_us = row_i64(r, 11), .last_error = row_str(r, 12),
		};
	}
	return NULL;
}

struct err *job_stats_by_host(struct call *c, int64_t max, struct job_host_stats **ret, size_t *ret_n)
{
	return host_stats(c, &q_job_stats_host, max, ret, ret_n);
}

struct err *job_stats_failing(struct call *c, int64_t max, struct job_host_stats **ret, size_t *ret_n)
{
	return host_stats(c, &q_job_stats_failing, max, ret, ret_n);
}

SQL(q_hosts_failing_count, "SELECT count(*), count(*) FILTER (WHERE parked_us > 0) FROM hosts WHERE failures > 0");

struct err *hosts_failing_count(struct call *c, int64_t *ret_failing, int64_t *ret_parked)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_hosts_failing_count, ARGS0, &r, &found));
	*ret_failing = found ? row_i64(r, 0) : 0;
	*ret_parked = found ? row_i64(r, 1) : 0;
	return NULL;
}

SQL(q_job_stats_nodes,
    "WITH held (node, lane, n) AS (SELECT leased_by, lane, count(*) FROM jobs WHERE leased_until_us > $1 GROUP BY leased_by, lane)"
    " SELECT n.number, n.roles, h.lane, COALESCE(h.n, 0), n.place, n.connections, n.connections_jobs, n.job_workers"
    " FROM nodes n LEFT JOIN held h ON h.node = n.number WHERE n.leased_until_us > $1 ORDER BY n.number, h.lane");

/* The rows of one node follow each other. */
struct err *job_stats_by_node(struct call *c, struct job_node_stats **ret, size_t *ret_n)
{
	struct job_node_stats *v;
	struct sql_rows rows;
	size_t n = 0;

	TRY(db_rows(c, &q_job_stats_nodes, ARGS(c->now_us), &rows));
	*ret = v = arena_array(c->arena, struct job_node_stats, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		int64_t lane = row_i64(r, 2);

		if (!n || v[n - 1].node != (int)row_i64(r, 0))
			v[n++] = (struct job_node_stats){ .node = (int)row_i64(r, 0), .roles = row_str(r, 1), .place = row_str(r, 4),
							  .connections = row_i64(r, 5), .connections_jobs = row_i64(r, 6), .workers = row_i64(r, 7) };
		if (lane >= 0 && lane < JOB_LANES)
			v[n - 1].held[lane] += row_i64(r, 3);
	}
	*ret_n = n;
	return NULL;
}
