/* acts/scheduled.h: posts for later. acts_status_post() keeps them, judged as it would judge them now; a job publishes each at its time, and
 * takes its row away in the transaction that writes the post, so that it is published once whatever falls over. A post that may no longer
 * be made (what it answers is gone, its author is suspended) goes back to its author by mail, and its media are loose. Where no mails are sent
 * it stays in its author's list for SCHEDULED_KEPT_US, for them to move or remove. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

#define SCHEDULED_KEPT_US (7 * US_PER_DAY)
enum { SCHEDULED_SOONEST_S = 300, SCHEDULED_TOTAL_MAX = 300, SCHEDULED_DAY_MAX = 25 };

/* Another time. INVALID: too soon, too many that day, no time. NOT_FOUND: not theirs. */
MUST struct err *acts_scheduled_move(struct call *c, account_id who, scheduled_id id, struct str at);
/* NOT_FOUND: not theirs. */
MUST struct err *acts_scheduled_drop(struct call *c, account_id who, scheduled_id id);

job_fn acts_job_scheduled;        /* ref_id: the post for later */
