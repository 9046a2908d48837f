/* acts/endorse.h: recommending people, and not wanting them recommended.
 * https://docs.joinmastodon.org/methods/accounts/#endorse and https://docs.joinmastodon.org/methods/suggestions/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Shows whom on who's profile, until it is taken back or the follow ends. NOT_FOUND: whom is unknown; INVALID: who does not follow them. */
MUST struct err *acts_endorse(struct call *c, account_id who, account_id whom);
MUST struct err *acts_unendorse(struct call *c, account_id who, account_id whom);
/* whom is not suggested to who any more; somebody unknown is nothing. */
MUST struct err *acts_suggestion_dismiss(struct call *c, account_id who, account_id whom);
