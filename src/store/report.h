/* store/report.h: reports, with what the reported posts said at the time. */
#pragma once
#include "model/enums.h"
#include "model/ids.h"
#include "store/store.h"

enum { REPORT_STATUSES_MAX = 100 };

struct report {
	int64_t id;
	account_id account, target;       /* account: the reporter, or another server's actor */
	enum report_category category;
	struct str comment, uri;
	bool forwarded;
	int64_t action_taken_us, created_us;
};
/* What a post said when it was reported. */
struct report_status {
	status_id status;
	struct str uri, spoiler_text, text, content, media;       /* media: JSON, files and descriptions */
	enum visibility visibility;
	int64_t posted_us;
};

/* In a transaction. *ret_added false: a report of that uri about that account stands. */
MUST struct err *report_add(struct call *c, const struct report *r, const struct report_status *statuses, size_t statuses_n, const int64_t *rules,
			    size_t rules_n, bool *ret_added);
/* In a transaction. */
MUST struct err *report_collections_add(struct call *c, int64_t report, const int64_t *collections, size_t n);
MUST struct err *report_find(struct call *c, int64_t id, struct report *ret, bool *ret_found);
/* The newest, newest first; handles as "name@domain", without a domain for ours. */
struct report_line { struct report report; struct str reporter, target; int64_t statuses; };
MUST struct err *reports_newest(struct call *c, int max, struct report_line **ret, size_t *ret_n);
MUST struct err *report_statuses(struct call *c, int64_t id, struct report_status **ret, size_t *ret_n);
/* Several at once, in the order of their ids; what belongs to each is found by its report's id. */
struct report_member { int64_t report, id; };
MUST struct err *reports_by_ids(struct call *c, const int64_t *ids, size_t n, struct report **ret, size_t *ret_n);
MUST struct err *reports_status_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n);
MUST struct err *reports_collection_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n);
MUST struct err *reports_rule_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n);
