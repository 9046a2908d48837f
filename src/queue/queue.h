/* queue/queue.h: running background work. Workers run jobs that this node leased; one keeper thread leases them, settles their ends
 * in batches and takes recurring runs. Nodes share one database without knowing of each other. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

struct queue_how {
	struct world *world;
	struct sql_db *db;
	struct ids *ids;
	const struct house *house;        /* its conf, where there is one, gives each unit of work its settings */
	job_fn *const *handlers;          /* JOB_KINDS of them */
	const struct schedule_row *schedule;
	size_t schedule_n;                /* at most 64 */
	int workers;                      /* 1 to 256 */
	int node;                         /* this process's number on its database */
	bool alone;                       /* no other process has a queue on this database: what is leased was held by a dead one */
	unsigned lanes;                   /* 1u << lane for each lane served here; 0: all. Recurring work is lane SCHEDULE */
	int host_max;                     /* jobs in flight to one host; 0: 4 */
	int64_t poll_ms, lease_ms;        /* 0: 1000, 30000 */
};

struct queue;
/* Gives back what an earlier process of this node's number held (alone: of any number), and begins. Lives in the arena, which must
 * outlive every handler's threads. *ret is set before the first job runs. Fails as the database does, and INTERNAL where there is no thread
 * to be had. */
MUST struct err *queue_start(struct arena *a, const struct queue_how *how, struct queue **ret);
/* Jobs of that lane may be due: from any thread, cheap, as often as one likes. */
void queue_wake(struct queue *q, enum job_lane lane);
/* Leases nothing more and gives back what has not begun, lets the rest end within grace_ms, settles, ends the threads. What is still
 * on the wire then comes back when its lease ends; what a worker still runs is waited for. */
void queue_stop(struct queue *q, int64_t grace_ms);
