/* store/second_factor.h: what signing in takes besides a password: seeds of time-based codes, recovery codes, passkeys. */
#pragma once
#include "store/store.h"

struct totp_seed {
	account_id account;
	struct str sealed;
	int64_t proven_us;        /* 0: shown, and not switched on by a code yet */
	int64_t last_step;        /* of the last code that counted */
};
/* Another seed; *ret_was false: one is switched on, and stays. In a transaction. */
MUST struct err *totp_put(struct call *c, account_id who, struct str sealed, bool *ret_was);
MUST struct err *totp_find(struct call *c, account_id who, struct totp_seed *ret, bool *ret_found);
/* The first code switches it on; every later one counts once. *ret_was false: somebody was faster. In a transaction. */
MUST struct err *totp_prove(struct call *c, account_id who, int64_t step, bool *ret_was);
MUST struct err *totp_use(struct call *c, account_id who, int64_t step, bool *ret_was);
MUST struct err *totp_drop(struct call *c, account_id who, bool *ret_was);      /* with its recovery codes. In a transaction */
/* For sealing anew, in order of their accounts. */
MUST struct err *totp_sealed(struct call *c, account_id after, int max, struct totp_seed **ret, size_t *ret_n);
MUST struct err *totp_reseal(struct call *c, const struct totp_seed *was, struct str sealed);

/* Makes the recovery codes exactly these (hashes). In a transaction. */
MUST struct err *recovery_codes_put(struct call *c, account_id who, const struct str *hashes, size_t n);
MUST struct err *recovery_code_use(struct call *c, account_id who, struct str hash, bool *ret_was);
MUST struct err *recovery_codes_count(struct call *c, account_id who, int64_t *ret);
