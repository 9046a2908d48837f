/* store/notification.h: rows of notifications, and who is to have one. A row's once_key makes the same cause notify once; its
 * group_key is what clients fold by (entities/Notification, "group_key"). */
#pragma once
#include "model/enums.h"
#include "store/store.h"

struct notification {
	notification_id id;
	account_id account;       /* whose it is */
	enum notification_type type;
	account_id from;
	status_id status;         /* none: it is about no post */
	struct str group_key, once_key;
	int64_t created_us;
};

/* What happened, for notifications_admitted(). */
struct notification_cause {
	enum notification_type type;
	account_id from;
	status_id about;
};
/* Of these accounts (at most 320), those who get one: local, standing, not the cause's own doing (but for polls), no block either
 * way, no mute with notifications, the thread not muted, the domain not muted unless followed; and what caused it still stands (the
 * favourite, the follow, the boost, the mention). */
MUST struct err *notifications_admitted(struct call *c, const struct notification_cause *cause, const int64_t *to, size_t n, int64_t **ret,
					size_t *ret_n);

/* In a transaction. *ret_new: false where one of that once_key stands. */
MUST struct err *notification_add(struct call *c, const struct notification *n, bool *ret_new);
/* In a transaction. By what made it; nothing where there is none. */
MUST struct err *notification_drop_once(struct call *c, account_id of, struct str once_key);
/* The group_key of the newest one whose key begins with prefix (which ends with '-'); none where there is none. */
MUST struct err *notification_last_group(struct call *c, account_id of, struct str prefix, struct str *ret_key);

/* Local accounts that boosted a post, after `after` in order of their ids. */
MUST struct err *boosters_here(struct call *c, status_id of, account_id after, int max, int64_t **ret, size_t *ret_n);
