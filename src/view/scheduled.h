/* view/scheduled.h: posts for later, as their author sees them. https://docs.joinmastodon.org/entities/ScheduledStatus/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/page.h"

/* NOT_FOUND: not theirs, or not there any more. */
MUST struct err *view_scheduled_json(struct call *c, account_id who, scheduled_id id, struct str *ret_json);

/* A page, newest first, with its outermost ids (0: an empty page). full: there may be more. Three queries at most. */
struct scheduled_list {
	struct str json;
	int64_t first, last;
	bool full;
};
MUST struct err *view_scheduled_list(struct call *c, account_id who, const struct page *p, struct scheduled_list *ret);
