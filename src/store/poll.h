/* store/poll.h: votes. The polls themselves come with their posts (store/status.h). */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct poll_vote {
	poll_id poll;
	int position;
};
/* One account's votes in these polls. */
MUST struct err *poll_votes_of(struct call *c, account_id voter, const int64_t *poll_ids, size_t n, struct poll_vote **ret, size_t *ret_n);
MUST struct err *poll_status(struct call *c, poll_id id, status_id *ret, bool *ret_found);
