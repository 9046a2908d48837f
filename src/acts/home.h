/* acts/home.h: home timelines and lists: one row an entry, written when a post is (fan-out), for people who were here within HOME_KEPT_US;
 * built anew when somebody comes back or follows somebody more. */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/jobs.h"
#include "model/viewer.h"

#define HOME_KEPT_US (14 * US_PER_DAY)

/* In a transaction: the home timeline of this person has to be built before it is read; queues the job. So have their lists. */
MUST struct err *acts_home_stale(struct call *c, account_id who);
/* In a transaction: there may be more for it, or less; it can be read until the job has built it. The lists are built when they are read. */
MUST struct err *acts_home_refill(struct call *c, account_id who);
/* Before a home is read: where it was never built, or has to be built again, it is built now for those who follow few, else by the
 * job. *ret_ready: it can be read; false: it is being built. */
MUST struct err *acts_home_ready(struct call *c, const struct viewer *v, bool *ret_ready);
/* Before a list is read: one that has to be built is built now where it holds few people, else by the job while it shows what it has.
 * NOT_FOUND: it is not theirs. */
MUST struct err *acts_list_ready(struct call *c, account_id who, list_id id);

job_fn acts_job_fanout;       /* ref_id: the post */
job_fn acts_job_home_build;   /* ref_id: the person */
job_fn acts_job_list_build;   /* ref_id: the list */
