/* fed/proof.h: object integrity proofs (FEP-8b32, cryptosuite eddsa-jcs-2022 of https://www.w3.org/TR/vc-di-eddsa/): what somebody passes on
 * is its author's own word where the author's Ed25519 key says so. Linked Data signatures are not read at all. */
#pragma once
#include "fed/fetch.h"
#include "model/account.h"

enum fed_proof {
	FED_PROOF_NONE,           /* none, or of a kind that is not read: as if it were not there */
	FED_PROOF_HOLDS,
	FED_PROOF_WRONG,          /* it does not hold, is not author's, or its time is over: nothing here is to be believed */
};

/* body, an activity of an account of ours, with a proof of that account's; as it is where it is not for the public, or the account has no
 * Ed25519 key. What is for some stays deniable: whoever gets it could show a proof to others. */
MUST struct err *fed_proof_add(struct call *c, account_id who, struct str body, struct str *ret);

/* Is doc what this author made? The key comes from the database, or from the author's server within the budget; *ret_author is set where
 * it holds. Fails: REMOTE  the key could not be fetched now. */
MUST struct err *fed_proof_check(struct call *c, struct fed_budget *b, const struct json *doc, struct str author, enum fed_proof *ret,
				 struct account **ret_author);
