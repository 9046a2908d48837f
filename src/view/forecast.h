/* view/forecast.h: how long the queue takes for what waits, and what would be if: the model (model/job_forecast.h) on what the database tells. */
#pragma once
#include "base/call.h"
#include "model/job_forecast.h"

struct forecast_ask {
	const struct job_policy *policy;  /* NULL: as it is */
	int workers;                      /* of each node that runs jobs; 0: as they are */
	double comes[JOB_LANES];          /* a second; below 0: as lately */
	int64_t steps_max;
};
struct forecast_class {
	int64_t waits, put_off, held;     /* as in struct job_waiting */
	double comes, work_s, wire_s;     /* what it was reckoned with */
	bool assumed;                     /* of its runs none was seen in the last fifteen minutes: work_s is a guess */
	double drained_s, grows;          /* as in struct job_forecast */
};
struct forecast {
	struct forecast_class of[JOB_LANES];
	int nodes, workers;               /* that run jobs, and all of theirs together */
	bool imagined;                    /* none runs: reckoned with one of these settings */
};
/* What is asked when nothing is imagined otherwise. */
struct forecast_ask view_forecast_as_it_is(void);
/* Walks through all jobs twice. */
MUST struct err *view_forecast(struct call *c, const struct forecast_ask *ask, struct forecast *ret);
