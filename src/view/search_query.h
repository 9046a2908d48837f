/* view/search_query.h: what somebody typed into the search field, read as a question about posts. Pure.
 * https://docs.joinmastodon.org/user/network/#search and https://docs.joinmastodon.org/methods/search/
 *
 * Words and "phrases", of which all must be there; has:media|image|video|audio|poll|link|embed, is:reply|sensitive, language:de,
 * from:me|@name|@name@host, before:, after:, during:2026-08-01, in:library|public|all. '-' before any of them: not that. */
#pragma once
#include "store/search_index.h"

enum { QUERY_FROM_MAX = 4 };

struct post_query {
	struct search_ask ask;        /* without finders */
	struct str from[QUERY_FROM_MAX];              /* handles as written, or "me" */
	bool from_not[QUERY_FROM_MAX];
	size_t from_n;
	bool library, public;         /* where to look: both, but for in: */
	bool empty;                   /* nothing was asked that a post could answer */
};
/* Fails: INVALID a date that is none, more terms than SEARCH_TERMS_MAX or QUERY_FROM_MAX. */
MUST struct err *view__query_parse(struct call *c, struct str q, struct post_query *ret);
