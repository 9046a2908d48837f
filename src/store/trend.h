/* store/trend.h: who used what on which day, and what trends. Days are counted from 1970, UTC. */
#pragma once
#include "model/status.h"
#include "model/trend.h"
#include "store/store.h"

/* In a transaction: somebody used these tags (each once) in a public post. */
MUST struct err *trend_tags_used(struct call *c, account_id who, const tag_id *tags, size_t n, int64_t day);
/* In a transaction: somebody posted or boosted this post; its page counts where the post is public, without a warning, and its author may be
 * shown to strangers. */
MUST struct err *trend_link_used(struct call *c, account_id who, status_id post, int64_t day);

/* What might trend: observed and expected as trend_score() takes them. */
struct trend_candidate {
	int64_t ref_id;
	account_id account;           /* of posts */
	double expected, observed;
	int64_t created_us;           /* of posts */
	struct str language;
};
enum { TREND_CANDIDATES_MAX = 1000 };
MUST struct err *trend_tags_candidates(struct call *c, int64_t day, struct trend_candidate **ret, size_t *ret_n);
MUST struct err *trend_links_candidates(struct call *c, int64_t day, struct trend_candidate **ret, size_t *ret_n);
/* Posts that somebody favourited or boosted since then, and those that trend: public, answering nobody, without a warning, not sensitive, of
 * authors who want to be found and are not limited. */
MUST struct err *trend_statuses_candidates(struct call *c, int64_t since_us, struct trend_candidate **ret, size_t *ret_n);

struct trend_row {
	int64_t ref_id;
	account_id account;
	double score, peak;
	int64_t peak_us;
	struct str language;
};
MUST struct err *trends_of(struct call *c, enum trend_kind kind, struct trend_row **ret, size_t *ret_n);
/* In a transaction: these are all there are of the kind; at most TREND_CANDIDATES_MAX times 2. */
MUST struct err *trends_replace(struct call *c, enum trend_kind kind, const struct trend_row *rows, size_t n);

/* Highest first. */
MUST struct err *trends_top_tags(struct call *c, int limit, int offset, struct tag **ret, size_t *ret_n);
MUST struct err *trends_top(struct call *c, enum trend_kind kind, int limit, int offset, int64_t **ret, size_t *ret_n);
/* Posts, without those that the reader (or nobody: 0) shuns. */
MUST struct err *trends_top_statuses(struct call *c, account_id reader, int limit, int offset, int64_t **ret, size_t *ret_n);

struct trend_day {
	int64_t ref_id, day, uses, accounts;
};
/* The days after `after` of these tags, or links; only days with any. At most 320. */
MUST struct err *trend_tags_history(struct call *c, const int64_t *tags, size_t n, int64_t after, struct trend_day **ret, size_t *ret_n);
MUST struct err *trend_links_history(struct call *c, const int64_t *cards, size_t n, int64_t after, struct trend_day **ret, size_t *ret_n);
/* The trending card with this address; none where it does not trend. */
MUST struct err *trend_link_find(struct call *c, struct str url, card_id *ret);

/* Removes at most a thousand uses before that day; *ret_n: how many. */
MUST struct err *trend_uses_drop(struct call *c, int64_t day, int64_t *ret_n);
