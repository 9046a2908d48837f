/* acts/clean.h: sweeping out what is old: recurring work, bound in app/schedule.def. Each turn removes rows a thousand at a time and
 * stops after CLEAN_ROUNDS of them; what is left waits for the next turn. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

enum { CLEAN_ROUNDS = 200 };

schedule_fn acts_clean_events;             /* told an hour ago: every node has read them */
schedule_fn acts_clean_seen;               /* activities accepted a week ago */
schedule_fn acts_clean_posting;            /* idempotency keys and fingerprints of a day ago */
schedule_fn acts_clean_limits;             /* windows of two days ago: the longest is a day */
schedule_fn acts_clean_sign_in;            /* sessions idle for 90 days, codes of a day ago, links mailed two weeks ago */
schedule_fn acts_clean_tombstones;         /* deleted 90 days ago */
schedule_fn acts_clean_mutes;              /* that have run out, whose people come back into a home */
schedule_fn acts_clean_imports;            /* begun two weeks ago */
schedule_fn acts_clean_deleted_jobs;       /* whose deletion can no longer be taken back */
schedule_fn acts_clean_jobs;               /* parked a week ago, bodies no delivery needs; and parks what waits for parked hosts */
