/* acts/keys.h: what makes a local account an actor: its addresses, and its keys. RSA-2048, which requests are signed with, because that is
 * what every server reads, and Ed25519; sealed before they are stored (crypt/seal.h). */
#pragma once
#include "base/call.h"
#include "model/account.h"

struct account_key;

/* Fills uri, url and the collections of a local account from its id and username; what is stored is never computed again. */
void acts_account_addresses(struct call *c, struct account *a);

/* New keys of an account of ours, ACTOR_KEYS of them, sealed, ready for account_key_add(): RSA, then Ed25519. Takes some 100 ms, so
 * outside the transaction. Fails: INTERNAL. */
enum { ACTOR_KEYS = 2 };
MUST struct err *acts_keys_make(struct call *c, account_id id, struct str actor_uri, struct account_key *ret);

/* New keys instead of those in use, in one transaction, and an Update to who knows the account. The old ones sign nothing from then on;
 * they are shown for KEYS_OVERLAP_US, because what they signed may still wait over there to be verified, unless at_once: then
 * nobody is told of them any more. A rotation within the overlap leaves three generations.
 * Fails: NOT_FOUND  no account of ours. */
#define KEYS_OVERLAP_US (7 * US_PER_DAY)
MUST struct err *acts_keys_rotate(struct call *c, account_id who, bool at_once);
/* A turn of recurring work: drops keys whose overlap is over, and gives those of ours an Ed25519 key who have none. */
MUST struct err *acts_keys_tend(struct call *c);
/* What a sealed private key is sealed for. */
struct str acts_key_purpose(struct arena *a, account_id id);

/* Makes the instance actor, which signs what no person asks for, where there is none yet: an Application named as the domain.
 * *ret_made: whether it was made. Two processes may try at once. */
MUST struct err *acts_instance_actor_make(struct call *c, bool *ret_made);
