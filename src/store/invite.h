/* store/invite.h: invitations: who has one may join, however registrations stand. */
#pragma once
#include "store/store.h"

struct invite {
	int64_t id;
	account_id account;       /* who invites; none: made on the command line */
	struct str code;
	int64_t max_uses, uses;   /* max_uses 0: any number */
	int64_t expires_us;       /* 0: never */
	int64_t created_us;
};
MUST struct err *invite_add(struct call *c, const struct invite *v);
/* *ret_good: it may be used now: not expired, not used up, and who made it may still sign in. */
MUST struct err *invite_find(struct call *c, struct str code, struct invite *ret, bool *ret_found, bool *ret_good);
/* One use; *ret_was false: somebody was faster, or it ended. In a transaction. */
MUST struct err *invite_use(struct call *c, int64_t id, account_id newcomer, bool *ret_was);
/* Newest first. account none: the command line's. */
MUST struct err *invites_of(struct call *c, account_id who, int max, struct invite **ret, size_t *ret_n);
MUST struct err *invites_open_count(struct call *c, account_id who, int64_t *ret);      /* those that may still be used */
/* Ends it now; nothing where it is not theirs. */
MUST struct err *invite_end(struct call *c, account_id who, int64_t id, bool *ret_was);
