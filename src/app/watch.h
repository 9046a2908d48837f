/* app/watch.h: what wants somebody's attention, as the database tells it: each process looks, whatever its roles, so that work which nobody
 * does any more is noticed by those who are still there. */
#pragma once
#include "base/call.h"

struct attention {
	const char *event;            /* of the log: "queue.late" */
	struct str what;              /* a class, a name of recurring work; none: the whole */
	struct str why;               /* for people, one line */
};
enum { ATTENTIONS_MAX = 64 };

/* Classes whose oldest job waits longer than lanes.def allows, recurring work that was missed twice or failed, nobody working off jobs at all,
 * and nodes that may hold more connections than the database lets in. A few cheap queries. How many in *ret_n. */
MUST struct err *app_watch(struct call *c, struct attention ret[ATTENTIONS_MAX], size_t *ret_n);
/* The same into the log and the metrics of this process. */
MUST struct err *app_watch_tell(struct call *c);
