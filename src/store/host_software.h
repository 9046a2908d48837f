/* store/host_software.h: what the servers run that people here know somebody on: one row a domain. */
#pragma once
#include "store/store.h"

struct host_software {
	struct str host, software, version;       /* empty: it does not say */
	int64_t seen_us;                          /* when it said so; 0: never */
};

/* In a transaction. *ret_new: nobody of this domain was known; it is due again at due_us. */
MUST struct err *host_software_meet(struct call *c, struct str host, int64_t due_us, bool *ret_new);
/* In a transaction: one more server became known today below this registered domain; *ret_today includes it. And how many did, and whether
 * anybody of this host is known, without counting. */
MUST struct err *host_siblings_add(struct call *c, struct str registered, int64_t *ret_today);
MUST struct err *host_siblings(struct call *c, struct str registered, struct str host, int64_t *ret_today, bool *ret_known);
/* In a transaction: at most max that are due, which are due again a week later, spread over a day. */
MUST struct err *host_software_due(struct call *c, int max, struct str **ret, size_t *ret_n);
/* In a transaction. Of a domain that is not known nothing is kept. */
MUST struct err *host_software_put(struct call *c, const struct host_software *h);
/* By host, those after `after`; software: of these only, or empty: of all. */
MUST struct err *host_software_page(struct call *c, struct str software, struct str after, int max, struct host_software **ret, size_t *ret_n);
/* How many run what, the most used first. */
struct software_use {
	struct str software;
	int64_t hosts;
};
MUST struct err *host_software_uses(struct call *c, int max, struct software_use **ret, size_t *ret_n);
