/* acts/host.h: what is learned of other servers while we talk with them. */
#pragma once
#include "base/call.h"
#include "model/dialect.h"

/* That host took a request signed so, which it had refused in the other dialect. */
MUST struct err *acts_host_dialect_learned(struct call *c, struct str host, enum dialect dialect);
