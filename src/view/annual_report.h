/* view/annual_report.h: what somebody's year was like, for them alone. https://docs.joinmastodon.org/entities/AnnualReport/ */
#pragma once
#include "base/call.h"
#include "model/viewer.h"

/* A WrappedAnnualReports of one year, or of all (0). NOT_FOUND: there is none of that year. */
MUST struct err *view_annual_reports(struct call *c, const struct viewer *v, int64_t year, struct str *ret_json);
/* {"state"}: "available", "eligible" (it may be made now) or "ineligible". None is made in the background, so none is "generating". */
MUST struct err *view_annual_report_state(struct call *c, const struct viewer *v, int64_t year, struct str *ret_json);
