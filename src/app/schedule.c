#include "app/schedule.h"

#define SCHEDULE(name, function, period, what) schedule_fn function;
#include "app/schedule.def"

const struct schedule_row app_schedule[] = {
#define SCHEDULE(name, function, period, what) { #name, function, period },
#include "app/schedule.def"
};
const size_t app_schedule_n = sizeof app_schedule / sizeof *app_schedule;
