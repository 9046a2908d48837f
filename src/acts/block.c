#include "acts/block.h"

#include "acts/collection.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "acts/undo_priv.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/conversation.h"
#include "store/job.h"
#include "store/severance.h"
#include "store/status.h"
#include "wire/url.h"

enum { SEVERED_AT_ONCE = 100 };

struct pair {
	const struct account *who, *whom;
	struct str uri;               /* of another server's Block */
};

static struct err *sever_both(struct call *c, const struct pair *p, int flags)
{
	bool was;

	TRY(acts__sever(c, p->who, p->whom, flags, &was));
	TRY(acts__sever(c, p->whom, p->who, flags, &was));
	TRY(acts__home_clean(c, p->who, p->whom->id));
	return acts__home_clean(c, p->whom, p->who->id);
}

static struct err *block_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	int64_t id = id_next(c);
	struct str uri = p->who->local ? acts_uri(c, p->who->uri, "blocks", id) : p->uri.n ? p->uri : STR_NONE;
	bool made, undone = false;

	TRY(relation_lock(c, p->who->id, p->whom->id));
	if (p->uri.n)
		TRY(tombstone_take(c, p->uri, &undone));
	if (undone)
		return NULL;
	TRY(block_add(c, id, p->who->id, p->whom->id, uri, &made));
	if (!made)
		return NULL;
	/* Whoever blocks from elsewhere knows already. */
	TRY(sever_both(c, p, p->who->local ? SEVER_TELL : 0));
	TRY(acts__collections_part(c, p->who, p->whom));
	if (!p->who->local)
		return NULL;
	TRY(notifications_drop_from(c, p->who->id, p->whom->id));
	TRY(conversations_drop_with(c, p->who->id, p->whom->id));
	return p->whom->local ? NULL : acts_outbound_block(c, p->who->id, p->whom->id, uri);
}

static struct err *people(struct call *c, account_id who, account_id whom, struct pair *ret)
{
	if (id_eq(who, whom))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(acts__person(c, who, false, &ret->who));
	return acts__person(c, whom, false, &ret->whom);
}

struct err *acts_block(struct call *c, account_id who, account_id whom)
{
	struct pair p = { 0 };

	TRY(people(c, who, whom, &p));
	return store_tx(c, block_tx, &p);
}

struct err *acts_block_receive(struct call *c, account_id who, account_id whom, struct str uri)
{
	struct pair p = { .uri = uri };

	TRY(people(c, who, whom, &p));
	if (p.who->local || !p.whom->local)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	return store_tx(c, block_tx, &p);
}

static struct err *unblock_tx(struct call *c, void *arg)
{
	struct pair *p = arg;
	struct str uri;
	bool was;

	TRY(relation_lock(c, p->who->id, p->whom->id));
	TRY(block_drop(c, p->who->id, p->whom->id, &uri, &was));
	if (!was && p->uri.n)
		return acts__end_foretold(c, p->uri);
	if (!was || !p->who->local || p->whom->local)
		return NULL;
	return acts_outbound_undo_block(c, p->who->id, p->whom->id, uri);
}

static struct err *unblock(struct call *c, account_id who, account_id whom, struct str uri)
{
	struct pair p = { .uri = uri };

	TRY(people(c, who, whom, &p));
	return store_tx(c, unblock_tx, &p);
}

struct err *acts_unblock(struct call *c, account_id who, account_id whom) { return unblock(c, who, whom, STR_NONE); }
struct err *acts_block_undone(struct call *c, account_id who, account_id whom, struct str uri) { return unblock(c, who, whom, uri); }

/* Domains */

struct hide {
	const struct account *me;
	struct str domain;
	bool begin;                   /* the act; else its job */
	size_t severed;
	struct severance lost;        /* what it has cost in this transaction */
};

/* The relations of one kind with people of the domain, some at a time. */
static struct err *sever_some(struct call *c, struct hide *h, enum follow_kind kind)
{
	struct follow *f;
	struct map *others;
	size_t n;
	int64_t *ids;

