/* Collections of people of other servers: kept as their owners say they are, and who is in them as those say. An authorization is believed only
 * where it was fetched at its own address, on the host of who is in the collection, and names both. */
#include "fed/actor_read.h"
#include "fed/collection.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/people.h"
#include "fed/people_collection.h"
#include "view/federation.h"
#include "wire/url.h"

/* Mastodon lists five a page. */
enum { PAGES_MAX = 10, LOOKED_FOR_MAX = 5 };

/* ---- taking what is said ---- */

/* *ret false: it could not be had as it should be. */
static struct err *fetch_item(struct call *c, struct fed_budget *b, struct str home, struct remote_item *item, bool *ret)
{
	struct remote_item said;
	const struct json *doc;
	struct err *e = fed_fetch(c, b, item->uri, &doc);

	*ret = !e && fed_people_item_read(c, doc, home, &said) && str_eq(said.uri, item->uri) && said.object_uri.n;
	if (*ret)
		*item = said;
	return e && e->code != ERR_REMOTE ? fed__settle(e) : NULL;
}

struct err *fed_people_items_judge(struct call *c, struct fed_budget *b, struct str home, struct remote_item *items, size_t *n)
{
	struct str *uris = arena_array(c->arena, struct str, *n + 1);
	struct map *removed;
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		uris[i] = items[i].uri;
	TRY(view_removed(c, uris, *n, &removed));
	for (size_t i = 0; i < *n; i++) {
		bool gone = map_find(removed, items[i].uri) != NULL, there = true;

		if (gone || !items[i].object_uri.n)
			TRY(fetch_item(c, b, home, &items[i], &there));
		if (gone && there)
			TRY(acts_collection_item_back(c, items[i].uri));
		/* What could not be had stays named by its id: if it is known already, it stays. */
		if (there || !gone)
			items[kept++] = items[i];
	}
	*n = kept;
	return NULL;
}

struct err *fed_people_collection_take(struct call *c, struct fed_budget *b, const struct json *doc, const struct account *owner, collection_id *ret)
{
	struct remote_collection said;

	*ret = ID_NONE(collection_id);
	TRY(fed_people_collection_read(c, doc, owner, &said));
	TRY(fed_people_items_judge(c, b, said.uri, said.items, &said.items_n));
	return acts_collection_receive(c, &said, ret);
}

/* Whose it is must be known already: whoever is unknown here is not made known by what they recommend. */
static struct err *fetch(struct call *c, struct fed_budget *b, struct str uri, collection_id *ret)
{
	struct account *owner;
	const struct json *doc;

	*ret = ID_NONE(collection_id);
	TRY(fed_fetch(c, b, uri, &doc));
	if (!fed_is_people_collection(doc) || !str_eq(json_get_s(doc, "id"), uri))
		return NULL;
	TRY(view_account_by_uri(c, fed_id_of(json_get(doc, "attributedTo")), &owner));
	if (!owner || owner->local || owner->deleted_us || owner->suspended_us)
		return NULL;
	return fed_people_collection_take(c, b, doc, owner, ret);
}

struct err *fed_people_collection_get(struct call *c, struct fed_budget *b, struct str uri, collection_id *ret)
{
	struct collection k;
	bool found;

	TRY(view_collection_by_uri(c, uri, &k, &found));
	*ret = found ? k.id : ID_NONE(collection_id);
	return found || !uri.n || fed_is_ours(c, uri) ? NULL : fetch(c, b, uri, ret);
}

/* ---- reading all of somebody's ---- */

static bool is_among(const struct json *const *items, size_t n, struct str uri)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(fed_id_of(items[i]), uri))
			return true;
	return false;
}

/* Nobody here may have been told that it went. */
static struct err *look_for(struct call *c, struct fed_budget *b, const struct collection *k)
{
	const struct json *doc;
	struct err *e;
	bool was;

	b->status = 0;
	e = fed_fetch(c, b, k->uri, &doc);
	if (b->status == 404 || b->status == 410)
		return acts_collection_gone(c, k->account, k->uri, &was);
	return e && e->code != ERR_REMOTE ? fed__settle(e) : NULL;
}

static struct err *look_for_others(struct call *c, struct fed_budget *b, const struct account *a, const struct json *const *items, size_t n)
{
	struct collection *known;
	size_t known_n, looked = 0;

	TRY(view_collections_known(c, a->id, &known, &known_n));
	for (size_t i = 0; i < known_n && looked < LOOKED_FOR_MAX; i++)
		if (!is_among(items, n, known[i].uri)) {
			TRY(look_for(c, b, &known[i]));
			looked++;
		}
	return NULL;
}

