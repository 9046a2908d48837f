/* store/severance.h: what somebody lost or was told at once: follows that were cut by a block or a suspension, and warnings by moderators.
 * Notifications are about them (notification.extra_id). */
#pragma once
#include "base/map.h"
#include "model/enums.h"
#include "store/store.h"

struct severance {
	severance_id id;
	account_id account;       /* who lost them */
	enum severance_cause cause;
	struct str target_name;   /* the domain, or the account's handle */
	int64_t followers, following;
	int64_t created_us;
};
/* In a transaction. */
MUST struct err *severance_add(struct call *c, const struct severance *s);
/* In a transaction. More of the newest of this account, cause and target. */
MUST struct err *severance_grow(struct call *c, const struct severance *more);
/* In a transaction. The same, where there is one that was made since; else *ret_first, and it is made. */
MUST struct err *severance_count(struct call *c, const struct severance *more, int64_t since_us, bool *ret_first);
/* id.v -> struct severance *; those of this account alone. */
MUST struct err *severances_by_ids(struct call *c, account_id of, const int64_t *ids, size_t n, struct map **ret);

struct account_warning {
	warning_id id;
	account_id account;       /* whom it is to */
	account_id by;            /* the moderator, whom nobody is told of */
	enum warning_action action;
	struct str text;
	struct str status_ids;    /* JSON array of texts */
	int64_t created_us;
};
/* In a transaction. */
MUST struct err *account_warning_add(struct call *c, const struct account_warning *w);
MUST struct err *account_warnings_by_ids(struct call *c, account_id of, const int64_t *ids, size_t n, struct map **ret);
