/* acts/notification_policy.h: whose notifications somebody wants, and what becomes of requests.
 * https://docs.joinmastodon.org/methods/notifications/#accept-request */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/jobs.h"
#include "model/policy.h"

/* Words of policy_action; none: as it is. INVALID: one that is none. */
struct policy_change {
	struct str not_following, not_followers, new_accounts, private_mentions, limited_accounts, bots;
};
MUST struct err *acts_notification_policy_put(struct call *c, account_id who, const struct policy_change *what);

/* Of these (at most 320) those that are `who`'s; all: NOT_FOUND where one is not. Accepted, their people are let through from now on, and a job
 * lets in what was held back; dismissed, it goes. */
MUST struct err *acts_notification_requests_accept(struct call *c, account_id who, const int64_t *ids, size_t n, bool all);
MUST struct err *acts_notification_requests_dismiss(struct call *c, account_id who, const int64_t *ids, size_t n, bool all);

/* UNFILTER: ref_id is whose they are, arg whom they are from. */
job_fn acts_job_unfilter;
