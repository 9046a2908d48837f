/* store/directory.h: finding people to follow: the directory, and who is suggested to somebody. Only who wants to be found (discoverable), is
 * in good standing and has not moved; for a viewer also nobody whom they block, mute or hide the domain of, or who blocks them. */
#pragma once
#include "store/store.h"

enum { SUGGESTIONS_EACH_MAX = 320 };

struct directory {
	account_id viewer;            /* none: anybody */
	bool local, newest;           /* newest: by when they came, else by their last post */
	int limit, offset;
};
MUST struct err *directory_page(struct call *c, const struct directory *how, int64_t **ret, size_t *ret_n);

/* Suggestions leave out whom `me` follows, asked to follow or dismissed. Each looks at a bounded number of rows, however many there are. */
/* Whom those are following whom `me` followed last, most of them first; nobody's follows who hides them. */
MUST struct err *suggested_by_friends(struct call *c, account_id me, int max, int64_t **ret, size_t *ret_n);
/* Those with the most followers. */
MUST struct err *suggested_by_followers(struct call *c, account_id me, int max, int64_t **ret, size_t *ret_n);
/* Of these, as "key@domain" ("key@" for ours), whether discoverable or not. At most 320. */
MUST struct err *suggested_by_handle(struct call *c, account_id me, const struct str *handles, size_t n, int64_t **ret, size_t *ret_n);
MUST struct err *suggestion_dismiss(struct call *c, account_id who, account_id whom);

/* How many people of a domain somebody follows and is followed by. */
MUST struct err *follows_of_domain(struct call *c, account_id who, struct str domain, int64_t *ret_following, int64_t *ret_followers);
