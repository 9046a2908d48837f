/* gate/limit.h: counters of who asks how often; in memory, sharded, bounded, per node. Safe from any thread. */
#pragma once
#include "base/call.h"

enum limit {
	LIMIT_NONE,
#define LIMIT(NAME, count, window_s, key) LIMIT_##NAME,
#include "gate/limits.def"
	LIMITS
};

struct limit_caller {
	struct str address;       /* as text */
	int64_t user, token;      /* 0: none */
};

/* Counts one use; true while within the limit. Tightens c->limit. */
bool limit_take(struct call *c, enum limit which, const struct limit_caller *who);

/* Whom an address stands for: itself, or the first four groups of an IPv6 one, for such a customer has a /64. */
struct str limit_network(struct str address);
