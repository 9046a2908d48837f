#include "view/collection_told.h"

#include "store/account.h"
#include "store/audience.h"
#include "store/featured_collection.h"
#include "store/status.h"

enum { APPROVED_MAX = 20, KNOWN_MAX = 320 };

static bool stands(const struct account *a) { return a && !a->suspended_us && !a->deleted_us; }

/* Who is in these, each told's from where the last one's end: they come by collection, in the order of `told`'s ids. */
static struct err *add_items(struct call *c, struct collection_told *told, size_t n)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct collection_item *items;
	size_t items_n;

	for (size_t i = 0; i < n; i++)
		ids[i] = told[i].collection->id.v;
	TRY(collection_items_of(c, ids, n, ID_NONE(account_id), &items, &items_n));
	for (size_t i = 0; i < n; i++) {
		struct collection_item *v = arena_array(c->arena, struct collection_item, COLLECTION_ITEMS_MAX);

		for (size_t k = 0; k < items_n && told[i].n < COLLECTION_ITEMS_MAX; k++)
			if (id_eq(items[k].collection, told[i].collection->id) && items[k].state == COLLECTION_ITEM_ACCEPTED)
				v[told[i].n++] = items[k];
		told[i].items = v;
	}
	return NULL;
}

static struct err *find_ours(struct call *c, collection_id id, struct collection_told *ret)
{
	struct collection *k = arena_new(c->arena, struct collection);
	struct account *owner;
	bool found;

	*ret = (struct collection_told){ 0 };
	TRY(collection_find(c, id, k, &found));
	if (!found || !k->local || k->gone)
		return NULL;
	TRY(account_find(c, k->account, &owner));
	if (!stands(owner))
		return NULL;
	ret->collection = k;
	ret->owner = owner;
	return NULL;
}

struct err *view_collection_told(struct call *c, collection_id id, struct collection_told *ret)
{
	TRY(find_ours(c, id, ret));
	return ret->collection ? add_items(c, ret, 1) : NULL;
}

struct err *view_collection_item_told(struct call *c, collection_item_id id, struct collection_told *ret)
{
	struct collection_item item;
	bool found;

	*ret = (struct collection_told){ 0 };
	TRY(collection_item_find(c, id, &item, &found));
	if (!found)
		return NULL;
	TRY(view_collection_told(c, item.collection, ret));
	for (size_t i = 0; i < ret->n; i++)
		if (id_eq(ret->items[i].id, id)) {
			ret->items = &ret->items[i];
			ret->n = 1;
			return NULL;
		}
	ret->n = 0;
	return NULL;
}

struct err *view_collections_told(struct call *c, const struct account *owner, size_t offset, size_t limit, struct collection_told **ret,
				  size_t *ret_n, size_t *ret_total)
{
	struct collection *all;

	*ret_n = *ret_total = 0;
	*ret = arena_array(c->arena, struct collection_told, limit + 1);
	if (!stands(owner))
		return NULL;
	TRY(collections_of(c, owner->id, true, 0, KNOWN_MAX, &all, ret_total));
	for (size_t i = offset; i < *ret_total && *ret_n < limit; i++)
		(*ret)[(*ret_n)++] = (struct collection_told){ .collection = &all[i], .owner = owner };
	return *ret_n ? add_items(c, *ret, *ret_n) : NULL;
}

struct err *view_collection_by_uri(struct call *c, struct str uri, struct collection *ret, bool *ret_found)
{
	*ret_found = false;
	if (uri.n)
		TRY(collection_find_uri(c, uri, ret, ret_found));
	/* Its page is found by its address, too. */
	*ret_found = *ret_found && str_eq(ret->uri, uri);
	return NULL;
}

struct err *view_collections_known(struct call *c, account_id owner, struct collection **ret, size_t *ret_n)
{
	return collections_of(c, owner, true, 0, KNOWN_MAX, ret, ret_n);
}

static struct err *with_collection(struct call *c, const struct collection_item *item, struct collection *ret_k, bool *ret_found)
{
	return *ret_found ? collection_find(c, item->collection, ret_k, ret_found) : NULL;
}

struct err *view_collection_item(struct call *c, collection_item_id id, struct collection_item *ret, struct collection *ret_k,
				 bool *ret_found)
{
	TRY(collection_item_find(c, id, ret, ret_found));
	return with_collection(c, ret, ret_k, ret_found);
}

struct err *view_collection_item_of_request(struct call *c, struct str request_uri, struct collection_item *ret, struct collection *ret_k,
					    bool *ret_found)
{
	*ret_found = false;
	if (request_uri.n)
		TRY(collection_item_find_request(c, request_uri, ret, ret_found));
	return with_collection(c, ret, ret_k, ret_found);
}

struct err *view_collection_items_approved(struct call *c, struct str approval_uri, account_id whom, struct collection_item **ret,
					   size_t *ret_n)
{
	return collection_items_approved_by(c, approval_uri, whom, APPROVED_MAX, ret, ret_n);
}

struct err *view_collection_items_due(struct call *c, collection_id id, struct collection *ret, struct collection_item **ret_items,
				      size_t *ret_n, bool *ret_found)
{
	size_t all;

	*ret_n = 0;
	TRY(collection_find(c, id, ret, ret_found));
	if (!*ret_found)
		return NULL;
	TRY(collection_items_all(c, id, ret_items, &all));
	for (size_t i = 0; i < all; i++)
		if ((*ret_items)[i].due_us && (*ret_items)[i].due_us <= c->now_us)
			(*ret_items)[(*ret_n)++] = (*ret_items)[i];
	return NULL;
}

struct err *view_removed(struct call *c, const struct str *uris, size_t n, struct map **ret) { return tombstones_among(c, uris, n, ret); }

struct err *view_refuses(struct call *c, account_id whose, const struct viewer *v, bool *ret)
{
	*ret = false;
	return v->kind == VIEWER_REMOTE ? audience_blocked(c, whose, v->account, v->domain, ret) : NULL;
}
