/* Quotes of posts that come from other servers: linked to what is known here, looked up where it is not. */
#include "acts/quote_priv.h"
#include "acts/remote_status.h"
#include "store/job.h"
#include "store/quote.h"
#include "store/status.h"
#include "wire/url.h"

/* What it quotes, or its authorization, has to be fetched. */
static struct err *queue(struct call *c, const struct remote_status *in, quote_id id)
{
	struct job_new job = { .kind = JOB_VERIFY_QUOTE, .ref_id = id.v, .host = url_domain(c->arena, in->quote_uri),
			       .payload = arena_printf(c->arena, "%d", in->quote_depth + 1) };

	return in->quote_depth < REMOTE_QUOTES_MAX ? job_add(c, &job) : NULL;
}

/* A quote that asks for nobody's consent is only shown where none is needed: of one's own. */
static bool worth_fetching(const struct remote_status *in, const struct quote *q, const struct status *quoted)
{
	if (q->state != QUOTE_STATE_PENDING)
		return false;
	if (q->legacy)
		return !quoted && url_same_host(in->quote_uri, in->uri);
	return !quoted || (!quoted->local && in->quote_approval_uri.n > 0);
}

static struct err *add(struct call *c, const struct remote_status *in, struct status *s)
{
	struct quote q = { .id = ID(quote_id, id_next(c)), .status = s->id, .account = s->account, .quoted_uri = in->quote_uri,
			   .state = QUOTE_STATE_PENDING, .legacy = in->quote_legacy, .approval_uri = in->quote_approval_uri, .created_us = c->now_us };
	struct status *quoted = NULL;
	bool deleted = in->quote_gone;

	if (!deleted) {
		TRY(status_find_uri(c, in->quote_uri, &quoted));
		if (!quoted)
			TRY(tombstone_stands(c, in->quote_uri, &deleted));
	}
	if (quoted && !quoted->reblog_of.v) {
		q.quoted = quoted->id;
		q.quoted_account = quoted->account;
	}
	if (quoted && id_eq(quoted->account, s->account))
		q.state = QUOTE_STATE_ACCEPTED;
	if (deleted)
		q.state = QUOTE_STATE_DELETED;
	s->quote = q.id;
	TRY(acts__quote_add(c, &q, false));
	return worth_fetching(in, &q, quoted) ? queue(c, in, q.id) : NULL;
}

/* Another authorization, or none any more: it has to be shown anew that it holds. Our own we know ourselves. */
static struct err *renew(struct call *c, const struct remote_status *in, struct quote *q, const struct status *quoted, bool *ret_changed)
{
	enum quote_state was = q->state;
	bool took, there;

	if (str_eq(q->approval_uri, in->quote_approval_uri) || (quoted && quoted->local) || id_eq(q->account, q->quoted_account) ||
	    (was != QUOTE_STATE_PENDING && was != QUOTE_STATE_ACCEPTED))
		return NULL;
	if (was == QUOTE_STATE_ACCEPTED)
		TRY(quotes_count(c, q->quoted, -1, &there));
	q->approval_uri = in->quote_approval_uri;
	q->legacy = in->quote_legacy;
	q->state = QUOTE_STATE_PENDING;
	q->due_us = 0;
	TRY(quote_put(c, q, &took));
	if (!took)
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	*ret_changed = true;
	return worth_fetching(in, q, quoted) ? queue(c, in, q->id) : NULL;
}

struct err *acts__quote_receive(struct call *c, const struct remote_status *in, struct status *s, bool *ret_changed)
{
	bool quotes = in->quote_uri.n || in->quote_gone, found = false;
	struct status *quoted = NULL;
	struct quote q;

	*ret_changed = false;
	if (s->quote.v)
		TRY(quote_find(c, s->quote, &q, &found));
	if (!found && !quotes)
		return NULL;
	if (found && quotes && (in->quote_gone || str_eq(q.quoted_uri, in->quote_uri))) {
		if (q.quoted.v)
			TRY(status_find(c, q.quoted, &quoted));
		return in->quote_gone ? NULL : renew(c, in, &q, quoted, ret_changed);
	}
	*ret_changed = true;
	TRY(acts__quote_forget(c, s));
	s->quote = ID_NONE(quote_id);
	return quotes ? add(c, in, s) : NULL;
}
