#include "fed/posts.h"

#include "fed/inbound_priv.h"
#include "fed/actor_read.h"
#include "fed/note_read.h"
#include "fed/people.h"
#include "fed/turn.h"
#include "view/federation.h"
#include "wire/url.h"

enum { STRANGERS_MAX = 10 };
#define RELAYED_OLD_US US_PER_DAY

struct people {
	struct mention *v;
	size_t n;
	bool ours;                /* somebody here is among them */
};

/* silent: in the audience; else in the text. Only who is in both is told. */
static void add_person(struct people *p, const struct account *a, bool silent)
{
	for (size_t i = 0; i < p->n; i++)
		if (id_eq(p->v[i].account, a->id)) {
			p->v[i].silent = p->v[i].silent && silent;
			p->v[i].untold = p->v[i].untold && !silent;
			return;
		}
	p->v[p->n++] = (struct mention){ .account = a->id, .silent = silent, .untold = !silent, .username = a->username, .domain = a->domain,
					 .url = a->url };
	p->ours |= a->local;
}

/* A tag alone lets nobody read what is not for all: who is named without being addressed is not told of it either. */
static bool is_for(const struct note_said *said, struct str uri)
{
	if (said->status.visibility <= VISIBILITY_UNLISTED)
		return true;
	for (size_t i = 0; i < said->audience_n; i++)
		if (str_eq(said->audience[i], uri))
			return true;
	return false;
}

/* Those who are tagged; strangers among them are fetched, a few. Who cannot be had is left out: the text says the name all the same. */
static struct err *read_mentioned(struct call *c, struct fed_budget *b, const struct note_said *said, struct people *p)
{
	int strangers = 0;

	for (size_t i = 0; i < said->mentioned_n; i++) {
		struct account *a;

		TRY(view_account_by_uri(c, said->mentioned[i], &a));
		if (!a && !fed_is_ours(c, said->mentioned[i]) && strangers++ < STRANGERS_MAX) {
			struct err *e = fed_person(c, b, said->mentioned[i], false, &a);

			if (e && (e->code == ERR_LATER || e->code == ERR_BUSY || e->code == ERR_INTERNAL))
				return e;
			a = e ? NULL : a;
		}
		if (a && !a->deleted_us && (!a->local || is_for(said, said->mentioned[i])))
			add_person(p, a, false);
	}
	return NULL;
}

/* Ours who are addressed without a tag may see it, unnamed; a direct post becomes a limited one by that. */
static struct err *read_unnamed(struct call *c, struct note_said *said, account_id inbox_of, struct people *p)
{
	size_t named = p->n;
	struct account *a;

	for (size_t i = 0; i < said->audience_n && p->n < 2 * NOTE_MENTIONS_MAX; i++) {
		TRY(fed__ours_by_uri(c, said->audience[i], &a));
		if (a)
			add_person(p, a, true);
	}
	if (inbox_of.v && said->status.visibility >= VISIBILITY_PRIVATE) {
		TRY(view_account_by_id(c, inbox_of, &a));
		if (a && a->local)
			add_person(p, a, true);
	}
	for (size_t i = 0; i < named; i++)        /* whose own inbox it came to is addressed by that */
		p->v[i].untold = p->v[i].untold && !id_eq(p->v[i].account, inbox_of);
	if (p->n > named && said->status.visibility == VISIBILITY_DIRECT)
		said->status.visibility = VISIBILITY_LIMITED;
	return NULL;
}

/* Does anybody here have to do with it? */
static struct err *concerns_us(struct call *c, const struct note_said *said, const struct account *author, const struct people *p, bool *ret)
{
	bool open = said->status.visibility <= VISIBILITY_UNLISTED;
	struct status *parent;

	*ret = p->ours;
	if (*ret || said->status.visibility > VISIBILITY_PRIVATE)
		return NULL;
	TRY(view_followed_here(c, author->id, ret));
	if (*ret || !open)
		return NULL;
	TRY(fed__known_post(c, said->status.reply_to_uri, &parent));
	if (!parent)
		return NULL;
	*ret = parent->local;
	return *ret ? NULL : view_followed_here(c, parent->account, ret);
}

