#include "api/api.h"

/* One line a noun; each table stands at the foot of its file. */
extern const struct endpoint accounts_endpoints[];
extern const struct endpoint accounts_create_endpoints[];
extern const struct endpoint apps_endpoints[];
extern const struct endpoint blocks_endpoints[];
extern const struct endpoint instance_endpoints[];
extern const struct endpoint oauth_endpoints[];
extern const struct endpoint profile_endpoints[];
extern const struct endpoint relationships_endpoints[];

const struct endpoint *const api_tables[] = {
	accounts_endpoints,
	accounts_create_endpoints,
	apps_endpoints,
	blocks_endpoints,
	instance_endpoints,
	oauth_endpoints,
	profile_endpoints,
	relationships_endpoints,
	NULL,
};
