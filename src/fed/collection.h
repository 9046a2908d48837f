/* fed/collection.h: reading collections of other servers, page after page, within bounds. Private to fed. */
#pragma once
#include "fed/fetch.h"

/* The members of a collection, as they stand there: addresses or objects. At most max, from at most pages_max pages; what was read before
 * a bound was reached, or a page could not be had, is what there is. said: the collection itself, embedded or its address; pages are only
 * followed on the host that `home` is on. *ret_whole: that was all of it. Fails: as fed_fetch(), where the first document cannot be had. */
MUST struct err *fed_collection_read(struct call *c, struct fed_budget *b, const struct json *said, struct str home, int max, int pages_max,
				     const struct json ***ret, size_t *ret_n, bool *ret_whole);
