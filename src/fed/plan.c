/* PLAN: from what happened here to who must be told, and what. The activity is rendered once and stored once; each inbox is owed it by a
 * DELIVER job; followers of one server share its inbox. Where nobody elsewhere is concerned nothing is written. */
#include "acts/delivery.h"
#include "acts/move.h"
#include "acts/outbound.h"
#include "base/map.h"
#include "conf/limits.h"
#include "fed/fed_priv.h"
#include "fed/fetch.h"
#include "fed/jobs.h"
#include "fed/people_collection.h"
#include "fed/proof.h"
#include "view/federation.h"
#include "view/report.h"
#include "wire/url.h"

enum { FOLLOWERS_AT_ONCE = 1000, INBOXES_MAX = 200000 };

struct plan {
	const struct job *job;
	enum outbound what;
	const struct json *details;
	const struct account *actor;
	const struct account *target;     /* whom it is about; NULL: nobody, or gone */
	struct note note;
	struct collection_told collection;
	struct str uri;                   /* the details' */
	enum visibility visibility;
	struct str origin;                /* a domain that is told nothing, for it is where this comes from; none: nobody's */
	struct map *seen;
	VEC(struct str) inboxes;
	VEC(struct str) hosts;
};

/* ---- who ---- */

static void add_inbox(struct call *c, struct plan *p, struct str inbox)
{
	struct str host = url_domain(c->arena, inbox);

	if (!host.n || conf_limits_of(c->conf, host).suspended || fed_is_ours(c, inbox) || p->inboxes.n >= INBOXES_MAX || map_find(p->seen, inbox) ||
	    (p->origin.n && str_eq(host, p->origin)))
		return;
	map_put(p->seen, inbox, p);
	vec_push(c->arena, &p->inboxes, inbox);
	vec_push(c->arena, &p->hosts, host);
}

static void add_inboxes(struct call *c, struct plan *p, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_inbox(c, p, v[i]);
}

static void add_account(struct call *c, struct plan *p, const struct account *a, bool alone)
{
	if (a && !a->local && !a->deleted_us && !a->suspended_us && a->inbox_uri.n)
		add_inbox(c, p, !alone && a->shared_inbox_uri.n ? a->shared_inbox_uri : a->inbox_uri);
}

static struct err *add_followers_of(struct call *c, struct plan *p, account_id whose)
{
	struct str after = STR(""), *v;
	size_t n;

	do {
		TRY(view_follower_inboxes(c, whose, after, FOLLOWERS_AT_ONCE, &v, &n));
		add_inboxes(c, p, v, n);
		after = n ? v[n - 1] : after;
	} while (n == FOLLOWERS_AT_ONCE && p->inboxes.n < INBOXES_MAX);
	return NULL;
}

static struct err *add_followers(struct call *c, struct plan *p) { return add_followers_of(c, p, p->actor->id); }

static struct err *add_everybody(struct call *c, struct plan *p)
{
	struct str after = STR(""), *v;
	size_t n;

	do {
		TRY(view_all_inboxes(c, after, FOLLOWERS_AT_ONCE, &v, &n));
		add_inboxes(c, p, v, n);
		after = n ? v[n - 1] : after;
	} while (n == FOLLOWERS_AT_ONCE && p->inboxes.n < INBOXES_MAX);
	return NULL;
}

static struct err *add_relays(struct call *c, struct plan *p)
{
	struct str *v;
	size_t n;

	TRY(view_relay_inboxes(c, &v, &n));
	add_inboxes(c, p, v, n);
	return NULL;
}

/* Who met somebody lately has their profile, and is not told of its changes by following. */
static struct err *add_recent(struct call *c, struct plan *p)
{
	struct str *v;
	size_t n;

	TRY(view_recent_inboxes(c, p->actor->id, &v, &n));
	add_inboxes(c, p, v, n);
	return NULL;
}

static struct err *audience_of_note(struct call *c, struct plan *p)
{
	struct str *v;
	size_t n;

	if (p->note.status->visibility <= VISIBILITY_PRIVATE)
		TRY(add_followers(c, p));
	if (p->note.status->visibility == VISIBILITY_PUBLIC && p->what != OUTBOUND_ANNOUNCE)
		TRY(add_relays(c, p));
	add_account(c, p, p->note.boosted_author, false);
	/* Who boosted, answered or liked it elsewhere has a copy, which must follow its edits. */
	TRY(view_note_inboxes(c, &p->note, p->what == OUTBOUND_UPDATE_NOTE && p->note.status->visibility <= VISIBILITY_UNLISTED, &v, &n));
	add_inboxes(c, p, v, n);
	return NULL;
}

