#include "fed/people_collection.h"

#include "conf/conf.h"
#include "fed/document.h"
#include "fed/fed_priv.h"
#include "view/federation.h"
#include "wire/html.h"

enum { PER_PAGE = 5 };

/* ---- what is said of ours ---- */

struct str fed_people_collections_uri(struct call *c, const struct account *a)
{
	return arena_concat(c->arena, a->uri, STR("/featured_collections"));
}

void fed_people_item_write(const struct collection_item *item, struct jw *w)
{
	jw_kstr(w, "id", item->uri);
	jw_kz(w, "type", "FeaturedItem");
	jw_kstr(w, "featuredObject", item->object_uri);
	if (item->approval_uri.n)
		jw_kstr(w, "featureAuthorization", item->approval_uri);
	jw_ktime(w, "published", item->created_us);
}

static void write_description(struct call *c, const struct collection *k, struct jw *w)
{
	struct str text = html_escape(c->arena, k->description);

	if (!k->language.n) {
		jw_kstr(w, "summary", text);
		return;
	}
	jw_key(w, "summaryMap");
	jw_obj(w);
	jw_key_str(w, k->language);
	jw_str(w, text);
	jw_obj_end(w);
}

static void write_topic(struct call *c, const struct collection *k, struct jw *w)
{
	if (!k->tag_name.n)
		return;
	jw_key(w, "topic");
	jw_obj(w);
	jw_kz(w, "type", "Hashtag");
	jw_kstr(w, "href", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), k->tag_name));
	jw_kstr(w, "name", arena_concat(c->arena, STR("#"), k->tag_name));
	jw_obj_end(w);
}

