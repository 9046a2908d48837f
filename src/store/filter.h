/* store/filter.h: rows of filters (v2), their keywords and single posts. */
#pragma once
#include "model/enums.h"
#include "store/store.h"

struct filter_row {
	filter_id id;
	account_id account;
	struct str title;
	int64_t contexts;         /* bits: 1 << enum filter_context */
	enum filter_action action;
	int64_t expires_us;       /* 0: never */
};
struct filter_keyword_row { int64_t id; filter_id filter; struct str keyword; bool whole_word; };
struct filter_status_row { int64_t id; filter_id filter; status_id status; };

/* Everything one person filters, in three queries (one where there is nothing). */
struct filter_rows {
	struct filter_row *filters;
	struct filter_keyword_row *keywords;
	struct filter_status_row *statuses;
	size_t filters_n, keywords_n, statuses_n;
};
MUST struct err *filters_of(struct call *c, account_id who, struct filter_rows *ret);

/* In a transaction. Dropping and changing name the owner: what is somebody else's is as if it were not there (*ret_was false). */
MUST struct err *filter_add(struct call *c, const struct filter_row *f);
MUST struct err *filter_put(struct call *c, const struct filter_row *f, bool *ret_was);
MUST struct err *filter_drop(struct call *c, account_id who, filter_id id, bool *ret_was);
/* A filter that has neither keywords nor posts any more. */
MUST struct err *filter_drop_empty(struct call *c, account_id who, filter_id id);
/* As in filter_put, and only while the filter has this keyword alone. */
MUST struct err *filter_put_single(struct call *c, const struct filter_row *f, bool *ret_was);
/* *ret_was: false where the filter is not theirs. */
MUST struct err *filter_keyword_add(struct call *c, account_id who, const struct filter_keyword_row *k, bool *ret_was);
MUST struct err *filter_keyword_put(struct call *c, account_id who, const struct filter_keyword_row *k, bool *ret_was);
MUST struct err *filter_keyword_drop(struct call *c, account_id who, int64_t id, bool *ret_was);
MUST struct err *filter_status_add(struct call *c, account_id who, const struct filter_status_row *s, bool *ret_was);
MUST struct err *filter_status_drop(struct call *c, account_id who, int64_t id, bool *ret_was);
