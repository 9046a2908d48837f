/* A throttle is one time (a leaky bucket, as "virtual scheduling"): when what was begun so far will be paid for. Each job begun moves it on
 * by a job's share of the minute. It lags behind now by at most SAVED_US: so much may be begun at once after a pause. */
#include "store/job_rule.h"

#include "store/store.h"

#define SAVED_US (2 * US_PER_S)

SQL(q_job_rules, "SELECT id, lane, kind, host, per_minute, by_whom, created_us FROM job_rules ORDER BY id LIMIT 100");

struct err *job_rules(struct call *c, struct job_rule **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_job_rules, ARGS0, &rows));
	*ret = arena_array(c->arena, struct job_rule, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct job_rule){ row_i64(r, 0), (int)row_i64(r, 1), (int)row_i64(r, 2), row_str(r, 3), row_i64(r, 4), row_str(r, 5),
					       row_i64(r, 6) };
	}
	return NULL;
}

SQL(q_job_rules_count, "SELECT count(*) FROM job_rules WHERE NOT (lane = $1 AND kind = $2 AND host = $3)");
SQL(q_job_rule_put,
    "INSERT INTO job_rules (id, lane, kind, host, per_minute, spent_until_us, by_whom, created_us) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)"
    " ON CONFLICT (lane, kind, host) DO UPDATE SET per_minute = excluded.per_minute, spent_until_us = 0, by_whom = excluded.by_whom,"
    " created_us = excluded.created_us");
SQL(q_job_rule_drop, "DELETE FROM job_rules WHERE lane = $1 AND kind = $2 AND host = $3");
SQL(q_job_rules_drop, "DELETE FROM job_rules");

struct err *job_rule_put(struct call *c, const struct job_rule *r)
{
	struct str host = r->host.p ? r->host : STR("");
	struct row row;
	bool found;

	TRY(db_one(c, &q_job_rules_count, ARGS((int64_t)r->lane, (int64_t)r->kind, host), &row, &found));
	if (found && row_i64(row, 0) >= JOB_RULES_MAX)
		return FAIL(c->arena, ERR_INVALID, "%d things are held back already; resume some first", (int)JOB_RULES_MAX);
	return db_exec(c, &q_job_rule_put, ARGS(id_next(c), (int64_t)r->lane, (int64_t)r->kind, host, r->per_minute, r->by, c->now_us), NULL);
}

struct err *job_rule_drop(struct call *c, const struct job_rule *what, int64_t *ret_n)
{
	if (!what)
		return db_exec(c, &q_job_rules_drop, ARGS0, ret_n);
	return db_exec(c, &q_job_rule_drop, ARGS((int64_t)what->lane, (int64_t)what->kind, what->host.p ? what->host : STR("")), ret_n);
}

static const char policy_key[] = "job_policy";

struct err *job_policy_get(struct call *c, struct str *ret_text)
{
	TRY(meta_get(c, policy_key, ret_text));
	if (!ret_text->p)
		*ret_text = STR("");
	return NULL;
}

struct err *job_policy_put(struct call *c, struct str text) { return meta_put(c, policy_key, text); }

SQL(q_job_rule_spent, "SELECT spent_until_us FROM job_rules WHERE id = $1");
SQL(q_job_rule_take, "UPDATE job_rules SET spent_until_us = $2 WHERE id = $1 AND spent_until_us = $3");
SQL(q_job_rule_give, "UPDATE job_rules SET spent_until_us = spent_until_us - $2 WHERE id = $1");

static int64_t share_us(const struct job_rule *r) { return US_PER_MIN / r->per_minute; }

struct err *job_rule_take(struct call *c, const struct job_rule *r, int64_t want, int64_t *ret_n)
{
	int64_t share = share_us(r), saved = share > SAVED_US ? share : SAVED_US, was, from, changed;
	struct row row;
	bool found;

	*ret_n = 0;
	TRY(db_one(c, &q_job_rule_spent, ARGS(r->id), &row, &found));
	if (!found) {
		*ret_n = want;            /* resumed meanwhile */
		return NULL;
	}
	was = row_i64(row, 0);
	from = was > c->now_us - saved ? was : c->now_us - saved;
	*ret_n = from < c->now_us ? (c->now_us - from) / share : 0;
	if (*ret_n > want)
		*ret_n = want;
	if (*ret_n == 0)
		return NULL;
	TRY(db_exec(c, &q_job_rule_take, ARGS(r->id, from + *ret_n * share, was), &changed));
	if (changed == 0)
		*ret_n = 0;
	return NULL;
}

struct err *job_rule_give(struct call *c, const struct job_rule *r, int64_t n)
{
	return n > 0 ? db_exec(c, &q_job_rule_give, ARGS(r->id, n * share_us(r)), NULL) : NULL;
}
