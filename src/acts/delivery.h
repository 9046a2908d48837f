/* acts/delivery.h: owing an activity to inboxes elsewhere. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

#define DELIVERY_SILENCE_US (30 * US_PER_DAY)

struct delivery_new {
	int64_t id;               /* the plan's job: planning twice owes once */
	account_id actor;         /* who signs */
	struct str body;
	bool to_followers;        /* for them alone: deliveries say who they are */
	bool forwarded;           /* another's words: FORWARD jobs, a class of their own below all that people here say */
	const struct str *inboxes, *hosts;    /* each inbox once, and its domain */
	size_t n;
};
/* The body's row and one DELIVER (or FORWARD) job an inbox, in one transaction. A host that has been parked for DELIVERY_SILENCE_US is owed nothing
 * more. *ret_new: false where they were owed before. */
MUST struct err *acts_deliveries_add(struct call *c, const struct delivery_new *d, bool *ret_new);
