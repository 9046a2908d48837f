#include "acts/follow.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "acts/undo_priv.h"
#include "conf/conf.h"
#include "model/rules.h"
#include "store/status.h"

struct pair {
	const struct account *who, *whom;
	const struct follow_options *how;
	struct str uri;
	int64_t max;
	int64_t used;                 /* of the limit, where it was counted */
	int flags;                    /* enum sever */
	bool was;
	enum follow_result result;
};

static struct err *forbidden(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN); }

static void set_options(struct follow *f, const struct follow_options *how)
{
	if (how->reblogs != CHOICE_KEEP)
		f->show_reblogs = how->reblogs == CHOICE_YES;
	if (how->notify != CHOICE_KEEP)
		f->notify = how->notify == CHOICE_YES;
	if (how->has_languages)
		f->languages = how->languages.n ? how->languages : STR_NONE;
}

/* Where it stands or is asked for, the options are all that changes. */
static struct err *change(struct call *c, struct pair *p, bool *ret_stands)
{
	enum follow_kind kind = FOLLOW_STANDING;
	struct follow f;

	TRY(follow_find(c, FOLLOW_STANDING, p->who->id, p->whom->id, &f, ret_stands));
	if (!*ret_stands) {
		kind = FOLLOW_REQUESTED;
		TRY(follow_find(c, FOLLOW_REQUESTED, p->who->id, p->whom->id, &f, ret_stands));
	}
	if (!*ret_stands)
		return NULL;
	set_options(&f, p->how);
	p->result = FOLLOW_STOOD;
	return follow_put(c, kind, &f);
}

static struct err *count_use(struct call *c, struct pair *p)
{
	p->used = 0;
	if (!c->conf->rate_limits || p->how->brought)
		return NULL;
	TRY(limit_use(c, arena_printf(c->arena, "follows:%lld", (long long)p->who->id.v), US_PER_DAY, &p->used));
	if (p->used > FOLLOWS_A_DAY)
		return FAIL_DEFAULT(c->arena, ERR_LIMITED);
	return NULL;
}

static struct err *follow_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	bool ask = p->whom->locked || !p->whom->local || p->who->silenced_us, stands, made;
	struct follow f = { .id = id_next(c), .account = p->who->id, .target = p->whom->id, .show_reblogs = true, .created_us = c->now_us };

	TRY(relation_lock(c, p->who->id, p->whom->id));
	TRY(change(c, p, &stands));
	if (stands)
		return NULL;
	TRY(count_use(c, p));
	set_options(&f, p->how);
	f.uri = acts_uri(c, p->who->uri, "follows", f.id);
	TRY(follow_add(c, ask ? FOLLOW_REQUESTED : FOLLOW_STANDING, &f, p->max, &made));
	if (!made)
		return forbidden(c);
	p->result = ask ? FOLLOW_ASKED : FOLLOW_MADE;
	if (!p->whom->local)
		return acts_outbound_follow(c, p->who->id, p->whom->id, f.uri);
	TRY(acts_notify_add(c, ask ? NOTIFICATION_FOLLOW_REQUEST : NOTIFICATION_FOLLOW, p->whom->id, p->who->id, ID_NONE(status_id)));
	if (ask)
		return NULL;
	TRY(acts__follow_counted(c, p->who->id, p->whom->id, 1));
	return acts__home_fill(c, p->who);
}

static void note_limit(struct call *c, const struct pair *p)
{
	int64_t left = FOLLOWS_A_DAY - p->used;

	if (p->used && (!c->limit.limit || left < c->limit.left))
		c->limit = (struct limit_note){ FOLLOWS_A_DAY, left < 0 ? 0 : left, c->now_us - c->now_us % US_PER_DAY + US_PER_DAY };
}

struct err *acts_follow(struct call *c, account_id who, account_id whom, const struct follow_options *how, enum follow_result *ret)
{
	struct pair p = { .how = how };
	struct relation *rel;
	struct map *by_id;
	struct err *e;

	if (id_eq(who, whom))
		return forbidden(c);
	TRY(acts__person(c, whom, true, &p.whom));
	TRY(acts__person(c, who, true, &p.who));
	TRY(relations_of(c, who, &whom.v, 1, &by_id));
	rel = map_find_i64(by_id, whom.v);
	if (!rel || rel->blocking || rel->blocked_by || rel->domain_blocking || p.whom->moved_to_id.v)
		return forbidden(c);
	p.max = rule_follow_max(p.who->followers_count, c->conf->follow_max);
	if (!rel->following && !rel->requested && p.who->following_count >= p.max)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You cannot follow more than %lld people", (long long)p.max);
	e = store_tx(c, follow_tx, &p);
	note_limit(c, &p);
	if (!e)
		*ret = p.result;
	return e;
}

