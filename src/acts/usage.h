/* acts/usage.h: how much is going on here, for /api/v1/instance/activity, /api/v2/instance and NodeInfo. */
#pragma once
#include "base/call.h"

/* Recurring: counts people and their posts (one row a person), and adds the posts made since the last time, a day of them at most at once. */
MUST struct err *acts_usage_count(struct call *c);

/* The Monday (midnight UTC) of a time's week. */
int64_t acts_week_of(int64_t us);
