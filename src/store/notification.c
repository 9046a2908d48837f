#include "store/notification.h"

#include "store/standing_priv.h"

/* Numbers of notification_type: 0 mention, 2 reblog, 3 follow, 4 follow_request, 5 favourite, 6 poll, 9 quote (state 1: accepted),
 * 11 severed_relationships, 12 moderation_warning, 14 added_to_collection, 15 collection_update (state 1: accepted). */
#define IS(COND) ", CASE WHEN " COND " THEN 1 ELSE 0 END"
#define TAKER_POLICY ", p.account_id, p.not_following, p.not_followers, p.new_accounts, p.private_mentions, p.limited_accounts, p.bots"
#define TAKER_FACTS \
	IS("EXISTS (SELECT 1 FROM follows w WHERE w.account_id = u.account_id AND w.target_id = $1)") \
	IS("EXISTS (SELECT 1 FROM follows w WHERE w.account_id = $1 AND w.target_id = u.account_id AND w.created_us <= $5)") \
	IS("EXISTS (SELECT 1 FROM notification_permissions x WHERE x.account_id = u.account_id AND x.from_id = $1)") \
	IS("f.created_us > $6") IS(SQL_SILENCED("f")) IS("f.bot = 1") \
	IS("EXISTS (SELECT 1 FROM statuses s WHERE s.id = $2 AND s.account_id = $1 AND s.visibility = 3 AND NOT (s.reply_to_account_id = u.account_id" \
	   " AND EXISTS (SELECT 1 FROM statuses e JOIN mentions n ON n.status_id = e.id AND n.account_id = $1 WHERE e.thread_id = s.thread_id" \
	   " AND e.account_id = u.account_id)))") \
	IS("fu.role > 0 AND fu.role > u.role")

SQL(q_notifications_admitted,
    "SELECT u.account_id" TAKER_POLICY TAKER_FACTS " FROM users u JOIN accounts a ON a.id = u.account_id JOIN accounts f ON f.id = $1"
    " LEFT JOIN users fu ON fu.account_id = $1 LEFT JOIN notification_policies p ON p.account_id = u.account_id"
    " WHERE (u.account_id <> $1 OR CAST($3 AS BIGINT) IN (6, 11, 12))"
    " AND " SQL_STANDS("a") " AND " SQL_STANDS("f")
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = u.account_id AND b.target_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = u.account_id)"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = u.account_id AND m.target_id = $1 AND m.hide_notifications = 1"
    " AND (m.expires_us = 0 OR m.expires_us > $4))"
    " AND NOT EXISTS (SELECT 1 FROM thread_mutes t JOIN statuses s ON s.thread_id = t.thread_id WHERE s.id = $2 AND t.account_id = u.account_id)"
    " AND (NOT EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = u.account_id AND d.domain = f.domain)"
    " OR EXISTS (SELECT 1 FROM follows w WHERE w.account_id = u.account_id AND w.target_id = $1))"
    " AND CASE CAST($3 AS BIGINT)"
    " WHEN 0 THEN EXISTS (SELECT 1 FROM mentions n WHERE n.status_id = $2 AND n.account_id = u.account_id)"
    " WHEN 2 THEN EXISTS (SELECT 1 FROM statuses r WHERE r.reblog_of_id = $2 AND r.account_id = $1)"
    " WHEN 3 THEN EXISTS (SELECT 1 FROM follows w WHERE w.account_id = $1 AND w.target_id = u.account_id)"
    " WHEN 4 THEN EXISTS (SELECT 1 FROM follow_requests w WHERE w.account_id = $1 AND w.target_id = u.account_id)"
    " WHEN 5 THEN EXISTS (SELECT 1 FROM favourites v WHERE v.status_id = $2 AND v.account_id = $1)"
    " WHEN 9 THEN EXISTS (SELECT 1 FROM quotes q WHERE q.status_id = $2 AND q.state = 1 AND q.quoted_account_id = u.account_id)"
    " WHEN 14 THEN EXISTS (SELECT 1 FROM collection_items k WHERE k.collection_id = $7 AND k.account_id = u.account_id AND k.state = 1)"
    " WHEN 15 THEN EXISTS (SELECT 1 FROM collection_items k WHERE k.collection_id = $7 AND k.account_id = u.account_id AND k.state = 1)"
    " ELSE CAST($2 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM statuses s WHERE s.id = $2) END"
    " AND u.account_id IN (@set) ORDER BY u.account_id");

