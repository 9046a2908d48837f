/* acts/two_factor.h: time-based codes as a second factor of signing in, and the recovery codes that stand in for a lost phone. The seed is
 * sealed (crypt/seal.h), recovery codes are stored as hashes and shown once. Each change is told by mail. */
#pragma once
#include "acts/session.h"

enum { RECOVERY_CODES = 10 };

/* What an authenticator app is told. */
struct totp_setup {
	struct str seed, uri;
};
/* A new seed, which does nothing until it is proven; one that was not is replaced. Fails: INVALID  field "current_password"; CONFLICT
 * codes are switched on already; LIMITED. */
MUST struct err *acts_totp_begin(struct call *c, account_id who, struct str password, struct totp_setup *ret);
/* The seed again that waits for its first code, for a page that is shown once more. NOT_FOUND: none does. */
MUST struct err *acts_totp_waiting(struct call *c, account_id who, struct totp_setup *ret);
/* Switches it on by its first code; the recovery codes are told here and never again. Fails: INVALID  field "code"; NOT_FOUND as above;
 * LIMITED. */
MUST struct err *acts_totp_prove(struct call *c, account_id who, struct str code, struct str ret_recovery[RECOVERY_CODES]);
/* Fails: INVALID  field "current_password"; LIMITED. */
MUST struct err *acts_totp_drop(struct call *c, account_id who, struct str password);
/* New recovery codes instead of all old ones. Fails: INVALID  field "current_password"; NOT_FOUND  codes are not switched on; LIMITED. */
MUST struct err *acts_recovery_codes_make(struct call *c, account_id who, struct str password, struct str ret_recovery[RECOVERY_CODES]);

struct second_factor {
	struct str pending;           /* of struct signed_in */
	struct str code;              /* of the app, or a recovery code */
	struct caller from;
};
/* The second half of signing in. Fails: UNAUTHORIZED  field "code"  it is wrong or was used; UNAUTHORIZED  the first half is too long ago;
 * FORBIDDEN  the login was disabled meanwhile; LIMITED. */
MUST struct err *acts_sign_in_second(struct call *c, const struct second_factor *in, struct signed_in *ret);
