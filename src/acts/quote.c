#include "acts/quote.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/quote_priv.h"
#include "acts/remote_status.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/event.h"
#include "store/job.h"
#include "store/mention.h"
#include "store/quote.h"
#include "store/status.h"
#include "store/user.h"
#include "wire/url.h"

enum { AGAIN_BATCH = 200 };
static const char not_there[] = "The post you are trying to quote does not appear to exist.";

/* ---- who may ---- */

struct err *acts__quote_policy(struct call *c, struct str word, const struct user *u, enum visibility v, int64_t *ret)
{
	enum quote_policy chosen = u->default_quote_policy;

	if (word.n && !quote_policy_parse(word, &chosen))
		return FAIL(c->arena, ERR_INVALID, "Record invalid");
	*ret = v <= VISIBILITY_UNLISTED ? quote_policy_of(chosen) : 0;
	return NULL;
}

struct err *acts__quote_allowed(struct call *c, account_id who, const struct status *s, bool *ret)
{
	struct quote_facts f = { .is_person = true, .is_author = id_eq(who, s->account) };
	const struct status_facts *facts;
	struct map *by_id;

	TRY(status_facts(c, who, &s->id.v, 1, &by_id));
	facts = map_find_i64(by_id, s->id.v);
	f.follows_author = facts && facts->follows_author;
	f.followed_by_author = facts && facts->followed_by_author;
	*ret = rule_quote(s->visibility, s->quote_policy, &f) != QUOTE_RIGHT_DENIED;
	return NULL;
}

/* ---- the row ---- */

struct err *acts__quoted_by(struct call *c, const struct status *s, struct draft *d)
{
	struct status *quoted = NULL;
	struct quote q;
	bool found;

	if (!s->quote.v)
		return NULL;
	TRY(quote_find(c, s->quote, &q, &found));
	if (found && q.quoted.v)
		TRY(status_find(c, q.quoted, &quoted));
	d->quoted = quoted;
	return NULL;
}

static struct str authorization_uri(struct call *c, const struct account *author, quote_id id)
{
	return arena_printf(c->arena, STR_FMT "/quote_authorizations/%lld", STR_ARG(author->uri), (long long)id.v);
}

/* Whoever is quoted may read what quotes: silently, where the text does not name them. */
static void add_to_audience(struct call *c, const struct account *quoted, struct status_whole *w)
{
	struct mention *all = arena_array(c->arena, struct mention, w->mentions_n + 1);

	for (size_t i = 0; i < w->mentions_n; i++) {
		if (id_eq(w->mentions[i].account, quoted->id))
			return;
		all[i] = w->mentions[i];
	}
	all[w->mentions_n++] = (struct mention){ .status = w->s.id, .account = quoted->id, .silent = true, .username = quoted->username,
						 .domain = quoted->domain, .url = quoted->url };
	w->mentions = all;
}

void acts__quote_fill(struct call *c, const struct draft *d, struct status_whole *w, struct quote *q)
{
	const struct account *a = d->quoted_author;
	bool own = id_eq(a->id, w->author->id);

	*q = (struct quote){ .id = w->s.quote, .status = w->s.id, .account = w->author->id, .quoted = d->quoted->id, .quoted_account = a->id,
			     .quoted_uri = d->quoted->uri, .state = a->local ? QUOTE_STATE_ACCEPTED : QUOTE_STATE_PENDING, .created_us = c->now_us };
	if (a->local && !own)
		q->approval_uri = authorization_uri(c, a, q->id);
	if (!a->local)
		q->request_uri = arena_printf(c->arena, STR_FMT "/quote_requests/%lld", STR_ARG(w->author->uri), (long long)q->id.v);
	if (!own)
		add_to_audience(c, a, w);
	w->quote = q;
}

struct err *acts__quote_add(struct call *c, const struct quote *q, bool ours)
{
	bool accepted = q->state == QUOTE_STATE_ACCEPTED, there = true;

