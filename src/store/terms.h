/* store/terms.h: the terms of service, every version, by the day on which it takes effect (midnight UTC). */
#pragma once
#include "store/store.h"

struct terms {
	int64_t effective_us, published_us;
	struct str text;
	int64_t succeeded_us;     /* when the next version takes effect; 0: there is none */
};
/* What is in force at this time; before the first, the first to come. */
MUST struct err *terms_at(struct call *c, int64_t us, struct terms *ret, bool *ret_found);
/* The version of just this day. */
MUST struct err *terms_of(struct call *c, int64_t effective_us, struct terms *ret, bool *ret_found);
/* The newest hundred, newest first; without succeeded_us. */
MUST struct err *terms_all(struct call *c, struct terms **ret, size_t *ret_n);
/* In a transaction. *ret_added: no version of that day was there. */
MUST struct err *terms_add(struct call *c, const struct terms *t, bool *ret_added);
/* When a setting was changed last, or the installation made, whatever was later. */
MUST struct err *setting_changed(struct call *c, struct str key, int64_t *ret_us);
