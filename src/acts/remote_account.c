#include "acts/remote_account.h"

#include "acts/collection_receive.h"
#include "acts/software.h"
#include "acts/move.h"
#include "acts/people_priv.h"
#include "acts/links.h"
#include "acts/remote_emoji.h"
#include "acts/status_priv.h"
#include "store/account.h"
#include "store/collection.h"
#include "store/event.h"
#include "store/job.h"
#include "store/relation.h"
#include "store/server_block.h"
#include "store/status.h"
#include "wire/text.h"
#include "wire/url.h"

#define FEATURED_EVERY_US US_PER_HOUR

/* What stays of the row that stands. */
static void keep(struct call *c, struct account *a, const struct account *old)
{
	a->id = old->id;
	a->fields = acts__links_kept(c, a->fields, old);
	a->username = old->username;
	a->domain = old->domain;
	a->created_us = old->created_us;
	a->moved_to_id = old->moved_to_id;
	a->avatar_file = str_eq(a->avatar_remote_url, old->avatar_remote_url) ? old->avatar_file : STR_NONE;
	a->avatar_static_file = a->avatar_file.n ? old->avatar_static_file : STR_NONE;
	a->header_file = str_eq(a->header_remote_url, old->header_remote_url) ? old->header_file : STR_NONE;
	a->header_static_file = a->header_file.n ? old->header_static_file : STR_NONE;
}

struct put {
	const struct remote_account *in;
	account_id id;
	struct str domain;            /* which it keeps, whatever its document says later */
};

static struct err *keys_put(struct call *c, account_id id, const struct remote_account *in)
{
	struct account_key *k = arena_array(c->arena, struct account_key, in->keys_n + 1);
	size_t n = in->keys_n < REMOTE_KEYS_MAX ? in->keys_n : REMOTE_KEYS_MAX;

	for (size_t i = 0; i < n; i++)
		k[i] = (struct account_key){ .id = id_next(c), .account = id, .uri = in->keys[i].uri, .algorithm = in->keys[i].algorithm,
					     .public_pem = in->keys[i].public_pem, .created_us = c->now_us };
	return account_keys_replace(c, id, k, n);
}

static struct err *moved_to(struct call *c, const struct remote_account *in, account_id *ret)
{
	struct account *target = NULL;

	*ret = ID_NONE(account_id);
	if (in->moved_to_uri.n)
		TRY(account_find_uri(c, in->moved_to_uri, &target));
	if (target && !id_eq(target->id, in->a.id) && acts_alias_claims(c, target, in->a.uri))
		*ret = target->id;
	return NULL;
}

/* What they feature is read with the profile, though not each time that they change a word of it. */
static struct err *featured_queue(struct call *c, const struct remote_account *in, const struct account *a, const struct account *old)
{
	struct job_new job = { .kind = JOB_FETCH_FEATURED, .ref_id = a->id.v, .host = url_domain(c->arena, a->uri),
			        .arg = in->featured_tags_uri.n ? in->featured_tags_uri : STR("") };

	if ((!a->featured_uri.n && !job.arg.n) || a->actor_type == ACTOR_APPLICATION || (old && old->fetched_us > c->now_us - FEATURED_EVERY_US))
		return NULL;
	job.once_key = arena_printf(c->arena, "featured:%lld", (long long)a->id.v);
	return job_add(c, &job);
}

static struct err *collections_queue(struct call *c, const struct account *a, const struct account *old)
{
	struct job_new job = { .kind = JOB_FETCH_COLLECTIONS, .ref_id = a->id.v, .host = url_domain(c->arena, a->uri) };

	if (!a->collections_uri.n || a->actor_type == ACTOR_APPLICATION || (old && old->fetched_us > c->now_us - FEATURED_EVERY_US))
		return NULL;
	job.once_key = arena_printf(c->arena, "collections:%lld", (long long)a->id.v);
	return job_add(c, &job);
}

static struct err *save(struct call *c, void *arg)
{
	struct put *put = arg;
	struct account a = put->in->a, *old, *holder;
	struct str key = text_fold(c->arena, a.username), display = text_fold(c->arena, a.display_name);

	a.fetched_us = c->now_us;
	TRY(account_find_uri(c, a.uri, &old));
	if (old && old->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_GONE);
	if (old)
		keep(c, &a, old);
	TRY(moved_to(c, put->in, &a.moved_to_id));
	if (old) {
		TRY(account_put(c, &a, display));
	} else {
		TRY(account_find_handle(c, key, a.domain, &holder));
		if (holder)
			TRY(account_release_handle(c, holder->id));
		a.id = ID(account_id, id_next(c));
		TRY(account_add(c, &a, key, display));
		TRY(acts__host_meet(c, a.domain));
		TRY(server_limit_meet(c, a.domain));
	}
	put->id = a.id;
	put->domain = a.domain;
	TRY(acts__links_queue(c, &a, false));
	TRY(featured_queue(c, put->in, &a, old));
	TRY(collections_queue(c, &a, old));
	return keys_put(c, a.id, put->in);
}

