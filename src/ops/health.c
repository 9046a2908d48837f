#include "ops/ops.h"

static struct err *health(struct call *c, struct req *r)
{
	(void)c;
	req_body(r, "text/plain; charset=utf-8", STR("OK"));
	return NULL;
}

extern const struct endpoint health_endpoints[];
const struct endpoint health_endpoints[] = {
	{ METHOD_GET, "/health", auth_none, NULL, LIMIT_NONE, LANE_DB, health },
	{ 0 }
};
