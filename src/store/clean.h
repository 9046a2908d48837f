/* store/clean.h: rows that are thrown away when they are old enough: one kind of row, one statement, a thousand at a time so that no
 * sweep holds the database for long. */
#pragma once
#include "base/call.h"

enum clean {
	CLEAN_EVENTS, CLEAN_ACTIVITIES_SEEN, CLEAN_IDEMPOTENCY_KEYS, CLEAN_POST_FINGERPRINTS, CLEAN_LIMITS, CLEAN_SESSIONS, CLEAN_TOMBSTONES,
	CLEAN_OAUTH_CODES, CLEAN_MAIL_TOKENS, CLEAN_SIGN_IN_NETWORKS, CLEAN_THREAD_FETCHES,
	CLEAN_PARKED_JOBS,        /* before_us: the time they were parked */
	CLEAN_DELETED_JOBS,       /* the time the deletion began */
	CLEAN_DELIVERY_BODIES,    /* older than any delivery may be: a retry lasts two days, a host is parked after seven, its jobs go after seven */
	CLEANS
};
enum { CLEAN_MAX = 1000 };

/* Removes at most CLEAN_MAX rows that are older than before_us; *ret_n says how many. */
MUST struct err *clean_old(struct call *c, enum clean what, int64_t before_us, int64_t *ret_n);
