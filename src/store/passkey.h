/* store/passkey.h: passkeys: public keys by the name that the authenticator gave them. */
#pragma once
#include "store/store.h"

struct passkey {
	int64_t id;
	account_id account;
	struct str credential, public_key;
	int64_t sign_count;
	struct str name;              /* as its owner calls it */
	int64_t created_us, used_us;  /* used_us 0: never */
};
MUST struct err *passkey_add(struct call *c, const struct passkey *k);        /* CONFLICT: that credential is known */
MUST struct err *passkey_find(struct call *c, struct str credential, struct passkey *ret, bool *ret_found);
MUST struct err *passkeys_of(struct call *c, account_id who, int max, struct passkey **ret, size_t *ret_n);
/* Notes a use and its counter. *ret_was false: the counter went back (a copy of it is about), or it is gone. */
MUST struct err *passkey_use(struct call *c, int64_t id, int64_t sign_count, bool *ret_was);
MUST struct err *passkey_drop(struct call *c, account_id who, int64_t id, struct str *ret_name, bool *ret_was);