struct err *fed_post_from(struct call *c, struct fed_budget *b, const struct json *doc, const struct account *author, const struct post_way *way,
			  status_id *ret)
{
	struct note_said said;
	struct people p = { .v = arena_array(c->arena, struct mention, 2 * NOTE_MENTIONS_MAX + 1) };
	struct status *known;
	enum received how;
	bool wanted = true;

	*ret = ID_NONE(status_id);
	TRY(fed_note_read(c, doc, author->followers_uri, &said));
	if (!url_same_host(said.status.uri, author->uri) || said.vote.n)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is not a post of '" STR_FMT "'", STR_ARG(str_upto(said.status.uri, 200)),
			    STR_ARG(author->uri));
	TRY(fed__known_post(c, said.status.uri, &known));
	/* Strangers that it names are only looked for once it is clear that it will be kept. */
	for (size_t i = 0; i < said.mentioned_n; i++) {
		struct account *ours;

		TRY(fed__ours_by_uri(c, said.mentioned[i], &ours));
		if (ours && is_for(&said, said.mentioned[i]))
			add_person(&p, ours, false);
	}
	TRY(read_unnamed(c, &said, way->inbox_of, &p));
	if (way->relayed && !known)
		wanted = said.status.visibility == VISIBILITY_PUBLIC;
	else if (!way->asked_for && !known)
		TRY(concerns_us(c, &said, author, &p, &wanted));
	if (!wanted)
		return NULL;
	p.n = 0;
	TRY(read_mentioned(c, b, &said, &p));
	TRY(read_unnamed(c, &said, way->inbox_of, &p));
	said.status.author = author->id;
	said.status.by = c->remote_host.n ? NULL : author;
	said.status.mentions = p.v;
	said.status.mentions_n = p.n;
	said.status.quiet = way->asked_for || (way->relayed && said.status.created_us < c->now_us - RELAYED_OLD_US);
	said.status.is_update = way->is_update;
	said.status.retold = way->retold;
	said.status.forward = way->forward;
	said.status.thread_depth = way->depth.thread;
	said.status.quote_depth = way->depth.quotes;
	said.status.quote_policy = fed_policy_read(doc, "canQuote", author);
	return acts_status_receive(c, &said.status, ret, &how);
}

struct err *fed_post_fetched(struct call *c, struct fed_budget *b, const struct json *doc, const struct post_way *way, status_id *ret)
{
	struct str by = fed_note_author(doc);
	struct account *author;

	*ret = ID_NONE(status_id);
	if (!fed_is_post(doc) || !by.n || !url_same_host(by, json_get_s(doc, "id")))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no post", STR_ARG(str_upto(json_get_s(doc, "id"), 200)));
	TRY(fed_person(c, b, by, false, &author));
	return author->local || author->suspended_us ? NULL : fed_post_from(c, b, doc, author, way, ret);
}

struct err *fed_post_proven(struct call *c, struct fed_budget *b, const struct json *doc, const struct post_way *way, enum fed_proof *ret)
{
	struct post_way told = *way;
	struct account *author;
	status_id id;

	*ret = FED_PROOF_NONE;
	told.retold = true;
	if (json_kind(doc) != JSON_OBJECT || !fed_is_post(doc) || !url_same_host(fed_note_author(doc), json_get_s(doc, "id")))
		return NULL;
	TRY(fed_proof_check(c, b, doc, fed_note_author(doc), ret, &author));
	return *ret == FED_PROOF_HOLDS && !author->suspended_us ? fed_post_from(c, b, doc, author, &told, &id) : NULL;
}

struct err *fed_post_get(struct call *c, struct fed_budget *b, struct str uri, struct post_depth depth, struct status **ret)
{
	return fed_post_get_by(c, b, uri, &(struct post_way){ .asked_for = true, .depth = depth }, ret);
}

static struct err *ask_for(struct call *c, struct fed_budget *b, struct str uri, const struct post_way *way, struct str *ret_uri)
{
	const struct json *doc;
	status_id id = { 0 };

	*ret_uri = STR_NONE;
	TRY(fed_fetch(c, b, uri, &doc));
	/* Some servers answer a post's address with the activity that made it. */
	if (str_eqz(fed__type_of(doc), "Create") && json_kind(json_get(doc, "object")) != JSON_NONE)
		TRY(fed_fetch(c, b, fed_id_of(json_get(doc, "object")), &doc));
	TRY(fed_post_fetched(c, b, doc, way, &id));
	if (id.v)
		*ret_uri = json_get_s(doc, "id");
	return NULL;
}

struct err *fed_post_get_by(struct call *c, struct fed_budget *b, struct str uri, const struct post_way *way, struct status **ret)
{
	enum fed_turn turn;
	struct str got;
	struct err *e;
	bool deleted;

	TRY(view_status_by_uri(c, uri, ret, &deleted));
	if (*ret || deleted || fed_is_ours(c, uri))
		return NULL;
	e = fed_turn_begin(c, b, uri, &turn);
	if (e)
		return fed__settle(e);
	if (turn == FED_TURN_OVER)
		TRY(view_status_by_uri(c, uri, ret, &deleted));
	if (*ret || (turn == FED_TURN_OVER && deleted))
		return NULL;
	e = fed_turn_end(turn, uri, ask_for(c, b, uri, way, &got));
	if (e)
		return fed__settle(e);
	return got.n ? view_status_by_uri(c, got, ret, &deleted) : NULL;
}
