#include "store/clean.h"

#include "store/store.h"

#define OLD(table, key, age) "DELETE FROM " table " WHERE (" key ") IN (SELECT " key " FROM " table " WHERE " age " LIMIT 1000)"
SQL(q_clean_events, OLD("events", "id", "id < $1"));
SQL(q_clean_activities_seen, OLD("activities_seen", "activity_key", "seen_us < $1"));
SQL(q_clean_idempotency_keys, OLD("idempotency_keys", "account_id, key", "created_us < $1"));
SQL(q_clean_post_fingerprints, OLD("post_fingerprints", "status_id", "created_us < $1"));
SQL(q_clean_limits, OLD("limits", "key, window_us", "window_us < $1"));
SQL(q_clean_sessions, OLD("sessions", "token_hash", "seen_us < $1"));
SQL(q_clean_tombstones, OLD("tombstones", "uri", "created_us < $1"));
SQL(q_clean_oauth_codes, OLD("oauth_codes", "code_hash", "created_us < $1"));
SQL(q_clean_mail_tokens, OLD("mail_tokens", "token_hash", "created_us < $1"));
SQL(q_clean_sign_in_networks, OLD("sign_in_networks", "account_id, network", "seen_us < $1"));
SQL(q_clean_thread_fetches, OLD("thread_fetches", "thread_id", "fetched_us < $1"));
SQL(q_clean_parked_jobs, OLD("jobs", "id", "parked_us > 0 AND parked_us < $1"));
SQL(q_clean_deleted_jobs, OLD("deleted_jobs", "id", "audit_id < $1"));
SQL(q_clean_delivery_bodies, OLD("delivery_bodies", "id", "id < $1"));

static const struct sql_text *const texts[CLEANS] = {
	[CLEAN_EVENTS] = &q_clean_events,
	[CLEAN_ACTIVITIES_SEEN] = &q_clean_activities_seen,
	[CLEAN_IDEMPOTENCY_KEYS] = &q_clean_idempotency_keys,
	[CLEAN_POST_FINGERPRINTS] = &q_clean_post_fingerprints,
	[CLEAN_LIMITS] = &q_clean_limits,
	[CLEAN_SESSIONS] = &q_clean_sessions,
	[CLEAN_TOMBSTONES] = &q_clean_tombstones,
	[CLEAN_OAUTH_CODES] = &q_clean_oauth_codes,
	[CLEAN_MAIL_TOKENS] = &q_clean_mail_tokens,
	[CLEAN_SIGN_IN_NETWORKS] = &q_clean_sign_in_networks,
	[CLEAN_THREAD_FETCHES] = &q_clean_thread_fetches,
	[CLEAN_PARKED_JOBS] = &q_clean_parked_jobs,
	[CLEAN_DELETED_JOBS] = &q_clean_deleted_jobs,
	[CLEAN_DELIVERY_BODIES] = &q_clean_delivery_bodies,
};

struct err *clean_old(struct call *c, enum clean what, int64_t before_us, int64_t *ret_n)
{
	/* Ids are times: where rows are old by their id no index on an age is needed. */
	bool by_id = what == CLEAN_EVENTS || what == CLEAN_DELIVERY_BODIES || what == CLEAN_DELETED_JOBS;

	return db_exec(c, texts[what], ARGS(by_id ? (before_us / 1000) << 16 : before_us), ret_n);
}
