/* store/job_deleted.h: jobs that operators deleted, kept as they were for as long as that can be taken back. */
#pragma once
#include "store/job_filter.h"

#define JOBS_DELETED_KEPT_US (10 * US_PER_MIN)
/* Of all deletions together; what is deleted beyond is gone for good. */
enum { JOBS_DELETED_MAX = 500000 };

/* How many more may be kept. Walks through what is kept. */
MUST struct err *jobs_deleted_room(struct call *c, int64_t *ret);
/* In a transaction. As jobs_drop(), of which the first `keep` are kept; audit_id: the line of the log that tells of it. */
MUST struct err *jobs_drop_kept(struct call *c, const struct job_filter *f, int64_t audit_id, int64_t keep, int64_t *ret_n);

struct jobs_deleted {
	int64_t audit_id;
	struct str what, by;      /* as the audit log has it */
	int64_t n;                /* how many of them are kept */
	int64_t created_us;
};
/* What can be taken back, the newest first, at most max; or just that one. Walks through what is kept. */
MUST struct err *jobs_deleted(struct call *c, int64_t max, struct jobs_deleted **ret, size_t *ret_n);
MUST struct err *jobs_deleted_find(struct call *c, int64_t audit_id, struct jobs_deleted *ret, bool *ret_found);
/* In a transaction. At most JOBS_AT_ONCE of that deletion are jobs again, each as it was: *ret_taken is how many were looked at, *ret_n
 * how many came back. One whose once_key another job waits by by now stays gone, for that one does its work. */
MUST struct err *jobs_undelete(struct call *c, int64_t audit_id, int64_t *ret_taken, int64_t *ret_n);
