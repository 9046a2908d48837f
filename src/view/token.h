/* view/token.h: who a bearer token is, for the gates. */
#pragma once
#include "base/call.h"
#include "model/viewer.h"

struct token_view {
	struct viewer viewer;     /* PERSON, or PUBLIC with an app: an application's own token */
	bool confirmed, approved, disabled, suspended, moved;
	int64_t seen_us;          /* when it was last noted as used */
	struct str locale;
	int64_t session;          /* of view_session(): which of its owner's it is */
};
/* hash: crypt's token_hash of the token. One query. */
MUST struct err *view_token(struct call *c, struct str hash, struct token_view *ret, bool *ret_found);