static void add_noted(struct call *c, struct plan *p)
{
	const struct json *list = json_get(p->details, "inboxes");

	for (size_t i = 0; i < json_len(list); i++)
		add_inbox(c, p, json_str(json_at(list, i)));
}

static struct err *audience_of_delete(struct call *c, struct plan *p)
{
	if (p->visibility <= VISIBILITY_PRIVATE)
		TRY(add_followers(c, p));
	if (p->visibility == VISIBILITY_PUBLIC && p->what == OUTBOUND_DELETE_NOTE)
		TRY(add_relays(c, p));
	add_noted(c, p);
	return NULL;
}

static struct err *audience_of_forward(struct call *c, struct plan *p)
{
	const struct json *also = json_get(p->details, "also");
	int64_t id;

	p->origin = url_domain(c->arena, p->target->uri);
	TRY(add_followers(c, p));
	for (size_t i = 0; i < json_len(also); i++)
		if (json_i64(json_at(also, i), &id))
			TRY(add_followers_of(c, p, ID(account_id, id)));
	return NULL;
}

static struct err *audience(struct call *c, struct plan *p)
{
	switch (p->what) {
	case OUTBOUND_CREATE:
	case OUTBOUND_UPDATE_NOTE:
	case OUTBOUND_ANNOUNCE:
		return audience_of_note(c, p);
	case OUTBOUND_DELETE_NOTE:
		return audience_of_delete(c, p);
	case OUTBOUND_FLAG:
	case OUTBOUND_RELAY_FOLLOW:
	case OUTBOUND_RELAY_UNDO:
		add_noted(c, p);
		return NULL;
	case OUTBOUND_UNDO_ANNOUNCE:
		add_account(c, p, p->target, false);
		return add_followers(c, p);
	case OUTBOUND_MOVE:
		add_noted(c, p);
		return p->inboxes.n ? NULL : add_followers(c, p);
	case OUTBOUND_UPDATE_ACTOR:
		TRY(add_recent(c, p));
		return add_followers(c, p);
	case OUTBOUND_ADD:
	case OUTBOUND_REMOVE:
		return add_followers(c, p);
	case OUTBOUND_FORWARD:
		return audience_of_forward(c, p);
	case OUTBOUND_DELETE_FEATURE_AUTHORIZATION:
		add_account(c, p, p->target, false);
		return add_followers(c, p);
	case OUTBOUND_ADD_COLLECTION:
	case OUTBOUND_UPDATE_COLLECTION:
	case OUTBOUND_REMOVE_COLLECTION:
	case OUTBOUND_ADD_ITEM:
	case OUTBOUND_REMOVE_ITEM:
		add_noted(c, p);
		return add_followers(c, p);
	case OUTBOUND_DELETE_ACTOR:
		return add_everybody(c, p);
	case OUTBOUND_DELETE_AUTHORIZATION:
		add_account(c, p, p->target, false);
		return audience_of_delete(c, p);
	case OUTBOUND_QUOTE_REQUEST:
	case OUTBOUND_ACCEPT_QUOTE:
	case OUTBOUND_REJECT_QUOTE:
	case OUTBOUND_FEATURE_REQUEST:
	case OUTBOUND_UNDO_FEATURE_REQUEST:
	case OUTBOUND_ACCEPT_FEATURE:
	case OUTBOUND_REJECT_FEATURE:
	case OUTBOUND_LIKE:
	case OUTBOUND_UNDO_LIKE:
	case OUTBOUND_FOLLOW:
	case OUTBOUND_UNDO_FOLLOW:
	case OUTBOUND_ACCEPT_FOLLOW:
	case OUTBOUND_REJECT_FOLLOW:
	case OUTBOUND_BLOCK:
	case OUTBOUND_UNDO_BLOCK:
	case OUTBOUND_VOTE:
		add_account(c, p, p->target, true);
		return NULL;
	case OUTBOUND_COUNT:
		break;
	}
	return NULL;
}

/* ---- what ---- */

