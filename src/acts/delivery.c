#include "acts/delivery.h"

#include "base/fault.h"
#include "store/delivery.h"
#include "store/job.h"

struct adding {
	const struct delivery_new *d;
	struct job_new *jobs;
	bool is_new;
};

static struct err *save(struct call *c, void *arg)
{
	struct adding *a = arg;

	TRY(delivery_body_add(c, &(struct delivery_body){ a->d->id, a->d->actor, a->d->body, a->d->to_followers, DIALECT_UNKNOWN }, &a->is_new));
	return a->is_new ? jobs_add(c, a->jobs, a->d->n) : NULL;
}

struct err *acts_deliveries_add(struct call *c, const struct delivery_new *d, bool *ret_new)
{
	struct adding a = { d, arena_array(c->arena, struct job_new, d->n + 1), false };

	for (size_t i = 0; i < d->n; i++)
		a.jobs[i] = (struct job_new){ .kind = JOB_DELIVER, .ref_id = d->id, .arg = d->inboxes[i], .host = d->hosts[i] };
	FAULT_POINT("plan.owed.before");
	TRY(store_tx(c, save, &a));
	FAULT_POINT("plan.owed.after");
	*ret_new = a.is_new;
	return NULL;
}