void fed_people_collection_write(struct call *c, const struct collection_told *told, struct jw *w)
{
	const struct collection *k = told->collection;

	jw_kstr(w, "id", k->uri);
	jw_kz(w, "type", "FeaturedCollection");
	jw_ki64(w, "totalItems", (int64_t)told->n);
	jw_kstr(w, "name", k->name);
	write_description(c, k, w);
	jw_kstr(w, "attributedTo", told->owner->uri);
	jw_kstr(w, "url", k->url.n ? k->url : k->uri);
	jw_kbool(w, "sensitive", k->sensitive);
	jw_kbool(w, "discoverable", k->discoverable);
	jw_ktime(w, "published", k->created_us);
	jw_ktime(w, "updated", k->updated_us);
	write_topic(c, k, w);
	jw_key(w, "orderedItems");
	jw_arr(w);
	for (size_t i = 0; i < told->n; i++) {
		jw_obj(w);
		fed_people_item_write(&told->items[i], w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

void fed_feature_authorization_write(const struct collection_item *item, struct str collection_uri, struct jw *w)
{
	jw_kstr(w, "id", item->approval_uri);
	jw_kz(w, "type", "FeatureAuthorization");
	jw_kstr(w, "interactingObject", collection_uri);
	jw_kstr(w, "interactionTarget", item->object_uri);
}

/* ---- its documents ---- */

static struct err *not_found(struct call *c) { return FAIL(c->arena, ERR_NOT_FOUND, "Not Found"); }

/* May whoever asks see what is a's? *ret_again: return at once. */
static struct err *judge(struct call *c, struct req *r, const struct account *a, bool *ret_again)
{
	struct viewer v;
	bool refuses;

	TRY(fed__reader(c, r, false, &v, ret_again));
	if (*ret_again)
		return NULL;
	TRY(view_refuses(c, a->id, &v, &refuses));
	return refuses || a->suspended_us ? not_found(c) : NULL;
}

/* The person of ours at the address. */
static struct err *whose(struct call *c, struct req *r, struct account **ret, bool *ret_again)
{
	TRY(view_actor(c, ID(account_id, req_id(r, "id")), ret));
	return judge(c, r, *ret, ret_again);
}

static struct err *reply(struct call *c, struct req *r, struct fed_doc *d)
{
	struct str json;

	TRY(fed_doc_end(c->arena, d, &json));
	/* Whoever is in it may leave at any time. */
	reply_header(r->out, "Cache-Control", STR("private, no-store"));
	fed__reply(r, json);
	return NULL;
}

static struct err *reply_collection(struct call *c, struct req *r, const struct collection_told *told)
{
	struct fed_doc d;

	fed_doc_begin(&d, c->arena, true);
	fed_people_collection_write(c, told, &d.w);
	return reply(c, r, &d);
}

static struct err *show_collection(struct call *c, struct req *r)
{
	struct collection_told told;
	struct account *a;
	bool again;

	TRY(whose(c, r, &a, &again));
	if (again)
		return NULL;
	TRY(view_collection_told(c, ID(collection_id, req_id(r, "cid")), &told));
	return told.collection && id_eq(told.owner->id, a->id) ? reply_collection(c, r, &told) : not_found(c);
}

/* Where its page is, its document is for those who ask for that. */
static struct err *show_page(struct call *c, struct req *r)
{
	struct collection_told told;
	bool again;

	TRY(view_collection_told(c, ID(collection_id, req_id(r, "id")), &told));
	if (!told.collection)
		return not_found(c);
	TRY(judge(c, r, told.owner, &again));
	return again ? NULL : reply_collection(c, r, &told);
}

static struct err *show_item(struct call *c, struct req *r)
{
	struct collection_told told;
	struct account *a;
	struct fed_doc d;
	bool again;

	TRY(whose(c, r, &a, &again));
	if (again)
		return NULL;
	TRY(view_collection_item_told(c, ID(collection_item_id, req_id(r, "iid")), &told));
	if (!told.n || !id_eq(told.owner->id, a->id))
		return not_found(c);
	fed_doc_begin(&d, c->arena, true);
	fed_people_item_write(told.items, &d.w);
	return reply(c, r, &d);
}

/* What whoever is in it agreed to, while they do: whosever collection it is. */
static struct err *show_authorization(struct call *c, struct req *r)
{
	struct collection_item item;
	struct collection k;
	struct account *a;
	struct fed_doc d;
	bool again, found;

	TRY(whose(c, r, &a, &again));
	if (again)
		return NULL;
	TRY(view_collection_item(c, ID(collection_item_id, req_id(r, "iid")), &item, &k, &found));
	if (!found || k.gone || item.state != COLLECTION_ITEM_ACCEPTED || !id_eq(item.account, a->id) || !item.approval_uri.n)
		return not_found(c);
	fed_doc_begin(&d, c->arena, true);
	fed_feature_authorization_write(&item, k.uri, &d.w);
	return reply(c, r, &d);
}

static struct err *write_page(struct call *c, const struct account *a, size_t page, struct jw *w)
{
	struct str uri = fed_people_collections_uri(c, a);
	struct collection_told *told;
	size_t n, total;

	TRY(view_collections_told(c, a, (page - 1) * PER_PAGE, PER_PAGE, &told, &n, &total));
	jw_kstr(w, "id", arena_printf(c->arena, STR_FMT "?page=%zu", STR_ARG(uri), page));
	jw_kz(w, "type", "CollectionPage");
	jw_ki64(w, "totalItems", (int64_t)total);
	jw_kstr(w, "partOf", uri);
	if (page * PER_PAGE < total)
		jw_kstr(w, "next", arena_printf(c->arena, STR_FMT "?page=%zu", STR_ARG(uri), page + 1));
	if (page > 1)
		jw_kstr(w, "prev", arena_printf(c->arena, STR_FMT "?page=%zu", STR_ARG(uri), page - 1));
	jw_key(w, "items");
	jw_arr(w);
	for (size_t i = 0; i < n; i++) {
		jw_obj(w);
		fed_people_collection_write(c, &told[i], w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return NULL;
}

static struct err *write_list(struct call *c, const struct account *a, struct jw *w)
{
	struct str uri = fed_people_collections_uri(c, a);
	struct collection_told *told;
	size_t n, total;

	TRY(view_collections_told(c, a, 0, 0, &told, &n, &total));
	jw_kstr(w, "id", uri);
	jw_kz(w, "type", "Collection");
	jw_ki64(w, "totalItems", (int64_t)total);
	jw_kstr(w, "first", arena_concat(c->arena, uri, STR("?page=1")));
	return NULL;
}

static struct err *list_collections(struct call *c, struct req *r)
{
	int64_t page = 0;
	struct account *a;
	struct fed_doc d;
	bool again;

	TRY(whose(c, r, &a, &again));
	if (again)
		return NULL;
	fed_doc_begin(&d, c->arena, true);
	if (!str_i64(params_get(r->params, "page"), &page))
		TRY(write_list(c, a, &d.w));
	else
		TRY(write_page(c, a, page > 0 && page < INT32_MAX ? (size_t)page : 1, &d.w));
	return reply(c, r, &d);
}

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
const struct endpoint fed_people_collection_endpoints[] = {
	DOC("/ap/users/:id/featured_collections", list_collections),
	DOC("/ap/users/:id/collections/:cid", show_collection),
	DOC("/ap/users/:id/collection_items/:iid", show_item),
	DOC("/ap/users/:id/feature_authorizations/:iid", show_authorization),
	{ .method = METHOD_GET, .path = "/collections/:id", .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = show_page,
	  .accept = ACCEPT_ACTIVITY },
	{ 0 }
};
