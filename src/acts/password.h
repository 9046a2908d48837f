/* acts/password.h: passwords of people here: what is one, choosing another, and what to do when it is forgotten. */
#pragma once
#include "base/call.h"
#include "model/account.h"

enum { PASSWORD_CHARS_MIN = 8, PASSWORD_BYTES_MAX = 72 };

/* NULL, or what is wrong with a new password: a field error of "password". */
struct err *acts_password_check(struct call *c, struct str password);

/* Is this the password of that account? Counted, so that a session left open is no place to guess. Fails: INVALID  field
 * "current_password"; LIMITED; BUSY. */
MUST struct err *acts_password_is(struct call *c, account_id who, struct str password, struct user *ret);
struct password_change {
	struct str old, password;
	int64_t session;              /* the one that goes on */
	bool apps_end;                /* all access tokens end as well, and what hangs on them: streams, devices that are pushed to */
};
/* All sessions but this one end; a mail tells of it. Fails: INVALID  fields "password" and "current_password". */
MUST struct err *acts_password_change(struct call *c, account_id who, const struct password_change *in);

/* A mail with a link for a new password, where the address is known; whether it is, is not told. Fails: LIMITED. */
MUST struct err *acts_password_forgot(struct call *c, struct str email);
/* Takes the link's token; all sessions and access tokens end, for whoever had the old password may have made some. Fails: NOT_FOUND  the link
 * is unknown, used up or too old; INVALID  field "password". */
MUST struct err *acts_password_reset(struct call *c, struct str token, struct str password);
