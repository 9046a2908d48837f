/* store/inbound.h: which activities were accepted already, so that one that comes twice is processed once. */
#pragma once
#include "store/store.h"

MUST struct err *activity_seen(struct call *c, struct str key, bool *ret);
/* In a transaction. *ret_new: false where it was there. */
MUST struct err *activity_note(struct call *c, struct str key, bool *ret_new);
