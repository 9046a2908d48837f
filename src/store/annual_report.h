/* store/annual_report.h: what somebody's year is counted from, and the reports that were made of it (model/annual.h). */
#pragma once
#include "model/annual.h"
#include "store/store.h"

/* The year by its months (annual_months()). */
MUST struct err *annual_count(struct call *c, account_id who, const int64_t months_us[ANNUAL_MONTHS + 1], struct annual_numbers *ret);
/* Of the public and unlisted posts the one that was boosted most, of the others the one most liked, of the rest the one most answered; none where
 * none was. *ret_any: there are such posts, whatever was done with them. */
struct annual_top {
	status_id by_reblogs, by_favourites, by_replies;
};
MUST struct err *annual_top_posts(struct call *c, account_id who, int64_t from_us, int64_t to_us, struct annual_top *ret, bool *ret_any);
/* The tag that was used most, as it is written; none where none was. */
MUST struct err *annual_top_tag(struct call *c, account_id who, int64_t from_us, int64_t to_us, struct str *ret_name, int64_t *ret_count);

struct annual_report {
	account_id account;
	int64_t year;
	struct str data;              /* JSON */
	int64_t created_us, read_us;
};
/* One year's, or all (0), the oldest first. */
MUST struct err *annual_reports_of(struct call *c, account_id who, int64_t year, struct annual_report **ret, size_t *ret_n);
/* In a transaction. Nothing where there is one of that year. */
MUST struct err *annual_report_add(struct call *c, const struct annual_report *r);
/* In a transaction. *ret_was false: there is none. */
MUST struct err *annual_report_read(struct call *c, account_id who, int64_t year, bool *ret_was);
