/* store/job_deletion.h: deletions of many jobs that somebody asked for, and that somebody else has to confirm in time. */
#pragma once
#include "store/job_filter.h"

#define JOB_DELETION_WAITS_US (10 * US_PER_MIN)

struct job_deletion {
	int64_t id;               /* is told when it is added */
	struct job_filter of;
	struct str what, by;      /* as the audit log has it */
	int64_t n;                /* how many they were */
	int64_t created_us;
};
/* In a transaction. Those that nobody confirmed in time go. */
MUST struct err *job_deletion_add(struct call *c, struct job_deletion *d);
/* Those that wait, the newest first, at most max. */
MUST struct err *job_deletions(struct call *c, int64_t max, struct job_deletion **ret, size_t *ret_n);
/* One that waits. */
MUST struct err *job_deletion_find(struct call *c, int64_t id, struct job_deletion *ret, bool *ret_found);
/* In a transaction: it waits no longer. *ret false: it did not. */
MUST struct err *job_deletion_drop(struct call *c, int64_t id, bool *ret);
