#include "acts/jobs.h"

#include "base/buf.h"
#include "store/audit.h"
#include "store/store.h"
#include "wire/date.h"

enum { SAID_MAX = 1000, ROUNDS_MAX = 10000 };
#define PER_MINUTE_MAX INT64_C(600000)

static void say_target(struct buf *b, int lane, int kind, struct str host)
{
	if (lane >= 0 && lane < JOB_LANES)
		buf_addf(b, " class %s", job_lane_name((enum job_lane)lane));
	if (kind >= 0 && kind < JOB_KINDS)
		buf_addf(b, " kind %s", job_kind_name((enum job_kind)kind));
	if (host.n)
		buf_addf(b, " host " STR_FMT, STR_ARG(host));
}

struct holding {
	const struct job_rule *rule;      /* NULL: all of them */
	bool hold;
	int64_t per_minute;
	struct str by;
	int64_t n;
};

static struct err *save_rule(struct call *c, void *arg)
{
	struct holding *h = arg;
	struct buf said = buf_init(c->arena, SAID_MAX);
	struct audit_entry entry = { .by = h->by, .n = 1 };

	buf_addz(&said, !h->hold ? "jobs resume" : h->per_minute ? "jobs throttle" : "jobs pause");
	if (h->rule)
		say_target(&said, h->rule->lane, h->rule->kind, h->rule->host);
	if (h->hold && h->per_minute)
		buf_addf(&said, " to %lld a minute", (long long)h->per_minute);
	if (h->hold)
		TRY(job_rule_put(c, h->rule));
	else
		TRY(job_rule_drop(c, h->rule, &h->n));
	entry.what = buf_str(&said);
	entry.n = h->hold ? 1 : h->n;
	return audit_add(c, &entry);
}

static struct err *check_target(struct call *c, const struct job_rule *r)
{
	if ((r->lane >= 0) + (r->kind >= 0) + (r->host.n > 0) != 1)
		return FAIL(c->arena, ERR_INVALID, "name one of them: a class, a kind, or a host");
	return NULL;
}

struct err *acts_jobs_hold(struct call *c, const struct job_rule *r)
{
	TRY(check_target(c, r));
	if (r->per_minute < 0 || r->per_minute > PER_MINUTE_MAX)
		return FAIL(c->arena, ERR_INVALID, "a rate is 1 to %lld a minute", (long long)PER_MINUTE_MAX);
	return store_tx(c, save_rule, &(struct holding){ r, true, r->per_minute, r->by, 0 });
}

struct err *acts_jobs_resume(struct call *c, const struct job_rule *what, struct str by, int64_t *ret_n)
{
	struct holding h = { what, false, 0, by, 0 };

	if (what)
		TRY(check_target(c, what));
	TRY(store_tx(c, save_rule, &h));
	*ret_n = h.n;
	return NULL;
}

struct doing {
	enum jobs_verb verb;
	const struct job_filter *f;
	struct audit_entry entry;
	int64_t n;
};

static struct err *do_some(struct call *c, void *arg)
{
	struct doing *d = arg;
	struct audit_entry entry = d->entry;

	if (d->verb != JOBS_DELETE && entry.id == 0)
		TRY(jobs_hosts_pardon(c, d->f));
	if (d->verb == JOBS_DELETE)
		TRY(jobs_drop(c, d->f, &d->n));
	else if (d->verb == JOBS_REQUEUE)
		TRY(jobs_requeue(c, d->f, &d->n));
	else
		TRY(jobs_hurry(c, d->f, &d->n));
	entry.n = d->n;
	TRY(audit_add(c, &entry));
	d->entry.id = entry.id;
	return NULL;
}

static struct str describe(struct call *c, enum jobs_verb verb, const struct job_filter *f)
{
	static const char *const verbs[] = { "delete", "requeue", "drain" };
	static const char *const standings[] = { "", " due", " waiting for later", " parked" };
	struct buf said = buf_init(c->arena, SAID_MAX);

	buf_addf(&said, "jobs %s", verbs[verb]);
	say_target(&said, f->lane, f->kind, f->host);
	if (f->before_us)
		buf_addf(&said, " made before " STR_FMT, STR_ARG(date_iso_s(c->arena, f->before_us)));
	buf_addz(&said, standings[f->standing]);
	return buf_str(&said);
}

struct err *acts_jobs_do(struct call *c, enum jobs_verb verb, const struct job_filter *f, struct str by, int64_t *ret_n)
{
	struct doing d = { verb, f, { .by = by, .what = describe(c, verb, f) }, JOBS_AT_ONCE };
	struct job_filter parked = *f;

	*ret_n = 0;
	if (verb == JOBS_REQUEUE) {
		parked.standing = JOB_STANDS_PARKED;
		d.f = &parked;
	}
	for (int i = 0; i < ROUNDS_MAX && d.n == JOBS_AT_ONCE; i++) {
		TRY(store_tx(c, do_some, &d));
		*ret_n += d.n;
	}
	return NULL;
}