	TRY(follows_with_domain(c, kind, h->me->id, h->domain, SEVERED_AT_ONCE, &f, &n));
	ids = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		ids[i] = id_eq(f[i].account, h->me->id) ? f[i].target.v : f[i].account.v;
	TRY(accounts_by_ids(c, ids, n, &others));
	for (size_t i = 0; i < n; i++) {
		const struct account *other = map_find_i64(others, ids[i]);
		bool mine = id_eq(f[i].account, h->me->id), was;

		if (!other)
			continue;
		TRY(relation_lock(c, h->me->id, other->id));
		TRY(acts__sever(c, mine ? h->me : other, mine ? other : h->me, SEVER_TELL, &was));
		if (was && kind == FOLLOW_STANDING) {
			h->lost.following += mine;
			h->lost.followers += !mine;
		}
	}
	h->severed += n;
	return NULL;
}

/* Told once, where it begins; what the job cuts later is counted into the same. */
static struct err *tell_lost(struct call *c, struct hide *h)
{
	if (h->lost.followers + h->lost.following == 0)
		return NULL;
	if (!h->begin)
		return severance_grow(c, &h->lost);
	TRY(severance_add(c, &h->lost));
	return acts_notify_own(c, NOTIFICATION_SEVERED, h->me->id, h->lost.id.v);
}

static struct err *hide_tx(struct call *c, void *arg)
{
	struct hide *h = arg;
	struct job_new job = { .kind = JOB_ACCOUNT_CLEAN, .ref_id = h->me->id.v, .arg = arena_concat(c->arena, STR("domain:"), h->domain) };
	bool stands;

	h->severed = 0;
	h->lost = (struct severance){ .id = ID(severance_id, id_next(c)), .account = h->me->id, .cause = SEVERANCE_USER_DOMAIN_BLOCK,
				      .target_name = h->domain, .created_us = c->now_us };
	if (h->begin)
		TRY(domain_mute_add(c, h->me->id, h->domain, &stands));
	else
		TRY(domain_mute_stands(c, h->me->id, h->domain, &stands));
	if (!stands)
		return NULL;
	TRY(sever_some(c, h, FOLLOW_STANDING));
	TRY(sever_some(c, h, FOLLOW_REQUESTED));
	TRY(tell_lost(c, h));
	TRY(notifications_drop_domain(c, h->me->id, h->domain));
	return h->begin ? job_add(c, &job) : home_clean_domain(c, h->me->id, h->domain);
}

static struct err *domain_of(struct call *c, struct str text, struct str *ret)
{
	if (!domain_normalize(c->arena, str_trim(text), ret) || str_eq(*ret, c->conf->domain) || str_eq(*ret, c->conf->web_domain))
		return FAIL_FIELD(c->arena, "domain", "ERR_INVALID", "is not a valid domain name");
	return NULL;
}

struct err *acts_domain_hide(struct call *c, account_id who, struct str domain)
{
	struct hide h = { .begin = true };

	TRY(domain_of(c, domain, &h.domain));
	TRY(acts__person(c, who, false, &h.me));
	return store_tx(c, hide_tx, &h);
}

static struct err *show_tx(struct call *c, void *arg)
{
	struct hide *h = arg;
	bool was;

	TRY(domain_mute_drop(c, h->me->id, h->domain, &was));
	return was ? acts__home_fill(c, h->me) : NULL;
}

struct err *acts_domain_show(struct call *c, account_id who, struct str domain)
{
	struct hide h = { 0 };

	TRY(domain_of(c, domain, &h.domain));
	TRY(acts__person(c, who, false, &h.me));
	return store_tx(c, show_tx, &h);
}

struct clean {
	account_id reader, author;
};

static struct err *clean_tx(struct call *c, void *arg)
{
	const struct clean *k = arg;

	return home_clean_author(c, k->reader, k->author);
}

struct err *acts_job_account_clean(struct call *c, const struct job *job, bool *ret_later)
{
	struct str kind, what;
	struct clean k = { .reader = ID(account_id, job->ref_id) };
	struct hide h = { 0 };

	(void)ret_later;
	if (str_eqz(job->arg, "requests"))
		return acts__requests_admit(c, k.reader);
	if (!str_cut(job->arg, ':', &kind, &what))
		return FAIL(c->arena, ERR_INTERNAL, "no job to clean a home says '" STR_FMT "'", STR_ARG(job->arg));
	if (str_eqz(kind, "author") && str_i64(what, &k.author.v))
		return store_tx(c, clean_tx, &k);
	TRY(acts__person(c, k.reader, false, &h.me));
	h.domain = what;
	do
		TRY(store_tx(c, hide_tx, &h));
	while (h.severed);
	return NULL;
}
