/* store/job.h: the rows of background work. acts and fed add them in the transaction of what causes them; queue leases them. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

struct job_new {
	enum job_kind kind;
	int64_t ref_id;
	struct str arg, host, payload;    /* none is empty */
	/* none: as often as added; else a waiting job of that key makes this one nothing. A job that runs has given up its key: what it
	 * has read already may be older than what the new one is about. */
	struct str once_key;
	int64_t due_us;                   /* 0: now */
};
/* In a transaction. Many at once: one statement for every 64. */
MUST struct err *job_add(struct call *c, const struct job_new *j);
MUST struct err *jobs_add(struct call *c, const struct job_new *j, size_t n);

/* Leases due jobs of a lane for a node, skipping hosts that are in penalty or parked, and those the caller holds enough of. Of one
 * host at most host_max, of one that failed last time at most one (the probe). Sorted by id. */
struct job_lease {
	enum job_lane lane;
	int node, max, host_max;          /* max: 1 to 64 */
	int64_t lease_us;
	const struct str *busy_hosts;     /* at most 320 */
	size_t busy_n;
	int64_t kinds_held;               /* 1 << kind for each kind that is left alone */
	bool no_probes;                   /* nothing for hosts that failed last time */
};
MUST struct err *jobs_lease(struct call *c, const struct job_lease *how, struct job **ret, size_t *ret_n);
/* When the first job of each lane that nobody holds is due: 0 where there is none. Cheap: one look at an index for each lane. */
MUST struct err *jobs_next(struct call *c, int64_t ret_due_us[JOB_LANES]);

/* The rest is about jobs that `node` holds: a job whose lease ran out and that another node took is left alone. At most 320 ids. */
MUST struct err *jobs_done(struct call *c, const int64_t *ids, size_t n);               /* removes them, whoever holds them */
MUST struct err *jobs_extend(struct call *c, int node, const int64_t *ids, size_t n, int64_t until_us);
MUST struct err *job_retry(struct call *c, int node, job_id id, int64_t due_us, struct str why);
/* Back without a try counted: they were not begun. */
MUST struct err *jobs_release(struct call *c, int node, const int64_t *ids, size_t n, int64_t due_us);
MUST struct err *job_park(struct call *c, int node, job_id id, struct str why);
/* At a node's start: what it held when it ended. The tries stay counted, so that a job that ends the process does not do so for ever. */
MUST struct err *jobs_release_node(struct call *c, int node);
/* The same where nobody else can be holding any: the embedded database has one server. */
MUST struct err *jobs_release_all(struct call *c);

/* Waiting jobs of hosts that are parked, at most 1000: so that they do not stand before what can be done. */
MUST struct err *jobs_park_hosts(struct call *c, int64_t *ret_n);

struct job_lane_state {
	enum job_lane lane;
	int64_t due, later, leased, parked;
	int64_t oldest_due_us;            /* 0: nothing is due */
};
MUST struct err *jobs_state(struct call *c, struct job_lane_state ret[JOB_LANES]);
