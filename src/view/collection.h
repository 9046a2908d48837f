/* view/collection.h: collections of people as the client API shows them: to their owners also whom they asked, to others whoever is in one with
 * their consent, without those whom the viewer blocks. https://docs.joinmastodon.org/entities/Collection/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/viewer.h"

/* A WrappedCollection. NOT_FOUND. */
MUST struct err *view_collection_json(struct call *c, const struct viewer *v, collection_id id, struct str *ret_json);
/* A CollectionWithAccounts. NOT_FOUND; FORBIDDEN: its owner blocks the viewer. */
MUST struct err *view_collection_with_accounts(struct call *c, const struct viewer *v, collection_id id, struct str *ret_json);
/* A WrappedCollectionItem, in whatever state. NOT_FOUND. */
MUST struct err *view_collection_item_json(struct call *c, collection_item_id id, struct str *ret_json);

/* A page of them: Collections. */
struct collections_page {
	struct str json;
	bool more;                    /* there are more */
};
/* Somebody's, newest first; of others those that are discoverable, none where they block the viewer or are suspended. NOT_FOUND. */
MUST struct err *view_collections_of(struct call *c, const struct viewer *v, account_id owner, int64_t offset, int limit,
				     struct collections_page *ret);
/* Those that the viewer is in. NOT_FOUND: no such account; FORBIDDEN: it is another's business. */
MUST struct err *view_collections_with(struct call *c, const struct viewer *v, account_id whom, int64_t offset, int limit,
				       struct collections_page *ret);
