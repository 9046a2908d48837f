/* model/jobs.h: the kinds of background work and their classes (lanes), from jobs.def and lanes.def. */
#pragma once
#include "base/call.h"
#include "model/dialect.h"
#include "model/ids.h"

enum job_lane {
#define LANE(NAME, min, weight, ceiling, late) JOB_LANE_##NAME,
#include "model/lanes.def"
	JOB_LANES
};

enum job_kind {
#define JOB(KIND, handler, lane, tries, what) JOB_##KIND,
#include "model/jobs.def"
	JOB_KINDS
};

/* What became of a job that its handler handed to another thread. */
enum job_result {
	JOB_DONE,
	JOB_RETRY,                /* later; after its last try it is dropped */
	JOB_DROP,                 /* the work is done with, though not as hoped */
	JOB_FAULT,                /* ours: it is parked until a person looks */
};
/* What it says about the remote host that the job names. */
enum job_host_news { JOB_HOST_UNKNOWN, JOB_HOST_ANSWERED, JOB_HOST_FAILED };
/* Work that follows from an end: queued as the end is written down. */
struct job_then {
	bool wanted;
	enum job_kind kind;
	int64_t ref_id;
};
struct job_end {
	enum job_result result;
	enum job_host_news host;
	int64_t retry_after_s;    /* what the host asked for; 0: nothing */
	struct str why;           /* for the log; copied */
	struct job_then then;
	bool dialect_said;        /* what the host reads has been seen, or is no longer certain (UNKNOWN) */
	enum dialect dialect;
	bool ours;                /* RETRY: this house had no time for it, and will soon have */
};

/* Where such a handler reports: once, from any thread, without waiting. Safe until the arena of the queue ends; a report that
 * comes after the job was given back says nothing. */
struct job_desk {
	void (*report)(struct job_desk *desk, job_id id, const struct job_end *end);
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
	struct job_desk *desk;    /* for handlers that set *ret_later */
};

/* A handler returns NULL when the work is done, or an error whose class (err.def) says retry or drop. A handler that hands
 * its work to another thread (a delivery on the wire) copies id and desk, sets *ret_later and reports to the desk; the job ends
 * with the handler's memory, and *ret_later with an error returned counts as the error. */
typedef struct err *job_fn(struct call *c, const struct job *job, bool *ret_later);

/* Recurring work: app/schedule.def. Runs on one node at a time; may be cut off by a crash and then waits for its next turn. */
typedef struct err *schedule_fn(struct call *c);
struct schedule_row {
	const char *name;
	schedule_fn *fn;
	int64_t period_us;
};

const char *job_kind_name(enum job_kind kind);
const char *job_lane_name(enum job_lane lane);
enum job_lane job_lane_of(enum job_kind kind);
int job_tries_max(enum job_kind kind);
/* Work of that age is let go instead of begun, as nobody waits for it: the post is no news, who opened the thread has left. 0: never. */
int64_t job_age_max_us(enum job_kind kind);
/* By name, whatever its case. */
bool job_kind_parse(struct str name, enum job_kind *ret);
bool job_lane_parse(struct str name, enum job_lane *ret);

struct job_lane_row {
	int min, weight, ceiling_percent;
	int64_t late_s;           /* 0: no bound */
};
struct job_lane_row job_lane_row(enum job_lane lane);
