/* base/metrics.h: counters for /metrics, in Prometheus' text format. Rows stand in metrics.def. Lock-free to add
 * to; at most METRIC_LABELS values of a label are kept apart, more are counted under "other". Safe from any thread. */
#pragma once
#include "base/buf.h"

enum { METRIC_LABELS = 400 };

enum metric {
#define METRIC(name, kind, label, help) METRIC_##name,
#include "base/metrics.def"
	METRICS
};

/* label: its value, STR_NONE where the row has no label. */
void metric_add(enum metric m, struct str label, int64_t by);
void metric_set(enum metric m, struct str label, int64_t value);
void metric_time(enum metric m, struct str label, int64_t took_us);
void metrics_write(struct buf *out);
int64_t metric_get(enum metric m, struct str label);          /* for tests and the bench; count of a SECONDS row */
