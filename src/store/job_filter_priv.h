/* store/job_filter_priv.h: a filter of jobs as SQL, for job_filter.c and job_deleted.c. */
#pragma once
#include "store/job_filter.h"

/* A column stands before its parameter, or PostgreSQL takes the parameter for a small number. $6 is now. */
#define JOBS_FREE "leased_until_us <= $6"
#define JOBS_NAMED " AND (lane = $1 OR $1 < 0) AND (kind = $2 OR $2 < 0) AND (host = $3 OR $3 = '') AND (created_us < $4 OR $4 = 0)"
#define JOBS_STAND " AND CASE CAST($5 AS BIGINT) WHEN 0 THEN TRUE WHEN 1 THEN parked_us = 0 AND due_us <= $6" \
	" WHEN 2 THEN parked_us = 0 AND due_us > $6 ELSE parked_us > 0 END"
#define JOBS_MATCH JOBS_FREE JOBS_NAMED JOBS_STAND
#define JOBS_ARGS(f) (int64_t)(f)->lane, (int64_t)(f)->kind, (f)->host.p ? (f)->host : STR(""), (f)->before_us, (int64_t)(f)->standing, c->now_us
/* At most $7 of them. */
#define JOBS_ONES(more) " WHERE id IN (SELECT id FROM jobs WHERE " JOBS_MATCH more " LIMIT $7)"
