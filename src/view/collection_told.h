/* view/collection_told.h: collections of people as the room fed speaks of them to other servers, and what it must know of theirs (FEP-7aa9). */
#pragma once
#include "base/call.h"
#include "base/map.h"
#include "model/collection.h"
#include "model/viewer.h"

/* One of ours, as it is for everybody: who is in it by consent, and stands, in order. */
struct collection_told {
	const struct collection *collection;      /* NULL: there is none, or whose it is has gone */
	const struct account *owner;
	const struct collection_item *items;
	size_t n;
};
MUST struct err *view_collection_told(struct call *c, collection_id id, struct collection_told *ret);
/* The same with one of who are in it alone; n 0 where they are not, by consent. */
MUST struct err *view_collection_item_told(struct call *c, collection_item_id id, struct collection_told *ret);
/* A page of those of a person of ours, newest first, in two queries; total: of all pages. */
MUST struct err *view_collections_told(struct call *c, const struct account *owner, size_t offset, size_t limit, struct collection_told **ret,
				       size_t *ret_n, size_t *ret_total);

MUST struct err *view_collection_by_uri(struct call *c, struct str uri, struct collection *ret, bool *ret_found);
/* Those that are known of somebody, at most 320, newest first. */
MUST struct err *view_collections_known(struct call *c, account_id owner, struct collection **ret, size_t *ret_n);
/* An item, and the collection that it is in. */
MUST struct err *view_collection_item(struct call *c, collection_item_id id, struct collection_item *ret, struct collection *ret_k,
				      bool *ret_found);
MUST struct err *view_collection_item_of_request(struct call *c, struct str request_uri, struct collection_item *ret, struct collection *ret_k,
						 bool *ret_found);
/* Items that rest on this authorization, of one person's (none: of anybody's). */
MUST struct err *view_collection_items_approved(struct call *c, struct str approval_uri, account_id whom, struct collection_item **ret,
						size_t *ret_n);
/* A collection, and those in it whose authorizations are to be read now. *ret_found false: there is none such. */
MUST struct err *view_collection_items_due(struct call *c, collection_id id, struct collection *ret, struct collection_item **ret_items,
					   size_t *ret_n, bool *ret_found);

/* Of these ids (at most 320) those that were taken out of collections: id -> itself. */
MUST struct err *view_removed(struct call *c, const struct str *uris, size_t n, struct map **ret);

/* Does somebody here refuse to show what is theirs to this viewer? */
MUST struct err *view_refuses(struct call *c, account_id whose, const struct viewer *v, bool *ret);
