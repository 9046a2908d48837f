/* acts/conversation.h: conversations of direct posts. https://docs.joinmastodon.org/methods/conversations/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* NOT_FOUND: it is not theirs; as below. */
MUST struct err *acts_conversation_mark(struct call *c, account_id who, conversation_id id, bool unread);
/* The posts stay. */
MUST struct err *acts_conversation_drop(struct call *c, account_id who, conversation_id id);
