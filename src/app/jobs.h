/* app/jobs.h: the kinds of background work bound to their functions, from model/jobs.def. */
#pragma once
#include "model/jobs.h"

extern job_fn *const app_job_handlers[JOB_KINDS];
job_fn app_job_archive;           /* ref_id: whose archive is made (app/archive.c) */
