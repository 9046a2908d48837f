/* acts/conversation_priv.h: what posting, receiving and notifying do to conversations. All in a transaction; posts that are not direct are none
 * of this. */
#pragma once
#include "base/call.h"
#include "model/status.h"

/* A direct post, whose mentions stand, comes into a conversation of one of ours whom it concerns, and their stream is told. Done twice it
 * changes nothing. */
MUST struct err *acts__conversation_add(struct call *c, const struct status *s, account_id of);
/* More people are mentioned than before: it goes into the conversations with them. */
MUST struct err *acts__conversation_again(struct call *c, const struct status *s);
