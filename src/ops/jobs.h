/* ops/jobs.h: this room's job. */
#pragma once
#include "model/jobs.h"

/* JOB_CERTIFICATE. arg: one of this server's own names. Looks at the certificate there, and says what is wrong with it. */
job_fn ops_job_certificate;
