/* store/collection.h: what an actor's and a post's ActivityPub collections list: ids and URIs, newest first, by row id. */
#pragma once
#include "model/page.h"
#include "store/store.h"

/* Public and unlisted posts and boosts of an account, as ids. */
MUST struct err *outbox_ids(struct call *c, account_id of, const struct page *p, int64_t **ret, size_t *ret_n);
/* Pinned posts that everybody may see, as ids. */
MUST struct err *featured_ids(struct call *c, account_id of, int max, int64_t **ret, size_t *ret_n);
/* URIs of followers or of those followed; *ret_last is the cursor of the last row: the next page's max_id. */
MUST struct err *follow_uris(struct call *c, account_id of, bool followers, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last);
/* URIs of an account's followers that begin with prefix ("https://example.org/"). At most max. */
MUST struct err *follower_uris_at(struct call *c, account_id of, struct str prefix, int max, struct str **ret, size_t *ret_n);
/* Followers that are ours. At most max. */
struct local_follower {
	account_id account;
	struct str uri;
	int64_t since_us;
};
MUST struct err *local_followers(struct call *c, account_id of, int max, struct local_follower **ret, size_t *ret_n);
/* URIs of public and unlisted answers, oldest first, after min_id; by the post's author himself or by others. */
MUST struct err *reply_uris(struct call *c, status_id to, bool others, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last);
/* URIs of the public and unlisted posts of a conversation, oldest first, after min_id. */
MUST struct err *thread_uris(struct call *c, status_id root, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last);
/* Any posts of an account, boosts too: what is left to remove. */
MUST struct err *account_status_ids(struct call *c, account_id of, int max, int64_t **ret, size_t *ret_n);
