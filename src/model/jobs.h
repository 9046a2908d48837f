/* model/jobs.h: the kinds of background work and their classes (lanes), from jobs.def and lanes.def. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum job_lane {
#define LANE(NAME, min, weight, ceiling) JOB_LANE_##NAME,
#include "model/lanes.def"
	JOB_LANES
};

enum job_kind {
#define JOB(KIND, handler, lane, tries, what) JOB_##KIND,
#include "model/jobs.def"
	JOB_KINDS
};

/* One leased job, as its handler sees it. */
struct job {
	job_id id;
	enum job_kind kind;
	int64_t ref_id;           /* what it is about; 0 if nothing */
	struct str arg;           /* short: an inbox, a handle */
	struct str host;          /* the remote host it will talk to, for limits per host; empty if none */
	struct str payload;       /* text of the handler's own shape */
	int64_t created_us;
	int tries;                /* runs before this one */
};

/* A handler returns NULL when the work is done, or an error whose class (err.def) says retry or drop. A handler that hands
 * its work to another thread (a delivery on the wire) sets *ret_later and reports through queue_finish(). */
typedef struct err *job_fn(struct call *c, const struct job *job, bool *ret_later);

const char *job_kind_name(enum job_kind kind);
const char *job_lane_name(enum job_lane lane);
enum job_lane job_lane_of(enum job_kind kind);
int job_tries_max(enum job_kind kind);

struct job_lane_row {
	int min, weight, ceiling_percent;
};
struct job_lane_row job_lane_row(enum job_lane lane);
