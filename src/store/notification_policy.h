/* store/notification_policy.h: whose notifications somebody wants, whom they let through, and who asks (notification requests). */
#pragma once
#include "model/policy.h"
#include "store/store.h"

/* policy_default where there is no row. */
MUST struct err *notification_policy_find(struct call *c, account_id of, struct notification_policy *ret);
/* In a transaction. */
MUST struct err *notification_policy_put(struct call *c, account_id of, const struct notification_policy *p);

/* Requests that hold something, and what all of them hold; counting stops at max. */
MUST struct err *notification_requests_count(struct call *c, account_id of, int64_t max, int64_t *ret_requests, int64_t *ret_notifications);

struct notification_request {
	request_id id;
	account_id from;
	int64_t created_us, updated_us;
	int64_t count;            /* mentions and quotes held back; at most NOTIFICATION_REQUEST_COUNT_MAX */
	status_id last;           /* the newest one's post; none */
};
enum { NOTIFICATION_REQUEST_COUNT_MAX = 100 };
/* Newest first; those that hold nothing any more are left out, and people who are gone. */
MUST struct err *notification_requests_page(struct call *c, account_id of, const struct page *p, struct notification_request **ret, size_t *ret_n);
MUST struct err *notification_request_find(struct call *c, account_id of, request_id id, struct notification_request *ret, bool *ret_found);

/* In a transaction. From `from`, made or made newer. */
MUST struct err *notification_request_touch(struct call *c, account_id of, account_id from);
/* In a transaction. Those of `of` among these ids (at most 320), and whom they are from. */
MUST struct err *notification_requests_take(struct call *c, account_id of, const int64_t *ids, size_t n, int64_t **ret_from, size_t *ret_n);

/* In a transaction. merging: what was held back is still to be let in. */
MUST struct err *notification_permission_add(struct call *c, account_id of, account_id from);
MUST struct err *notification_permission_merged(struct call *c, account_id of, account_id from);
MUST struct err *notification_permissions_merging(struct call *c, account_id of, bool *ret);

/* In a transaction. Of what was held back from `from`: lets at most max in, or drops all. *ret_posts: the posts of mentions, 0 of the others. */
MUST struct err *notifications_unfilter(struct call *c, account_id of, account_id from, int max, int64_t **ret_posts, size_t *ret_n);
MUST struct err *notifications_drop_filtered(struct call *c, account_id of, account_id from);
