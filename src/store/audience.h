/* store/audience.h: where other servers want to be told: inboxes, the shared one where there is one, each once. */
#pragma once
#include "store/store.h"

/* Of the followers elsewhere of this account, after `after` in one order, at most max. */
MUST struct err *audience_followers(struct call *c, account_id of, struct str after, int max, struct str **ret, size_t *ret_n);
/* Of everybody elsewhere who is known here, after `after` in one order, at most max. */
MUST struct err *audience_everybody(struct call *c, struct str after, int max, struct str **ret, size_t *ret_n);
/* Of those elsewhere who are mentioned in this post, whom it answers, who answered, boosted, quoted or favourited it. At most max. */
MUST struct err *audience_of_status(struct call *c, status_id id, int max, struct str **ret, size_t *ret_n);
/* Of those mentioned only, and of whom it answers. */
MUST struct err *audience_mentioned(struct call *c, status_id id, int max, struct str **ret, size_t *ret_n);
/* Of those whom an account has mentioned, in its last 200 posts at most, or begun or asked to follow, since since_us. */
MUST struct err *audience_recent(struct call *c, account_id of, int64_t since_us, int max, struct str **ret, size_t *ret_n);
/* What VIEWER_REMOTE is judged by: does anybody at this domain follow the author, or is mentioned; does the author block who asks, or hide the
 * domain? */
struct audience_at {
	bool follower, mentioned, blocked;
};
MUST struct err *audience_at(struct call *c, status_id id, account_id asks, struct str domain, struct audience_at *ret);
/* Of those elsewhere who are in this collection of people, or are asked to be. At most max. */
MUST struct err *audience_of_collection(struct call *c, collection_id id, int max, struct str **ret, size_t *ret_n);
/* Does somebody here block who asks, or hide their domain? */
MUST struct err *audience_blocked(struct call *c, account_id whose, account_id asks, struct str domain, bool *ret);
/* Does any local account follow this one? */
MUST struct err *audience_followed_here(struct call *c, account_id id, bool *ret);

/* The inboxes that the followers of an account elsewhere share, and how many of them each serves. At most max, by inbox. */
struct inbox_followers {
	struct str inbox;
	int64_t n;
};
MUST struct err *audience_followers_counted(struct call *c, account_id of, int max, struct inbox_followers **ret, size_t *ret_n);
