#include "acts/notification_policy.h"

#include "acts/conversation_priv.h"
#include "store/event.h"
#include "store/job.h"
#include "store/notification_policy.h"
#include "store/status.h"

enum { UNFILTER_AT_ONCE = 320 };

/* ---- the policy ---- */

struct putting {
	account_id who;
	const struct policy_change *what;
};

static struct err *read_action(struct call *c, const char *field, struct str word, enum policy_action *action)
{
	if (word.n && !policy_action_parse(word, action))
		return FAIL_FIELD(c->arena, field, "ERR_INCLUSION", "is not included in the list");
	return NULL;
}

static struct err *put(struct call *c, void *arg)
{
	const struct putting *x = arg;
	struct notification_policy p;

	TRY(notification_policy_find(c, x->who, &p));
	TRY(read_action(c, "for_not_following", x->what->not_following, &p.not_following));
	TRY(read_action(c, "for_not_followers", x->what->not_followers, &p.not_followers));
	TRY(read_action(c, "for_new_accounts", x->what->new_accounts, &p.new_accounts));
	TRY(read_action(c, "for_private_mentions", x->what->private_mentions, &p.private_mentions));
	TRY(read_action(c, "for_limited_accounts", x->what->limited_accounts, &p.limited_accounts));
	TRY(read_action(c, "for_bots", x->what->bots, &p.bots));
	return notification_policy_put(c, x->who, &p);
}

struct err *acts_notification_policy_put(struct call *c, account_id who, const struct policy_change *what)
{
	return store_tx(c, put, &(struct putting){ who, what });
}

/* ---- requests ---- */

struct deciding {
	account_id who;
	const int64_t *ids;
	size_t n;
	bool all, accept;
};

static struct err *let_in(struct call *c, account_id who, account_id from)
{
	struct job_new job = { .kind = JOB_UNFILTER, .ref_id = who.v, .arg = arena_printf(c->arena, "%lld", (long long)from.v) };

	TRY(notification_permission_add(c, who, from));
	return job_add(c, &job);
}

static struct err *decide(struct call *c, void *arg)
{
	const struct deciding *d = arg;
	int64_t *from;
	size_t n;

	TRY(notification_requests_take(c, d->who, d->ids, d->n, &from, &n));
	if (d->all && n < d->n)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	for (size_t i = 0; i < n; i++) {
		if (d->accept)
			TRY(let_in(c, d->who, ID(account_id, from[i])));
		else
			TRY(notifications_drop_filtered(c, d->who, ID(account_id, from[i])));
	}
	return NULL;
}

struct err *acts_notification_requests_accept(struct call *c, account_id who, const int64_t *ids, size_t n, bool all)
{
	return store_tx(c, decide, &(struct deciding){ who, ids, n, all, true });
}

struct err *acts_notification_requests_dismiss(struct call *c, account_id who, const int64_t *ids, size_t n, bool all)
{
	return store_tx(c, decide, &(struct deciding){ who, ids, n, all, false });
}

/* ---- letting in ---- */

struct merging {
	account_id who, from;
	size_t n;                     /* let in this time */
};

/* What was held back comes into its conversations now. */
static struct err *converse(struct call *c, account_id who, const int64_t *posts, size_t n)
{
	struct map *statuses;

	TRY(statuses_by_ids(c, posts, n, &statuses));
	for (size_t i = 0; i < n; i++)
		if (map_find_i64(statuses, posts[i]))
			TRY(acts__conversation_add(c, map_find_i64(statuses, posts[i]), who));
	return NULL;
}

/* Some at a time; whoever lets in the last of all that were accepted says so. */
static struct err *merge(struct call *c, void *arg)
{
	struct merging *m = arg;
	int64_t *posts;
	bool more;

	TRY(notifications_unfilter(c, m->who, m->from, UNFILTER_AT_ONCE, &posts, &m->n));
	TRY(converse(c, m->who, posts, m->n));
	if (m->n == UNFILTER_AT_ONCE)
		return NULL;
	TRY(notification_permission_merged(c, m->who, m->from));
	TRY(notification_permissions_merging(c, m->who, &more));
	if (more)
		return NULL;
	return store_event_add(c, EVENT_NOTIFICATIONS_MERGED, m->who.v, arena_printf(c->arena, "user:%lld", (long long)m->who.v), STR_NONE);
}

struct err *acts_job_unfilter(struct call *c, const struct job *job, bool *ret_later)
{
	struct merging m = { .who = ID(account_id, job->ref_id) };

	(void)ret_later;
	if (!str_i64(job->arg, &m.from.v))
		return FAIL(c->arena, ERR_INTERNAL, "an UNFILTER job that names nobody");
	do
		TRY(store_tx(c, merge, &m));
	while (m.n == UNFILTER_AT_ONCE);
	return NULL;
}
