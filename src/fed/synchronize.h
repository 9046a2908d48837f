/* fed/synchronize.h: followers synchronization (FEP-8fcf): servers tell each other, with what is for followers alone, whom they hold for
 * followers, as a digest, and hand the list to whoever disagrees. Private to fed.
 * https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md */
#pragma once
#include "gate/endpoint.h"
#include "model/account.h"

/* The header of a delivery by one of ours to this inbox; none where there are more followers there than are ever listed. */
MUST struct err *fed__synchronization(struct call *c, account_id who, struct str inbox, struct str *ret_header);
/* *ret_url: where the list is, if the request says another digest of the signer's followers here than ours; else none. */
MUST struct err *fed__disagrees(struct call *c, const struct req *r, const struct account *signer, struct str *ret_url);
