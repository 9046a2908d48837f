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
