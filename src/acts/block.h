/* acts/block.h: blocking people and hiding domains. A block ends follows and requests both ways, and what one has in one's home and
 * notifications of the other; a hidden domain does the same for everybody there.
 * https://docs.joinmastodon.org/methods/accounts/#block and https://docs.joinmastodon.org/methods/domain_blocks/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/jobs.h"

/* NOT_FOUND: whom is unknown; FORBIDDEN: oneself. */
MUST struct err *acts_block(struct call *c, account_id who, account_id whom);
MUST struct err *acts_unblock(struct call *c, account_id who, account_id whom);
/* Somebody elsewhere blocks one of ours, and takes it back, maybe before it comes. uri: of the Block, none where it says none. */
MUST struct err *acts_block_receive(struct call *c, account_id who, account_id whom, struct str uri);
MUST struct err *acts_block_undone(struct call *c, account_id who, account_id whom, struct str uri);

/* INVALID: no domain, or ours. Follows beyond the first hundred end in a job. */
MUST struct err *acts_domain_hide(struct call *c, account_id who, struct str domain);
MUST struct err *acts_domain_show(struct call *c, account_id who, struct str domain);

/* JOB_ACCOUNT_CLEAN. ref_id: the reader; arg: "author:<id>", "domain:<domain>", or "requests" where the account was opened.
 * Looks at what stands when it runs. */
job_fn acts_job_account_clean;
