/* store/host.h: what is known of remote servers as places to deliver to. A host that fails is in penalty: nothing of it is leased
 * until that is over, then one job at a time (the probe). One that fails for a week is parked with its jobs, until it writes to us.
 *
 *   well ──failed──▶ penalty ──over──▶ probe ──answered──▶ well
 *                       ▲────failed────┘ └─failed for a week──▶ parked ──host_alive──▶ probe
 *
 * Rows exist for hosts that were ever delivered to, or whose signatures were learned of. All of these in a transaction. */
#pragma once
#include "base/call.h"
#include "model/dialect.h"

/* These answered: their failures are forgotten, what waited for them is due. Writes only where there is something to forget or the
 * last success is older than an hour. At most 320. */
MUST struct err *hosts_answered(struct call *c, const struct str *hosts, size_t n);

/* These had failed before and their time has come: who gets a name in *ret_taken may send one job there; the penalty holds all others
 * off for probe_us. At most 320. */
MUST struct err *hosts_probe(struct call *c, const struct str *hosts, size_t n, int64_t probe_us, struct str **ret_taken, size_t *ret_n);

struct host_failure {
	struct str host;
	bool probe;               /* the job was the probe: it counts although the penalty holds */
	int64_t unit_us;          /* the first penalty; it grows with the square of the failures, up to an hour */
	struct str why;           /* what is told of it to operators */
	int64_t begun_us;         /* when the attempt began; the last of several */
};
struct host_penalty {
	int64_t until_us;
	bool parked;              /* it has now failed for HOST_PARK_US, and what waits for it is parked with it */
	bool excused;             /* no penalty, and soon another try */
};
/* It failed. Failures of jobs that were under way together count as one. What waits for it is moved behind the penalty's end. A failing host
 * that wrote to us after the attempt began is excused once: it may have come back meanwhile. Only once, or one that writes all the time and
 * never answers would be tried without end. */
#define HOST_PARK_US (7 * US_PER_DAY)
MUST struct err *host_failed(struct call *c, const struct host_failure *f, struct host_penalty *ret);

/* Which signatures it reads; UNKNOWN where that was not seen for HOST_DIALECT_US, for servers change. Put: as seen, or forgotten (UNKNOWN). */
#define HOST_DIALECT_US (14 * US_PER_DAY)
MUST struct err *host_dialect(struct call *c, struct str host, enum dialect *ret);
MUST struct err *host_dialect_put(struct call *c, struct str host, enum dialect dialect);

/* Of these, at most 320, those parked before that time. */
MUST struct err *hosts_parked_before(struct call *c, const struct str *hosts, size_t n, int64_t before_us, struct str **ret, size_t *ret_n);

/* It wrote to us, signed: a parked one is tried again with all that waits, a failing one with one job: at once where its penalty is long,
 * else when that is over. */
MUST struct err *host_alive(struct call *c, struct str host);
