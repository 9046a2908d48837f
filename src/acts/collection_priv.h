/* acts/collection_priv.h: collections of people, for those who write posts. */
#pragma once
#include "acts/status_priv.h"

/* In a transaction: the collections that a post links to from now on; had: it linked to some before. Of ours those that are known and whose
 * address, as it is or of their page, stands in the text. */
MUST struct err *acts__collections_link(struct call *c, const struct status_whole *w, bool had);
