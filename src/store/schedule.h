/* store/schedule.h: when recurring work runs next. One row a name; who moves its next run into the future runs it, so that among
 * many nodes each run happens once. */
#pragma once
#include "base/call.h"

/* Makes the row where there is none, due at first_us; *ret_next_us: when it is due. */
MUST struct err *schedule_ensure(struct call *c, struct str name, int64_t first_us, int64_t *ret_next_us);
/* *ret_mine: it was due, and now belongs to the caller; the next run is a period away. *ret_next_us: when that is, whoever took it. */
MUST struct err *schedule_take(struct call *c, struct str name, int64_t period_us, bool *ret_mine, int64_t *ret_next_us);
/* All of it, by name. */
struct recurring_run {
	struct str name, error;       /* error: of the last run; none: it went well */
	int64_t last_us, next_us, runs;
};
MUST struct err *schedule_all(struct call *c, struct recurring_run **ret, size_t *ret_n);
/* It ended; why: what went wrong, or none. */
MUST struct err *schedule_ran(struct call *c, struct str name, struct str why);
