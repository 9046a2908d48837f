/* Quotes between servers, FEP-044f (https://w3id.org/fep/044f): the request, its answer, the authorization and its end. An authorization is
 * believed only where it was fetched at its own address, on the host of who is quoted, and names both posts. */
#include "acts/quote.h"
#include "acts/remote_status.h"
#include "conf/conf.h"
#include "fed/fed_priv.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/note_read.h"
#include "fed/posts.h"
#include "wire/url.h"

/* ---- what is said of a quote ---- */

/* The keys of the proposal, and those that others understood before it. */
void fed__quote_write(const struct note *n, struct jw *w)
{
	const struct quote *q = n->quote;

	if (!q)
		return;
	if (q->state == QUOTE_STATE_DELETED) {
		jw_kraw(w, "quote", STR("{\"type\":\"Tombstone\"}"));
		return;
	}
	jw_kstr(w, "quote", q->quoted_uri);
	jw_kstr(w, "_misskey_quote", q->quoted_uri);
	jw_kstr(w, "quoteUri", q->quoted_uri);
	if (q->state == QUOTE_STATE_ACCEPTED && q->approval_uri.n)
		jw_kstr(w, "quoteAuthorization", q->approval_uri);
}

/* ---- the authorization ---- */

void fed__authorization_write(const struct authorization *a, struct jw *w)
{
	jw_kstr(w, "id", a->uri);
	jw_kz(w, "type", "QuoteAuthorization");
	jw_kstr(w, "attributedTo", a->author_uri);
	jw_kstr(w, "interactingObject", a->quoting_uri);
	jw_kstr(w, "interactionTarget", a->quoted_uri);
}

/* Ours, while it stands. */
static struct err *find_ours(struct call *c, struct req *r, struct authorization *ret)
{
	struct str name = params_get(r->params, "name");
	struct account *author;
	struct quote q;
	bool found;

	TRY(name.n ? view_actor_named(c, name, &author) : view_actor(c, ID(account_id, req_id(r, "id")), &author));
	TRY(view_authorization(c, ID(quote_id, req_id(r, "qid")), &q, ret, &found));
	if (!found || !id_eq(q.quoted_account, author->id) || q.state != QUOTE_STATE_ACCEPTED || !q.approval_uri.n)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	return NULL;
}

static struct err *show_authorization(struct call *c, struct req *r)
{
	struct authorization a;
	struct viewer v;
	struct fed_doc d;
	struct str json;
	bool again;

	TRY(fed__reader(c, r, false, &v, &again));
	if (again)
		return NULL;
	TRY(find_ours(c, r, &a));
	fed_doc_begin(&d, c->arena, true);
	fed__authorization_write(&a, &d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	/* It may be taken back at any time. */
	reply_header(r->out, "Cache-Control", STR("private, no-store"));
	fed__reply(r, json);
	return NULL;
}

/* Does what is served at that address allow this quote? */
static struct err *check_theirs(struct call *c, struct fed_budget *b, struct str uri, quote_id id, bool *ret)
{
	struct authorization want;
	const struct json *doc;
	struct quote q;
	bool found;

	*ret = false;
	TRY(view_authorization(c, id, &q, &want, &found));
	if (!found || !uri.n || !url_same_host(uri, want.author_uri))
		return NULL;
	TRY(fed_fetch(c, b, uri, &doc));
	*ret = str_eqz(fed__type_of(doc), "QuoteAuthorization") && str_eq(json_get_s(doc, "id"), uri) &&
	       str_eq(fed_id_of(json_get(doc, "attributedTo")), want.author_uri) &&
	       str_eq(fed_id_of(json_get(doc, "interactingObject")), want.quoting_uri) &&
	       str_eq(fed_id_of(json_get(doc, "interactionTarget")), want.quoted_uri);
	return NULL;
}

/* ---- they ask us ---- */

/* The post that wants to quote: known, sent along, or to be fetched. */
static struct err *find_quoting(struct call *c, struct inbound *in, const struct json *instrument, struct status **ret)
{
	struct str uri = fed_id_of(instrument);
	struct post_way way = { .asked_for = true };
	status_id id;

	TRY(fed__known_post(c, uri, ret));
	if (*ret)
		return NULL;
	if (json_kind(instrument) == JSON_OBJECT && fed_is_post(instrument) && str_eq(fed_note_author(instrument), in->signer->uri)) {
		TRY(fed_post_from(c, &in->budget, instrument, in->signer, &way, &id));
		return fed__known_post(c, uri, ret);
	}
	return fed_post_get(c, &in->budget, uri, (struct post_depth){ 0 }, ret);
}

struct err *fed__act_quote_request(struct call *c, struct inbound *in)
{
	const struct json *instrument = json_get(in->activity, "instrument");
	struct quote_request ask = { .uri = in->id, .actor = in->signer->id, .quoting_uri = fed_id_of(instrument) };
	struct status *quoted, *quoting = NULL;
	bool may;

	if (!in->own || !in->id.n || !fed_is_ours(c, in->object_id) || !url_same_host(ask.quoting_uri, in->signer->uri))
		return NULL;
	TRY(fed__known_post(c, in->object_id, &quoted));
	/* Of what not everybody may see, nobody is told whether it is there. */
	if (!quoted || !quoted->local || quoted->reblog_of.v || quoted->visibility > VISIBILITY_UNLISTED || quoted->local_only)
		return NULL;
	ask.quoted = quoted->id;
	TRY(view_may_quote(c, in->signer->id, quoted, &may));
	if (!may)
		return acts_quote_refuse(c, &ask);
	TRY(fed__settle(find_quoting(c, in, instrument, &quoting)));
	return quoting && id_eq(quoting->account, in->signer->id) ? acts_quote_agree(c, &ask, quoting->id) : NULL;
}

/* ---- they answer us ---- */

/* Our quote that this answers, if it is its quoted author who does. */
static struct err *find_asked(struct call *c, const struct inbound *in, struct quote *ret, bool *ret_found)
{
	struct status *quoting;

