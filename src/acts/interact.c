#include "acts/interact.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/status_priv.h"
#include "acts/undo_priv.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/interact.h"
#include "store/relation.h"
#include "store/status.h"
#include "store/user.h"

#define REBLOG_OLD_US (2 * US_PER_DAY)

struct mark {
	account_id who;
	const struct account *actor;
	struct status *s;
	struct str uri;
	int64_t id;
	bool full;
};

static struct err *load(struct call *c, account_id who, status_id id, struct mark *ret)
{
	struct account *a;

	*ret = (struct mark){ .who = who };
	TRY(acts__status_visible(c, who, id, &ret->s, NULL));
	TRY(account_find(c, who, &a));
	ret->actor = a;
	return a && !a->deleted_us ? NULL : FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
}

/* The post that was looked at may be deleted before it is marked: the rows of marks need it, and say so. */
static struct err *save(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct err *e = store_tx(c, fn, arg);

	return e && e->code == ERR_CONFLICT ? FAIL(c->arena, ERR_NOT_FOUND, "Not Found") : e;
}

/* Taking back goes on when the post is hidden by now. uri: of what people elsewhere take back. */
static struct err *take_back(struct call *c, sql_tx_fn *fn, account_id who, status_id id, struct str uri)
{
	struct mark m = { .who = who, .uri = uri };
	struct account *a;

	TRY(status_find(c, id, &m.s));
	if (m.s && m.s->reblog_of.v)
		TRY(status_find(c, m.s->reblog_of, &m.s));
	TRY(account_find(c, who, &a));
	m.actor = a;
	return m.s && a ? save(c, fn, &m) : FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
}

static struct err *run(struct call *c, sql_tx_fn *fn, account_id who, status_id id)
{
	struct mark m;

	TRY(load(c, who, id, &m));
	return save(c, fn, &m);
}

/* ---- favourites ---- */

static struct err *add_favourite(struct call *c, void *arg)
{
	struct mark *m = arg;
	bool made = false, undone = false;

	TRY(status_count(c, m->s->id, 0, 0, 1));                  /* first: the order of locks (docs/developing.md) */
	if (!m->actor->local && m->uri.n)
		TRY(tombstone_take(c, m->uri, &undone));
	if (!undone)
		TRY(favourite_add(c, m->id, m->who, m->s->id, m->uri, &made));
	if (!made)
		return status_count(c, m->s->id, 0, 0, -1);
	if (m->s->local)
		return acts_notify_add(c, NOTIFICATION_FAVOURITE, m->s->account, m->who, m->s->id);
	return m->actor->local ? acts_outbound_like(c, m->who, m->s, m->uri) : NULL;
}

struct err *acts_favourite(struct call *c, account_id who, status_id id)
{
	struct mark m;

	TRY(load(c, who, id, &m));
	m.id = id_next(c);
	m.uri = acts_uri(c, m.actor->uri, "likes", m.id);
	return save(c, add_favourite, &m);
}

static struct err *drop_favourite(struct call *c, void *arg)
{
	struct mark *m = arg;
	struct str uri;
	bool was;

	TRY(status_lock(c, m->s->id));
	TRY(favourite_drop(c, m->who, m->s->id, &uri, &was));
	if (!was)
		return m->uri.n ? acts__end_foretold(c, m->uri) : NULL;
	TRY(status_count(c, m->s->id, 0, 0, -1));
	if (m->s->local)
		return acts_notify_drop(c, NOTIFICATION_FAVOURITE, m->s->account, m->who, m->s->id);
	return m->actor->local ? acts_outbound_undo_like(c, m->who, m->s, uri) : NULL;
}

struct err *acts_unfavourite(struct call *c, account_id who, status_id id)
{
	return take_back(c, drop_favourite, who, id, STR_NONE);
}

/* ---- bookmarks, pins, conversations ---- */

static struct err *add_bookmark(struct call *c, void *arg)
{
	const struct mark *m = arg;

	return bookmark_add(c, m->who, m->s->id);
}

static struct err *drop_bookmark(struct call *c, void *arg)
{
	const struct mark *m = arg;

	return bookmark_drop(c, m->who, m->s->id);
}

struct err *acts_bookmark(struct call *c, account_id who, status_id id) { return run(c, add_bookmark, who, id); }
struct err *acts_unbookmark(struct call *c, account_id who, status_id id) { return take_back(c, drop_bookmark, who, id, STR_NONE); }