static struct err *sever_tx(struct call *c, void *arg)
{
	struct pair *p = arg;

	TRY(relation_lock(c, p->who->id, p->whom->id));
	return acts__sever(c, p->who, p->whom, p->flags, &p->was);
}

/* from no longer follows to. */
static struct err *sever(struct call *c, account_id from, account_id to, int flags, bool *ret_was)
{
	struct pair p = { .flags = flags };

	TRY(acts__person(c, from, false, &p.who));
	TRY(acts__person(c, to, false, &p.whom));
	TRY(store_tx(c, sever_tx, &p));
	*ret_was = p.was;
	return NULL;
}

struct err *acts_unfollow(struct call *c, account_id who, account_id whom)
{
	bool was;

	return sever(c, who, whom, SEVER_TELL, &was);
}

struct err *acts_follower_remove(struct call *c, account_id who, account_id whom)
{
	bool was;

	return sever(c, whom, who, SEVER_TELL, &was);
}

struct err *acts_follow_reject(struct call *c, account_id who, account_id follower)
{
	bool was;

	TRY(sever(c, follower, who, SEVER_TELL | SEVER_REQUESTS, &was));
	return was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

/* What was asked for stands now, under its id and URI. Where it may not any more (a block, a move), only the request goes. */
static struct err *grant(struct call *c, struct pair *p, bool *ret_made)
{
	struct follow f;

	TRY(follow_drop(c, FOLLOW_REQUESTED, p->who->id, p->whom->id, &f, &p->was));
	*ret_made = false;
	if (!p->was)
		return NULL;
	TRY(follow_add(c, FOLLOW_STANDING, &f, INT64_MAX, ret_made));
	p->uri = f.uri;
	if (!*ret_made)
		return NULL;
	TRY(acts__follow_counted(c, p->who->id, p->whom->id, 1));
	return acts__home_fill(c, p->who);
}

static struct err *authorize_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	bool made;

	TRY(relation_lock(c, p->who->id, p->whom->id));
	TRY(grant(c, p, &made));
	if (!made)
		return NULL;
	TRY(notifications_drop_kind(c, p->whom->id, p->who->id, NOTIFICATION_FOLLOW_REQUEST));
	TRY(acts_notify_add(c, NOTIFICATION_FOLLOW, p->whom->id, p->who->id, ID_NONE(status_id)));
	return p->who->local ? NULL : acts_outbound_accept_follow(c, p->whom->id, p->who->id, p->uri);
}

struct err *acts_follow_authorize(struct call *c, account_id who, account_id follower)
{
	struct pair p = { 0 };

