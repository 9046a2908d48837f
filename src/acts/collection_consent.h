/* acts/collection_consent.h: whether somebody may be in a collection of people: what other servers ask of ours, and what they answered to us, or
 * have at the address of an authorization, FEP-7aa9. As in collection_receive.h, order and repetition change nothing in the end. */
#pragma once
#include "base/call.h"
#include "model/collection.h"

/* An authorization that another server keeps is read again after this long. */
#define FEATURES_AGAIN_US (7 * US_PER_DAY)

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
