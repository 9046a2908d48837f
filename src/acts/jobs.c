#include "acts/jobs.h"

#include "base/buf.h"
#include "conf/conf.h"
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
	int64_t n, keep;          /* of this round; how many more deleted ones are kept */
};

static struct err *do_some(struct call *c, void *arg)
{
	struct doing *d = arg;
	struct audit_entry entry = d->entry;

	if (d->verb != JOBS_DELETE && entry.id == 0)
		TRY(jobs_hosts_pardon(c, d->f));
	/* The line of the log first: what is deleted is kept under its id, and who takes that back waits for it. */
	entry.n = 0;
	TRY(audit_add(c, &entry));
	if (d->verb == JOBS_DELETE)
		TRY(jobs_drop_kept(c, d->f, entry.id, d->keep, &d->n));
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

/* After a round: what it did is added up. */
static void count(struct doing *d, struct jobs_done *ret)
{
	int64_t kept = d->verb != JOBS_DELETE ? 0 : d->n < d->keep ? d->n : d->keep;

	d->keep -= kept;
	ret->n += d->n;
	ret->kept += kept;
	ret->line = d->entry.id;
}

static struct err *do_all(struct call *c, struct doing *d, struct jobs_done *ret)
{
	for (int i = 0; i < ROUNDS_MAX && d->n == JOBS_AT_ONCE; i++) {
		TRY(store_tx(c, do_some, d));
		count(d, ret);
	}
	return NULL;
}

/* ---- by two ---- */

static struct err *ask(struct call *c, void *arg)
{
	struct job_deletion *d = arg;

	TRY(job_deletion_add(c, d));
	return audit_add(c, &(struct audit_entry){ .by = d->by, .n = d->n,
						   .what = arena_printf(c->arena, STR_FMT " asked for as %lld", STR_ARG(d->what), (long long)d->id) });
}

/* *ret_asked false: they are so few that one may do it alone. f names nothing that is to come. */
static struct err *ask_for_many(struct call *c, const struct job_filter *f, const struct audit_entry *entry, struct jobs_done *ret, bool *ret_asked)
{
	struct job_deletion d = { .of = *f, .what = entry->what, .by = entry->by };

	TRY(jobs_matching(c, f, &d.n));
	*ret_asked = c->conf && d.n > c->conf->jobs_delete_alone;
	if (*ret_asked)
		TRY(store_tx(c, ask, &d));
	*ret = (struct jobs_done){ .n = *ret_asked ? d.n : 0, .to_confirm = d.id };
	return NULL;
}

struct err *acts_jobs_do(struct call *c, enum jobs_verb verb, const struct job_filter *f, struct str by, struct jobs_done *ret)
{
	struct job_filter what = *f;
	struct doing d = { verb, &what, { .by = by, .what = describe(c, verb, f) }, JOBS_AT_ONCE, 0 };
	bool asked = false;

	*ret = (struct jobs_done){ 0 };
	if (verb == JOBS_REQUEUE)
		what.standing = JOB_STANDS_PARKED;
	if (verb == JOBS_DELETE && !what.before_us)
		what.before_us = c->now_us + 1;
	if (verb == JOBS_DELETE)
		TRY(ask_for_many(c, &what, &d.entry, ret, &asked));
	if (verb == JOBS_DELETE && !asked)
		TRY(jobs_deleted_room(c, &d.keep));
	return asked ? NULL : do_all(c, &d, ret);
}

struct confirming {
	int64_t id;
	struct doing d;
};

/* The first round, with the line in the log that the others add to. Who comes second finds nothing. */
static struct err *confirm(struct call *c, void *arg)
{
	struct confirming *k = arg;
	bool was;

	k->d.entry.id = 0;
	TRY(job_deletion_drop(c, k->id, &was));
	return was ? do_some(c, &k->d) : FAIL(c->arena, ERR_NOT_FOUND, "no deletion %lld waits", (long long)k->id);
}

struct err *acts_jobs_confirm(struct call *c, int64_t id, struct str by, struct jobs_done *ret)
{
	struct job_deletion asked;
	struct confirming k = { .id = id };
	bool found;

	*ret = (struct jobs_done){ 0 };
	TRY(job_deletion_find(c, id, &asked, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "no deletion %lld waits", (long long)id);
	if (str_eq(asked.by, by))
		return FAIL(c->arena, ERR_FORBIDDEN, "who asked for it does not confirm it: somebody else has to");
	k.d = (struct doing){ JOBS_DELETE, &asked.of, { .by = by }, JOBS_AT_ONCE, 0 };
	k.d.entry.what = arena_printf(c->arena, STR_FMT " asked for by " STR_FMT " as %lld", STR_ARG(asked.what), STR_ARG(asked.by), (long long)id);
	TRY(jobs_deleted_room(c, &k.d.keep));
	TRY(store_tx(c, confirm, &k));
	count(&k.d, ret);
	return do_all(c, &k.d, ret);
}

/* ---- taken back ---- */

struct undoing {
	const struct jobs_deleted *of;
	struct audit_entry entry;
	int64_t taken, n;
};

static struct err *undo_some(struct call *c, void *arg)
{
	struct undoing *u = arg;
	struct audit_entry entry = u->entry;

	TRY(jobs_undelete(c, u->of->audit_id, &u->taken, &u->n));
	entry.n = u->n;
	TRY(audit_add(c, &entry));
	u->entry.id = entry.id;
	return NULL;
}

struct err *acts_jobs_undelete(struct call *c, int64_t line, struct str by, int64_t *ret_n)
{
	struct undoing u = { .entry.by = by, .taken = JOBS_AT_ONCE };
	struct jobs_deleted of;
	bool found;

	*ret_n = 0;
	TRY(jobs_deleted_find(c, line, &of, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "there is no deletion %lld that can be taken back", (long long)line);
	u.of = &of;
	u.entry.what = arena_printf(c->arena, "jobs undelete %lld: " STR_FMT " by " STR_FMT, (long long)line, STR_ARG(of.what), STR_ARG(of.by));
	for (int i = 0; i < ROUNDS_MAX && u.taken == JOBS_AT_ONCE; i++) {
		TRY(store_tx(c, undo_some, &u));
		*ret_n += u.n;
	}
	return NULL;
}
