/* store/push.h: rows of Web Push subscriptions: one an access token. */
#pragma once
#include "model/push.h"
#include "store/store.h"

struct push_subscription {
	push_id id;
	token_id token;
	account_id account;
	struct str endpoint, host;        /* host: of the endpoint, with its port: whom deliveries are counted against */
	struct str p256dh, auth;          /* as the client gave them */
	bool standard;                    /* RFC 8291; otherwise the draft before it */
	int64_t alerts;                   /* bits: 1 << enum notification_type */
	enum push_policy policy;
	struct str token_sealed;          /* the token's text: crypt/seal.h, purpose "push token <token id>" */
	int64_t created_us;
};

/* In a transaction. Takes the place of the token's earlier one. */
MUST struct err *push_put(struct call *c, const struct push_subscription *s);
/* In a transaction. alerts and policy alone; *ret_was: false where the token has none. */
MUST struct err *push_change(struct call *c, token_id token, int64_t alerts, enum push_policy policy, bool *ret_was);
MUST struct err *push_drop(struct call *c, push_id id);
MUST struct err *push_drop_token(struct call *c, token_id token);

MUST struct err *push_find(struct call *c, push_id id, struct push_subscription *ret, bool *ret_found);
MUST struct err *push_find_token(struct call *c, token_id token, struct push_subscription *ret, bool *ret_found);

/* Those of these accounts (at most 320) that want to be told of such a notification from `from`: its type is among their alerts, their
 * policy admits the sender, their token and its owner stand. */
MUST struct err *pushes_wanting(struct call *c, const int64_t *accounts, size_t n, enum notification_type type, account_id from,
				struct push_subscription **ret, size_t *ret_n);

/* For a rotation of the key ring: after `after`, in order of their ids. */
MUST struct err *pushes_sealed(struct call *c, push_id after, int max, struct push_subscription **ret, size_t *ret_n);
/* In a transaction. Where it stands as it was read. */
MUST struct err *push_reseal(struct call *c, const struct push_subscription *was, struct str sealed);
