/* acts/undo.h: somebody elsewhere takes back what they said, of which they only give the id. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* A favourite, a follow or a block of theirs that stands under this id; of another's nothing. Where none does, what comes under it later makes
 * none. */
MUST struct err *acts_undone(struct call *c, account_id actor, struct str uri);
