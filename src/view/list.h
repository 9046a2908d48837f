/* view/list.h: a person's lists as the client API shows them. https://docs.joinmastodon.org/entities/List/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "view/relation.h"

/* All of one's own, oldest first; with: only those that hold this account (none: all). NOT_FOUND: there is no such account. */
MUST struct err *view_lists_json(struct call *c, account_id me, account_id with, struct str *ret_json);
/* NOT_FOUND: it is not one's own; as below. */
MUST struct err *view_list_json(struct call *c, account_id me, list_id id, struct str *ret_json);
/* A page of its people; the cursors are their ids. limit 0: all of them. */
MUST struct err *view_list_members(struct call *c, account_id me, list_id id, const struct page *p, struct people_page *ret);
MUST struct err *view_list_is_own(struct call *c, account_id me, list_id id, bool *ret);