static void write_head(struct plan *p, struct str id, const char *type, struct jw *w)
{
	jw_kstr(w, "id", id);
	jw_kz(w, "type", type);
	jw_kstr(w, "actor", p->actor->uri);
}

static void write_to_public(const struct plan *p, struct jw *w)
{
	jw_key(w, "to");
	jw_arr(w);
	jw_str(w, p->visibility == VISIBILITY_PUBLIC ? STR(FED_PUBLIC) : p->actor->followers_uri);
	jw_arr_end(w);
}

static void write_update_note(struct call *c, struct plan *p, struct jw *w)
{
	/* Not the time of the edit: consent to a quote, or a vote, changes what an edited post says once more. */
	int64_t at = p->job->created_us;

	write_head(p, arena_printf(c->arena, STR_FMT "#updates/%lld", STR_ARG(p->note.status->uri), (long long)(p->job->id.v >> 16)), "Update", w);
	jw_ktime(w, "published", at);
	fed_audience_write(c, &p->note, w);
	jw_key(w, "object");
	fed_note_write(c, &p->note, w);
}

static void write_delete(struct call *c, struct plan *p, struct jw *w)
{
	write_head(p, arena_concat(c->arena, p->uri, STR("#delete")), "Delete", w);
	p->visibility = VISIBILITY_PUBLIC;        /* who must forget it may know that it is gone */
	write_to_public(p, w);
	jw_key(w, "object");
	jw_obj(w);
	jw_kstr(w, "id", p->uri);
	jw_kz(w, "type", "Tombstone");
	jw_kstr(w, "atomUri", p->uri);
	jw_obj_end(w);
}

static struct err *write_update_actor(struct call *c, struct plan *p, struct jw *w)
{
	struct actor_key *keys;
	size_t n;

	TRY(view_actor_keys(c, p->actor->id, &keys, &n));
	write_head(p, arena_printf(c->arena, STR_FMT "#updates/%lld", STR_ARG(p->actor->uri), (long long)(p->job->id.v >> 16)), "Update", w);
	p->visibility = VISIBILITY_PUBLIC;
	write_to_public(p, w);
	jw_key(w, "object");
	jw_obj(w);
	TRY(fed_actor_write(c, p->actor, keys, n, w));
	jw_obj_end(w);
	return NULL;
}

/* {"id", "type", "actor", "object"}: an activity about one thing, alone or inside another. */
static void write_simple(struct str id, const char *type, struct str actor, struct str object, struct jw *w)
{
	if (id.n)
		jw_kstr(w, "id", id);
	jw_kz(w, "type", type);
	jw_kstr(w, "actor", actor);
	jw_kstr(w, "object", object);
}

static void write_inner(struct str id, const char *type, struct str actor, struct str object, struct jw *w)
{
	jw_key(w, "object");
	jw_obj(w);
	write_simple(id, type, actor, object, w);
	jw_obj_end(w);
}

static void write_undo(struct call *c, struct plan *p, const char *type, struct str object, struct jw *w)
{
	struct str id = str_has_suffix(p->uri, STR("/activity")) || p->what != OUTBOUND_UNDO_ANNOUNCE ? p->uri :
			arena_concat(c->arena, p->uri, STR("/activity"));

	write_head(p, arena_concat(c->arena, id, STR("/undo")), "Undo", w);
	if (p->what == OUTBOUND_UNDO_ANNOUNCE)
		write_to_public(p, w);
	write_inner(id, type, p->actor->uri, object, w);
}

static void write_answer(struct call *c, struct plan *p, bool yes, struct jw *w)
{
	write_head(p, arena_printf(c->arena, STR_FMT "#%s/follows/%lld", STR_ARG(p->actor->uri), yes ? "accepts" : "rejects", (long long)p->job->id.v),
		   yes ? "Accept" : "Reject", w);
	write_inner(p->uri, "Follow", p->target->uri, p->actor->uri, w);
}

static void write_vote(struct call *c, struct plan *p, struct jw *w)
{
	write_head(p, arena_concat(c->arena, p->uri, STR("/activity")), "Create", w);
	jw_kstr(w, "to", p->target->uri);
	jw_key(w, "object");
	jw_obj(w);
	jw_kstr(w, "id", p->uri);
	jw_kz(w, "type", "Note");
	jw_kstr(w, "name", json_get_s(p->details, "title"));
	jw_kstr(w, "attributedTo", p->actor->uri);
	jw_kstr(w, "inReplyTo", json_get_s(p->details, "object"));
	jw_kstr(w, "to", p->target->uri);
	jw_ktime(w, "published", p->job->created_us);
	jw_obj_end(w);
}

