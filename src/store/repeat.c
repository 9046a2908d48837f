#include "store/repeat.h"

SQL(q_idempotency_find,
    "SELECT k.status_id, d.id FROM idempotency_keys k LEFT JOIN statuses s ON s.id = k.status_id LEFT JOIN scheduled_statuses d ON d.id = k.status_id"
    " WHERE k.account_id = $1 AND k.key = $2 AND k.created_us >= $3 AND (s.id IS NOT NULL OR d.id IS NOT NULL)");
SQL(q_idempotency_claim,
    "INSERT INTO idempotency_keys (account_id, key, status_id, created_us) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (account_id, key) DO UPDATE SET status_id = excluded.status_id, created_us = excluded.created_us"
    " WHERE idempotency_keys.created_us < $5 OR (NOT EXISTS (SELECT 1 FROM statuses s WHERE s.id = idempotency_keys.status_id)"
    " AND NOT EXISTS (SELECT 1 FROM scheduled_statuses d WHERE d.id = idempotency_keys.status_id))");
SQL(q_idempotency_move, "UPDATE idempotency_keys SET status_id = $3 WHERE account_id = $1 AND status_id = $2");

/* What a row stands for: a post, or one for later. */
static struct err *find_either(struct call *c, const struct sql_text *q, struct sql_args args, status_id *ret, scheduled_id *ret_later)
{
	struct row r;
	bool found;

	TRY(db_one(c, q, args, &r, &found));
	*ret_later = ID(scheduled_id, found ? row_i64(r, 1) : 0);
	*ret = ID(status_id, found && !ret_later->v ? row_i64(r, 0) : 0);
	return NULL;
}

struct err *idempotency_find(struct call *c, account_id who, struct str key, int64_t since_us, status_id *ret, scheduled_id *ret_later)
{
	return find_either(c, &q_idempotency_find, ARGS(who.v, key, since_us), ret, ret_later);
}

struct err *idempotency_claim(struct call *c, account_id who, struct str key, int64_t post, int64_t since_us, bool *ret_taken)
{
	int64_t n;

	TRY(db_exec(c, &q_idempotency_claim, ARGS(who.v, key, post, c->now_us, since_us), &n));
	*ret_taken = n == 0;
	return NULL;
}

struct err *idempotency_published(struct call *c, account_id who, scheduled_id was, status_id post)
{
	return db_exec(c, &q_idempotency_move, ARGS(who.v, was.v, post.v), NULL);
}

SQL(q_fingerprint_add,
    "INSERT INTO post_fingerprints (status_id, account_id, fingerprint, answered, created_us) VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING");
SQL(q_fingerprint_find,
    "SELECT f.status_id, d.id FROM post_fingerprints f LEFT JOIN statuses s ON s.id = f.status_id"
    " LEFT JOIN scheduled_statuses d ON d.id = f.status_id"
    " WHERE f.account_id = $1 AND f.fingerprint = $2 AND f.created_us >= $3 AND f.answered <= $4 AND (s.id IS NOT NULL OR d.id IS NOT NULL)"
    " ORDER BY f.created_us DESC LIMIT 1");
SQL(q_fingerprints_answered, "UPDATE post_fingerprints SET answered = 1 WHERE status_id IN (@set)");
SQL(q_fingerprints_forget, "DELETE FROM post_fingerprints WHERE account_id = $1");

struct err *fingerprint_add(struct call *c, account_id who, struct str fingerprint, int64_t post)
{
	return db_exec(c, &q_fingerprint_add, ARGS(post, who.v, fingerprint, c->now_us), NULL);
}

struct err *fingerprint_find(struct call *c, account_id who, struct str fingerprint, int64_t since_us, bool unanswered, status_id *ret,
			     scheduled_id *ret_later)
{
	return find_either(c, &q_fingerprint_find, ARGS(who.v, fingerprint, since_us, (int64_t)!unanswered), ret, ret_later);
}

struct err *fingerprints_answered(struct call *c, const int64_t *posts, size_t n)
{
	return n ? db_exec(c, &q_fingerprints_answered, ARGS(sql_ids(posts, n)), NULL) : NULL;
}

struct err *fingerprints_forget(struct call *c, account_id who)
{
	return db_exec(c, &q_fingerprints_forget, ARGS(who.v), NULL);
}
