/* view/search.h: what the search field finds among what this server knows. https://docs.joinmastodon.org/methods/search/
 *
 * Posts are found by their address, and by words (view/search_query.h) among one's own, what mentions one, what one favourited, bookmarked,
 * boosted or voted in, and public posts of those who want to be found. Strangers find nobody's posts by words. */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"

enum search_type { SEARCH_ALL, SEARCH_ACCOUNTS, SEARCH_HASHTAGS, SEARCH_STATUSES, SEARCH_COLLECTIONS, SEARCH_OTHER }; /* last: of no known kind */

struct search {
	struct str q;
	enum search_type type;
	bool following;               /* people the viewer follows */
	bool exclude_unreviewed;      /* only the very hashtag that was asked for: nobody reviews them here */
	bool names_only;              /* hashtags as names, without the rest */
	account_id by;                /* posts of this account only; none: anybody's */
	int limit, offset;            /* posts: at most the first 2,560 that the index names are gone through */
	int64_t max_id, min_id;       /* posts between these; 0: all */
	/* What an address or handle was resolved to: it is all that is found of its kind. */
	account_id account;
	status_id status;
	collection_id collection;
};
/* The Search entity. */
MUST struct err *view_search_json(struct call *c, const struct viewer *v, const struct search *how, struct str *ret_json);
/* How far the index of posts is behind, in seconds: changes older than that are all in it. */
MUST struct err *view_search_behind(struct call *c, int64_t *ret_s);
/* An array of Account, for GET /accounts/search. */
MUST struct err *view_account_search_json(struct call *c, const struct viewer *v, const struct search *how, struct str *ret_json);
/* Does it read as an address or as a whole handle of another server: something that can be fetched? And is it not known yet? */
MUST struct err *view_search_unknown(struct call *c, struct str q, bool *ret_is_url, bool *ret_is_handle);