static struct err *ids(struct call *c, const struct sql_text *q, struct sql_args args, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

static struct notification_taker taker(struct row r)
{
	struct notification_taker t = { .to = ID(account_id, row_i64(r, 0)), .policy = policy_default };

	if (!row_is_null(r, 1))
		t.policy = (struct notification_policy){
			(enum policy_action)row_i64(r, 2), (enum policy_action)row_i64(r, 3), (enum policy_action)row_i64(r, 4),
			(enum policy_action)row_i64(r, 5), (enum policy_action)row_i64(r, 6), (enum policy_action)row_i64(r, 7),
		};
	t.facts = (struct policy_facts){ row_bool(r, 8), row_bool(r, 9), row_bool(r, 10), row_bool(r, 11), row_bool(r, 12), row_bool(r, 13),
					 row_bool(r, 14), row_bool(r, 15) };
	return t;
}

struct err *notifications_admitted(struct call *c, const struct notification_cause *cause, const int64_t *to, size_t n,
				   struct notification_taker **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_notifications_admitted,
		    ARGS(cause->from.v, cause->about.v, (int64_t)cause->type, c->now_us, c->now_us - POLICY_NEW_FOLLOWER_US,
			 c->now_us - POLICY_NEW_ACCOUNT_US, cause->extra_id, sql_ids(to, n)), &rows));
	*ret = arena_array(c->arena, struct notification_taker, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = taker(sql_row(&rows, i));
	return NULL;
}

SQL(q_notification_add,
    "INSERT INTO notifications (id, account_id, type, from_id, status_id, group_key, once_key, created_us, filtered, extra_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING");
SQL(q_notification_drop_once, "DELETE FROM notifications WHERE account_id = $1 AND once_key = $2");
SQL(q_notifications_drop_once, "DELETE FROM notifications WHERE once_key = $1 AND account_id IN (@set)");
SQL(q_notification_last_group,
    "SELECT group_key FROM notifications WHERE account_id = $1 AND group_key >= $2 AND group_key < $3 ORDER BY group_key DESC LIMIT 1");

struct err *notification_add(struct call *c, const struct notification *n, bool *ret_new)
{
	int64_t changed;

	TRY(db_exec(c, &q_notification_add,
		    ARGS(n->id.v, n->account.v, (int64_t)n->type, n->from.v, sql_opt(n->status.v), n->group_key, n->once_key, n->created_us,
			 (int64_t)n->filtered, sql_opt(n->extra_id)), &changed));
	*ret_new = changed > 0;
	return NULL;
}

struct err *notification_drop_once(struct call *c, account_id of, struct str once_key)
{
	return db_exec(c, &q_notification_drop_once, ARGS(of.v, once_key), NULL);
}

struct err *notifications_drop_once(struct call *c, const int64_t *whose, size_t n, struct str once_key)
{
	return n ? db_exec(c, &q_notifications_drop_once, ARGS(once_key, sql_ids(whose, n)), NULL) : NULL;
}

struct err *notification_last_group(struct call *c, account_id of, struct str prefix, struct str *ret_key)
{
	/* '.' follows '-': the range of all that begins with prefix. */
	struct str end = arena_concat(c->arena, str_upto(prefix, prefix.n - 1), STR("."));
	struct row r;
	bool found;

	TRY(db_one(c, &q_notification_last_group, ARGS(of.v, prefix, end), &r, &found));
	*ret_key = found ? row_str(r, 0) : STR_NONE;
	return NULL;
}

SQL(q_boosters_here,
    "SELECT s.account_id FROM statuses s JOIN users u ON u.account_id = s.account_id WHERE s.reblog_of_id = $1 AND s.account_id > $2"
    " ORDER BY s.account_id LIMIT $3");

struct err *boosters_here(struct call *c, status_id of, account_id after, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_boosters_here, ARGS(of.v, after.v, (int64_t)max), ret, ret_n);
}

SQL(q_staff_here, "SELECT account_id FROM users WHERE role > 0 AND disabled_us = 0 AND account_id > $1 ORDER BY account_id LIMIT $2");

struct err *staff_here(struct call *c, account_id after, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_staff_here, ARGS(after.v, (int64_t)max), ret, ret_n);
}

SQL(q_admins_here, "SELECT account_id FROM users WHERE role >= $1 AND disabled_us = 0 ORDER BY account_id LIMIT $2");

struct err *admins_here(struct call *c, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_admins_here, ARGS((int64_t)ROLE_ADMIN, (int64_t)max), ret, ret_n);
}
