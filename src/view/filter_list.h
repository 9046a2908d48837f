/* view/filter_list.h: a person's filters as they edit them. https://docs.joinmastodon.org/entities/Filter/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Which part: the filters themselves, or the keywords or posts of one. */
enum filter_part { FILTER_WHOLE, FILTER_KEYWORDS, FILTER_STATUSES };
/* All of one person's: of (none: any) is the filter whose parts are wanted. NOT_FOUND: it is not theirs. */
MUST struct err *view_filter_list(struct call *c, account_id who, enum filter_part part, filter_id of, struct str *ret_json);
/* One, by its id. NOT_FOUND: it is not theirs. */
MUST struct err *view_filter_one(struct call *c, account_id who, enum filter_part part, int64_t id, struct str *ret_json);

/* The first version: a keyword with its filter, by the keyword's id. id 0: an array of all. https://docs.joinmastodon.org/entities/V1_Filter/ */
MUST struct err *view_filters_v1(struct call *c, account_id who, int64_t id, struct str *ret_json);
