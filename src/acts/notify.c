#include "acts/notify.h"

#include "acts/conversation_priv.h"
#include "base/buf.h"
#include "store/event.h"
#include "store/job.h"
#include "store/notification.h"
#include "store/notification_policy.h"
#include "store/push.h"
#include "store/quote.h"
#include "store/status.h"

enum { TO_MAX = 200, PAYLOAD_MAX = 8192, GROUP_HOURS = 12 };

/* ---- queueing ---- */

struct job_new acts_notify_job(struct call *c, const struct notify_many *what)
{
	struct buf b = buf_init(c->arena, PAYLOAD_MAX);
	struct job_new job = { .kind = JOB_NOTIFY, .ref_id = what->about.v, .arg = str_z(notification_type_word(what->type)) };

	buf_i64(&b, what->from.v);
	for (size_t i = 0; i < what->n; i++) {
		buf_addc(&b, ' ');
		buf_i64(&b, what->to[i].v);
	}
	job.payload = buf_str(&b);
	return job;
}

static struct err *queue(struct call *c, const struct notify_many *what)
{
	struct job_new job = acts_notify_job(c, what);

	return job_add(c, &job);
}

struct err *acts_notify_add(struct call *c, enum notification_type type, account_id to, account_id from, status_id about)
{
	if (id_eq(to, from) && type != NOTIFICATION_POLL)
		return NULL;
	return queue(c, &(struct notify_many){ type, from, about, &to, 1 });
}

struct err *acts_notify_many(struct call *c, const struct notify_many *what)
{
	struct notify_many part = *what;

	for (size_t i = 0; i < what->n; i += TO_MAX) {
		part.to = what->to + i;
		part.n = what->n - i < TO_MAX ? what->n - i : TO_MAX;
		TRY(queue(c, &part));
	}
	return NULL;
}

struct err *acts_notify_edited(struct call *c, account_id author, status_id edited)
{
	struct job_new job = { .kind = JOB_NOTIFY, .ref_id = edited.v, .arg = str_z(notification_type_word(NOTIFICATION_UPDATE)) };

	job.payload = arena_printf(c->arena, "%lld boosters", (long long)author.v);
	return job_add(c, &job);
}

struct err *acts_notify_staff(struct call *c, enum notification_type type, account_id from, int64_t extra_id)
{
	struct job_new job = { .kind = JOB_NOTIFY, .arg = str_z(notification_type_word(type)) };

	job.payload = arena_printf(c->arena, "%lld about:%lld staff", (long long)from.v, (long long)extra_id);
	return job_add(c, &job);
}

struct err *acts_notify_own(struct call *c, enum notification_type type, account_id whose, int64_t extra_id)
{
	struct job_new job = { .kind = JOB_NOTIFY, .arg = str_z(notification_type_word(type)) };

	job.payload = arena_printf(c->arena, "%lld about:%lld %lld", (long long)whose.v, (long long)extra_id, (long long)whose.v);
	return job_add(c, &job);
}

struct err *acts_notify_collection(struct call *c, enum notification_type type, account_id from, collection_id about, const account_id *to, size_t n)
{
	struct job_new job = acts_notify_job(c, &(struct notify_many){ .type = type, .from = from, .to = to, .n = n });
	struct str rest = job.payload, who;

	if (str_next(&rest, ' ', &who))
		job.payload = arena_printf(c->arena, STR_FMT " about:%lld " STR_FMT, STR_ARG(who), (long long)about.v, STR_ARG(rest));
	return job_add(c, &job);
}

/* ---- keys ---- */

static struct str once_key(struct call *c, enum notification_type type, account_id from, status_id about)
{
	const char *word = notification_type_word(type);
	bool person_too = type == NOTIFICATION_FAVOURITE || type == NOTIFICATION_REBLOG;

	if (!about.v)
		return arena_printf(c->arena, "%s:%lld", word, (long long)from.v);
	if (person_too)
		return arena_printf(c->arena, "%s:%lld:%lld", word, (long long)about.v, (long long)from.v);
	return arena_printf(c->arena, "%s:%lld", word, (long long)about.v);
}

