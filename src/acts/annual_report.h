/* acts/annual_report.h: what somebody's year was like, made for them from 10 to 31 December (model/annual.h) where this server does so (the
 * setting annual_reports). https://docs.joinmastodon.org/methods/annual_reports/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Nothing where there is one of that year, where it is not the year's time, or where they said nothing in public that year. */
MUST struct err *acts_annual_report_make(struct call *c, account_id who, int64_t year);
/* They have looked at it. NOT_FOUND: there is none. */
MUST struct err *acts_annual_report_read(struct call *c, account_id who, int64_t year);
