/* model/job_turns.h: which class takes a free worker. The queue goes by it with real workers, the forecast with imagined ones.
 *
 * A class may take a worker where it is under its ceiling, and where enough workers stay free for the reserves of others. Among those that may and
 * have work, turns go by weight (stride scheduling: the least pass goes first, and grows by 1/weight a turn). */
#pragma once
#include "model/job_policy.h"

/* Bounds of each process, beside the policy. */
enum {
	JOB_HOST_MAX = 4,                 /* jobs under way to one host */
	JOB_WIRE_MAX = 512,               /* of one class on the wire; past it the class begins nothing */
	JOB_WIRE_CROWDED = 256,           /* from here on nothing for a host that has a job under way */
};

struct job_turn {
	bool served;              /* this process runs the class */
	int reserve, ceiling, weight;     /* workers, for this number of workers */
	int running;
	int64_t pass;
};
struct job_turns {
	int workers, running;
	struct job_turn of[JOB_LANES];
};

/* served: 1u << lane for each class that is run. */
void job_turns_init(struct job_turns *t, const struct job_policy *p, int workers, unsigned served);
/* Another policy: what runs, runs on. */
void job_turns_change(struct job_turns *t, const struct job_policy *p);
/* The class that takes a worker next, counted as running; false: none may. waiting: 1u << lane where jobs wait. can_begin(arg, lane): one of them
 * may begin now; asked of those whose turn it is only. */
bool job_turns_take(struct job_turns *t, unsigned waiting, bool (*can_begin)(void *arg, enum job_lane lane), void *arg, enum job_lane *ret);
/* Its worker is free again. */
void job_turns_give(struct job_turns *t, enum job_lane lane);