struct err *acts_notify_drop(struct call *c, enum notification_type type, account_id to, account_id from, status_id about)
{
	return notification_drop_once(c, to, once_key(c, type, from, about));
}

struct err *acts_notify_collection_drop(struct call *c, account_id from, collection_id about, const int64_t *whose, size_t n)
{
	status_id key = ID(status_id, about.v);

	TRY(notifications_drop_once(c, whose, n, once_key(c, NOTIFICATION_ADDED_TO_COLLECTION, from, key)));
	return notifications_drop_once(c, whose, n, once_key(c, NOTIFICATION_COLLECTION_UPDATE, from, key));
}

/* "favourite-12-494000": of one kind and post, in buckets of an hour; a bucket goes on while the last of its kind is younger than 12 hours. */
static struct err *group_key(struct call *c, const struct notification *n, struct str *ret)
{
	const char *word = notification_type_word(n->type);
	int64_t hour = c->now_us / US_PER_HOUR, last_hour;
	struct str prefix, last;

	switch (n->type) {
	case NOTIFICATION_FAVOURITE:
	case NOTIFICATION_REBLOG:
		prefix = arena_printf(c->arena, "%s-%lld-", word, (long long)n->status.v);
		break;
	case NOTIFICATION_FOLLOW:
	case NOTIFICATION_ADMIN_SIGN_UP:
		prefix = arena_printf(c->arena, "%s-", word);
		break;
	case NOTIFICATION_MENTION:
	case NOTIFICATION_STATUS:
	case NOTIFICATION_FOLLOW_REQUEST:
	case NOTIFICATION_POLL:
	case NOTIFICATION_UPDATE:
	case NOTIFICATION_QUOTE:
	case NOTIFICATION_QUOTED_UPDATE:
	case NOTIFICATION_SEVERED:
	case NOTIFICATION_WARNING:
	case NOTIFICATION_ADMIN_REPORT:
	case NOTIFICATION_ADDED_TO_COLLECTION:
	case NOTIFICATION_COLLECTION_UPDATE:
	case NOTIFICATION_COUNT:
	default:
		*ret = arena_printf(c->arena, "ungrouped-%lld", (long long)n->id.v);
		return NULL;
	}
	TRY(notification_last_group(c, n->account, prefix, &last));
	if (last.n > prefix.n && str_i64(str_from(last, prefix.n), &last_hour) && hour - last_hour < GROUP_HOURS)
		hour = last_hour;
	*ret = arena_printf(c->arena, STR_FMT "%lld", STR_ARG(prefix), (long long)hour);
	return NULL;
}

/* ---- the job ---- */

struct making {
	struct notification_cause cause;
	int64_t to[TO_MAX];
	size_t n;
};

/* Held back: nobody is told now; what may be answered makes a request. */
static struct err *hold_back(struct call *c, const struct notification *n)
{
	return policy_makes_request(n->type) ? notification_request_touch(c, n->account, n->from) : NULL;
}

/* *ret: none where one of the same cause stands, or the policy of `to` is against it. */
static struct err *make_one(struct call *c, const struct making *m, const struct notification_taker *to, notification_id *ret)
{
	struct notification n = { .id = ID(notification_id, id_next_short(c)), .account = to->to, .type = m->cause.type, .from = m->cause.from,
				  .status = m->cause.about, .extra_id = m->cause.extra_id, .created_us = c->now_us };
	enum policy_action action = policy_judge(&to->policy, &to->facts, n.type);
	bool is_new;

	*ret = ID_NONE(notification_id);
	if (action == POLICY_DROP)
		return NULL;
	n.filtered = action == POLICY_FILTER;

