/* store/delivery.h: activities on their way out: one row a body, which the DELIVER jobs name. */
#pragma once
#include "model/dialect.h"
#include "store/store.h"

struct delivery_body {
	int64_t id;
	account_id account;       /* who signs */
	struct str body;
	bool to_followers;        /* for them alone, and whoever is mentioned */
	enum dialect dialect;     /* what the host reads that it is for */
	struct str key_uri, key_sealed;   /* of who signs, RSA; none: it has no key any more */
};
/* In a transaction; of id, account and body. *ret_new: false where a body of that id stands. */
MUST struct err *delivery_body_add(struct call *c, const struct delivery_body *b, bool *ret_new);
/* host: whom it is to be sent to. */
MUST struct err *delivery_body_find(struct call *c, int64_t id, struct str host, struct delivery_body *ret, bool *ret_found);
