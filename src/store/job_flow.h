/* store/job_flow.h: what foretelling the queue needs to know: what waits, class by class and for the hosts with most of it, and how long
 * runs took. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"
#include "store/job_stats.h"

/* Of a class. What is paused, and what is for a host that failed when it was last asked, does not wait for a worker: it is put off. */
struct job_waiting {
	int64_t waits, put_off;           /* due */
	int64_t held;                     /* by nodes: under way, or about to be */
	int64_t oldest_us;                /* since when the oldest of those that wait is due; 0: none */
	int64_t came, came_now;           /* of those that are still there, since the two times that were asked for */
};
/* Walks through all jobs. */
MUST struct err *job_waiting_by_class(struct call *c, int64_t came_since_us, int64_t came_now_since_us, struct job_waiting ret[JOB_LANES]);

/* Those with most jobs that wait or are held, with what was seen of them since then: at most max. */
struct job_host_waiting {
	enum job_lane lane;
	int64_t waits;
	int64_t runs, work_us, wire_us;
};
MUST struct err *job_waiting_by_host(struct call *c, int64_t seen_since_us, int64_t max, struct job_host_waiting **ret, size_t *ret_n);

/* What all nodes counted of their classes, slot by slot: came, runs, work_us and wire_us of the last fifteen minutes, oldest first. */
MUST struct err *job_slots(struct call *c, struct job_rate **ret, size_t *ret_n);
