/* store/scheduled.h: rows of posts for later, and the media they hold. */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct scheduled {
	scheduled_id id;
	account_id account;
	app_id app;
	int64_t scheduled_us;
	struct str params;        /* JSON: the params of the ScheduledStatus entity */
};

/* One of this account's (none: anybody's). */
MUST struct err *scheduled_find(struct call *c, account_id who, scheduled_id id, struct scheduled *ret, bool *ret_found);
MUST struct err *scheduled_page(struct call *c, account_id who, const struct page *p, struct scheduled **ret, size_t *ret_n);
/* How many wait in all, and from one time until before another; `but` is not counted. */
MUST struct err *scheduled_counts(struct call *c, account_id who, scheduled_id but, int64_t from_us, int64_t until_us, int64_t *ret_all,
			     int64_t *ret_within);

/* In a transaction. */
MUST struct err *scheduled_add(struct call *c, const struct scheduled *s);
MUST struct err *scheduled_move(struct call *c, account_id who, scheduled_id id, int64_t scheduled_us, bool *ret_was);
/* Its media are loose from now on, as after media_detach_all(). */
MUST struct err *scheduled_drop(struct call *c, account_id who, scheduled_id id, bool *ret_was);
/* *ret_n: how many took; what another holds does not. */
MUST struct err *scheduled_media_hold(struct call *c, scheduled_id id, const media_id *media, size_t n, int64_t *ret_n);

/* Those of n posts, in their order: ret_of[i] holds ret[i]. */
MUST struct err *scheduled_media_of(struct call *c, const int64_t *ids, size_t n, struct media **ret, int64_t **ret_of, size_t *ret_n);
