/* model/collection.h: a collection: people whom somebody recommends, by name and in order, and who may be put into one: FEP-7aa9 as Mastodon
 * 4.6 understands it. https://docs.joinmastodon.org/client/collections/, https://w3id.org/fep/7aa9 */
#pragma once
#include "model/account.h"

/* Of ours; and what is read of others'. */
enum { COLLECTIONS_MAX = 10, COLLECTION_ITEMS_MAX = 25, COLLECTION_NAME_MAX = 40, COLLECTION_DESCRIPTION_MAX = 100 };
enum { COLLECTION_ITEMS_READ_MAX = 150, COLLECTION_NAME_READ_MAX = 256, COLLECTION_DESCRIPTION_READ_MAX = 2048 };

struct collection {
	collection_id id;
	account_id account;           /* whose it is */
	bool local;
	struct str uri, url;
	struct str name;
	struct str description;       /* ours: as typed; others': sanitized HTML */
	struct str language;
	tag_id tag;                   /* none: about nothing in particular */
	struct str tag_name;          /* as it is read with the row */
	bool sensitive;
	bool discoverable;            /* shown on the profile; else only whoever knows its address finds it */
	int64_t claimed_items;        /* others': how many it says it holds */
	int64_t created_us, updated_us;
	int64_t fetched_us;           /* others': when it was read */
	int64_t version;              /* as it was read */
	bool gone;                    /* read: its owner is suspended or deleted, nobody sees it */
	int64_t items;                /* read: how many are in it with their consent */
};

struct collection_item {
	collection_item_id id;
	collection_id collection;
	account_id account;           /* none: not known here */
	int64_t position;             /* from 1 */
	enum collection_item_state state;
	struct str uri;               /* of the FeaturedItem; none: we agreed to it and have not heard of it since */
	struct str object_uri;        /* of who is in it */
	struct str request_uri;       /* of the FeatureRequest */
	struct str approval_uri;      /* of the FeatureAuthorization; ours where the person is ours */
	int64_t created_us, updated_us;
	int64_t due_us;               /* when the authorization is looked at again; 0: never */
	int64_t version;              /* as it was read */
};

/* What whoever puts somebody into a collection is to them. */
struct feature_facts {
	bool is_person, is_self;
	bool follows, followed_by;    /* they follow the one to be put in; are followed by them */
	bool blocked;                 /* either way */
};
/* Ours consent by being discoverable, those who are locked only to whom they let follow; others say it in their profile. */
enum feature_right rule_feature(const struct account *whom, const struct feature_facts *f);
/* Whom somebody consents to, in the bits of model/quote.h. */
int64_t feature_policy_of(const struct account *whom);
