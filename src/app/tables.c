#include "app/tables.h"

#include "api/api.h"
#include "fed/tables.h"
#include "notify/hub.h"
#include "ops/ops.h"
#include "web/web.h"

static const struct {
	int roles;
	const struct endpoint *const *tables;
} rooms[] = {
	{ SERVE_WEB, api_tables },
	{ SERVE_WEB, fed_tables },
	{ SERVE_STREAMING, notify_tables },
	{ SERVE_ALL, ops_tables },
	{ SERVE_WEB, web_tables },
};
enum { ROOMS = sizeof rooms / sizeof *rooms };

const struct endpoint *const *app_endpoint_tables(struct arena *a, int roles)
{
	VEC(const struct endpoint *) all = { 0 };

	for (size_t i = 0; i < ROOMS; i++)
		for (const struct endpoint *const *t = rooms[i].tables; (rooms[i].roles & roles) && *t; t++)
			vec_push(a, &all, *t);
	vec_push(a, &all, NULL);
	return all.v;
}
