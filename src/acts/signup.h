/* acts/signup.h: local accounts: made by the command line, the client API and the sign-up page alike; and the mails that prove an address.
 * Field errors carry Mastodon's codes and texts, all of a request's chained by err->next. */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

enum { PASSWORD_CHARS_MIN = 8, PASSWORD_BYTES_MAX = 72, REASON_CHARS_MAX = 420, EMAIL_MAX = 254 };

struct signup {
	struct str username, email, password;
	struct str locale;            /* none: the server's first language */
	struct str reason;            /* why one wants to join, where registrations wait for approval */
	bool agreement;               /* to the rules */
	/* Made by whoever runs the server: confirmed and approved at once, reserved names allowed, whatever registrations says. */
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
/* Fails: INVALID  field errors; FORBIDDEN  registrations are closed. Where the address must be confirmed, the mail is queued. */
MUST struct err *acts_account_create(struct call *c, const struct signup *in, struct signed_up *ret);

/* Lets in who waits for approval. */
MUST struct err *acts_account_approve(struct call *c, account_id who);
/* Shuts somebody out, or lets them in again: what they wrote stays; each request with a token or session of theirs is refused. */
MUST struct err *acts_account_disable(struct call *c, account_id who, bool disabled);

/* The same rules for one field alone: NULL, or what is wrong with a new password. */
struct err *acts_password_check(struct call *c, struct str password);

/* The link of a confirmation mail. Fails: NOT_FOUND  it is unknown, used up or too old. */
MUST struct err *acts_email_confirm(struct call *c, struct str token, account_id *ret);
/* Sends the confirmation mail again, to another address if one is given. Fails: FORBIDDEN  the address is confirmed already; INVALID  the
 * address; LIMITED. */
MUST struct err *acts_confirmation_resend(struct call *c, account_id who, struct str email);
/* The same for whoever says to own an address; whether it is known is not told. */
MUST struct err *acts_confirmation_resend_to(struct call *c, struct str email);

/* A mail with a link for a new password, where the address is known; whether it is, is not told. Fails: LIMITED. */
MUST struct err *acts_password_forgot(struct call *c, struct str email);
/* Takes the link's token; all sessions end. Fails: NOT_FOUND  as above; INVALID  field "password". */
MUST struct err *acts_password_reset(struct call *c, struct str token, struct str password);

/* What a mail job says, made when it is sent: the link's token is stored as a hash only, so it cannot wait in the queue. */
struct mail_draft {
	struct str to, username, locale, link;
};
/* job.arg is "confirm" or "password". *ret_wanted false: the account is gone, or confirmed meanwhile. */
MUST struct err *acts_mail_draft(struct call *c, account_id who, struct str purpose, struct mail_draft *ret, bool *ret_wanted);
