/* acts/list.h: a person's lists, and who is in them. https://docs.joinmastodon.org/methods/lists/ */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

enum { LISTS_MAX = 50, LIST_MEMBERS_MAX = 5000, LIST_MEMBERS_AT_ONCE = 320 };

struct list_change {
	struct str title;         /* none: as it is */
	struct str replies;       /* a word of list_replies; none: as it is, of a new one "list" */
	bool has_exclusive, exclusive;
};
/* id none: a new one. INVALID: a field at fault, or LISTS_MAX stand. NOT_FOUND: it is not theirs, as below. */
MUST struct err *acts_list_put(struct call *c, account_id who, list_id id, const struct list_change *what, list_id *ret);
MUST struct err *acts_list_drop(struct call *c, account_id who, list_id id);
/* All of them or none. NOT_FOUND: one is unknown. INVALID: one is in it, or neither followed by nor asked to be followed by the owner, nor
 * the owner; or it would hold more than LIST_MEMBERS_MAX. */
MUST struct err *acts_list_members_add(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n);
MUST struct err *acts_list_members_drop(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n);
