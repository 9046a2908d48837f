/* acts/keys.h: what makes a local account an actor: its addresses, and the key it signs with. RSA-2048, because that is what
 * every server reads; sealed before it is stored (crypt/seal.h). */
#pragma once
#include "base/call.h"
#include "model/account.h"

struct account_key;

/* Fills uri, url and the collections of a local account from its id and username; what is stored is never computed again. */
void acts_account_addresses(struct call *c, struct account *a);

/* A new key of an account of ours, sealed, ready for account_key_add(). Takes some 100 ms, so outside the transaction.
 * Fails: INTERNAL. */
MUST struct err *acts_keys_make(struct call *c, account_id id, struct str actor_uri, struct account_key *ret);
/* What a sealed private key is sealed for. */
struct str acts_key_purpose(struct arena *a, account_id id);

/* Makes the instance actor, which signs what no person asks for, where there is none yet: an Application named as the domain.
 * *ret_made: whether it was made. Two processes may try at once. */
MUST struct err *acts_instance_actor_make(struct call *c, bool *ret_made);
