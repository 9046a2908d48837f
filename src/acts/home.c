#include "acts/home.h"

#include "acts/notify.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/event.h"
#include "store/home.h"
#include "store/job.h"
#include "store/list.h"
#include "store/status.h"
#include "store/user.h"

enum { EVENT_OWNERS = 200, TRIM_OWNERS = 320, TRIM_EVERY = 16, BUILT_AT_ONCE_MAX = 200 };

struct err *acts_home_refill(struct call *c, account_id who)
{
	struct job_new job = { .kind = JOB_HOME_BUILD, .ref_id = who.v, .once_key = arena_printf(c->arena, "home:%lld", (long long)who.v) };

	TRY(lists_stale(c, who));
	return job_add(c, &job);
}

struct err *acts_home_stale(struct call *c, account_id who)
{
	TRY(user_home_built(c, who, 0));
	return acts_home_refill(c, who);
}

/* ---- a new post ---- */

/* topic: "user" or "list". */
static struct err *tell_owners(struct call *c, const char *topic, status_id id, const int64_t *owners, size_t n)
{
	for (size_t i = 0; i < n;) {
		struct buf b = buf_init(c->arena, EVENT_OWNERS * 32);

		for (size_t end = i + EVENT_OWNERS; i < n && i < end; i++)
			buf_addf(&b, "%s%s:%lld", b.n ? " " : "", topic, (long long)owners[i]);
		TRY(store_event_add(c, EVENT_HOME_ENTRY, id.v, buf_str(&b), STR_NONE));
	}
	return NULL;
}

/* Now and then, so that a post costs its readers' homes a row and not a count; which posts do is spread evenly over time. */
static struct err *trim(struct call *c, status_id id, const int64_t *owners, size_t n,
			struct err *(*keep_newest)(struct call *, const int64_t *, size_t, int64_t))
{
	if (((id.v >> 16) ^ id.v) % TRIM_EVERY)
		return NULL;
	for (size_t i = 0; i < n; i += TRIM_OWNERS)
		TRY(keep_newest(c, owners + i, n - i < TRIM_OWNERS ? n - i : TRIM_OWNERS, c->conf->home_entries_max));
	return NULL;
}

/* Those who asked to be told of everything somebody posts, as far as it is in their homes. */
static struct err *ring_bells(struct call *c, const struct status *s)
{
	struct notify_many what = { .type = NOTIFICATION_STATUS, .from = s->account, .about = s->id };
	account_id *to;
	int64_t *ids;

	if (s->reblog_of.v || (s->reply_to.v && !id_eq(s->reply_to_account, s->account)))
		return NULL;
	TRY(home_bells(c, s->id, s->account, &ids, &what.n));
	to = arena_array(c->arena, account_id, what.n + 1);
	for (size_t i = 0; i < what.n; i++)
		to[i].v = ids[i];
	what.to = to;
	return acts_notify_many(c, &what);
}

static struct err *fan_out(struct call *c, void *arg)
{
	const struct status *s = arg;
	int64_t active_us = c->now_us - HOME_KEPT_US, *owners, *lists = NULL;
	struct home_reach reach;
	size_t n, lists_n = 0;

	TRY(home_reach(c, s->id, s->account, &reach));
	TRY(home_put(c, s->id, s->account, reach.tags, active_us, &owners, &n));
	if (reach.lists)
		TRY(list_entries_put(c, s->id, s->account, active_us, &lists, &lists_n));
	if (n + lists_n == 0)
		return NULL;
	TRY(tell_owners(c, "user", s->id, owners, n));
	TRY(tell_owners(c, "list", s->id, lists, lists_n));
	if (reach.bells)
		TRY(ring_bells(c, s));
	TRY(trim(c, s->id, owners, n, home_trim));
	return trim(c, s->id, lists, lists_n, list_entries_trim);
}

struct err *acts_job_fanout(struct call *c, const struct job *job, bool *ret_later)
{
	struct status *s;

	(void)ret_later;
	TRY(status_find(c, ID(status_id, job->ref_id), &s));
	return s ? store_tx(c, fan_out, s) : NULL;
}

/* ---- the whole ---- */

static struct err *find_home(struct call *c, int64_t owner, int64_t after_id, struct home_entry **ret, size_t *ret_n)
{
	return home_found(c, ID(account_id, owner), after_id, (int)c->conf->home_entries_max, ret, ret_n);
}

