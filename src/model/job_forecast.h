/* model/job_forecast.h: how long the queue takes for what waits, by running it in imagined time: the same choice of a class for each worker
 * that is free (job_turns.h), the same bounds of a host and of the wire, and for each job the mean time that those of its class took lately. So it
 * knows of workers, classes and hosts, and of nothing else: what the processor or the database cannot do is in it only as far as it made runs
 * longer, or classes slower than their workers allow (job_forecast_pace). */
#pragma once
#include "model/job_turns.h"

enum { JOB_NODES_MAX = 64, JOB_FLOW_GROUPS = 41 };

/* Jobs of one host; or of many, each with few (host_max 0). */
struct job_flow_group {
	double waits;
	double work_s, wire_s;    /* of one: in a worker, and then on the wire, which holds none */
	int host_max;             /* so many at once a node; 0: no bound */
};
struct job_flow {
	struct job_flow_group groups[JOB_FLOW_GROUPS];
	int groups_n;
	double comes;             /* more a second, for hosts in the proportion of what waits; into the last group where nothing does */
	double begins_max;        /* a second, over all nodes; 0: no bound */
	bool held;                /* nothing of it begins */
};
struct job_forecast_how {
	struct job_policy policy;
	int workers[JOB_NODES_MAX];       /* of each node that runs jobs */
	int nodes;
	struct job_flow flows[JOB_LANES];
	int64_t steps_max;                /* ends looked at; what is not done by then is told by how it changed meanwhile */
	double ends_s;                    /* not 0: no longer than that, imagined */
};
struct job_forecast {
	double drained_s[JOB_LANES];      /* until what waits is done and nothing waits; 0: nothing does; -1: that does not come */
	double grows[JOB_LANES];          /* a second, where it does not */
	double ended[JOB_LANES];          /* runs, until until_s, where it was broken off or all was done */
	double until_s;
};
void job_forecast(struct arena *a, const struct job_forecast_how *how, struct job_forecast *ret);

/* Classes that were slower than their workers allow, seen to end so many runs a second while work waited all the time (seen; 0: unknown), are made
 * as slow in how->flows: something else holds them up, and will go on doing so. */
void job_forecast_pace(struct arena *a, struct job_forecast_how *how, const double seen[JOB_LANES]);