/* What is asked, or was: to quote `object` in a post, or to put it into a collection, which is named, or goes along. */
static void write_request(struct str id, const char *type, struct str asker, struct str object, struct jw *w)
{
	jw_kstr(w, "id", id);
	jw_kz(w, "type", type);
	jw_kstr(w, "actor", asker);
	jw_kstr(w, "object", object);
	jw_key(w, "instrument");
}

static void write_quote_request(struct call *c, struct plan *p, struct jw *w)
{
	write_request(p->note.quote->request_uri, "QuoteRequest", p->actor->uri, p->note.quote->quoted_uri, w);
	fed_note_write(c, &p->note, w);
}

/* To a QuoteRequest; or to a FeatureRequest, which is about who answers. */
static void write_request_answer(struct call *c, struct plan *p, struct jw *w)
{
	bool feature = p->what == OUTBOUND_ACCEPT_FEATURE || p->what == OUTBOUND_REJECT_FEATURE;
	bool yes = p->what == OUTBOUND_ACCEPT_QUOTE || p->what == OUTBOUND_ACCEPT_FEATURE;
	struct str result = json_get_s(p->details, "result");

	write_head(p, arena_printf(c->arena, STR_FMT "#%s/%s_requests/%lld", STR_ARG(p->actor->uri), yes ? "accepts" : "rejects",
				   feature ? "feature" : "quote", (long long)p->job->id.v), yes ? "Accept" : "Reject", w);
	jw_key(w, "object");
	jw_obj(w);
	write_request(p->uri, feature ? "FeatureRequest" : "QuoteRequest", p->target->uri,
		      feature ? p->actor->uri : json_get_s(p->details, "object"), w);
	jw_str(w, json_get_s(p->details, "instrument"));
	jw_obj_end(w);
	if (result.n)
		jw_kstr(w, "result", result);
}

static void write_delete_authorization(struct call *c, struct plan *p, struct jw *w)
{
	struct authorization a = { p->uri, p->actor->uri, json_get_s(p->details, "instrument"), json_get_s(p->details, "object") };

	write_head(p, arena_concat(c->arena, p->uri, STR("#delete")), "Delete", w);
	p->visibility = VISIBILITY_PUBLIC;
	write_to_public(p, w);
	jw_key(w, "object");
	jw_obj(w);
	fed__authorization_write(&a, w);
	jw_obj_end(w);
}

/* ---- collections of people ---- */

static void write_feature_request(struct plan *p, struct jw *w)
{
	write_request(p->uri, "FeatureRequest", p->actor->uri, json_get_s(p->details, "object"), w);
	jw_str(w, json_get_s(p->details, "instrument"));
}

static void write_delete_feature_authorization(struct call *c, struct plan *p, struct jw *w)
{
	struct collection_item item = { .approval_uri = p->uri, .object_uri = json_get_s(p->details, "object") };

	write_head(p, arena_concat(c->arena, p->uri, STR("#delete")), "Delete", w);
	write_to_public(p, w);
	jw_key(w, "object");
	jw_obj(w);
	fed_feature_authorization_write(&item, json_get_s(p->details, "instrument"), w);
	jw_obj_end(w);
}

/* The collection is added to those of its owner, or says something else, or goes; somebody is added to it, or goes. What stands is said as it is
 * now, what goes by its id. */
static void write_people_collection(struct call *c, struct plan *p, struct jw *w)
{
	static const struct {
		enum outbound what;
		const char *type, *word;
	} forms[] = {
		{ OUTBOUND_ADD_COLLECTION, "Add", "adds" }, { OUTBOUND_ADD_ITEM, "Add", "adds" }, { OUTBOUND_UPDATE_COLLECTION, "Update", "updates" },
		{ OUTBOUND_REMOVE_COLLECTION, "Remove", "removes" }, { OUTBOUND_REMOVE_ITEM, "Remove", "removes" },
	};
	bool one = p->what == OUTBOUND_ADD_ITEM || p->what == OUTBOUND_REMOVE_ITEM;
	size_t i = 0;

	while (forms[i].what != p->what)
		i++;
	write_head(p, arena_printf(c->arena, STR_FMT "#%s/%lld", STR_ARG(p->uri), forms[i].word, (long long)p->job->id.v), forms[i].type, w);
	write_to_public(p, w);
	jw_key(w, "object");
	if (p->collection.collection) {
		jw_obj(w);
		if (one)
			fed_people_item_write(p->collection.items, w);
		else
			fed_people_collection_write(c, &p->collection, w);
		jw_obj_end(w);
	} else {
		jw_str(w, one ? json_get_s(p->details, "object") : p->uri);
	}
	if (p->what != OUTBOUND_UPDATE_COLLECTION)
		jw_kstr(w, "target", one ? p->uri : fed_people_collections_uri(c, p->actor));
}