/* What the collection of pinned posts that others read does not list, they are not told of either. */
static struct err *tell_pinned(struct call *c, const struct mark *m, bool add)
{
	if (m->s->visibility > VISIBILITY_UNLISTED || m->s->local_only)
		return NULL;
	return acts_outbound_featured(c, m->who, add, m->s->uri, STR_NONE);
}

static struct err *add_pin(struct call *c, void *arg)
{
	struct mark *m = arg;
	bool is_new;

	TRY(pin_add(c, m->who, m->s->id, c->conf->pinned_max, &is_new, &m->full));
	return is_new ? tell_pinned(c, m, true) : NULL;
}

static struct err *drop_pin(struct call *c, void *arg)
{
	const struct mark *m = arg;
	bool was;

	TRY(pin_drop(c, m->who, m->s->id, &was));
	return was ? tell_pinned(c, m, false) : NULL;
}

struct err *acts_pin(struct call *c, account_id who, status_id id)
{
	struct status *asked;
	struct mark m;

	TRY(load(c, who, id, &m));
	TRY(status_find(c, id, &asked));
	if (asked && asked->reblog_of.v)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: A boost cannot be pinned");
	if (!id_eq(m.s->account, who))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Someone else's post cannot be pinned");
	if (m.s->visibility == VISIBILITY_DIRECT || m.s->visibility == VISIBILITY_LIMITED)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Posts that are only visible to mentioned users cannot be pinned");
	TRY(save(c, add_pin, &m));
	return m.full ? FAIL(c->arena, ERR_INVALID, "Validation failed: You have already pinned the maximum number of posts") : NULL;
}

struct err *acts_unpin(struct call *c, account_id who, status_id id) { return take_back(c, drop_pin, who, id, STR_NONE); }

static struct err *add_thread_mute(struct call *c, void *arg)
{
	const struct mark *m = arg;

	return thread_mute_add(c, m->who, m->s->thread);
}

static struct err *drop_thread_mute(struct call *c, void *arg)
{
	const struct mark *m = arg;

	return thread_mute_drop(c, m->who, m->s->thread);
}

struct err *acts_mute_conversation(struct call *c, account_id who, status_id id) { return run(c, add_thread_mute, who, id); }
struct err *acts_unmute_conversation(struct call *c, account_id who, status_id id) { return take_back(c, drop_thread_mute, who, id, STR_NONE); }

/* ---- boosts ---- */

struct boost {
	struct status_whole whole;
	const struct status *original;
	bool counted;                 /* against the limit of posts */
	status_id stands;
};

static struct err *add_boost(struct call *c, void *arg)
{
	struct boost *b = arg;
	struct status *stands;
	struct follow f;
	bool member = false;

	/* Takes the original's row: of two boosts by one account at once the second sees the first, and a deletion comes before or after. */
	TRY(status_lock(c, b->original->id));
	TRY(status_find(c, b->original->id, &stands));
	if (!stands)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(boost_find(c, b->whole.s.account, b->original->id, &b->stands));
	if (b->stands.v)
		return NULL;
	if (b->counted)
		TRY(acts__statuses_limit(c, b->whole.s.account));
	TRY(acts__status_write(c, &b->whole));
	if (!b->original->local || b->whole.quiet)
		return NULL;
	/* A group boosts whatever its members post to it: to a member that is no news. */
	if (b->whole.author->actor_type == ACTOR_GROUP)
		TRY(follow_find(c, FOLLOW_STANDING, b->original->account, b->whole.author->id, &f, &member));
	if (member)
		return NULL;
	return acts_notify_add(c, NOTIFICATION_REBLOG, b->original->account, b->whole.s.account, b->original->id);
}

static void fill_boost(struct boost *b, const struct account *who, const struct status *original, enum visibility visibility)
{
	b->original = original;
	b->whole.author = who;
	b->whole.s = (struct status){ .account = who->id, .thread = original->thread, .reblog_of = original->id, .visibility = visibility,
				      .local = who->local, .local_only = original->local_only };
}

/* What a boost without a word about it is: as its author posts, never wider than the original. */
static struct err *pick_visibility(struct call *c, account_id who, struct str word, enum visibility original, enum visibility *ret)
{
	struct user u = { 0 };
	bool found;

	if (!word.n)
		TRY(user_find(c, who, &u, &found));
	*ret = u.default_privacy;
	if (word.n && !visibility_parse(word, ret))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Visibility is not included in the list");
	/* Of what was asked for, nothing else is made: a boost for those whom it mentions reaches nobody. */
	if (word.n && (*ret == VISIBILITY_DIRECT || *ret == VISIBILITY_LIMITED))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Visibility is reserved");
	*ret = rule_reblog_visibility(*ret, original);
	return NULL;
}