struct err *acts_remote_account_put(struct call *c, const struct remote_account *in, account_id *ret)
{
	struct put put = { .in = in };
	struct err *e = store_tx(c, save, &put);

	if (e && e->code == ERR_CONFLICT)
		e = store_tx(c, save, &put);      /* another worker was first: now it stands */
	TRY(e);
	*ret = put.id;
	return acts_remote_emojis_meet(c, put.domain, in->a.emojis);
}

/* ---- gone ---- */

enum { GONE_BATCH = 40 };

struct gone {
	account_id id;
	bool more;
};

/* follower follows target no longer; the counters of both say so. */
static struct err *unfollow(struct call *c, account_id follower, account_id target)
{
	struct follow f;
	bool was;

	TRY(follow_drop(c, FOLLOW_REQUESTED, follower, target, &f, &was));
	TRY(follow_drop(c, FOLLOW_STANDING, follower, target, &f, &was));
	if (!was)
		return NULL;
	TRY(account_count(c, follower, 0, 0, -1, 0));
	return account_count(c, target, 0, -1, 0, 0);
}

struct err *acts__follows_end(struct call *c, account_id who, bool *ret_more)
{
	struct page p = { .limit = GONE_BATCH };
	static const enum relation_list lists[] = { LIST_FOLLOWERS, LIST_FOLLOWING, LIST_FOLLOW_REQUESTS };

	*ret_more = false;
	for (size_t k = 0; k < 3; k++) {
		struct relation_row *rows;
		size_t n;

		TRY(relations_page(c, lists[k], who, who, &p, &rows, &n));
		for (size_t i = 0; i < n; i++)
			TRY(lists[k] == LIST_FOLLOWING ? unfollow(c, who, rows[i].other) : unfollow(c, rows[i].other, who));
		*ret_more |= n == GONE_BATCH;
	}
	return NULL;
}

static struct err *end_follows(struct call *c, void *arg)
{
	struct gone *g = arg;

	return acts__follows_end(c, g->id, &g->more);
}

static struct err *drop_posts(struct call *c, void *arg)
{
	struct gone *g = arg;
	struct status *s;
	int64_t *ids;
	size_t n;

	TRY(account_status_ids(c, g->id, GONE_BATCH, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(status_find(c, ID(status_id, ids[i]), &s));
		if (s)
			TRY(acts__status_remove(c, s));
	}
	g->more = n == GONE_BATCH;
	return NULL;
}

static struct err *leave_collections(struct call *c, void *arg)
{
	struct gone *g = arg;

	return acts__collections_leave(c, g->id, &g->more);
}

static struct err *empty_row(struct call *c, void *arg)
{
	struct gone *g = arg;
	struct account *a;

	TRY(account_find(c, g->id, &a));
	if (!a || a->local)
		return NULL;
	*a = (struct account){ .id = a->id, .uri = a->uri, .username = a->username, .domain = a->domain, .actor_type = a->actor_type,
			       .deleted_us = a->deleted_us ? a->deleted_us : c->now_us, .fetched_us = c->now_us };
	TRY(account_put(c, a, STR("")));
	TRY(account_keys_replace(c, a->id, NULL, 0));
	return store_event_add(c, EVENT_ACCOUNT_CHANGED, a->id.v, STR("accounts"), STR_NONE);
}

/* Each batch in memory of its own, for what somebody had has no bound. */
static struct err *in_batches(struct call *c, struct err *(*fn)(struct call *c, void *arg), struct gone *g)
{
	AUTO_ARENA(a);
	struct call batch = *c;
	struct err *e;

	batch.arena = a;
	do {
		arena_reset(a);
		e = store_tx(&batch, fn, g);
	} while (!e && g->more);
	c->queries = batch.queries;
	memcpy(c->spent_us, batch.spent_us, sizeof c->spent_us);
	return e ? FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text)) : NULL;
}

struct err *acts_remote_account_gone(struct call *c, account_id id)
{
	struct gone g = { .id = id };
	struct account *a;

	TRY(account_find(c, id, &a));
	if (!a || a->local || a->deleted_us)
		return NULL;
	TRY(in_batches(c, end_follows, &g));
	TRY(in_batches(c, drop_posts, &g));
	TRY(in_batches(c, leave_collections, &g));
	return store_tx(c, empty_row, &g);
}
