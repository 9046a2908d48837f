/* store/job_filter.h: jobs as operators name them. None of these touches a job that a node holds. They walk through all jobs: not for
 * what happens often. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

enum job_standing { JOB_STANDS_ANY, JOB_STANDS_DUE, JOB_STANDS_LATER, JOB_STANDS_PARKED };

struct job_filter {
	int lane, kind;           /* -1: any */
	struct str host;          /* empty: any, and none */
	int64_t before_us;        /* made before; 0: whenever */
	enum job_standing standing;
};

struct job_line {
	int64_t id;
	int lane, kind;           /* a kind that this program does not know is shown by its number */
	struct str host, arg, last_error;
	int64_t created_us, due_us, parked_us, tries;
};
MUST struct err *jobs_matching(struct call *c, const struct job_filter *f, int64_t *ret_n);
/* The oldest, at most max. */
MUST struct err *jobs_list(struct call *c, const struct job_filter *f, int64_t max, struct job_line **ret, size_t *ret_n);

/* These take at most JOBS_AT_ONCE; the caller goes on until fewer were there. In a transaction. */
enum { JOBS_AT_ONCE = 1000 };
MUST struct err *jobs_drop(struct call *c, const struct job_filter *f, int64_t *ret_n);
/* Parked ones: due now, with all their tries. */
MUST struct err *jobs_requeue(struct call *c, const struct job_filter *f, int64_t *ret_n);
/* What waits for another try or for its host, and what is due: before all that is younger in its class. What waits for a time of its
 * own (a post for later) goes on waiting. */
MUST struct err *jobs_hurry(struct call *c, const struct job_filter *f, int64_t *ret_n);
/* The hosts of these jobs: no longer in penalty, nor parked; they are tried at once. */
MUST struct err *jobs_hosts_pardon(struct call *c, const struct job_filter *f);