static struct err *find_list(struct call *c, int64_t owner, int64_t after_id, struct home_entry **ret, size_t *ret_n)
{
	return list_entries_found(c, ID(list_id, owner), after_id, (int)c->conf->home_entries_max, ret, ret_n);
}

/* The newest are looked for first; most people's homes are full after the first step or two. */
static struct err *newest(struct call *c, struct err *(*find)(struct call *, int64_t, int64_t, struct home_entry **, size_t *), int64_t owner,
			  struct home_entry **ret, size_t *ret_n)
{
	static const int64_t steps_us[] = { 3 * US_PER_DAY, 30 * US_PER_DAY };

	for (size_t i = 0; i < sizeof steps_us / sizeof *steps_us; i++) {
		TRY(find(c, owner, ((c->now_us - steps_us[i]) / 1000) << 16, ret, ret_n));
		if (*ret_n >= (size_t)c->conf->home_entries_max)
			return NULL;
	}
	return find(c, owner, 0, ret, ret_n);
}

/* As if they had come one after another, oldest first; v is newest first, and so is what is left. */
static size_t collapse(struct call *c, struct home_entry *v, size_t n)
{
	struct home_entry *kept = arena_array(c->arena, struct home_entry, n + 1);
	size_t k = 0;

	for (size_t i = n; i-- > 0;) {
		bool seen = false;

		for (size_t j = k > HOME_COLLAPSE ? k - HOME_COLLAPSE : 0; v[i].reblog_of.v && j < k && !seen; j++)
			seen = id_eq(kept[j].status, v[i].reblog_of) || id_eq(kept[j].reblog_of, v[i].reblog_of);
		if (!seen)
			kept[k++] = v[i];
	}
	for (size_t i = 0; i < k; i++)
		v[i] = kept[k - 1 - i];
	return k;
}

static struct err *build(struct call *c, void *arg)
{
	const account_id *who = arg;
	struct home_entry *v;
	size_t n;

	TRY(newest(c, find_home, who->v, &v, &n));
	TRY(home_replace(c, *who, v, collapse(c, v, n)));
	return user_home_built(c, *who, c->now_us);
}

struct err *acts_job_home_build(struct call *c, const struct job *job, bool *ret_later)
{
	account_id who = ID(account_id, job->ref_id);
	struct user u;
	bool found;

	(void)ret_later;
	TRY(user_find(c, who, &u, &found));
	return found ? store_tx(c, build, &who) : NULL;
}

static struct err *stale(struct call *c, void *arg)
{
	return acts_home_stale(c, *(const account_id *)arg);
}

struct err *acts_home_ready(struct call *c, const struct viewer *v, bool *ret_ready)
{
	account_id who = v->account;
	struct account *a;
	struct user u;
	bool found;

	*ret_ready = v->home_built;
	if (*ret_ready)
		return NULL;
	TRY(user_find(c, who, &u, &found));
	*ret_ready = found && u.home_built_us > 0;
	if (*ret_ready || !found)
		return NULL;
	TRY(account_find(c, who, &a));
	if (a && a->following_count > BUILT_AT_ONCE_MAX)
		return store_tx(c, stale, &who);
	*ret_ready = true;
	return store_tx(c, build, &who);
}

/* ---- lists ---- */

static struct err *build_list(struct call *c, void *arg)
{
	const list_id *id = arg;
	struct home_entry *v;
	size_t n;

	TRY(newest(c, find_list, id->v, &v, &n));
	return list_entries_replace(c, *id, v, collapse(c, v, n));
}

struct err *acts_job_list_build(struct call *c, const struct job *job, bool *ret_later)
{
	list_id id = ID(list_id, job->ref_id);

	(void)ret_later;
	return store_tx(c, build_list, &id);
}

static struct err *queue_list(struct call *c, void *arg)
{
	const list_id *id = arg;

	struct job_new job = { .kind = JOB_LIST_BUILD, .ref_id = id->v, .once_key = arena_printf(c->arena, "list:%lld", (long long)id->v) };

	return job_add(c, &job);
}

struct err *acts_list_ready(struct call *c, account_id who, list_id id)
{
	struct list_row l;
	int64_t members;
	bool found;

	TRY(list_find(c, who, id, &l, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (l.built_us)
		return NULL;
	TRY(list_members_count(c, id, &members));
	return store_tx(c, members > BUILT_AT_ONCE_MAX ? queue_list : build_list, &id);
}