static void write_of_collection(struct call *c, struct plan *p, struct jw *w)
{
	if (p->what == OUTBOUND_FEATURE_REQUEST)
		write_feature_request(p, w);
	else if (p->what == OUTBOUND_DELETE_FEATURE_AUTHORIZATION)
		write_delete_feature_authorization(c, p, w);
	else
		write_people_collection(c, p, w);
}

/* ---- what is done in one word, and taken back ---- */

static const char *plain_type(enum outbound what)
{
	if (what == OUTBOUND_UNDO_ANNOUNCE)
		return "Announce";
	if (what == OUTBOUND_UNDO_FEATURE_REQUEST)
		return "FeatureRequest";
	if (what == OUTBOUND_LIKE || what == OUTBOUND_UNDO_LIKE)
		return "Like";
	return what == OUTBOUND_BLOCK || what == OUTBOUND_UNDO_BLOCK ? "Block" : "Follow";
}

static struct str plain_object(const struct plan *p)
{
	if (p->what == OUTBOUND_RELAY_FOLLOW || p->what == OUTBOUND_RELAY_UNDO)
		return STR(FED_PUBLIC);
	return p->what == OUTBOUND_UNDO_ANNOUNCE || p->what == OUTBOUND_LIKE || p->what == OUTBOUND_UNDO_LIKE ? json_get_s(p->details, "object") :
	       p->target->uri;
}

/* ---- the activity ---- */

/* A post is featured by its id; a tag, which has none, as the object that it is. Both stand in one collection. */
static void write_featured(struct call *c, struct plan *p, struct str post, struct jw *w)
{
	bool add = p->what == OUTBOUND_ADD;
	struct str tag = json_get_s(p->details, "title");

	write_head(p, arena_printf(c->arena, STR_FMT "#%s/%lld", STR_ARG(p->actor->uri), add ? "adds" : "removes", (long long)p->job->id.v),
		   add ? "Add" : "Remove", w);
	write_to_public(p, w);
	jw_key(w, "object");
	if (tag.n)
		fed_tag_write(c, p->actor, tag, w);
	else
		jw_str(w, post);
	jw_kstr(w, "target", p->actor->featured_uri);
}

/* Who reported stays unsaid: the server speaks. */
static struct err *write_flag(struct call *c, struct plan *p, struct jw *w)
{
	struct report_told told;

	TRY(view_report_told(c, p->job->ref_id, &told));
	write_head(p, p->uri, "Flag", w);
	jw_kstr(w, "to", p->target->uri);
	jw_kstr(w, "content", told.comment);
	jw_key(w, "object");
	jw_arr(w);
	jw_str(w, p->target->uri);
	for (size_t i = 0; i < told.statuses_n; i++)
		jw_str(w, told.statuses[i]);
	jw_arr_end(w);
	return NULL;
}

static struct err *write_activity(struct call *c, struct plan *p, struct jw *w)
{
	struct str object = json_get_s(p->details, "object");

