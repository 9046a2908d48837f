#include "store/notification_policy.h"

#include "store/home_rule_priv.h"

SQL(q_notification_policy,
    "SELECT not_following, not_followers, new_accounts, private_mentions, limited_accounts, bots FROM notification_policies WHERE account_id = $1");
SQL(q_notification_policy_put,
    "INSERT INTO notification_policies (account_id, not_following, not_followers, new_accounts, private_mentions, limited_accounts, bots)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id) DO UPDATE SET not_following = excluded.not_following,"
    " not_followers = excluded.not_followers, new_accounts = excluded.new_accounts, private_mentions = excluded.private_mentions,"
    " limited_accounts = excluded.limited_accounts, bots = excluded.bots");

struct err *notification_policy_find(struct call *c, account_id of, struct notification_policy *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_notification_policy, ARGS(of.v), &r, &found));
	*ret = policy_default;
	if (found)
		*ret = (struct notification_policy){
			(enum policy_action)row_i64(r, 0), (enum policy_action)row_i64(r, 1), (enum policy_action)row_i64(r, 2),
			(enum policy_action)row_i64(r, 3), (enum policy_action)row_i64(r, 4), (enum policy_action)row_i64(r, 5),
		};
	return NULL;
}

struct err *notification_policy_put(struct call *c, account_id of, const struct notification_policy *p)
{
	return db_exec(c, &q_notification_policy_put,
		       ARGS(of.v, (int64_t)p->not_following, (int64_t)p->not_followers, (int64_t)p->new_accounts, (int64_t)p->private_mentions,
			    (int64_t)p->limited_accounts, (int64_t)p->bots), NULL);
}

/* Mentions (0) and quotes (9) are what requests are made of: policy_makes_request(). */
#define HELD "FROM notifications n WHERE n.from_id = r.from_id AND n.account_id = r.account_id AND n.filtered = 1 AND n.type IN (0, 9)"
#define REQUESTS \
	" FROM notification_requests r JOIN accounts a ON a.id = r.from_id WHERE r.account_id = $1 AND NOT " SQL_GONE("a") \
	" AND EXISTS (SELECT 1 " HELD ")"

SQL(q_notification_requests_count,
    "SELECT (SELECT count(*) FROM (SELECT 1" REQUESTS " LIMIT $2) AS t), (SELECT count(*) FROM (SELECT 1 FROM notifications n"
    " JOIN notification_requests r ON r.account_id = n.account_id AND r.from_id = n.from_id JOIN accounts a ON a.id = r.from_id"
    " WHERE n.account_id = $1 AND n.filtered = 1 AND n.type IN (0, 9) AND NOT " SQL_GONE("a") " LIMIT $2) AS t)");

struct err *notification_requests_count(struct call *c, account_id of, int64_t max, int64_t *ret_requests, int64_t *ret_notifications)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_notification_requests_count, ARGS(of.v, max), &r, &found));
	*ret_requests = row_i64(r, 0);
	*ret_notifications = row_i64(r, 1);
	return NULL;
}

#define COLUMNS \
	"SELECT r.id, r.from_id, r.created_us, r.updated_us, (SELECT count(*) FROM (SELECT 1 " HELD " LIMIT 100) AS t)," \
	" (SELECT n.status_id " HELD " ORDER BY n.id DESC LIMIT 1)" REQUESTS
SQL(q_notification_requests_down, COLUMNS " AND r.id < $2 AND r.id > $3 ORDER BY r.id DESC LIMIT $4");
SQL(q_notification_requests_up, COLUMNS " AND r.id < $2 AND r.id > $3 ORDER BY r.id LIMIT $4");
SQL(q_notification_request, COLUMNS " AND r.id = $2");

static struct notification_request from_row(struct row r)
{
	return (struct notification_request){ ID(request_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), row_i64(r, 2), row_i64(r, 3),
					      row_i64(r, 4), ID(status_id, row_i64(r, 5)) };
}

struct err *notification_requests_page(struct call *c, account_id of, const struct page *p, struct notification_request **ret, size_t *ret_n)
{
	bool up = p->min_id != 0;
	struct sql_rows rows;

	TRY(db_rows(c, up ? &q_notification_requests_up : &q_notification_requests_down,
		    ARGS(of.v, p->max_id ? p->max_id : INT64_MAX, up ? p->min_id : p->since_id, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct notification_request, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, up ? rows.n - 1 - i : i));
	return NULL;
}

struct err *notification_request_find(struct call *c, account_id of, request_id id, struct notification_request *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_notification_request, ARGS(of.v, id.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

SQL(q_notification_request_touch,
    "INSERT INTO notification_requests (id, account_id, from_id, created_us, updated_us) VALUES ($1, $2, $3, $4, $4)"
    " ON CONFLICT (account_id, from_id) DO UPDATE SET updated_us = excluded.updated_us");
SQL(q_notification_requests_take, "DELETE FROM notification_requests WHERE account_id = $1 AND id IN (@set) RETURNING from_id");

struct err *notification_request_touch(struct call *c, account_id of, account_id from)
{
	return db_exec(c, &q_notification_request_touch, ARGS(id_next(c), of.v, from.v, c->now_us), NULL);
}

struct err *notification_requests_take(struct call *c, account_id of, const int64_t *ids, size_t n, int64_t **ret_from, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_notification_requests_take, ARGS(of.v, sql_ids(ids, n)), &rows));
	*ret_from = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret_from)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_notification_permission_add,
    "INSERT INTO notification_permissions (account_id, from_id, merging, created_us) VALUES ($1, $2, 1, $3)"
    " ON CONFLICT (account_id, from_id) DO UPDATE SET merging = 1");
SQL(q_notification_permission_merged, "UPDATE notification_permissions SET merging = 0 WHERE account_id = $1 AND from_id = $2");
SQL(q_notification_permissions_merging, "SELECT count(*) FROM notification_permissions WHERE account_id = $1 AND merging = 1");

struct err *notification_permission_add(struct call *c, account_id of, account_id from)
{
	return db_exec(c, &q_notification_permission_add, ARGS(of.v, from.v, c->now_us), NULL);
}

struct err *notification_permission_merged(struct call *c, account_id of, account_id from)
{
	return db_exec(c, &q_notification_permission_merged, ARGS(of.v, from.v), NULL);
}

struct err *notification_permissions_merging(struct call *c, account_id of, bool *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_notification_permissions_merging, ARGS(of.v), &r, &found));
	*ret = row_i64(r, 0) > 0;
	return NULL;
}

SQL(q_notifications_unfilter,
    "UPDATE notifications SET filtered = 0 WHERE id IN (SELECT n.id FROM notifications n WHERE n.from_id = $2 AND n.account_id = $1"
    " AND n.filtered = 1 LIMIT $3) RETURNING CASE WHEN type = 0 THEN status_id END");
SQL(q_notifications_drop_filtered, "DELETE FROM notifications WHERE from_id = $2 AND account_id = $1 AND filtered = 1");

struct err *notifications_unfilter(struct call *c, account_id of, account_id from, int max, int64_t **ret_posts, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_notifications_unfilter, ARGS(of.v, from.v, (int64_t)max), &rows));
	*ret_posts = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret_posts)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

struct err *notifications_drop_filtered(struct call *c, account_id of, account_id from)
{
	return db_exec(c, &q_notifications_drop_filtered, ARGS(of.v, from.v), NULL);
}
