#include "acts/delivery.h"

#include "base/fault.h"
#include "base/metrics.h"
#include "store/delivery.h"
#include "store/host.h"
#include "store/job.h"

struct adding {
	const struct delivery_new *d;
	struct job_new *jobs;
	size_t n;
	bool is_new;
};

static struct err *save(struct call *c, void *arg)
{
	struct adding *a = arg;

	TRY(delivery_body_add(c, &(struct delivery_body){ a->d->id, a->d->actor, a->d->body, a->d->to_followers, DIALECT_UNKNOWN }, &a->is_new));
	return a->is_new ? jobs_add(c, a->jobs, a->n) : NULL;
}

enum { HOSTS_AT_ONCE = 320 };

/* Jobs for those of the n, at most HOSTS_AT_ONCE, that were not silent for too long. */
static struct err *owe(struct call *c, struct adding *a, size_t from, size_t n)
{
	const struct delivery_new *d = a->d;
	struct str *dead;
	size_t dead_n;

	TRY(hosts_parked_before(c, d->hosts + from, n, c->now_us - DELIVERY_SILENCE_US, &dead, &dead_n));
	for (size_t i = from; i < from + n; i++) {
		bool silent = false;

		for (size_t k = 0; k < dead_n && !silent; k++)
			silent = str_eq(dead[k], d->hosts[i]);
		if (!silent)
			a->jobs[a->n++] = (struct job_new){ .kind = d->forwarded ? JOB_FORWARD : JOB_DELIVER, .ref_id = d->id, .arg = d->inboxes[i],
							    .host = d->hosts[i] };
	}
	if (dead_n)
		metric_add(METRIC_deliveries_total, STR("not_owed"), (int64_t)dead_n);
	return NULL;
}

struct err *acts_deliveries_add(struct call *c, const struct delivery_new *d, bool *ret_new)
{
	struct adding a = { .d = d, .jobs = arena_array(c->arena, struct job_new, d->n + 1) };

	for (size_t i = 0; i < d->n; i += HOSTS_AT_ONCE)
		TRY(owe(c, &a, i, d->n - i < HOSTS_AT_ONCE ? d->n - i : HOSTS_AT_ONCE));
	FAULT_POINT("plan.owed.before");
	TRY(store_tx(c, save, &a));
	FAULT_POINT("plan.owed.after");
	*ret_new = a.is_new;
	return NULL;
}
