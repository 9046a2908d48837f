/* view/move.h: where one lives and lived, for one's settings. https://docs.joinmastodon.org/user/moving/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

struct alias_view {
	struct str uri, acct;         /* acct: "name@host", or the URI where nobody here knows them */
};
/* One's aliases, in their order. */
MUST struct err *view_aliases(struct call *c, account_id who, struct alias_view **ret, size_t *ret_n);

struct move_view {
	struct str acct, url;         /* where one has moved to; none: nowhere */
	int64_t followers;            /* that one has here now */
	int64_t last_us;              /* of the last move; 0: never */
};
MUST struct err *view_move(struct call *c, account_id who, struct move_view *ret);