	n.once_key = once_key(c, n.type, n.from, n.extra_id ? ID(status_id, n.extra_id) : n.status);
	if (n.type == NOTIFICATION_UPDATE || n.type == NOTIFICATION_QUOTED_UPDATE || n.type == NOTIFICATION_COLLECTION_UPDATE)
		TRY(notification_drop_once(c, n.account, n.once_key));
	TRY(group_key(c, &n, &n.group_key));
	TRY(notification_add(c, &n, &is_new));
	if (!is_new)
		return NULL;
	if (n.filtered)
		return hold_back(c, &n);
	*ret = n.id;
	return store_event_add(c, EVENT_NOTIFICATION, n.id.v, arena_printf(c->arena, "user:%lld", (long long)n.account.v), STR_NONE);
}

/* What a transaction made; id none: nothing, or nothing to tell of. */
struct made {
	account_id to;
	notification_id id;
};

/* A job for each device that wants to hear of these (at most TO_MAX). */
static struct err *push_all(struct call *c, const struct notification_cause *cause, const struct made *made, size_t n)
{
	int64_t *to = arena_array(c->arena, int64_t, n + 1);
	struct push_subscription *devices;
	struct job_new *jobs;
	size_t devices_n, jobs_n = 0;

	for (size_t i = 0; i < n; i++)
		to[i] = made[i].to.v;
	TRY(pushes_wanting(c, to, n, cause->type, cause->from, &devices, &devices_n));
	jobs = arena_array(c->arena, struct job_new, n * devices_n + 1);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < devices_n; k++)
			if (made[i].id.v && id_eq(devices[k].account, made[i].to))
				jobs[jobs_n++] = (struct job_new){ .kind = JOB_WEB_PUSH, .ref_id = made[i].id.v, .host = devices[k].host,
								   .arg = arena_printf(c->arena, "%lld", (long long)devices[k].id.v) };
	return jobs_add(c, jobs, jobs_n);
}

/* Who is told of a direct post has it in a conversation. */
static struct err *converse(struct call *c, status_id about, const struct made *made, size_t n)
{
	struct status *s;

	TRY(status_find(c, about, &s));
	for (size_t i = 0; s && i < n; i++)
		if (made[i].id.v)
			TRY(acts__conversation_add(c, s, made[i].to));
	return NULL;
}

static struct err *make(struct call *c, void *arg)
{
	const struct making *m = arg;
	struct notification_taker *to;
	struct made *made;
	size_t n;

	TRY(notifications_admitted(c, &m->cause, m->to, m->n, &to, &n));
	made = arena_array(c->arena, struct made, n + 1);
	for (size_t i = 0; i < n; i++) {
		made[i].to = to[i].to;
		TRY(make_one(c, m, &to[i], &made[i].id));
	}
	if (m->cause.type == NOTIFICATION_MENTION)
		TRY(converse(c, m->cause.about, made, n));
	return n ? push_all(c, &m->cause, made, n) : NULL;
}

/* For many, some at a time: whoever boosted the post, whoever moderates. */
static struct err *make_for_all(struct call *c, struct making *m, bool staff)
{
	account_id after = ID_NONE(account_id);

	for (;;) {
		int64_t *to;
		size_t n;

		if (staff)
			TRY(staff_here(c, after, TO_MAX, &to, &n));
		else
			TRY(boosters_here(c, m->cause.about, after, TO_MAX, &to, &n));
		if (n == 0)
			return NULL;
		for (size_t i = 0; i < n; i++)
			m->to[i] = to[i];
		m->n = n;
		TRY(store_tx(c, make, m));
		after.v = to[n - 1];
	}
}

/* What people here made of a post that was edited: each is told about their own. */
struct telling_quoters {
	struct making m;              /* about the quoted post */
	const struct quoter *quoters;
	size_t n;
};

static struct err *make_quoted(struct call *c, void *arg)
{
	struct telling_quoters *t = arg;
	struct making one = { .cause = t->m.cause };
	struct made *made = arena_array(c->arena, struct made, t->n + 1);
	struct notification_taker *to;
	size_t n, made_n = 0;

	TRY(notifications_admitted(c, &t->m.cause, t->m.to, t->m.n, &to, &n));
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < n; k++) {
			if (!id_eq(to[k].to, t->quoters[i].account))
				continue;
			one.cause.about = t->quoters[i].status;
			made[made_n].to = to[k].to;
			TRY(make_one(c, &one, &to[k], &made[made_n].id));
			made_n++;
		}
	return made_n ? push_all(c, &t->m.cause, made, made_n) : NULL;
}

