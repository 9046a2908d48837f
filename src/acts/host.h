/* acts/host.h: what is learned of other servers while we talk with them. */
#pragma once
#include "base/call.h"
#include "model/dialect.h"

/* That host took a request signed so, which it had refused in the other dialect. */
MUST struct err *acts_host_dialect_learned(struct call *c, struct str host, enum dialect dialect);
/* Somebody elsewhere has made us ask for so much, and so much of it came to nothing. */
MUST struct err *acts_fetches_made(struct call *c, struct str blamed, int64_t made, int64_t vain);
