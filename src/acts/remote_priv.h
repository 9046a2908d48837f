/* acts/remote_priv.h: what the acts of other servers share. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* In a transaction: removes a post of another server with what hangs on it, counts it out, tells those who watch. Unknown: nothing. */
MUST struct err *acts__status_forget(struct call *c, status_id id);
