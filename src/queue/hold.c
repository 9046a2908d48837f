/* What operators hold back, and what policy they set. A paused class leases nothing; paused kinds and hosts are left out of the lease; what is
 * throttled may be leased while its rate grants something, and is else left out like what is paused. What already runs, runs to its end. */
#include "queue/queue_priv.h"

#include "base/log.h"
#include "base/metrics.h"

#define RULES_US US_PER_S

static bool is_about(const struct job_rule *r, enum job_lane lane)
{
	return r->lane == (int)lane || r->host.n > 0 || (r->kind >= 0 && r->kind < JOB_KINDS && job_lane_of((enum job_kind)r->kind) == lane);
}

static bool names(const struct job_rule *r, enum job_lane lane, const struct job *j)
{
	return r->lane == (int)lane || r->kind == (int)j->kind || (r->host.n > 0 && str_eq(r->host, j->host));
}

static bool is_paused(const struct queue *q, const struct flight *f)
{
	const struct job *j = &f->job;

	for (size_t i = 0; i < q->rules_n; i++)
		if (q->rules[i].per_minute == 0 && (unsigned)j->kind < JOB_KINDS && names(&q->rules[i], job_lane_of(j->kind), j))
			return true;
	return false;
}

/* Where the policy has another text now: what runs, runs on, and the next worker that is free goes by it. */
static struct err *follow_policy(struct queue *q, struct call *c)
{
	struct job_policy_read read;
	struct str text;

	TRY(job_policy_get(c, &text));
	if (str_hash(text) == q->policy_seen)
		return NULL;
	job_policy_read(c->arena, text, &read);
	pthread_mutex_lock(&q->lock);
	job_turns_change(&q->turns, &read.policy);
	pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->lock);
	q->policy_seen = str_hash(text);
	log_info("queue.policy", KV("is", text.n ? STR("set") : STR("the default")));
	return NULL;
}

struct err *queue__rules(struct queue *q, struct call *c, int64_t now)
{
	struct job_rule *v;
	int64_t paused = 0;
	size_t n;

	if (now < q->rules_at_us)
		return NULL;
	TRY(follow_policy(q, c));
	TRY(job_rules(c, &v, &n));
	q->rules_at_us = now + RULES_US;
	q->rules_n = n < JOB_RULES_MAX ? n : JOB_RULES_MAX;
	for (size_t i = 0; i < q->rules_n; i++) {
		struct str host = str_upto(v[i].host, HOST_NAME_MAX_BYTES);

		q->rules[i] = v[i];
		q->rules[i].by = STR_NONE;
		if (host.n)
			memcpy(q->rule_hosts[i], host.p, host.n);
		q->rules[i].host = str_of(q->rule_hosts[i], host.n);
		paused += v[i].per_minute == 0;
	}
	metric_set(METRIC_jobs_held_back, STR("paused"), paused);
	metric_set(METRIC_jobs_held_back, STR("throttled"), (int64_t)q->rules_n - paused);
	return paused ? queue__give_back(q, c, is_paused) : NULL;
}

static void leave_out(const struct job_rule *r, struct job_lease *how, struct str *busy)
{
	if (r->lane >= 0)
		how->max = 0;
	else if (r->kind >= 0)
		how->kinds_held |= INT64_C(1) << r->kind;
	else if (how->busy_n < 320)
		busy[how->busy_n++] = r->host;
}

struct err *queue__hold(const struct queue *q, struct call *c, struct job_lease *how, struct str *busy, struct granted *ret, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < q->rules_n; i++)
		if (q->rules[i].per_minute == 0 && is_about(&q->rules[i], how->lane))
			leave_out(&q->rules[i], how, busy);
	for (size_t i = 0; i < q->rules_n && how->max > 0; i++) {
		const struct job_rule *r = &q->rules[i];
		int64_t n;

		if (r->per_minute == 0 || !is_about(r, how->lane))
			continue;
		TRY(job_rule_take(c, r, how->max, &n));
		if (n == 0)
			leave_out(r, how, busy);
		else
			ret[(*ret_n)++] = (struct granted){ r, n };
		if (n && n < how->max)
			how->max = (int)n;
	}
	return NULL;
}

struct err *queue__hold_settle(struct call *c, enum job_lane lane, const struct granted *v, size_t n, const struct job *jobs, size_t jobs_n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t used = 0;

		for (size_t k = 0; k < jobs_n; k++)
			used += names(v[i].rule, lane, &jobs[k]);
		TRY(job_rule_give(c, v[i].rule, v[i].n - used));
	}
	return NULL;
}
