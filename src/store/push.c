#include "store/push.h"

#define COLUMNS "p.id, p.token_id, p.account_id, p.endpoint, p.host, p.p256dh, p.auth, p.standard, p.alerts, p.policy, p.token_sealed, p.created_us"
#define STANDING \
	" FROM push_subscriptions p JOIN tokens t ON t.id = p.token_id AND t.revoked_us = 0" \
	" JOIN users u ON u.account_id = p.account_id AND u.disabled_us = 0"

static struct push_subscription from_row(struct row r)
{
	return (struct push_subscription){
		.id = ID(push_id, row_i64(r, 0)), .token = ID(token_id, row_i64(r, 1)), .account = ID(account_id, row_i64(r, 2)),
		.endpoint = row_str(r, 3), .host = row_str(r, 4), .p256dh = row_str(r, 5), .auth = row_str(r, 6), .standard = row_bool(r, 7),
		.alerts = row_i64(r, 8), .policy = (enum push_policy)row_i64(r, 9), .token_sealed = row_str(r, 10), .created_us = row_i64(r, 11),
	};
}

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct push_subscription *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, args, &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

static struct err *list(struct call *c, const struct sql_text *q, struct sql_args args, struct push_subscription **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct push_subscription, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

/* A new one gets a new id, so that what was queued for the old endpoint does not go to the new one. */
SQL(q_push_put,
    "INSERT INTO push_subscriptions (id, token_id, account_id, endpoint, host, p256dh, auth, standard, alerts, policy, token_sealed, created_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (token_id) DO UPDATE SET id = excluded.id,"
    " account_id = excluded.account_id, endpoint = excluded.endpoint, host = excluded.host, p256dh = excluded.p256dh, auth = excluded.auth,"
    " standard = excluded.standard, alerts = excluded.alerts, policy = excluded.policy, token_sealed = excluded.token_sealed,"
    " created_us = excluded.created_us");
SQL(q_push_change, "UPDATE push_subscriptions SET alerts = $2, policy = $3 WHERE token_id = $1");
SQL(q_push_drop, "DELETE FROM push_subscriptions WHERE id = $1");
SQL(q_push_drop_token, "DELETE FROM push_subscriptions WHERE token_id = $1");

struct err *push_put(struct call *c, const struct push_subscription *s)
{
	return db_exec(c, &q_push_put,
		       ARGS(s->id.v, s->token.v, s->account.v, s->endpoint, s->host, s->p256dh, s->auth, (int64_t)s->standard, s->alerts,
			    (int64_t)s->policy, s->token_sealed, s->created_us), NULL);
}

struct err *push_change(struct call *c, token_id token, int64_t alerts, enum push_policy policy, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_push_change, ARGS(token.v, alerts, (int64_t)policy), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *push_drop(struct call *c, push_id id) { return db_exec(c, &q_push_drop, ARGS(id.v), NULL); }
struct err *push_drop_token(struct call *c, token_id token) { return db_exec(c, &q_push_drop_token, ARGS(token.v), NULL); }

SQL(q_push_find, "SELECT " COLUMNS STANDING " WHERE p.id = $1");
SQL(q_push_find_token, "SELECT " COLUMNS " FROM push_subscriptions p WHERE p.token_id = $1");

struct err *push_find(struct call *c, push_id id, struct push_subscription *ret, bool *ret_found)
{
	return one(c, &q_push_find, ARGS(id.v), ret, ret_found);
}

struct err *push_find_token(struct call *c, token_id token, struct push_subscription *ret, bool *ret_found)
{
	return one(c, &q_push_find_token, ARGS(token.v), ret, ret_found);
}

/* Numbers of push_policy: 0 all, 1 followed, 2 follower, 3 none. */
SQL(q_pushes_wanting,
    "SELECT " COLUMNS STANDING " WHERE ((p.alerts >> CAST($1 AS INTEGER)) & 1) = 1 AND CASE p.policy WHEN 0 THEN 1 = 1"
    " WHEN 1 THEN EXISTS (SELECT 1 FROM follows f WHERE f.account_id = p.account_id AND f.target_id = $2)"
    " WHEN 2 THEN EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $2 AND f.target_id = p.account_id)"
    " ELSE 1 = 0 END AND p.account_id IN (@set) ORDER BY p.id");

struct err *pushes_wanting(struct call *c, const int64_t *accounts, size_t n, enum notification_type type, account_id from,
			   struct push_subscription **ret, size_t *ret_n)
{
	return list(c, &q_pushes_wanting, ARGS((int64_t)type, from.v, sql_ids(accounts, n)), ret, ret_n);
}

SQL(q_pushes_sealed, "SELECT " COLUMNS " FROM push_subscriptions p WHERE p.id > $1 ORDER BY p.id LIMIT $2");
SQL(q_push_reseal, "UPDATE push_subscriptions SET token_sealed = $3 WHERE id = $1 AND token_sealed = $2");

struct err *pushes_sealed(struct call *c, push_id after, int max, struct push_subscription **ret, size_t *ret_n)
{
	return list(c, &q_pushes_sealed, ARGS(after.v, (int64_t)max), ret, ret_n);
}

struct err *push_reseal(struct call *c, const struct push_subscription *was, struct str sealed)
{
	return db_exec(c, &q_push_reseal, ARGS(was->id.v, was->token_sealed, sealed), NULL);
}
