/* acts/collection_receive.h: collections of people that stand on other servers, and what is asked and answered about being in one, FEP-7aa9
 * (model/collection.h). fed has read and judged what comes here. In whatever order it comes, and how often, the rows end the same; a collection
 * that was deleted does not come back. */
#pragma once
#include "base/call.h"
#include "model/collection.h"

/* Of one account; what comes beyond is let go. */
enum { REMOTE_COLLECTIONS_MAX = 50 };
/* An authorization that another server keeps is read again after this long. */
#define FEATURES_AGAIN_US (7 * US_PER_DAY)

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

/* Somebody elsewhere asks to put somebody here into a collection that is known. */
struct feature_request {
	struct str uri;               /* the FeatureRequest's id */
	account_id asker, whom;
	struct str collection_uri;
};
/* Agrees where whom lets people like the asker (acts_feature_right()), and refuses else, or where the collection is not the asker's, or whom has
 * taken themselves out of it; answers, and tells whom that they are in it. Asked again it answers again. */
MUST struct err *acts_feature_asked(struct call *c, const struct feature_request *in);
MUST struct err *acts_feature_refuse(struct call *c, const struct feature_request *in);
/* The asker takes it back, and whom out of the collection; also before it came. uri: the FeatureRequest's. */
MUST struct err *acts_feature_undone(struct call *c, account_id asker, struct str uri);

/* The authorization at this address was read and holds: who is this account. Nothing where another was named since, or the item is not waiting.
 * In a collection of ours the item is told of. */
MUST struct err *acts_collection_item_accepted(struct call *c, collection_item_id id, struct str approval_uri, account_id who);
/* Who is in it said no, or took a yes back. */
MUST struct err *acts_collection_item_rejected(struct call *c, collection_item_id id);
/* There is no authorization at this address. Nothing where another was named since. */
MUST struct err *acts_collection_item_unproven(struct call *c, collection_item_id id, struct str approval_uri);
/* It could not be read now: later, after twice as long each time; after two days of that, no more. */
MUST struct err *acts_collection_item_later(struct call *c, collection_item_id id, struct str approval_uri);

/* Recurring: queues reading those authorizations whose turn it is. */
MUST struct err *acts_collections_again(struct call *c);
