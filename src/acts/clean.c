#include "acts/clean.h"

#include "acts/import.h"
#include "acts/people_priv.h"
#include "store/clean.h"
#include "store/import.h"
#include "store/job.h"
#include "store/job_deleted.h"
#include "store/job_stats.h"

enum { IMPORTS_AT_ONCE = 10 };

static struct err *sweep(struct call *c, enum clean what, int64_t age_us)
{
	int64_t n = CLEAN_MAX;

	for (int i = 0; i < CLEAN_ROUNDS && n == CLEAN_MAX; i++)
		TRY(clean_old(c, what, c->now_us - age_us, &n));
	return NULL;
}

struct err *acts_clean_events(struct call *c)
{
	return sweep(c, CLEAN_EVENTS, US_PER_HOUR);
}

struct err *acts_clean_seen(struct call *c)
{
	TRY(sweep(c, CLEAN_THREAD_FETCHES, US_PER_DAY));
	return sweep(c, CLEAN_ACTIVITIES_SEEN, 7 * US_PER_DAY);
}

struct err *acts_clean_posting(struct call *c)
{
	TRY(sweep(c, CLEAN_IDEMPOTENCY_KEYS, US_PER_DAY));
	return sweep(c, CLEAN_POST_FINGERPRINTS, US_PER_DAY);
}

struct err *acts_clean_limits(struct call *c)
{
	return sweep(c, CLEAN_LIMITS, 2 * US_PER_DAY);
}

struct err *acts_clean_sign_in(struct call *c)
{
	TRY(sweep(c, CLEAN_SESSIONS, 90 * US_PER_DAY));
	TRY(sweep(c, CLEAN_OAUTH_CODES, US_PER_DAY));
	TRY(sweep(c, CLEAN_SIGN_IN_NETWORKS, 365 * US_PER_DAY));
	return sweep(c, CLEAN_MAIL_TOKENS, 14 * US_PER_DAY);
}

struct err *acts_clean_tombstones(struct call *c)
{
	return sweep(c, CLEAN_TOMBSTONES, 90 * US_PER_DAY);
}

static struct err *drop_imports(struct call *c, void *arg)
{
	return imports_drop_old(c, c->now_us - IMPORT_KEPT_DAYS * US_PER_DAY, IMPORTS_AT_ONCE, arg);
}

struct err *acts_clean_imports(struct call *c)
{
	int64_t n = IMPORTS_AT_ONCE;

	for (int i = 0; i < CLEAN_ROUNDS && n == IMPORTS_AT_ONCE; i++)
		TRY(store_tx(c, drop_imports, &n));
	return NULL;
}

struct expiry { size_t n; };

/* Whoever was muted is back in a home that is built anew. */
static struct err *expire_mutes(struct call *c, void *arg)
{
	struct expiry *x = arg;
	int64_t *whose;

	TRY(mutes_expire(c, CLEAN_MAX, &whose, &x->n));
	for (size_t i = 0; i < x->n; i++)
		TRY(acts__home_fill(c, &(struct account){ .id = ID(account_id, whose[i]), .local = true }));
	return NULL;
}

struct err *acts_clean_mutes(struct call *c)
{
	struct expiry x = { .n = CLEAN_MAX };

	for (int i = 0; i < CLEAN_ROUNDS && x.n == CLEAN_MAX; i++)
		TRY(store_tx(c, expire_mutes, &x));
	return NULL;
}

struct err *acts_clean_jobs(struct call *c)
{
	int64_t n = CLEAN_MAX;

	for (int i = 0; i < CLEAN_ROUNDS && n == CLEAN_MAX; i++)
		TRY(jobs_park_hosts(c, &n));
	TRY(job_rates_clean(c));
	TRY(sweep(c, CLEAN_PARKED_JOBS, 7 * US_PER_DAY));
	return sweep(c, CLEAN_DELIVERY_BODIES, 30 * US_PER_DAY);
}

struct err *acts_clean_deleted_jobs(struct call *c)
{
	return sweep(c, CLEAN_DELETED_JOBS, JOBS_DELETED_KEPT_US);
}
