/* acts/acts_user_priv.h: what signing up, signing in and OAuth share. */
#pragma once
#include "acts/email_block.h"
#include "acts/session.h"
#include "model/account.h"
#include "store/session.h"

/* An e-mail address in the form that is stored and the one that is compared. False: it is none. */
bool acts__email_read(struct call *c, struct str email, struct str *ret_email, struct str *ret_key);

/* Is it, in the stored form, at a domain that is not taken here, or has its mail taken there? */
MUST struct err *acts__email_blocked(struct call *c, struct str email, struct mail_hosts hosts, bool *ret);
#define EMAIL_BLOCKED(c) FAIL_FIELD((c)->arena, "email", "ERR_BLOCKED", "uses a disallowed e-mail provider")

size_t acts__characters(struct str s);        /* of valid UTF-8 */

/* Queues a mail (acts/letter.h) where mails are sent; nothing where one that says the same waits. In a transaction. */
MUST struct err *acts__mail(struct call *c, account_id who, const char *purpose, struct str payload);
/* Every token of theirs, and the streams that are open with them. In a transaction. */
MUST struct err *acts__tokens_revoke_all(struct call *c, account_id who);

/* A session about to be, and what is written of it. */
struct new_session {
	struct web_session session;
	bool tell;                    /* by mail, where the network is new */
};
struct str acts__session_begin(struct call *c, struct new_session *n, account_id who, const struct caller *from);     /* its token */
MUST struct err *acts__session_write(struct call *c, struct new_session *n);  /* in a transaction */
/* Disabled, unconfirmed or not approved: FORBIDDEN, saying which. */
MUST struct err *acts__may_sign_in(struct call *c, const struct user *u);
/* What the second half of signing in wants to see; none: there is no second half. */
MUST struct err *acts__pending(struct call *c, const struct user *u, struct str *ret);
/* What a seed is sealed for. */
struct str acts__totp_purpose(struct arena *a, account_id who);

/* Counts one use of a limit kept in rows, whose subject (an address, an e-mail) is stored as a keyed digest only.
 * Fails: LIMITED  past max within the window. Its own transaction. */
MUST struct err *acts__limit(struct call *c, const char *name, struct str subject, int64_t window_us, int64_t max);

struct token;
/* A fresh bearer token for token_add(): fills *ret_row, returns the text that is handed out. */
struct str acts__token_new(struct call *c, app_id app, account_id account, struct str scopes, struct token *ret_row);
