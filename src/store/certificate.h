/* store/certificate.h: the certificates of this server's own names, as they were seen last. */
#pragma once
#include "store/store.h"

struct certificate {
	struct str host;
	int64_t from_us, until_us;    /* 0: it was not seen, and trouble says why */
	bool trusted;                 /* by the roots that this machine knows, and its chain is whole */
	struct str trouble;           /* none: it is that host's */
	int64_t looked_us;
	int64_t told_us;              /* when the admins were told of it; 0: they need not be */
};
/* All that were ever looked at, by host; there are a few. */
MUST struct err *certificates_all(struct call *c, struct certificate **ret, size_t *ret_n);
MUST struct err *certificate_find(struct call *c, struct str host, struct certificate *ret, bool *ret_found);
/* In a transaction. */
MUST struct err *certificate_put(struct call *c, const struct certificate *seen);
