/* view/conversation.h: conversations as the client API shows them. https://docs.joinmastodon.org/entities/Conversation/ */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"
#include "view/relation.h"

/* The viewer's own, newest first; the cursors are the ids of the last posts. A last post that may no longer be seen is null. Of those who take
 * part at most CONVERSATION_PEOPLE_MAX are shown. */
enum { CONVERSATION_PEOPLE_MAX = 100 };
MUST struct err *view_conversations(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret);
/* One. NOT_FOUND: it is not the viewer's. */
MUST struct err *view_conversation_json(struct call *c, const struct viewer *v, conversation_id id, struct str *ret_json);
