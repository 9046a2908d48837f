/* store/fetch_tally.h: how many requests somebody elsewhere has caused within the hour, and how many of those came to nothing. Two rows of `limits`
 * for each who was seen to cause any in vain. */
#pragma once
#include "store/store.h"

struct fetch_tally {
	int64_t made, vain;
};
MUST struct err *fetch_tally(struct call *c, struct str blamed, struct fetch_tally *ret);
/* In a transaction: so many more. */
MUST struct err *fetch_tally_add(struct call *c, struct str blamed, const struct fetch_tally *more);
