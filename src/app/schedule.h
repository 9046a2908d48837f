/* app/schedule.h: the rows of schedule.def with their functions, for queue_start(). */
#pragma once
#include "model/jobs.h"

extern const struct schedule_row app_schedule[];
extern const size_t app_schedule_n;
