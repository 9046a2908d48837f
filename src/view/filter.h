/* view/filter.h: a person's filters (v2), evaluated here and told to the client in `filtered`.
 * https://docs.joinmastodon.org/entities/FilterResult/ */
#pragma once
#include "base/call.h"
#include "model/account.h"
#include "model/status.h"
#include "wire/json.h"

struct filter_rule;

/* The filters of one person that apply in one context and have not expired. */
struct filter_set {
	const struct filter_rule *rules;
	size_t n;
};
/* Two queries, one where the person has none. context FILTER_CONTEXT_COUNT: an empty set and no query. */
MUST struct err *view_filters_load(struct call *c, account_id who, enum filter_context context, struct filter_set *ret);
/* Writes the array of FilterResult for a post; whose it is does not matter: that one's own posts are shown all the same is for clients to
 * decide, as with Mastodon. `more` is searched beside content and warning: options of the poll and descriptions of media. */
void view_filters_write(struct call *c, const struct filter_set *set, const struct status *s, struct str more, struct jw *w);
