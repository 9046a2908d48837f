#include "api/api.h"

/* One line a noun; each table stands at the foot of its file. */
extern const struct endpoint instance_endpoints[];

const struct endpoint *const api_tables[] = {
	instance_endpoints,
	NULL,
};
