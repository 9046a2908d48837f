/* store/job.h: the rows of background work. acts and fed add them in the transaction of what causes them; queue leases them. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

struct job_new {
	enum job_kind kind;
	int64_t ref_id;
	struct str arg, host, payload;    /* none is empty */
	struct str once_key;              /* none: as often as added; else a waiting job of that key makes this one nothing */
	int64_t due_us;                   /* 0: now */
};
/* In a transaction. Many at once: one statement for every 64. */
MUST struct err *job_add(struct call *c, const struct job_new *j);
MUST struct err *jobs_add(struct call *c, const struct job_new *j, size_t n);

/* Leases due jobs of a lane for a node, skipping hosts that are in penalty or parked, and those the caller holds enough of. */
struct job_lease {
	enum job_lane lane;
	int node, max;
	int64_t lease_us;
	const struct str *busy_hosts;     /* at most 320 */
	size_t busy_n;
};
MUST struct err *jobs_lease(struct call *c, const struct job_lease *how, struct job **ret, size_t *ret_n);
MUST struct err *jobs_done(struct call *c, const int64_t *ids, size_t n);               /* removes them */
MUST struct err *job_retry(struct call *c, job_id id, int64_t due_us, struct str why);  /* counts the try, gives the lease back */
/* Back without a try counted: its host is busy, or the node stops. */
MUST struct err *jobs_release(struct call *c, const int64_t *ids, size_t n, int64_t due_us);
MUST struct err *job_park(struct call *c, job_id id, struct str why);
MUST struct err *jobs_release_node(struct call *c, int node);                           /* at a node's start and stop: what it held */

struct job_lane_state {
	enum job_lane lane;
	int64_t due, later, leased, parked;
	int64_t oldest_due_us;            /* 0: nothing is due */
};
MUST struct err *jobs_state(struct call *c, struct job_lane_state ret[JOB_LANES]);
