/* acts/report.h: reports to those who run this server. What the reported posts say is kept with the report, so that it outlasts them.
 * https://docs.joinmastodon.org/methods/reports/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { REPORT_CHARS_MAX = 1000, REPORT_REMOTE_CHARS_MAX = 5000, REPORTS_LIMIT = 400 };

struct report_in {
	account_id target;
	const int64_t *statuses;          /* those that are the target's, and that the reporter may see, count */
	size_t statuses_n;
	const int64_t *collections;       /* likewise */
	size_t collections_n;
	const int64_t *rules;
	size_t rules_n;
	struct str category;              /* none: "violation" where rules are named, else "other" */
	struct str comment;
	bool forward;                     /* to the target's server, without saying who reported */
	bool only_domains;                /* to these servers alone: the target's, and those of people that the posts answer */
	const struct str *domains;
	size_t domains_n;
};
/* NOT_FOUND: no such account. INVALID: a field at fault. LIMITED: 400 a day. */
MUST struct err *acts_report(struct call *c, account_id who, const struct report_in *in, int64_t *ret_id);

/* Another server reports somebody here: its actor signs. The same uri twice is one report; more than a day's limit are let go. */
struct report_received {
	account_id from, target;
	struct str uri, comment;
	const int64_t *statuses, *collections;
	size_t statuses_n, collections_n;
};
MUST struct err *acts_report_receive(struct call *c, const struct report_received *in);
