#include "app/tables.h"

#include "api/api.h"
#include "fed/tables.h"
#include "ops/ops.h"

enum { TABLES_MAX = 128 };

const struct endpoint *const *app_endpoint_tables(void)
{
	static const struct endpoint *all[TABLES_MAX];
	const struct endpoint *const *const rooms[] = { api_tables, fed_tables, ops_tables };
	size_t n = 0;

	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		for (const struct endpoint *const *t = rooms[i]; *t && n < TABLES_MAX - 1; t++)
			all[n++] = *t;
	return all;
}
