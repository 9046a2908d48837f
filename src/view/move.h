/* view/move.h: where one lives and lived, for one's settings. https://docs.joinmastodon.org/user/moving/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

struct alias_view {
	struct str uri, acct;         /* acct: "name@host", or the URI where nobody here knows them */
};
/* One's aliases, in their order. */
MUST struct err *view_aliases(struct call *c, account_id who, struct alias_view **ret, size_t *ret_n);

/* How a move goes on, server by server. */
struct move_ledger {
	struct move_ledger_row {
		struct str host;
		int64_t followers, along;     /* that it had, and of those who have gone along */
		int64_t told_us, prompts;     /* when it was last told, how often again */
		bool waiting;                 /* it has not heard of it yet */
	} *v;
	size_t n, waiting, pending;           /* servers; that have not heard; that have, and where some have not gone along */
	int64_t followers, along;
};
/* Of the last move; n 0: none, or nobody elsewhere followed. */
MUST struct err *view_move_ledger(struct call *c, account_id who, struct move_ledger *ret);

struct move_view {
	struct str acct, url;         /* where one has moved to; none: nowhere */
	int64_t followers;            /* that one has here now */
	int64_t last_us;              /* of the last move; 0: never */
};
MUST struct err *view_move(struct call *c, account_id who, struct move_view *ret);