	TRY(acts__person(c, follower, false, &p.who));
	TRY(acts__person(c, who, false, &p.whom));
	TRY(store_tx(c, authorize_tx, &p));
	return p.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *acts__requests_admit(struct call *c, account_id who)
{
	struct page p = { .limit = PAGE_MAX };
	struct relation_row *rows;
	size_t n = PAGE_MAX;

	while (n == PAGE_MAX) {
		const struct account *me;

		TRY(acts__person(c, who, false, &me));
		if (me->locked)
			return NULL;
		TRY(relations_page(c, LIST_FOLLOW_REQUESTS, who, who, &p, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			struct pair pair = { .whom = me };

			p.max_id = rows[i].id;
			TRY(acts__person(c, rows[i].other, false, &pair.who));
			if (!pair.who->silenced_us)
				TRY(store_tx(c, authorize_tx, &pair));
		}
	}
	return NULL;
}

/* From other servers */

static struct err *answer_again(struct call *c, struct pair *p, bool *ret_stands)
{
	enum follow_kind kind = FOLLOW_STANDING;
	struct follow f;

	TRY(follow_find(c, FOLLOW_STANDING, p->who->id, p->whom->id, &f, ret_stands));
	if (!*ret_stands) {
		kind = FOLLOW_REQUESTED;
		TRY(follow_find(c, FOLLOW_REQUESTED, p->who->id, p->whom->id, &f, ret_stands));
	}
	if (!*ret_stands)
		return NULL;
	p->result = FOLLOW_STOOD;
	if (p->uri.n)
		f.uri = p->uri;
	TRY(follow_put(c, kind, &f));
	return kind == FOLLOW_STANDING ? acts_outbound_accept_follow(c, p->whom->id, p->who->id, p->uri) : NULL;
}

static struct err *receive_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	bool ask = p->whom->locked || p->who->silenced_us, stands, made;
	struct follow f = { .id = id_next(c), .account = p->who->id, .target = p->whom->id, .uri = p->uri.n ? p->uri : STR_NONE,
			    .show_reblogs = true, .created_us = c->now_us };

	TRY(relation_lock(c, p->who->id, p->whom->id));
	p->result = FOLLOW_UNDONE;
	if (p->uri.n)
		TRY(tombstone_take(c, p->uri, &p->was));
	if (p->was)
		return NULL;
	TRY(answer_again(c, p, &stands));
	if (stands)
		return NULL;
	TRY(follow_add(c, ask ? FOLLOW_REQUESTED : FOLLOW_STANDING, &f, INT64_MAX, &made));
	p->result = !made ? FOLLOW_REFUSED : ask ? FOLLOW_ASKED : FOLLOW_MADE;
	if (!made)
		return acts_outbound_reject_follow(c, p->whom->id, p->who->id, p->uri);
	TRY(acts_notify_add(c, ask ? NOTIFICATION_FOLLOW_REQUEST : NOTIFICATION_FOLLOW, p->whom->id, p->who->id, ID_NONE(status_id)));
	if (ask)
		return NULL;
	TRY(acts__follow_counted(c, p->who->id, p->whom->id, 1));
	return acts_outbound_accept_follow(c, p->whom->id, p->who->id, p->uri);
}

struct err *acts_follow_receive(struct call *c, account_id follower, account_id target, struct str uri, enum follow_result *ret)
{
	struct pair p = { .uri = uri };

	TRY(acts__person(c, follower, true, &p.who));
	TRY(acts__person(c, target, true, &p.whom));
	if (p.who->local || !p.whom->local)
		return forbidden(c);
	TRY(store_tx(c, receive_tx, &p));
	*ret = p.result;
	return NULL;
}

/* Which follow a note of another server is about: the pair it names, else its URI. Where the URI is somebody else's, none. */
static struct err *meant(struct call *c, account_id *follower, account_id *target, struct str uri, bool *ret_found)
{
	struct follow f;

	*ret_found = follower->v && target->v;
	if (*ret_found || !uri.n)
		return NULL;
	TRY(follow_find_uri(c, FOLLOW_REQUESTED, uri, &f, ret_found));
	if (!*ret_found)
		TRY(follow_find_uri(c, FOLLOW_STANDING, uri, &f, ret_found));
	if (!*ret_found)
		return NULL;
	*ret_found = (!follower->v || id_eq(*follower, f.account)) && (!target->v || id_eq(*target, f.target));
	*follower = f.account;
	*target = f.target;
	return NULL;
}

static struct err *accepted_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	bool made;

	TRY(relation_lock(c, p->who->id, p->whom->id));
	return grant(c, p, &made);
}

struct err *acts_follow_accepted(struct call *c, account_id by, account_id follower, struct str uri)
{
	struct pair p = { 0 };
	bool found;

	TRY(meant(c, &follower, &by, uri, &found));
	if (!found)
		return NULL;
	TRY(acts__person(c, follower, false, &p.who));
	TRY(acts__person(c, by, false, &p.whom));
	return store_tx(c, accepted_tx, &p);
}

struct err *acts_follow_rejected(struct call *c, account_id by, account_id follower, struct str uri)
{
	bool found, was;

	TRY(meant(c, &follower, &by, uri, &found));
	return found ? sever(c, follower, by, 0, &was) : NULL;
}

static struct err *undone_tx(struct call *c, void *arg)
{
	struct pair *p = arg;

	TRY(sever_tx(c, p));
	return !p->was && p->uri.n ? acts__end_foretold(c, p->uri) : NULL;
}

struct err *acts_follow_undone(struct call *c, account_id follower, account_id target, struct str uri)
{
	struct pair p = { .uri = uri };
	bool found;

	TRY(meant(c, &follower, &target, uri, &found));
	if (!found)
		return NULL;
	TRY(acts__person(c, follower, false, &p.who));
	TRY(acts__person(c, target, false, &p.whom));
	return store_tx(c, undone_tx, &p);
}
