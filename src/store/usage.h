/* store/usage.h: which servers are known, and how much is going on, counted bit by bit. */
#pragma once
#include "store/store.h"

enum { PEERS_MAX = 100000, USAGE_WEEKS = 12, USAGE_SMALL = 200 };

/* All known servers that are neither silenced nor suspended, by name; at most PEERS_MAX. */
MUST struct err *peers_all(struct call *c, struct str **ret, size_t *ret_n);
/* Those whose names begin so. */
MUST struct err *peers_begin(struct call *c, struct str prefix, int max, struct str **ret, size_t *ret_n);
MUST struct err *peers_count(struct call *c, int64_t *ret);
MUST struct err *peer_add(struct call *c, struct str domain);         /* in a transaction */

struct usage_counts { int64_t users, active_month, active_half_year, statuses, counted_us; };
/* What was counted last. With fewer people than USAGE_SMALL it is counted at once, so that a new server shows its first posts. */
MUST struct err *usage_counts(struct call *c, struct usage_counts *ret);

struct usage_week { int64_t week_us, statuses, logins, registrations; };
/* Those since then, newest first; weeks without anything may be missing. */
MUST struct err *usage_weeks(struct call *c, int64_t since_us, struct usage_week **ret, size_t *ret_n);

/* In a transaction: counts people and their posts anew (one row a person), and notes that posts are counted up to until_us. */
MUST struct err *usage_count(struct call *c, int64_t until_us);
/* In a transaction: adds the posts from here made within (from_us, until_us] to that week; its people are counted anew. */
MUST struct err *usage_week_count(struct call *c, int64_t week_us, int64_t from_us, int64_t until_us);
