/* store/audit.h: what operators did, in the order they did it. */
#pragma once
#include "base/call.h"

struct audit_entry {
	int64_t id;
	struct str by, what;
	int64_t n;                /* how many rows it concerned */
	int64_t created_us;
};
/* In the transaction of what it tells. id 0: a new entry, whose id is then told; else n is added to that entry's, for acts that take
 * several transactions. */
MUST struct err *audit_add(struct call *c, struct audit_entry *e);
/* The newest, at most max. */
MUST struct err *audit_newest(struct call *c, int64_t max, struct audit_entry **ret, size_t *ret_n);
