/* acts/session.h: signing in and the sessions of browsers. A session's token is a cookie's value; only its hash is stored. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

#define SESSION_KEPT_US (90 * US_PER_DAY)     /* since it was last used */

/* Who is at the other end, as far as the server can see. */
struct caller {
	struct str address;           /* kept as keyed digests only: for limits, and of its network */
	struct str user_agent;
};
struct sign_in {
	struct str name;              /* an e-mail address, or a username */
	struct str password;
	struct caller from;
};
struct signed_in {
	account_id account;
	struct str token;             /* the session's; none: a second factor is wanted first */
	struct str pending;           /* then: what acts_sign_in_second() (acts/two_factor.h) is given back, within ten minutes */
};
/* Counts the attempt, checks the password, renews an old hash, adds a session; a mail tells of a network that nobody signed in from before.
 * Fails: UNAUTHORIZED  no such name and password (one text for
 * both); LIMITED  too many attempts for this name or from this address; FORBIDDEN  the login is disabled, unconfirmed or waits
 * for approval; BUSY. */
MUST struct err *acts_sign_in(struct call *c, const struct sign_in *in, struct signed_in *ret);
/* A session for somebody who has just proven who they are by other means (a fresh sign-up). */
MUST struct err *acts_session_add(struct call *c, account_id who, const struct caller *from, struct str *ret_token);
MUST struct err *acts_session_drop(struct call *c, struct str token);
/* Notes that it was used; call at most once an hour. */
MUST struct err *acts_session_seen(struct call *c, struct str token);

/* One of one's own; nothing, where there is none of that id. */
MUST struct err *acts_session_revoke(struct call *c, account_id who, int64_t id);
MUST struct err *acts_sessions_revoke_others(struct call *c, account_id who, int64_t but);
