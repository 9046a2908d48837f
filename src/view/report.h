/* view/report.h: reports. https://docs.joinmastodon.org/entities/Report/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* As its reporter sees it. NOT_FOUND: none of theirs. */
MUST struct err *view_report_json(struct call *c, account_id who, int64_t id, struct str *ret_json);

/* What another server is told of it. NOT_FOUND: there is none. */
struct report_told {
	struct str comment;
	struct str *statuses;     /* URIs; of collections too */
	size_t statuses_n;
};
MUST struct err *view_report_told(struct call *c, int64_t id, struct report_told *ret);