	if (q->quoted.v)
		TRY(quotes_count(c, q->quoted, accepted, &there));
	if (!there)
		return FAIL(c->arena, ERR_NOT_FOUND, "%s", not_there);
	TRY(quote_add(c, q));
	if (accepted && !id_eq(q->account, q->quoted_account))
		TRY(acts_notify_add(c, NOTIFICATION_QUOTE, q->quoted_account, q->account, q->status));
	return ours && !accepted ? acts_outbound_quote_request(c, q->status) : NULL;
}

struct err *acts__quote_forget(struct call *c, const struct status *quoting)
{
	struct quote q;
	bool found, there;

	if (!quoting->quote.v)
		return NULL;
	TRY(quote_find(c, quoting->quote, &q, &found));
	if (!found)
		return NULL;
	if (q.state == QUOTE_STATE_ACCEPTED && q.quoted.v)
		TRY(quotes_count(c, q.quoted, -1, &there));
	return quote_drop(c, q.id);
}

/* Consent that another server keeps may end there while we are not told. Not all of one hour at the same time. */
static int64_t due_again(struct call *c, const struct quote *q)
{
	if (q->state != QUOTE_STATE_ACCEPTED || !q->approval_uri.n || id_eq(q->account, q->quoted_account) ||
	    url_same_host(q->approval_uri, c->conf->base_url))
		return 0;
	return c->now_us + QUOTES_AGAIN_US + q->id.v / 1024 % 86400 * US_PER_S;
}

/* In a transaction: q, as it was read in it, becomes `to`. CONFLICT: somebody else was first. */
static struct err *move(struct call *c, struct quote *q, enum quote_state to)
{
	enum quote_state was = q->state;
	bool there = true, took;

	if (q->quoted.v)
		TRY(quotes_count(c, q->quoted, (to == QUOTE_STATE_ACCEPTED) - (was == QUOTE_STATE_ACCEPTED), &there));
	q->state = there ? to : QUOTE_STATE_DELETED;
	q->due_us = due_again(c, q);
	TRY(quote_put(c, q, &took));
	return took ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

/* In a transaction: open streams see the quoting post anew; elsewhere it is known by an Update of ours. */
static struct err *tell_changed(struct call *c, status_id quoting)
{
	struct status *s;

	TRY(status_touch(c, quoting));
	TRY(status_find(c, quoting, &s));
	if (!s)
		return NULL;
	if (s->local)
		TRY(acts_outbound_update_note(c, s->id));
	return acts__status_event(c, EVENT_STATUS_EDITED, s);
}

/* Whoever loses against another looks again, and finds what the other made of it. */
static struct err *run(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct err *e = store_tx(c, fn, arg);

	return e && e->code == ERR_CONFLICT ? store_tx(c, fn, arg) : e;
}

/* ---- what people here do ---- */

struct policy_change {
	status_id id;
	struct str word;
	const struct user *user;
};

static struct err *save_policy(struct call *c, void *arg)
{
	const struct policy_change *p = arg;
	struct status *s;
	int64_t policy;

	TRY(status_touch(c, p->id));
	TRY(status_find(c, p->id, &s));
	if (!s)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts__quote_policy(c, p->word, p->user, s->visibility, &policy));
	if (policy == s->quote_policy)
		return NULL;
	s->quote_policy = policy;
	TRY(status_put(c, s));
	TRY(acts_outbound_update_note(c, s->id));
	return acts__status_event(c, EVENT_STATUS_EDITED, s);
}

struct err *acts_interaction_policy(struct call *c, const struct viewer *v, status_id id, struct str quote_policy)
{
	struct policy_change p = { .word = quote_policy };
	struct status *s;
	struct user u;
	bool found;

