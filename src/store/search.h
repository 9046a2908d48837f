/* store/search.h: finding people, hashtags and one's posts by what somebody typed. Keys are folded texts (wire/text.h); what they hold
 * of LIKE's own characters is escaped here. No index of words yet: posts are looked for in a bounded part (SEARCH_EACH). */
#pragma once
#include "model/account.h"
#include "store/store.h"

struct account_search {
	struct str key;               /* of the whole text */
	struct str name_key, domain;  /* the halves where it reads as a handle, "" and "" else; domain may be a beginning */
	account_id viewer;            /* none: anybody */
	bool following;               /* only those the viewer follows */
	int limit, offset;
};
/* Exact handle first, then names that begin so, then display names that hold it; among equals those the viewer follows, then by followers. No
 * suspended, moved and deleted ones, none who block the viewer. */
MUST struct err *accounts_search(struct call *c, const struct account_search *how, int64_t **ret, size_t *ret_n);

struct tag_found {
	tag_id id;
	struct str name;
};
/* Hashtags whose key begins so, the exact one first. */
MUST struct err *tags_search(struct call *c, struct str key, int limit, int offset, struct tag_found **ret, size_t *ret_n);
/* Public uses of these by day (start of the UTC day), since a time; only days with any. */
struct tag_day {
	tag_id tag;
	int64_t day_us, uses, accounts;
};
MUST struct err *tags_history(struct call *c, const int64_t *tags, size_t n, int64_t since_us, struct tag_day **ret, size_t *ret_n);

/* The texts of one's own posts, and of those one favourited, bookmarked or is mentioned in, the newest SEARCH_EACH of each; newest first,
 * older than before_id, at most max. by: one author's only, or none. */
enum { SEARCH_EACH = 5000 };
struct text_found {
	status_id id;
	struct str spoiler_text, content;     /* content is HTML */
};
MUST struct err *statuses_of_ones_own(struct call *c, account_id who, account_id by, int64_t before_id, int max, struct text_found **ret,
				      size_t *ret_n);
/* By the address of its page; a post only if it is another server's: ours say their id in it. */
MUST struct err *search_by_url(struct call *c, struct str url, account_id *ret_account, status_id *ret_status);
