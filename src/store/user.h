/* store/user.h: the private half of local accounts: sign-in, sessions, tokens' owners, preferences. */
#pragma once
#include "model/account.h"
#include "store/store.h"

MUST struct err *user_add(struct call *c, const struct user *u, struct str email_key, struct str reason);     /* CONFLICT: address taken */
MUST struct err *user_find(struct call *c, account_id id, struct user *ret, bool *ret_found);
MUST struct err *user_find_email(struct call *c, struct str email_key, struct user *ret, bool *ret_found);
/* Writes every column that struct user carries. */
MUST struct err *user_put(struct call *c, const struct user *u, struct str email_key);
MUST struct err *user_password_put(struct call *c, account_id id, struct str password_hash);
/* The address somebody wants instead, until the link in the mail to it is opened; none: nothing is wanted. */
MUST struct err *user_new_email_put(struct call *c, account_id id, struct str email);
MUST struct err *user_new_email(struct call *c, account_id id, struct str *ret);
/* It becomes theirs, if it is still the one they want. In a transaction. Fails: CONFLICT  somebody else has it meanwhile. */
MUST struct err *user_new_email_take(struct call *c, account_id id, struct str email, struct str email_key, bool *ret_was);
MUST struct err *user_reading(struct call *c, account_id id, struct reading *ret);
MUST struct err *user_reading_put(struct call *c, account_id id, const struct reading *in);
/* May this person sign in: let in by whoever runs the server, and not shut out (0) since. */
MUST struct err *user_standing_put(struct call *c, account_id id, bool approved, int64_t disabled_us);
/* What new posts are like where they do not say. */
MUST struct err *user_defaults_put(struct call *c, const struct user *u);
MUST struct err *user_seen(struct call *c, account_id id, int64_t now_us);    /* last_active_us; writes at most once an hour */
MUST struct err *user_home_built(struct call *c, account_id id, int64_t when_us);        /* 0: has to be built */
/* For `howdah account list`: in order of their ids, after `after`. */
struct user_line {
	account_id id;
	struct str username, email;
	enum role role;
	int64_t created_us, confirmed_us, last_active_us;
	bool approved, disabled;
};
MUST struct err *users_page(struct call *c, account_id after, int max, struct user_line **ret, size_t *ret_n);