	switch (p->what) {
	case OUTBOUND_CREATE:
	case OUTBOUND_ANNOUNCE:
		fed_activity_write(c, &p->note, w);
		break;
	case OUTBOUND_UPDATE_NOTE:
		write_update_note(c, p, w);
		break;
	case OUTBOUND_DELETE_NOTE:
		write_delete(c, p, w);
		break;
	case OUTBOUND_UPDATE_ACTOR:
		return write_update_actor(c, p, w);
	case OUTBOUND_FLAG:
		return write_flag(c, p, w);
	case OUTBOUND_LIKE:
	case OUTBOUND_FOLLOW:
	case OUTBOUND_BLOCK:
	case OUTBOUND_RELAY_FOLLOW:
		write_simple(p->uri, plain_type(p->what), p->actor->uri, plain_object(p), w);
		break;
	case OUTBOUND_UNDO_ANNOUNCE:
	case OUTBOUND_UNDO_LIKE:
	case OUTBOUND_UNDO_FOLLOW:
	case OUTBOUND_UNDO_BLOCK:
	case OUTBOUND_UNDO_FEATURE_REQUEST:
	case OUTBOUND_RELAY_UNDO:
		write_undo(c, p, plain_type(p->what), plain_object(p), w);
		break;
	case OUTBOUND_ACCEPT_FOLLOW:
	case OUTBOUND_REJECT_FOLLOW:
		write_answer(c, p, p->what == OUTBOUND_ACCEPT_FOLLOW, w);
		break;
	case OUTBOUND_VOTE:
		write_vote(c, p, w);
		break;
	case OUTBOUND_DELETE_ACTOR:
		write_simple(arena_concat(c->arena, p->actor->uri, STR("#delete")), "Delete", p->actor->uri, p->actor->uri, w);
		write_to_public(p, w);
		break;
	case OUTBOUND_MOVE:
		write_simple(p->uri, "Move", p->actor->uri, p->actor->uri, w);
		jw_kstr(w, "target", p->target->uri);
		break;
	case OUTBOUND_QUOTE_REQUEST:
		write_quote_request(c, p, w);
		break;
	case OUTBOUND_ACCEPT_QUOTE:
	case OUTBOUND_REJECT_QUOTE:
	case OUTBOUND_ACCEPT_FEATURE:
	case OUTBOUND_REJECT_FEATURE:
		write_request_answer(c, p, w);
		break;
	case OUTBOUND_FEATURE_REQUEST:
	case OUTBOUND_DELETE_FEATURE_AUTHORIZATION:
	case OUTBOUND_ADD_COLLECTION:
	case OUTBOUND_UPDATE_COLLECTION:
	case OUTBOUND_REMOVE_COLLECTION:
	case OUTBOUND_ADD_ITEM:
	case OUTBOUND_REMOVE_ITEM:
		write_of_collection(c, p, w);
		break;
	case OUTBOUND_DELETE_AUTHORIZATION:
		write_delete_authorization(c, p, w);
		break;
	case OUTBOUND_ADD:
	case OUTBOUND_REMOVE:
		write_featured(c, p, object, w);
		break;
	case OUTBOUND_FORWARD:            /* stands there already */
	case OUTBOUND_COUNT:
		break;
	}
	return NULL;
}

/* ---- the job ---- */

static bool is_about_note(enum outbound what)
{
	return what == OUTBOUND_CREATE || what == OUTBOUND_UPDATE_NOTE || what == OUTBOUND_ANNOUNCE || what == OUTBOUND_QUOTE_REQUEST;
}

/* Such have no target. */
static bool is_about_actor_alone(enum outbound what)
{
	return what == OUTBOUND_DELETE_NOTE || what == OUTBOUND_UPDATE_ACTOR || what == OUTBOUND_DELETE_ACTOR || what == OUTBOUND_ADD ||
	       what == OUTBOUND_REMOVE || what == OUTBOUND_RELAY_FOLLOW || what == OUTBOUND_RELAY_UNDO || what == OUTBOUND_ADD_COLLECTION ||
	       what == OUTBOUND_UPDATE_COLLECTION || what == OUTBOUND_REMOVE_COLLECTION || what == OUTBOUND_ADD_ITEM || what == OUTBOUND_REMOVE_ITEM;
}

static struct err *account_of(struct call *c, const struct json *details, const char *key, const struct account **ret)
{
	struct account *a = NULL;
	int64_t id;

	if (json_i64(json_get(details, key), &id))
		TRY(view_account_by_id(c, ID(account_id, id), &a));
	*ret = a;
	return NULL;
}

/* Only what is not answered yet is asked. */
static struct err *find_quoted_author(struct call *c, struct plan *p, bool *ret_wanted)
{
	const struct quote *q = p->note.quote;
	struct account *author = NULL;

	*ret_wanted = q && q->state == QUOTE_STATE_PENDING;
	if (*ret_wanted)
		TRY(view_account_by_id(c, q->quoted_account, &author));
	p->target = author;
	return NULL;
}