	TRY(acts__status_visible(c, v->account, id, &s, NULL));
	if (!id_eq(s->account, v->account))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(user_find(c, v->account, &u, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	p.id = s->id;
	p.user = &u;
	return store_tx(c, save_policy, &p);
}

struct revocation {
	status_id quoting;
	const struct status *quoted;
};

static struct err *revoke(struct call *c, void *arg)
{
	const struct revocation *r = arg;
	struct quote q;
	bool found;

	TRY(quote_of_status(c, r->quoting, &q, &found));
	if (!found || !id_eq(q.quoted, r->quoted->id))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (q.state != QUOTE_STATE_ACCEPTED && q.state != QUOTE_STATE_PENDING)
		return NULL;
	if (q.state == QUOTE_STATE_ACCEPTED && q.approval_uri.n)
		TRY(acts_outbound_delete_authorization(c, &q, r->quoted));
	TRY(move(c, &q, q.state == QUOTE_STATE_ACCEPTED ? QUOTE_STATE_REVOKED : QUOTE_STATE_REJECTED));
	return tell_changed(c, r->quoting);
}

struct err *acts_quote_revoke(struct call *c, const struct viewer *v, status_id quoted, status_id quoting)
{
	struct revocation r = { .quoting = quoting };
	struct status *s;
	struct quote q;
	bool found;

	TRY(acts__status_visible(c, v->account, quoted, &s, NULL));
	TRY(quote_of_status(c, quoting, &q, &found));
	if (!found || !id_eq(q.quoted, s->id))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (!id_eq(s->account, v->account))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	r.quoted = s;
	return run(c, revoke, &r);
}

/* ---- what people elsewhere ask ---- */

struct agreement {
	const struct quote_request *in;
	status_id quoting;
	const struct account *author;
};

static struct err *agree(struct call *c, void *arg)
{
	const struct agreement *a = arg;
	struct mention silent = { .account = a->author->id, .silent = true };
	enum quote_state was;
	struct quote q;
	bool found;

	TRY(quote_of_status(c, a->quoting, &q, &found));
	if (!found || !id_eq(q.quoted, a->in->quoted) || !id_eq(q.account, a->in->actor))
		return NULL;
	was = q.state;
	/* Consent that was taken back is not given again by itself. */
	if (was != QUOTE_STATE_PENDING && was != QUOTE_STATE_ACCEPTED)
		return acts_outbound_reject_quote(c, a->author->id, a->in->actor, &q);
	q.request_uri = a->in->uri;
	q.legacy = false;
	if (!id_eq(q.account, q.quoted_account))
		q.approval_uri = authorization_uri(c, a->author, q.id);
	silent.status = q.status;
	TRY(mentions_add(c, q.status, &silent, 1));
	TRY(move(c, &q, QUOTE_STATE_ACCEPTED));
	TRY(acts_outbound_accept_quote(c, a->author->id, a->in->actor, &q));
	if (was == QUOTE_STATE_ACCEPTED)
		return NULL;
	TRY(acts_notify_add(c, NOTIFICATION_QUOTE, q.quoted_account, q.account, q.status));
	return tell_changed(c, q.status);
}

struct err *acts_quote_agree(struct call *c, const struct quote_request *in, status_id quoting)
{
	struct agreement a = { .in = in, .quoting = quoting };
	struct account *author;
	struct status *s;

	TRY(status_find(c, in->quoted, &s));
	if (!s || !s->local)
		return NULL;
	TRY(account_find(c, s->account, &author));
	a.author = author;
	return author ? run(c, agree, &a) : NULL;
}

static struct err *refuse(struct call *c, void *arg)
{
	const struct quote_request *in = arg;
	struct quote q = { .request_uri = in->uri, .quoted = in->quoted };
	struct status *quoted, *quoting;

	TRY(status_find(c, in->quoted, &quoted));
	if (!quoted || !quoted->local)
		return NULL;
	q.quoted_uri = quoted->uri;
	TRY(status_find_uri(c, in->quoting_uri, &quoting));
	q.status = quoting ? quoting->id : ID_NONE(status_id);
	return acts_outbound_reject_quote(c, quoted->account, in->actor, &q);
}

struct err *acts_quote_refuse(struct call *c, const struct quote_request *in)
{
	struct quote_request copy = *in;

	return store_tx(c, refuse, &copy);
}

/* ---- what other servers say of quotes ---- */

struct news {
	quote_id id;
	status_id quoted;
	struct str approval_uri;      /* what was read; STR_NONE: whatever the quote names */
	struct str forward;
};

static struct err *link_quoted(struct call *c, void *arg)
{
	const struct news *n = arg;
	struct status *s;
	struct quote q;
	bool found;

	TRY(quote_find(c, n->id, &q, &found));
	TRY(status_find(c, n->quoted, &s));
	if (!found || !s || s->reblog_of.v || q.quoted.v || q.state != QUOTE_STATE_PENDING)
		return NULL;
	q.quoted = s->id;
	q.quoted_account = s->account;
	TRY(move(c, &q, id_eq(s->account, q.account) ? QUOTE_STATE_ACCEPTED : QUOTE_STATE_PENDING));
	return tell_changed(c, q.status);
}

struct err *acts_quote_link(struct call *c, quote_id id, status_id quoted)
{
	return run(c, link_quoted, &(struct news){ .id = id, .quoted = quoted });
}

/* What was read while the quoting post was edited: its author speaks of something else now. Ours names nothing before it is answered. */
static bool is_outdated(const struct news *n, const struct quote *q)
{
	return n->approval_uri.n && !q->request_uri.n && !str_eq(n->approval_uri, q->approval_uri);
}

static struct err *accept(struct call *c, void *arg)
{
	const struct news *n = arg;
	struct quote q;
	bool found;

	TRY(quote_find(c, n->id, &q, &found));
	if (!found || q.state != QUOTE_STATE_PENDING || !q.quoted.v || is_outdated(n, &q))
		return NULL;
	q.approval_uri = n->approval_uri;
	TRY(move(c, &q, QUOTE_STATE_ACCEPTED));
	return tell_changed(c, q.status);
}

struct err *acts_quote_accepted(struct call *c, quote_id id, struct str approval_uri)
{
	return run(c, accept, &(struct news){ .id = id, .approval_uri = approval_uri });
}

static struct err *pass_on(struct call *c, const struct news *n, const struct quote *q)
{
	struct status *s;

	if (!n->forward.n)
		return NULL;
	TRY(status_find(c, q->status, &s));
	if (!s || !s->local || s->local_only || s->visibility > VISIBILITY_UNLISTED)
		return NULL;
	return acts_outbound_forward(c, &s->account, 1, q->quoted_account, n->forward);
}

static struct err *reject(struct call *c, void *arg)
{
	const struct news *n = arg;
	struct quote q;
	bool found;

	TRY(quote_find(c, n->id, &q, &found));
	if (!found || (q.state != QUOTE_STATE_PENDING && q.state != QUOTE_STATE_ACCEPTED) || is_outdated(n, &q))
		return NULL;
	TRY(move(c, &q, q.state == QUOTE_STATE_ACCEPTED ? QUOTE_STATE_REVOKED : QUOTE_STATE_REJECTED));
	TRY(tell_changed(c, q.status));
	return pass_on(c, n, &q);
}

struct err *acts_quote_rejected(struct call *c, quote_id id)
{
	return run(c, reject, &(struct news){ .id = id });
}

struct err *acts_quote_withdrawn(struct call *c, quote_id id, struct str forward)
{
	return run(c, reject, &(struct news){ .id = id, .forward = forward });
}

struct err *acts_quote_unproven(struct call *c, quote_id id, struct str approval_uri)
{
	return run(c, reject, &(struct news){ .id = id, .approval_uri = approval_uri });
}

/* ---- asking again ---- */

static struct err *again(struct call *c, void *arg)
{
	struct quote_due *due;
	struct job_new *jobs;
	size_t n;

	(void)arg;
	TRY(quotes_due(c, AGAIN_BATCH, c->now_us + QUOTES_AGAIN_US, &due, &n));
	jobs = arena_array(c->arena, struct job_new, n + 1);
	for (size_t i = 0; i < n; i++)
		jobs[i] = (struct job_new){ .kind = JOB_VERIFY_QUOTE, .ref_id = due[i].id.v, .host = url_domain(c->arena, due[i].approval_uri),
					    .once_key = arena_printf(c->arena, "quote:%lld", (long long)due[i].id.v) };
	return jobs_add(c, jobs, n);
}

struct err *acts_quotes_again(struct call *c) { return store_tx(c, again, NULL); }