struct err *acts_reblog(struct call *c, const struct viewer *v, status_id id, struct str visibility, status_id *ret)
{
	struct boost b = { .counted = true };
	enum visibility shown;
	struct see_facts see;
	struct status *s;
	struct account *who;

	TRY(acts__status_visible(c, v->account, id, &s, &see));
	if (!rule_may_reblog(s->visibility, &see))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(account_find(c, v->account, &who));
	if (!who || who->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(pick_visibility(c, v->account, visibility, s->visibility, &shown));
	fill_boost(&b, who, s, shown);
	b.whole.s.id = ID(status_id, id_next(c));
	b.whole.s.app = v->app;
	b.whole.s.created_us = c->now_us;
	b.whole.s.uri = arena_printf(c->arena, STR_FMT "/statuses/%lld/activity", STR_ARG(who->uri), (long long)b.whole.s.id.v);
	b.whole.s.url = b.whole.s.uri;
	TRY(save(c, add_boost, &b));
	*ret = b.stands.v ? b.stands : b.whole.s.id;
	return NULL;
}

static struct err *drop_boost(struct call *c, void *arg)
{
	return acts__status_remove(c, arg);
}

static struct err *take_boost_back(struct call *c, account_id who, status_id of)
{
	struct status *boost;
	status_id id;
	struct err *e;

	TRY(boost_find(c, who, of, &id));
	if (!id.v)
		return NULL;
	TRY(status_find(c, id, &boost));
	e = boost ? store_tx(c, drop_boost, boost) : NULL;
	return e && e->code == ERR_NOT_FOUND ? NULL : e;      /* gone in the meantime */
}

struct err *acts_unreblog(struct call *c, account_id who, status_id id, status_id *ret_original)
{
	struct status *s;

	TRY(acts__status_visible(c, who, id, &s, NULL));
	*ret_original = s->id;
	return take_boost_back(c, who, s->id);
}

/* ---- what people elsewhere did ---- */

static struct err *load_received(struct call *c, account_id actor, status_id id, struct mark *ret)
{
	struct err *e = load(c, actor, id, ret);

	if (e && (e->code == ERR_NOT_FOUND || e->code == ERR_FORBIDDEN))
		ret->s = NULL;        /* not theirs to see: as if nothing had been said */
	else
		TRY(e);
	return NULL;
}

struct err *acts_favourite_receive(struct call *c, account_id actor, status_id id, struct str uri)
{
	struct mark m;

	TRY(load_received(c, actor, id, &m));
	if (!m.s)
		return NULL;
	m.id = id_next(c);
	m.uri = uri.n ? uri : STR_NONE;
	return save(c, add_favourite, &m);
}

struct err *acts_favourite_undone(struct call *c, account_id actor, status_id id, struct str uri)
{
	struct err *e = take_back(c, drop_favourite, actor, id, uri);

	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}

struct err *acts_reblog_receive(struct call *c, const struct reblog_received *in, status_id *ret)
{
	struct boost b = { 0 };
	struct see_facts see;
	struct status *s;
	struct account *who;
	bool gone;
	struct err *e = acts__status_visible(c, in->actor, in->of, &s, &see);

	*ret = ID_NONE(status_id);
	if (e && e->code == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	TRY(account_find(c, in->actor, &who));
	TRY(tombstone_stands(c, in->uri, &gone));
	if (gone || !who || who->suspended_us || who->deleted_us || !rule_may_reblog(s->visibility, &see))
		return NULL;
	fill_boost(&b, who, s, rule_reblog_visibility(in->visibility, s->visibility));
	b.whole.s.created_us = in->published_us && in->published_us < c->now_us ? in->published_us : c->now_us;
	b.whole.s.id = ID(status_id, id_at(c, b.whole.s.created_us));
	b.whole.s.uri = in->uri;
	b.whole.s.url = in->uri;
	b.whole.quiet = b.whole.s.created_us < c->now_us - REBLOG_OLD_US;
	TRY(save(c, add_boost, &b));
	*ret = b.stands.v ? b.stands : b.whole.s.id;
	return NULL;
}

struct err *acts_reblog_undone(struct call *c, account_id actor, status_id of)
{
	return take_boost_back(c, actor, of);
}
