/* acts/home.h: home timelines: one row an entry, written when a post is (fan-out), for people who were here within HOME_KEPT_US;
 * built anew when somebody comes back. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

#define HOME_KEPT_US (14 * US_PER_DAY)

/* In a transaction: the home timeline of this person has to be built before it is read; queues the job. */
MUST struct err *acts_home_stale(struct call *c, account_id who);
