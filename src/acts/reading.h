/* acts/reading.h: what reading is like where a client follows the server's wishes.
 * https://docs.joinmastodon.org/entities/Preferences/ */
#pragma once
#include "base/call.h"
#include "model/account.h"

MUST struct err *acts_reading_change(struct call *c, account_id who, const struct reading *in);
