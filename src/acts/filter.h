/* acts/filter.h: a person's filters, their keywords and single posts; every change is told to their streams.
 * https://docs.joinmastodon.org/methods/filters/ */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

enum { FILTERS_MAX = 200, FILTER_PARTS_MAX = 500 };

struct filter_keyword_change {
	int64_t id;               /* 0: a new one */
	struct str keyword;       /* none: as it is */
	int whole_word;           /* 1, 0; -1: as it is, a new one yes */
	bool destroy;
};
struct filter_change {
	struct str title;         /* none: as it is */
	const struct str *contexts;      /* words; n 0 and !has_contexts: as they are */
	size_t contexts_n;
	bool has_contexts;
	struct str action;        /* none: as it is */
	bool has_expiry;
	int64_t expires_in_s;     /* 0: never */
	const struct filter_keyword_change *keywords;
	size_t keywords_n;
};

/* INVALID: a field at fault. NOT_FOUND: the filter, or a part of it, is not theirs. id none: a new one. */
MUST struct err *acts_filter_put(struct call *c, account_id who, filter_id id, const struct filter_change *what, filter_id *ret);
MUST struct err *acts_filter_drop(struct call *c, account_id who, filter_id id);
/* of: of a new one (what->id 0). */
MUST struct err *acts_filter_keyword_put(struct call *c, account_id who, filter_id of, const struct filter_keyword_change *what, int64_t *ret);
MUST struct err *acts_filter_keyword_drop(struct call *c, account_id who, int64_t id);
/* INVALID: it is there already. The caller knows that they may see the post. */
MUST struct err *acts_filter_status_add(struct call *c, account_id who, filter_id of, status_id post, int64_t *ret);
MUST struct err *acts_filter_status_drop(struct call *c, account_id who, int64_t id);

/* The first version of the API: what it calls a filter is a keyword with the filter it stands in, and its id is the keyword's.
 * https://docs.joinmastodon.org/methods/filters/#v1. Of what, title is not read, and keywords has one member: id (0: a new one), keyword and
 * whole_word. INVALID: also where the filter has other keywords, which a change would be about too. */
MUST struct err *acts_filter_v1_put(struct call *c, account_id who, const struct filter_change *what, int64_t *ret);
/* The keyword, and its filter where that holds nothing more. */
MUST struct err *acts_filter_v1_drop(struct call *c, account_id who, int64_t id);