	TRY(view_quote_of_request(c, in->object_id, ret, ret_found));
	if (!*ret_found && json_kind(in->object) == JSON_OBJECT) {
		TRY(fed__known_post(c, fed_id_of(json_get(in->object, "instrument")), &quoting));
		if (quoting && quoting->local && quoting->quote.v)
			TRY(view_quote(c, quoting->quote, ret, ret_found));
	}
	*ret_found = *ret_found && in->own && fed_is_ours(c, ret->request_uri) && id_eq(ret->quoted_account, in->signer->id);
	return NULL;
}

struct err *fed__quote_answered(struct call *c, struct inbound *in, bool yes, bool *ret_was)
{
	struct str at = fed_id_of(json_get(in->activity, "result"));
	struct quote q;
	bool holds;

	TRY(find_asked(c, in, &q, ret_was));
	if (!*ret_was)
		return NULL;
	if (!yes)
		return acts_quote_rejected(c, q.id);
	TRY(check_theirs(c, &in->budget, at, q.id, &holds));
	return holds ? acts_quote_accepted(c, q.id, at) : NULL;
}

struct err *fed__act_accept_quote(struct call *c, struct inbound *in)
{
	bool was;

	return fed__settle(fed__quote_answered(c, in, true, &was));
}

struct err *fed__act_reject_quote(struct call *c, struct inbound *in)
{
	bool was;

	return fed__quote_answered(c, in, false, &was);
}

/* ---- they take it back ---- */

struct err *fed__authorization_gone(struct call *c, struct inbound *in, bool *ret_was)
{
	bool own = in->own && url_same_host(in->object_id, in->signer->uri);
	struct str forward = STR_NONE;
	const struct json *doc;
	struct quote *list;
	size_t n;

	TRY(view_quotes_approved(c, in->object_id, own ? in->signer->id : ID_NONE(account_id), &list, &n));
	*ret_was = n > 0;
	if (n == 0 || fed_is_ours(c, in->object_id))
		return NULL;
	if (!own) {
		/* Passed on: so it is if its own server has it no longer. */
		struct err *e = fed_fetch(c, &in->budget, in->object_id, &doc);

		if (!e || (e->code != ERR_GONE && e->code != ERR_NOT_FOUND))
			return fed__settle(e);
	}
	if (own)
		TRY(fed__forward_news(c, in, &forward));
	for (size_t i = 0; i < n; i++)
		TRY(acts_quote_withdrawn(c, list[i].id, forward));
	return NULL;
}

struct err *fed__act_delete_authorization(struct call *c, struct inbound *in)
{
	bool was;

	return fed__authorization_gone(c, in, &was);
}

/* ---- what came here quotes something ---- */

/* What was agreed to is so until its server says that there is no such authorization any more, or one of something else. Silence says
 * nothing, nor does a refusal to let us read. */
static struct err *look_again(struct call *c, struct fed_budget *b, const struct quote *q)
{
	bool holds;
	struct err *e;

	b->status = 0;
	e = check_theirs(c, b, q->approval_uri, q->id, &holds);
	if (b->status == 404 || b->status == 410 || (!e && b->status == 200 && !holds))
		return acts_quote_unproven(c, q->id, q->approval_uri);
	return fed__settle(e);
}

/* In the budget of who quotes. */
static struct err *verify(struct call *c, struct fed_budget *b, quote_id id, int quotes)
{
	/* What it answers is not fetched: threads that quote threads would have no end. */
	const struct post_depth depth = { .thread = REMOTE_THREAD_MAX, .quotes = quotes };
	struct account *by;
	struct status *quoted;
	struct quote q;
	bool found, holds;
	struct err *e;

	TRY(view_quote(c, id, &q, &found));
	if (!found)
		return NULL;
	TRY(view_account_by_id(c, q.account, &by));
	*b = fed_budget_for(c, by ? by->uri : STR_NONE);
	if (!q.quoted.v && q.quoted_uri.n && q.state == QUOTE_STATE_PENDING) {
		TRY(fed_post_get(c, b, q.quoted_uri, depth, &quoted));
		if (quoted)
			TRY(acts_quote_link(c, id, quoted->id));
		TRY(view_quote(c, id, &q, &found));
	}
	if (!found || !q.quoted.v || !q.approval_uri.n || fed_is_ours(c, q.approval_uri))
		return NULL;
	if (q.state != QUOTE_STATE_PENDING)
		return q.state == QUOTE_STATE_ACCEPTED && !id_eq(q.account, q.quoted_account) ? look_again(c, b, &q) : NULL;
	e = check_theirs(c, b, q.approval_uri, id, &holds);
	if (e && (e->code == ERR_NOT_FOUND || e->code == ERR_GONE))
		return acts_quote_unproven(c, id, q.approval_uri);
	TRY(fed__settle(e));
	return !e && holds ? acts_quote_accepted(c, id, q.approval_uri) : NULL;
}

/* ref_id: the quote; payload: how many quotes of quotes lead to it. */
struct err *fed_job_verify_quote(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b = fed_budget(c);
	int64_t quotes = 0;

	(void)ret_later;
	(void)str_i64(job->payload, &quotes);
	return fed_budget_end(c, &b, verify(c, &b, ID(quote_id, job->ref_id), (int)quotes));
}

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
const struct endpoint fed_quote_endpoints[] = {
	DOC("/ap/users/:id/quote_authorizations/:qid", show_authorization),
	DOC("/users/:name/quote_authorizations/:qid", show_authorization),
	{ 0 }
};
