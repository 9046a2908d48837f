/* acts/passkey.h: passkeys (crypt/webauthn.h): making them, and signing in with one instead of a password and a code. A challenge is good
 * for one reply within five minutes. Texts from the page are base64url. */
#pragma once
#include "acts/session.h"

enum { PASSKEYS_MAX = 20, PASSKEY_NAME_MAX = 60 };

/* What a new one answers to. Fails: INVALID  field "current_password"; LIMITED. */
MUST struct err *acts_passkey_begin(struct call *c, account_id who, struct str password, struct str *ret_challenge);
struct passkey_new {
	struct str name;              /* none: "Passkey" */
	struct str client_data, authenticator_data, public_key;
};
/* A mail tells of it. Fails: INVALID  it does not fit, there are PASSKEYS_MAX already, or it is known. */
MUST struct err *acts_passkey_add(struct call *c, account_id who, const struct passkey_new *in);
/* A mail tells of it. Fails: INVALID  field "current_password"; NOT_FOUND; LIMITED. */
MUST struct err *acts_passkey_drop(struct call *c, account_id who, struct str password, int64_t id);

struct str acts_passkey_challenge(struct call *c);            /* for signing in */
struct passkey_use {
	struct str credential, client_data, authenticator_data, signature;
	struct caller from;
};
/* Fails: UNAUTHORIZED  it is not known here, or does not fit; FORBIDDEN  as acts_sign_in(); LIMITED. */
MUST struct err *acts_passkey_sign_in(struct call *c, const struct passkey_use *in, struct signed_in *ret);
