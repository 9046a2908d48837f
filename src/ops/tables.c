#include "ops/ops.h"

/* One line a noun; each table stands at the foot of its file. */
extern const struct endpoint health_endpoints[];
extern const struct endpoint metrics_endpoints[];

const struct endpoint *const ops_tables[] = {
	health_endpoints,
	metrics_endpoints,
	NULL,
};