struct err *fed_people_collections_read(struct call *c, struct fed_budget *b, const struct account *a)
{
	const struct json **items, *said;
	collection_id id;
	bool whole;
	size_t n;

	TRY(fed_fetch(c, b, a->collections_uri, &said));
	TRY(fed_collection_read(c, b, said, a->collections_uri, REMOTE_COLLECTIONS_MAX, PAGES_MAX, &items, &n, &whole));
	for (size_t i = 0; i < n; i++) {
		struct str uri = fed_id_of(items[i]);

		if (fed_is_people_collection(items[i]))
			TRY(fed__settle(fed_people_collection_take(c, b, items[i], a, &id)));
		else if (url_same_host(uri, a->uri))
			TRY(fed__settle(fetch(c, b, uri, &id)));
	}
	return whole ? look_for_others(c, b, a, items, n) : NULL;
}

static struct err *get_wanted(struct call *c, struct fed_budget *b, struct str uri)
{
	collection_id id;

	TRY(fed_people_collection_get(c, b, uri, &id));
	if (!id.v)
		fed_budget_in_vain(b);
	return NULL;
}

/* arg: a collection that a post links to, and payload: the domain of that post; or ref_id: whose collections are read. */
struct err *fed_job_fetch_collections(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b = fed_budget_for(c, job->payload);
	struct account *a;

	(void)ret_later;
	if (job->arg.n)
		return fed__settle(fed_budget_end(c, &b, get_wanted(c, &b, job->arg)));
	TRY(view_account_by_id(c, ID(account_id, job->ref_id), &a));
	if (!a || a->local || a->deleted_us || a->suspended_us || !a->collections_uri.n)
		return NULL;
	b = fed_budget_for(c, a->uri);
	return fed__settle(fed_budget_end(c, &b, fed_people_collections_read(c, &b, a)));
}

/* ---- consent ---- */

struct err *fed__feature_holds(struct call *c, struct fed_budget *b, const struct collection_item *item, const struct collection *k, struct str at,
			       bool *ret)
{
	const struct json *doc;
	struct str about;

	*ret = false;
	if (!at.n || !url_same_host(at, item->object_uri))
		return NULL;
	TRY(fed_fetch(c, b, at, &doc));
	about = fed_id_of(json_get(doc, "interactingObject"));
	*ret = str_eqz(fed__type_of(doc), "FeatureAuthorization") && str_eq(json_get_s(doc, "id"), at) &&
	       (str_eq(about, k->uri) || (item->uri.n && str_eq(about, item->uri))) &&
	       str_eq(fed_id_of(json_get(doc, "interactionTarget")), item->object_uri);
	return NULL;
}

/* Who is in it, by their authorization. Silence says nothing, nor does a refusal to let us read. */
static struct err *verify(struct call *c, struct fed_budget *b, const struct collection_item *item, const struct collection *k)
{
	struct account *who = NULL;
	bool holds;
	struct err *e;

	b->status = 0;
	e = fed__feature_holds(c, b, item, k, item->approval_uri, &holds);
	if (b->status == 404 || b->status == 410 || (!e && !holds))
		return acts_collection_item_unproven(c, item->id, item->approval_uri);
	if (!e)
		e = fed_person(c, b, item->object_uri, false, &who);
	if (!e && who && !who->deleted_us && !who->local)
		return acts_collection_item_accepted(c, item->id, item->approval_uri, who->id);
	if (e && e->code != ERR_REMOTE)
		TRY(fed__settle(e));
	return acts_collection_item_later(c, item->id, item->approval_uri);
}

static struct err *verify_all(struct call *c, struct fed_budget *b, const struct collection *k, const struct collection_item *items, size_t n)
{
	for (size_t i = 0; i < n && b->fetches_left > 0; i++)
		if (items[i].approval_uri.n && !fed_is_ours(c, items[i].approval_uri))
			TRY(verify(c, b, &items[i], k));
	return NULL;
}

/* ref_id: the collection. What the budget does not suffice for waits, and comes again with acts_collections_again(). */
struct err *fed_job_verify_items(struct call *c, const struct job *job, bool *ret_later)
{
	struct collection_item *items;
	struct fed_budget b;
	struct collection k;
	bool found;
	size_t n;

	(void)ret_later;
	TRY(view_collection_items_due(c, ID(collection_id, job->ref_id), &k, &items, &n, &found));
	if (!found)
		return NULL;
	b = fed_budget_for(c, k.uri);
	return fed_budget_end(c, &b, verify_all(c, &b, &k, items, n));
}
