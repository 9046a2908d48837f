/* store/job_stats.h: how the queue does, by class and by host. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

/* Jobs that came and went are counted in slots of this length, kept for fifteen minutes. */
#define JOB_SLOT_US (10 * US_PER_S)
struct job_rate {
	int64_t slot_us;
	int lane;
	struct str host;          /* empty: all of the class */
	int64_t came, gone;
	int64_t runs, work_us, wire_us;   /* that ended, but for those whose host failed: how many, in workers, then on the wire */
};
/* Adds to what this node has counted, and forgets its old slots. In a transaction. */
MUST struct err *job_rates_add(struct call *c, int node, const struct job_rate *v, size_t n);
/* Forgets the old slots of all nodes, also of those that are no more. */
MUST struct err *job_rates_clean(struct call *c);

struct job_class_stats {
	int64_t due, later, leased, parked;
	int64_t oldest_due_us;            /* 0: nothing is due */
	int64_t came, gone;               /* in the last minute */
};
/* One for each lane. Walks through all jobs. */
MUST struct err *job_stats_by_class(struct call *c, struct job_class_stats ret[JOB_LANES]);

struct job_host_stats {
	struct str host;
	int64_t due, later, leased, parked, oldest_due_us, came, gone;
	int64_t failures, first_failure_us, penalty_until_us, parked_us, last_success_us;   /* of the host; 0 where it never failed */
	struct str last_error;
};
/* The hosts for which most jobs are there, at most max. Walks through all jobs. */
MUST struct err *job_stats_by_host(struct call *c, int64_t max, struct job_host_stats **ret, size_t *ret_n);
/* What each process whose lease stands does, and how many jobs it holds of each class. At most 64. */
struct job_node_stats {
	int node;
	struct str roles, place;
	int64_t connections, connections_jobs;    /* as in struct node */
	int64_t workers;
	int64_t held[JOB_LANES];
};
MUST struct err *job_stats_by_node(struct call *c, struct job_node_stats **ret, size_t *ret_n);
/* The hosts that fail, those that have failed longest first, with how many of them there are, and are parked, in all. */
MUST struct err *job_stats_failing(struct call *c, int64_t max, struct job_host_stats **ret, size_t *ret_n);
MUST struct err *hosts_failing_count(struct call *c, int64_t *ret_failing, int64_t *ret_parked);
