/* store/featured_collection.h: rows of people's collections of people and of who is in them (model/collection.h), and of the posts that link to
 * one. Nothing here asks whether a collection may be seen; whose owner is gone is marked so. */
#pragma once
#include "base/map.h"
#include "model/collection.h"
#include "store/store.h"

/* ---- collections ---- */

MUST struct err *collection_find(struct call *c, collection_id id, struct collection *ret, bool *ret_found);
/* By its uri, or by the address of its page. */
MUST struct err *collection_find_uri(struct call *c, struct str uri, struct collection *ret, bool *ret_found);
/* id.v -> struct collection *. At most 320. */
MUST struct err *collections_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
/* Of these uris and addresses of pages those that are known; at most 320. */
MUST struct err *collections_by_uris(struct call *c, const struct str *uris, size_t n, struct collection **ret, size_t *ret_n);
/* Somebody's, newest first; hidden: those too that are not discoverable. */
MUST struct err *collections_of(struct call *c, account_id owner, bool hidden, int64_t offset, int limit, struct collection **ret, size_t *ret_n);
/* Those that somebody is in with their consent, whose owners stand, newest first. */
MUST struct err *collections_with(struct call *c, account_id whom, int64_t offset, int limit, struct collection **ret, size_t *ret_n);

/* In a transaction, as all that adds, puts or drops. Of ours not more than max (0: any number): *ret_full. */
MUST struct err *collection_add(struct call *c, const struct collection *k, int64_t max, bool *ret_full);
/* Takes its row: what happens to one collection happens one after another. Read it after that. */
MUST struct err *collection_lock(struct call *c, collection_id id, bool *ret_there);
/* Writes all but id, account, local, uri, and created_us. *ret_took false: it has changed since k was read, or is gone. */
MUST struct err *collection_put(struct call *c, const struct collection *k, bool *ret_took);
/* With its items. */
MUST struct err *collection_drop(struct call *c, collection_id id);

/* ---- who is in them ---- */

/* Of these collections (at most 320) whoever is in one with their consent, in order, but for those who are gone or whom the viewer blocks; of
 * the viewer's own also those who were asked. */
MUST struct err *collection_items_of(struct call *c, const int64_t *ids, size_t n, account_id viewer, struct collection_item **ret, size_t *ret_n);
/* Of one collection all there are in any state, in order. */
MUST struct err *collection_items_all(struct call *c, collection_id id, struct collection_item **ret, size_t *ret_n);
MUST struct err *collection_item_find(struct call *c, collection_item_id id, struct collection_item *ret, bool *ret_found);
MUST struct err *collection_item_with(struct call *c, collection_id id, struct str object_uri, struct collection_item *ret, bool *ret_found);
MUST struct err *collection_item_find_uri(struct call *c, struct str uri, struct collection_item *ret, bool *ret_found);
MUST struct err *collection_item_find_request(struct call *c, struct str request_uri, struct collection_item *ret, bool *ret_found);
/* By the authorization; at most max, all of one person (none: of anybody). */
MUST struct err *collection_items_approved_by(struct call *c, struct str approval_uri, account_id whom, int max, struct collection_item **ret,
					      size_t *ret_n);
/* Somebody's places, in whatever state, in whosever collections; at most max. */
MUST struct err *collection_items_held(struct call *c, account_id whom, int max, struct collection_item **ret, size_t *ret_n);
/* In somebody's collections, in the order of their ids, somebody else, in whatever state; at most max. */
MUST struct err *collection_items_between(struct call *c, account_id owner, account_id whom, int max, struct collection_item **ret, size_t *ret_n);
/* Collections that hold somebody whose authorization is to be read now; at most max. */
MUST struct err *collections_due(struct call *c, int max, struct collection **ret, size_t *ret_n);

/* The collection being locked. position 0: at the end. *ret_new false: they are in it already, or it holds max, or one of owner and person
 * blocks the other, or it is to be with their consent and they are of ours and not discoverable. */
MUST struct err *collection_item_add(struct call *c, const struct collection_item *i, int64_t max, bool *ret_new);
/* Writes account, position, state, the uris but for object_uri, updated_us and due_us. *ret_took false: it has changed since i was read. */
MUST struct err *collection_item_put(struct call *c, const struct collection_item *i, bool *ret_took);
MUST struct err *collection_item_drop(struct call *c, collection_item_id id, bool *ret_was);

/* ---- posts that link to one ---- */

struct status_collection {
	status_id status;
	struct str uri;               /* the collection's */
	collection_id collection;     /* none: not known here */
};
/* Of these posts (at most 320), in the order of each post. */
MUST struct err *status_collections_of(struct call *c, const int64_t *ids, size_t n, struct status_collection **ret, size_t *ret_n);
/* In a transaction: exactly these from now on; links[i].status is not looked at. */
MUST struct err *status_collections_set(struct call *c, status_id id, const struct status_collection *links, size_t n);
/* In a transaction: a collection is known from now on. */
MUST struct err *status_collections_link(struct call *c, struct str uri, collection_id id);
