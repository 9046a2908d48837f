/* store/migrations.h: the numbered texts of migrations/, embedded at build time by tools/embed_sql.py. */
#pragma once
#include <stddef.h>

struct migration {
	int number;
	const char *name, *text;
};
extern const struct migration store_migrations[];             /* ends with number 0 */
