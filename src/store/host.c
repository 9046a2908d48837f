#include "store/host.h"

#include "store/event.h"
#include "store/job.h"
#include "store/store.h"

#define PENALTY_MAX_US US_PER_HOUR
/* A penalty that ends sooner is not worth an early probe. */
#define PENALTY_LONG_US US_PER_MIN
/* Who writes much is written down seldom. */
#define ALIVE_EVERY_US (2 * US_PER_S)

static struct err *wake_push(struct call *c)
{
	return store_event_add(c, EVENT_JOBS_ADDED, (int64_t)JOB_LANE_PUSH, STR("jobs"), STR_NONE);
}

SQL(q_hosts_well, "SELECT host FROM hosts WHERE failures = 0 AND parked_us = 0 AND last_success_us >= $1 AND host IN (@set)");
SQL(q_host_ailing, "SELECT failures, parked_us FROM hosts WHERE host = $1");
SQL(q_host_well,
    "INSERT INTO hosts (host, failures, first_failure_us, penalty_until_us, parked_us, last_success_us) VALUES ($1, 0, 0, 0, 0, $2)"
    " ON CONFLICT (host) DO UPDATE SET failures = 0, first_failure_us = 0, penalty_until_us = 0, parked_us = 0,"
    " last_success_us = excluded.last_success_us");
SQL(q_host_jobs_due,
    "UPDATE jobs SET due_us = $2, parked_us = 0 WHERE host = $1 AND host <> '' AND leased_until_us = 0 AND (due_us > $2 OR parked_us > 0)");

static struct err *answered(struct call *c, struct str host)
{
	bool found;
	struct row r;

	TRY(db_one(c, &q_host_ailing, ARGS(host), &r, &found));
	TRY(db_exec(c, &q_host_well, ARGS(host, c->now_us), NULL));
	if (!found || (row_i64(r, 0) == 0 && row_i64(r, 1) == 0))
		return NULL;
	TRY(db_exec(c, &q_host_jobs_due, ARGS(host, c->now_us), NULL));
	return wake_push(c);
}

struct err *hosts_answered(struct call *c, const struct str *hosts, size_t n)
{
	struct sql_rows rows;

	if (n == 0)
		return NULL;
	TRY(db_rows(c, &q_hosts_well, ARGS(c->now_us - US_PER_HOUR, sql_strs(hosts, n)), &rows));
	for (size_t i = 0; i < n; i++) {
		bool well = false;

		for (size_t k = 0; k < rows.n && !well; k++)
			well = str_eq(row_str(sql_row(&rows, k), 0), hosts[i]);
		if (!well)
			TRY(answered(c, hosts[i]));
	}
	return NULL;
}

SQL(q_hosts_probe,
    "UPDATE hosts SET penalty_until_us = $1 WHERE failures > 0 AND penalty_until_us <= $2 AND host IN (@set) RETURNING host");

struct err *hosts_probe(struct call *c, const struct str *hosts, size_t n, int64_t probe_us, struct str **ret_taken, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_hosts_probe, ARGS(c->now_us + probe_us, c->now_us, sql_strs(hosts, n)), &rows));
	*ret_taken = arena_array(c->arena, struct str, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret_taken)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_host_find, "SELECT failures, first_failure_us, penalty_until_us, parked_us, alive_us FROM hosts WHERE host = $1");
SQL(q_host_excused,
    "UPDATE hosts SET alive_us = -1, penalty_until_us = CASE WHEN penalty_until_us > $2 THEN $2 ELSE penalty_until_us END WHERE host = $1");
SQL(q_host_failed,
    "INSERT INTO hosts (host, failures, first_failure_us, penalty_until_us, parked_us, last_success_us, last_error)"
    " VALUES ($1, $2, $3, $4, $5, 0, $6)"
    " ON CONFLICT (host) DO UPDATE SET failures = excluded.failures, first_failure_us = excluded.first_failure_us,"
    " penalty_until_us = excluded.penalty_until_us, parked_us = excluded.parked_us, last_error = excluded.last_error, alive_us = 0");
SQL(q_host_jobs_later,
    "UPDATE jobs SET due_us = $2 WHERE host = $1 AND host <> '' AND due_us < $2 AND leased_until_us = 0 AND parked_us = 0");
SQL(q_host_jobs_park, "UPDATE jobs SET parked_us = $2 WHERE host = $1 AND host <> '' AND leased_until_us = 0 AND parked_us = 0");

struct err *host_failed(struct call *c, const struct host_failure *f, struct host_penalty *ret)
{
	int64_t failures = 0, first = c->now_us, until, parked = 0;
	struct row r;
	bool found;

