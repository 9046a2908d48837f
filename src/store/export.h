/* store/export.h: what somebody takes along as files: whom they follow, block and mute, hidden domains, bookmarks, lists. */
#pragma once
#include "model/enums.h"
#include "store/store.h"

struct export_row {
	int64_t id, second;           /* where to go on: pass both back; second is for lists only */
	struct str username, domain;  /* domain "" for ours; of DATA_DOMAINS the domain alone */
	struct str uri;               /* of DATA_BOOKMARKS */
	struct str title;             /* of DATA_LISTS */
	struct str languages;         /* of DATA_FOLLOWS */
	bool first, second_flag;      /* follows: boosts, bell; mutes: notifications hidden */
	account_id account;           /* none: DATA_DOMAINS, DATA_BOOKMARKS */
	int64_t about;                /* the post's, or the list's, id */
};
/* At most max rows after that place; 0, 0 begins. Newest first; lists by their ids. Of filters there are none here: they are read whole
 * (store/filter.h). */
MUST struct err *export_rows(struct call *c, enum data_kind kind, account_id who, int64_t id, int64_t second, int max, struct export_row **ret,
			     size_t *ret_n);
MUST struct err *export_count(struct call *c, enum data_kind kind, account_id who, int64_t *ret);
