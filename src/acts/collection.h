/* acts/collection.h: collections of people that somebody here recommends, FEP-7aa9. Whoever is put into one consented before (they are
 * discoverable, or their profile says so) or is asked, and may take it back at any time.
 * https://docs.joinmastodon.org/methods/collections/, https://w3id.org/fep/7aa9 */
#pragma once
#include "acts/choice.h"
#include "base/call.h"
#include "model/collection.h"
#include "model/viewer.h"

/* Additions of one person to their collections in a day. */
enum { COLLECTED_A_DAY = 400 };

/* What is not said (none, CHOICE_KEEP) stays as it is. accounts: only when it is made. */
struct collection_in {
	struct str name, description, language, tag_name;
	enum choice sensitive, discoverable;
	const int64_t *accounts;
	size_t accounts_n;
};
/* NOT_FOUND: one of the accounts is; FORBIDDEN: one of them does not consent; INVALID: the field, or there are too many. */
MUST struct err *acts_collection_create(struct call *c, const struct viewer *v, const struct collection_in *in, collection_id *ret);
/* These: NOT_FOUND; FORBIDDEN: another's. */
MUST struct err *acts_collection_update(struct call *c, const struct viewer *v, collection_id id, const struct collection_in *in);
MUST struct err *acts_collection_delete(struct call *c, const struct viewer *v, collection_id id);
/* FORBIDDEN also: they do not consent. INVALID: they are in it already, or were and took it back; it is full. */
MUST struct err *acts_collection_add(struct call *c, const struct viewer *v, collection_id id, account_id whom, collection_item_id *ret);
/* NOT_FOUND also: they are in it no more. */
MUST struct err *acts_collection_remove(struct call *c, const struct viewer *v, collection_id id, collection_item_id item);
/* Whoever is in it takes themself out, for good. FORBIDDEN: it is somebody else who is. */
MUST struct err *acts_collection_revoke(struct call *c, const struct viewer *v, collection_id id, collection_item_id item);

/* May somebody put another into a collection of theirs? */
MUST struct err *acts_feature_right(struct call *c, account_id who, const struct account *whom, enum feature_right *ret);

/* In a transaction: one blocks the other: neither is in a collection of the other's any more. */
MUST struct err *acts__collections_part(struct call *c, const struct account *who, const struct account *whom);
