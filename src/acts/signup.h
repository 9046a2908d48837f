/* acts/signup.h: local accounts: made by the command line, the client API and the sign-up page alike.
 * Field errors carry Mastodon's codes and texts, all of a request's chained by err->next. */
#pragma once
#include "acts/email_block.h"
#include "model/enums.h"
#include "model/ids.h"

enum { REASON_CHARS_MAX = 420, EMAIL_MAX = 254 };

struct signup {
	struct str username, email, password;
	struct mail_hosts mail_hosts; /* of the address's domain */
	struct str locale;            /* none: the server's first language */
	struct str reason;            /* why one wants to join, where registrations wait for approval */
	bool agreement;               /* to the rules */
	struct str date_of_birth;     /* "2001-02-28", where min_age asks for it; looked at and not kept */
	struct str invite;            /* its code: opens what registrations closes, and nobody's approval is needed. Any other text is none */
	/* Made by whoever runs the server: confirmed and approved at once, reserved names and blocked addresses allowed, whatever registrations says. */
	bool by_operator;
	enum role role;               /* by_operator only */
	/* The application that signs somebody up gets a token in the same transaction; none: no token. */
	app_id app;
	struct str scopes;
};
struct signed_up {
	account_id account;
	struct str token, scopes;     /* for signup.app */
	struct str username;          /* as it was taken */
};
/* Fails: INVALID  field errors; FORBIDDEN  registrations are closed, and there is no invitation that may be used.
 * Where the address must be confirmed, the mail is queued. */
MUST struct err *acts_account_create(struct call *c, const struct signup *in, struct signed_up *ret);

/* Lets in who waits for approval. */
MUST struct err *acts_account_approve(struct call *c, account_id who);
/* Shuts somebody out, or lets them in again: what they wrote stays; each request with a token or session of theirs is refused. */
MUST struct err *acts_account_disable(struct call *c, account_id who, bool disabled);
