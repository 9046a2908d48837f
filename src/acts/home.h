/* acts/home.h: home timelines: one row an entry, written when a post is (fan-out), for people who were here within HOME_KEPT_US;
 * built anew when somebody comes back or follows somebody more. */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/jobs.h"

#define HOME_KEPT_US (14 * US_PER_DAY)

/* In a transaction: the home timeline of this person has to be built before it is read; queues the job. */
MUST struct err *acts_home_stale(struct call *c, account_id who);
/* Before a home is read: where it was never built, or has to be built again, it is built now for those who follow few, else by the
 * job. *ret_ready: it can be read; false: it is being built. */
MUST struct err *acts_home_ready(struct call *c, account_id who, bool *ret_ready);

job_fn acts_job_fanout;       /* ref_id: the post */
job_fn acts_job_home_build;   /* ref_id: the person */
