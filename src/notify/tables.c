#include "notify/hub.h"

extern const struct endpoint streaming_endpoints[];

const struct endpoint *const notify_tables[] = {
	streaming_endpoints,
	NULL,
};
