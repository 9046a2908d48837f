/* acts/collection_receive.h: collections of people that stand on other servers, FEP-7aa9 (model/collection.h); collection_consent.h has what is
 * asked and answered about being in one. fed has read and judged what comes here. In whatever order it comes, and how often, the rows end the
 * same; a collection that was deleted does not come back. */
#pragma once
#include "base/call.h"
#include "model/collection.h"

/* Of one account; what comes beyond is let go. */
enum { REMOTE_COLLECTIONS_MAX = 50 };

struct remote_item {
	struct str uri;               /* the FeaturedItem's */
	struct str object_uri;        /* who is in it; none: only the item's id is known */
	struct str approval_uri;      /* where their authorization is said to be: to be verified */
	int64_t created_us;           /* 0: not said */
};
struct remote_collection {
	struct str uri, url, name, description, language;     /* sanitized */
	struct str tag_key, tag_name; /* none: no topic */
	account_id account;           /* whose it is */
	bool sensitive, discoverable;
	int64_t claimed_items, created_us, updated_us;        /* 0: not said */
	struct remote_item *items;
	size_t items_n;
};
/* Keeps it, or brings it up to date; those who are not in it any more go. Whoever is new in it is there once their authorization was read, for
 * which a VERIFY_ITEMS job is queued; people of ours once they have agreed. One that is older than what stands changes nothing.
 * *ret none: its URI is another's, or a deleted collection's, or its owner has too many. */
MUST struct err *acts_collection_receive(struct call *c, const struct remote_collection *in, collection_id *ret);
/* Somebody more in a collection that stands; nothing where it is not owner's. */
MUST struct err *acts_collection_item_receive(struct call *c, account_id owner, collection_id id, const struct remote_item *in);
/* Its owner has deleted it: it and all that hangs on it goes, and a tombstone stays. *ret_was: it stood. Another's is left alone. */
MUST struct err *acts_collection_gone(struct call *c, account_id owner, struct str uri, bool *ret_was);
/* In a transaction: an account of another server is gone: some of its collections go, and of the places that it has in others'. *ret_more: there is
 * more to do. */
MUST struct err *acts__collections_leave(struct call *c, account_id who, bool *ret_more);
/* Its owner has taken this item out, which a tombstone tells of those who say otherwise later; and it stands all the same, at its own address. */
MUST struct err *acts_collection_item_gone(struct call *c, account_id owner, collection_id id, struct str uri);
MUST struct err *acts_collection_item_back(struct call *c, struct str uri);
