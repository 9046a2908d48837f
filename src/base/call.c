#include "base/call.h"

void call_reads_end(struct call *c)
{
	struct sql_conn *conn = c->reads ? c->reads->conn : NULL;

	if (!conn)
		return;
	c->reads->conn = NULL;
	c->reads->give_back(conn);
}

struct str call_random_hex(struct call *c, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char *raw = arena_alloc(c->arena, n);
	char *hex = arena_alloc(c->arena, 2 * n + 1);

	call_random(c, raw, n);
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	return str_of(hex, 2 * n);
}
