#include "store/notification.h"

/* Numbers of notification_type: 0 mention, 2 reblog, 3 follow, 4 follow_request, 5 favourite, 6 poll, 9 quote (state 1: accepted). */
SQL(q_notifications_admitted,
    "SELECT u.account_id FROM users u JOIN accounts a ON a.id = u.account_id JOIN accounts f ON f.id = $1"
    " WHERE (u.account_id <> $1 OR CAST($3 AS BIGINT) = 6)"
    " AND a.suspended_us = 0 AND a.deleted_us = 0 AND f.suspended_us = 0 AND f.deleted_us = 0"
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

struct err *notifications_admitted(struct call *c, const struct notification_cause *cause, const int64_t *to, size_t n, int64_t **ret,
				   size_t *ret_n)
{
	return ids(c, &q_notifications_admitted, ARGS(cause->from.v, cause->about.v, (int64_t)cause->type, c->now_us, sql_ids(to, n)), ret, ret_n);
}

SQL(q_notification_add,
    "INSERT INTO notifications (id, account_id, type, from_id, status_id, group_key, once_key, created_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");
SQL(q_notification_drop_once, "DELETE FROM notifications WHERE account_id = $1 AND once_key = $2");
SQL(q_notification_last_group,
    "SELECT group_key FROM notifications WHERE account_id = $1 AND group_key >= $2 AND group_key < $3 ORDER BY group_key DESC LIMIT 1");

struct err *notification_add(struct call *c, const struct notification *n, bool *ret_new)
{
	int64_t changed;

	TRY(db_exec(c, &q_notification_add,
		    ARGS(n->id.v, n->account.v, (int64_t)n->type, n->from.v, sql_opt(n->status.v), n->group_key, n->once_key, n->created_us), &changed));
	*ret_new = changed > 0;
	return NULL;
}

struct err *notification_drop_once(struct call *c, account_id of, struct str once_key)
{
	return db_exec(c, &q_notification_drop_once, ARGS(of.v, once_key), NULL);
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