static struct err *make_for_quoters(struct call *c, const struct making *m)
{
	struct telling_quoters *t = arena_new(c->arena, struct telling_quoters);
	quote_id after = ID_NONE(quote_id);

	t->m.cause = (struct notification_cause){ .type = NOTIFICATION_QUOTED_UPDATE, .from = m->cause.from, .about = m->cause.about };
	for (;;) {
		struct quoter *v;

		TRY(quoters_here(c, m->cause.about, after, TO_MAX, &v, &t->n));
		if (t->n == 0)
			return NULL;
		t->quoters = v;
		t->m.n = t->n;
		for (size_t i = 0; i < t->n; i++)
			t->m.to[i] = v[i].account.v;
		TRY(store_tx(c, make_quoted, t));
		after = v[t->n - 1].quote;
	}
}

struct err *acts_job_notify(struct call *c, const struct job *job, bool *ret_later)
{
	struct making *m = arena_new(c->arena, struct making);
	struct str rest = job->payload, word;

	(void)ret_later;
	m->cause.about.v = job->ref_id;
	if (!notification_type_parse(job->arg, &m->cause.type) || !str_next(&rest, ' ', &word) || !str_i64(word, &m->cause.from.v))
		return FAIL(c->arena, ERR_INTERNAL, "a NOTIFY job of no known shape");
	if (str_eqz(rest, "boosters")) {
		TRY(make_for_all(c, m, false));
		return make_for_quoters(c, m);
	}
	if (str_has_prefix(rest, STR("about:")) && (!str_next(&rest, ' ', &word) || !str_i64(str_from(word, 6), &m->cause.extra_id)))
		return FAIL(c->arena, ERR_INTERNAL, "a NOTIFY job about nothing");
	if (str_eqz(rest, "staff"))
		return make_for_all(c, m, true);
	while (m->n < TO_MAX && str_next(&rest, ' ', &word))
		if (str_i64(word, &m->to[m->n]))
			m->n++;
	return m->n ? store_tx(c, make, m) : NULL;
}

/* ---- putting away ---- */

struct putting_away {
	account_id who;
	notification_id id;
	struct str group_key;
	bool was;
};

static struct err *clear(struct call *c, void *arg)
{
	return notifications_clear(c, ((struct putting_away *)arg)->who);
}

static struct err *dismiss(struct call *c, void *arg)
{
	struct putting_away *p = arg;

	if (p->group_key.n)
		return notifications_drop_group(c, p->who, p->group_key, &p->was);
	return notification_drop(c, p->who, p->id, &p->was);
}

struct err *acts_notifications_clear(struct call *c, account_id who)
{
	return store_tx(c, clear, &(struct putting_away){ .who = who });
}

struct err *acts_notification_dismiss(struct call *c, account_id who, notification_id id)
{
	struct putting_away p = { .who = who, .id = id };

	TRY(store_tx(c, dismiss, &p));
	return p.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct putting_many_away {
	account_id who;
	const int64_t *ids;
	size_t n;
};

static struct err *dismiss_many(struct call *c, void *arg)
{
	const struct putting_many_away *p = arg;

	return notifications_drop(c, p->who, p->ids, p->n);
}

struct err *acts_notifications_dismiss(struct call *c, account_id who, const int64_t *ids, size_t n)
{
	return store_tx(c, dismiss_many, &(struct putting_many_away){ who, ids, n });
}

struct err *acts_notification_group_dismiss(struct call *c, account_id who, struct str group_key)
{
	struct str ungrouped = STR("ungrouped-");
	struct putting_away p = { .who = who, .group_key = group_key };

	if (str_has_prefix(group_key, ungrouped) && str_i64(str_from(group_key, ungrouped.n), &p.id.v))
		p.group_key = STR_NONE;
	TRY(store_tx(c, dismiss, &p));
	return p.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}
