/* store/session.h: sessions of browsers. Their tokens are here as hashes only (crypt/digest.h, token_hash), the networks they came from as
 * keyed digests. */
#pragma once
#include "store/token.h"

struct web_session {
	int64_t id;
	struct str hash;
	account_id account;
	int64_t created_us, seen_us;
	struct str user_agent;    /* none: it said nothing readable */
	struct str network;       /* none: not known */
};
MUST struct err *session_add(struct call *c, const struct web_session *s);
MUST struct err *session_find(struct call *c, struct str hash, struct web_session *ret, bool *ret_found);
/* With its owner's standing, in one query; token.last_used_us is when the session was last seen. */
MUST struct err *session_owner(struct call *c, struct str hash, struct token_owner *ret, int64_t *ret_id, bool *ret_found);
MUST struct err *session_seen(struct call *c, struct str hash);
MUST struct err *session_drop(struct call *c, struct str hash);
/* One of that account's own; *ret_was false: there is none. */
MUST struct err *session_drop_id(struct call *c, account_id who, int64_t id, bool *ret_was);
MUST struct err *sessions_drop_all(struct call *c, account_id who, int64_t but_id);      /* but_id 0: all */
/* Those seen since then, the last one seen first. */
MUST struct err *sessions_of(struct call *c, account_id who, int64_t since_us, int max, struct web_session **ret, size_t *ret_n);

/* Notes that somebody signed in from a network; *ret_new: for the first time, *ret_first: from any. In a transaction. */
MUST struct err *sign_in_network_add(struct call *c, account_id who, struct str network, bool *ret_new, bool *ret_first);