/* What stands is told as it stands, and who has not answered is asked; what went meanwhile has an activity of its own that says so. */
static struct err *find_collection(struct call *c, struct plan *p, bool *ret_wanted)
{
	struct collection_item item;
	struct collection k;

	if (p->what == OUTBOUND_ADD_COLLECTION || p->what == OUTBOUND_UPDATE_COLLECTION) {
		TRY(view_collection_told(c, ID(collection_id, p->job->ref_id), &p->collection));
		*ret_wanted = p->collection.collection != NULL;
	} else if (p->what == OUTBOUND_ADD_ITEM) {
		TRY(view_collection_item_told(c, ID(collection_item_id, p->job->ref_id), &p->collection));
		*ret_wanted = p->collection.n == 1;
	} else if (p->what == OUTBOUND_FEATURE_REQUEST) {
		TRY(view_collection_item(c, ID(collection_item_id, p->job->ref_id), &item, &k, ret_wanted));
		*ret_wanted = *ret_wanted && item.state == COLLECTION_ITEM_PENDING;
	}
	return NULL;
}

/* *ret_wanted: false where there is nobody to speak, or nothing to speak of, any more. */
static struct err *open_up(struct call *c, struct plan *p, bool *ret_wanted)
{
	*ret_wanted = false;
	if (!outbound_parse(p->job->arg, &p->what) || json_parse(c->arena, p->job->payload, &p->details))
		return FAIL(c->arena, ERR_INTERNAL, "a plan of no known kind: '" STR_FMT "'", STR_ARG(str_upto(p->job->arg, 60)));
	p->uri = json_get_s(p->details, "uri");
	p->seen = map_create(c->arena);
	if (!visibility_parse(json_get_s(p->details, "visibility"), &p->visibility))
		p->visibility = VISIBILITY_PUBLIC;
	if (is_about_note(p->what)) {
		TRY(view_note_told(c, ID(status_id, p->job->ref_id), &p->note));
		p->actor = p->note.author;
		*ret_wanted = p->note.status && p->note.status->local && !p->note.status->local_only && (!p->note.status->reblog_of.v || p->note.boosted);
		return p->what == OUTBOUND_QUOTE_REQUEST && *ret_wanted ? find_quoted_author(c, p, ret_wanted) : NULL;
	}
	TRY(account_of(c, p->details, "actor", &p->actor));
	TRY(account_of(c, p->details, "target", &p->target));
	*ret_wanted = p->actor && p->actor->local && (is_about_actor_alone(p->what) || p->target);
	if (p->what == OUTBOUND_FORWARD && *ret_wanted)
		*ret_wanted = !p->actor->suspended_us && !conf_limits_of(c->conf, url_domain(c->arena, p->target->uri)).suspended;
	return *ret_wanted ? find_collection(c, p, ret_wanted) : NULL;
}

static struct err *body_of(struct call *c, struct plan *p, struct str *ret)
{
	struct fed_doc doc;

	if (p->what == OUTBOUND_FORWARD) {
		*ret = json_get_s(p->details, "body");
		return NULL;
	}
	fed_doc_begin(&doc, c->arena, true);
	TRY(write_activity(c, p, &doc.w));
	TRY(fed_doc_end(c->arena, &doc, ret));
	return fed_proof_add(c, p->actor->id, *ret, ret);
}

struct err *fed_job_plan(struct call *c, const struct job *job, bool *ret_later)
{
	struct plan p = { .job = job };
	struct delivery_new d = { .id = job->id.v };
	bool wanted;

	(void)ret_later;
	TRY(open_up(c, &p, &wanted));
	if (!wanted)
		return NULL;
	TRY(audience(c, &p));
	if (p.inboxes.n == 0)
		return NULL;
	TRY(body_of(c, &p, &d.body));
	d.actor = p.actor->id;
	d.forwarded = p.what == OUTBOUND_FORWARD;
	d.to_followers = is_about_note(p.what) && p.note.status->visibility == VISIBILITY_PRIVATE;
	d.inboxes = p.inboxes.v;
	d.hosts = p.hosts.v;
	d.n = p.inboxes.n;
	TRY(acts_deliveries_add(c, &d, &wanted));
	return p.what == OUTBOUND_MOVE ? acts_move_told(c, p.actor->id, d.id, d.hosts, d.n) : NULL;
}
