#include "app/jobs.h"

/* A kind without its function does not link. */
#define JOB(KIND, handler, lane, tries, what) job_fn handler;
#include "model/jobs.def"
job_fn *const app_job_handlers[JOB_KINDS] = {
#define JOB(KIND, handler, lane, tries, what) [JOB_##KIND] = handler,
#include "model/jobs.def"
};
