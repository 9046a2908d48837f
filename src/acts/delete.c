#include "acts/delete.h"

#include "acts/acts_user_priv.h"
#include "acts/outbound.h"
#include "acts/password.h"
#include "acts/people_priv.h"
#include "acts/status_priv.h"
#include "store/account.h"
#include "store/collection.h"
#include "store/erase.h"
#include "store/event.h"
#include "store/job.h"
#include "store/session.h"
#include "store/status.h"
#include "store/user.h"

enum { POSTS_AT_ONCE = 40, STEPS_AT_ONCE = 25 };

/* ---- closing ---- */

static struct err *queue(struct call *c, account_id who)
{
	return job_add(c, &(struct job_new){ .kind = JOB_ACCOUNT_DELETE, .ref_id = who.v,
					     .once_key = arena_printf(c->arena, "delete:%lld", (long long)who.v) });
}

static struct err *close_tx(struct call *c, void *arg)
{
	const account_id *who = arg;
	struct account *a;

	TRY(account_find(c, *who, &a));
	if (!a || a->deleted_us || a->suspended_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(account_standing_put(c, *who, a->silenced_us, c->now_us));
	TRY(user_standing_put(c, *who, true, c->now_us));
	TRY(sessions_drop_all(c, *who, 0));
	TRY(acts__tokens_revoke_all(c, *who));
	TRY(store_event_add(c, EVENT_ACCOUNT_CHANGED, who->v, STR("accounts"), STR_NONE));
	TRY(acts_outbound_delete_actor(c, *who));
	return queue(c, *who);
}

struct err *acts_account_delete(struct call *c, account_id who, struct str password)
{
	struct user u;

	TRY(acts_password_is(c, who, password, &u));
	return store_tx(c, close_tx, &who);
}

/* ---- erasing ---- */

struct erasing {
	account_id who;
	int kind;
	int64_t n;
	bool more;
	struct erased_files *files;
};

/* Other servers were told of all posts at once: none of them is spoken of alone. */
static struct err *posts(struct call *c, void *arg)
{
	struct erasing *x = arg;
	int64_t *ids;
	size_t n;

	TRY(account_status_ids(c, x->who, POSTS_AT_ONCE, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		struct status *s, quiet;

		TRY(status_find(c, ID(status_id, ids[i]), &s));
		if (!s)
			continue;
		quiet = *s;
		quiet.local = false;
		TRY(acts__status_remove(c, &quiet));
	}
	x->more = n == POSTS_AT_ONCE;
	return NULL;
}

static struct err *follows(struct call *c, void *arg)
{
	struct erasing *x = arg;

	return acts__follows_end(c, x->who, &x->more);
}

static struct err *likes(struct call *c, void *arg)
{
	struct erasing *x = arg;

	TRY(erase_favourites(c, x->who, &x->n));
	x->more = x->n == ERASE_AT_ONCE;
	return NULL;
}

static struct err *rows(struct call *c, void *arg)
{
	struct erasing *x = arg;

	TRY(erase_some(c, x->kind, x->who, &x->n));
	x->more = x->n == ERASE_AT_ONCE;
	return NULL;
}

/* The row stays with its name and its key, which the last deliveries are signed by. */
static struct err *mark(struct call *c, void *arg)
{
	struct erasing *x = arg;
	struct account *a;

	TRY(account_find(c, x->who, &a));
	if (!a || a->deleted_us)
		return NULL;
	*x->files = (struct erased_files){ a->avatar_file, a->avatar_static_file, a->header_file, a->header_static_file };
	*a = (struct account){ .id = a->id, .uri = a->uri, .url = a->url, .username = a->username, .domain = a->domain, .actor_type = a->actor_type,
			       .local = true, .inbox_uri = a->inbox_uri, .shared_inbox_uri = a->shared_inbox_uri, .followers_uri = a->followers_uri,
			       .deleted_us = c->now_us };
	TRY(account_put(c, a, STR("")));
	TRY(account_standing_put(c, a->id, 0, 0));
	TRY(erase_media(c, x->who));
	TRY(erase_user(c, x->who));
	return store_event_add(c, EVENT_ACCOUNT_CHANGED, a->id.v, STR("accounts"), STR_NONE);
}

struct err *acts_account_erase(struct call *c, account_id who, bool *ret_more, struct erased_files *ret_files)
{
	sql_tx_fn *const steps[] = { posts, follows, likes };
	struct erasing x = { .who = who, .files = ret_files };
	struct account *a;
	int done = 0;

	*ret_more = false;
	*ret_files = (struct erased_files){ 0 };
	TRY(account_find(c, who, &a));
	if (!a || !a->local || a->deleted_us || !a->suspended_us)
		return NULL;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		for (x.more = true; x.more; done++) {
			*ret_more = done >= STEPS_AT_ONCE;
			if (*ret_more)
				return NULL;
			TRY(store_tx(c, steps[i], &x));
		}
	for (x.kind = 0; x.kind < erase_kinds(); x.kind++)
		for (x.more = true; x.more;)
			TRY(store_tx(c, rows, &x));
	return store_tx(c, mark, &x);
}

static struct err *go_on(struct call *c, void *arg) { return queue(c, *(const account_id *)arg); }

struct err *acts_account_erase_go_on(struct call *c, account_id who) { return store_tx(c, go_on, &who); }
