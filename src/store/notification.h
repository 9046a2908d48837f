/* store/notification.h: rows of notifications, and who is to have one. A row's once_key makes the same cause notify once; its
 * group_key is what clients fold by (entities/Notification, "group_key"). */
#pragma once
#include "model/enums.h"
#include "model/policy.h"
#include "store/store.h"

struct notification {
	notification_id id;
	account_id account;       /* whose it is */
	enum notification_type type;
	account_id from;
	status_id status;         /* none: it is about no post */
	struct str group_key, once_key;
	int64_t created_us;
	bool filtered;            /* held back by the policy */
	int64_t extra_id;         /* of a row of another table that it is about; 0: none */
};

/* What happened, for notifications_admitted(). */
struct notification_cause {
	enum notification_type type;
	account_id from;
	status_id about;
	int64_t extra_id;         /* of a row of another table; 0: none */
};
/* Of these accounts (at most 320), those who get one: local, standing, not the cause's own doing (but for polls, and what moderators and
 * blocks did), no block either way, no mute with notifications, the thread not muted, the domain not muted unless followed; and what caused it
 * still stands (the favourite, the follow, the boost, the mention, the place in the collection). With what their policies need to know:
 * policy_judge() decides. */
struct notification_taker {
	account_id to;
	struct notification_policy policy;
	struct policy_facts facts;
};
MUST struct err *notifications_admitted(struct call *c, const struct notification_cause *cause, const int64_t *to, size_t n,
					struct notification_taker **ret, size_t *ret_n);

/* In a transaction. *ret_new: false where one of that once_key stands. */
MUST struct err *notification_add(struct call *c, const struct notification *n, bool *ret_new);
/* In a transaction. By what made it; nothing where there is none. */
MUST struct err *notification_drop_once(struct call *c, account_id of, struct str once_key);
/* The same of many, at most 320. */
MUST struct err *notifications_drop_once(struct call *c, const int64_t *whose, size_t n, struct str once_key);
/* The group_key of the newest one whose key begins with prefix (which ends with '-'); none where there is none. */
MUST struct err *notification_last_group(struct call *c, account_id of, struct str prefix, struct str *ret_key);

/* Local accounts that boosted a post, after `after` in order of their ids. */
MUST struct err *boosters_here(struct call *c, status_id of, account_id after, int max, int64_t **ret, size_t *ret_n);

/* Whoever moderates, after `after` in order of their ids. */
MUST struct err *staff_here(struct call *c, account_id after, int max, int64_t **ret, size_t *ret_n);
/* Whoever administrates. */
MUST struct err *admins_here(struct call *c, int max, int64_t **ret, size_t *ret_n);

/* ---- reading: for `of`, without those from people who are gone or whom `of` blocks ---- */

struct notification_choice {
	account_id of, from;      /* from none: anybody */
	int64_t types;            /* bits: 1 << enum notification_type */
	bool filtered;            /* those that the policy holds back too */
};
#define NOTIFICATION_TYPES_ALL ((INT64_C(1) << NOTIFICATION_COUNT) - 1)

MUST struct err *notifications_page(struct call *c, const struct notification_choice *what, const struct page *p, struct notification **ret,
				    size_t *ret_n);
MUST struct err *notification_find(struct call *c, account_id of, notification_id id, struct notification *ret, bool *ret_found);
/* Of one group, newest first. */
MUST struct err *notifications_of_group(struct call *c, account_id of, struct str group_key, const struct page *p, struct notification **ret,
					size_t *ret_n);
/* Newer than after_id; counting stops at max. grouped: a group counts once. */
MUST struct err *notifications_unread(struct call *c, const struct notification_choice *what, int64_t after_id, int64_t max, bool grouped,
				      int64_t *ret);

/* What these groups (at most 320) hold between two ids, both outside; and the newest SAMPLES_MAX people of each, newest first. */
enum { NOTIFICATION_SAMPLES_MAX = 8 };
struct notification_group {
	struct str key;
	int64_t count, oldest, newest, newest_us;
	account_id samples[NOTIFICATION_SAMPLES_MAX];
	size_t samples_n;
};
struct id_range { int64_t above, below; };
MUST struct err *notification_groups(struct call *c, const struct notification_choice *what, struct id_range between, const struct str *keys,
				     size_t n, struct notification_group *ret);

/* In a transaction. */
MUST struct err *notifications_clear(struct call *c, account_id of);
MUST struct err *notification_drop(struct call *c, account_id of, notification_id id, bool *ret_was);
MUST struct err *notifications_drop(struct call *c, account_id of, const int64_t *ids, size_t n);      /* at most 320 */
MUST struct err *notifications_drop_group(struct call *c, account_id of, struct str group_key, bool *ret_was);

/* How far somebody has read in `timeline` ("home", "notifications"); 0: not said. */
struct marker {
	struct str timeline;
	int64_t last_read_id, version, updated_us;
};
MUST struct err *markers_of(struct call *c, account_id who, struct marker **ret, size_t *ret_n);
/* In a transaction. *ret_put: false where it was changed meanwhile (its version is not `was`; 0: there was none). */
MUST struct err *marker_put(struct call *c, account_id who, struct str timeline, int64_t last_read_id, int64_t was, bool *ret_put);