	TRY(db_one(c, &q_host_find, ARGS(f->host), &r, &found));
	*ret = (struct host_penalty){ 0 };
	if (found && row_i64(r, 0) > 0) {
		failures = row_i64(r, 0);
		first = row_i64(r, 1);
		ret->until_us = row_i64(r, 2);
		if (row_i64(r, 3) > 0 || (row_i64(r, 2) > c->now_us && !f->probe))
			return NULL;      /* it stood so already when this job was under way */
		ret->excused = row_i64(r, 4) > f->begun_us;
		if (ret->excused) {
			ret->until_us = c->now_us;
			return db_exec(c, &q_host_excused, ARGS(f->host, c->now_us), NULL);
		}
	}
	failures++;
	until = failures < 60 ? f->unit_us * failures * failures : PENALTY_MAX_US;
	if (until > PENALTY_MAX_US)
		until = PENALTY_MAX_US;
	until += c->now_us;
	if (c->now_us - first >= HOST_PARK_US)
		parked = c->now_us;
	TRY(db_exec(c, &q_host_failed, ARGS(f->host, failures, first, until, parked, f->why.p ? f->why : STR("")), NULL));
	ret->until_us = until;
	ret->parked = parked > 0;
	if (parked)
		return db_exec(c, &q_host_jobs_park, ARGS(f->host, c->now_us), NULL);
	return db_exec(c, &q_host_jobs_later, ARGS(f->host, until), NULL);
}

SQL(q_hosts_parked_before, "SELECT host FROM hosts WHERE parked_us > 0 AND parked_us < $1 AND host IN (@set)");

struct err *hosts_parked_before(struct call *c, const struct str *hosts, size_t n, int64_t before_us, struct str **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_hosts_parked_before, ARGS(before_us, sql_strs(hosts, n)), &rows));
	*ret = arena_array(c->arena, struct str, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_host_dialect, "SELECT dialect FROM hosts WHERE host = $1 AND dialect_us > $2");
SQL(q_host_dialect_put,
    "INSERT INTO hosts (host, failures, first_failure_us, penalty_until_us, parked_us, last_success_us, dialect, dialect_us)"
    " VALUES ($1, 0, 0, 0, 0, 0, $2, $3) ON CONFLICT (host) DO UPDATE SET dialect = excluded.dialect, dialect_us = excluded.dialect_us");

struct err *host_dialect(struct call *c, struct str host, enum dialect *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_host_dialect, ARGS(host, c->now_us - HOST_DIALECT_US), &r, &found));
	*ret = found ? (enum dialect)row_i64(r, 0) : DIALECT_UNKNOWN;
	return NULL;
}

struct err *host_dialect_put(struct call *c, struct str host, enum dialect dialect)
{
	return db_exec(c, &q_host_dialect_put, ARGS(host, (int64_t)dialect, dialect == DIALECT_UNKNOWN ? (int64_t)0 : c->now_us), NULL);
}

SQL(q_host_ails, "SELECT penalty_until_us, parked_us, alive_us FROM hosts WHERE host = $1 AND (failures > 0 OR parked_us > 0)");
SQL(q_host_alive, "UPDATE hosts SET alive_us = $2 WHERE host = $1 AND alive_us >= 0 AND alive_us < $2");
SQL(q_host_unparked, "UPDATE hosts SET first_failure_us = $2, penalty_until_us = $2, parked_us = 0 WHERE host = $1");
SQL(q_host_penalty_over, "UPDATE hosts SET penalty_until_us = $2 WHERE host = $1");
SQL(q_host_one_due,
    "UPDATE jobs SET due_us = $2 WHERE id IN (SELECT id FROM jobs WHERE host = $1 AND host <> '' AND due_us > $2 AND leased_until_us = 0"
    " AND parked_us = 0 ORDER BY due_us LIMIT 1) AND NOT EXISTS (SELECT 1 FROM jobs k WHERE k.host = $1 AND k.host <> '' AND k.parked_us = 0"
    " AND (k.due_us <= $2 OR k.leased_until_us > 0))");

/* Its penalty may be over long before the next of its jobs is due: each job waits longer with each of its own tries. */
static struct err *try_one(struct call *c, struct str host, int64_t penalty_until_us)
{
	int64_t at = penalty_until_us > c->now_us ? penalty_until_us : c->now_us, n;

	if (at - c->now_us > PENALTY_LONG_US) {
		TRY(db_exec(c, &q_host_penalty_over, ARGS(host, c->now_us), NULL));
		at = c->now_us;
	}
	TRY(db_exec(c, &q_host_one_due, ARGS(host, at), &n));
	return n ? wake_push(c) : NULL;
}

struct err *host_alive(struct call *c, struct str host)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_host_ails, ARGS(host), &r, &found));
	if (!found)
		return NULL;
	if (row_i64(r, 2) >= 0 && row_i64(r, 2) < c->now_us - ALIVE_EVERY_US)
		TRY(db_exec(c, &q_host_alive, ARGS(host, c->now_us), NULL));
	if (row_i64(r, 1) == 0)
		return try_one(c, host, row_i64(r, 0));
	TRY(db_exec(c, &q_host_unparked, ARGS(host, c->now_us), NULL));
	TRY(db_exec(c, &q_host_jobs_due, ARGS(host, c->now_us), NULL));
	return wake_push(c);
}
