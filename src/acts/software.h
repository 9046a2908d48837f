/* acts/software.h: keeping what other servers run, by their NodeInfo. */
#pragma once
#include "base/call.h"

/* What it says of itself; empty where it says nothing. A domain that nobody here knows anybody of is nothing. */
MUST struct err *acts_host_software_put(struct call *c, struct str host, struct str software, struct str version);
/* In a transaction: somebody of this domain is known from now on. Where it is the first, its software is asked for at once. Fails: INVALID as
 * many servers as the settings allow have become known today below its registered domain, for a name there costs nothing. */
MUST struct err *acts__host_meet(struct call *c, struct str host);
/* Recurring: asks those again that were asked a week ago. */
MUST struct err *acts_hosts_ask(struct call *c);
