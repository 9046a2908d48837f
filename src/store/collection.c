#include "store/collection.h"

#include "store/standing_priv.h"

static struct err *ids(struct call *c, const struct sql_text *q, struct sql_args args, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, int64_t, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

static struct err *uris(struct call *c, const struct sql_text *q, struct sql_args args, struct str **ret, size_t *ret_n, int64_t *ret_last)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct str, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	*ret_last = rows.n ? row_i64(sql_row(&rows, rows.n - 1), 1) : 0;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_outbox_older,
    "SELECT id FROM statuses WHERE account_id = $1 AND visibility < 2 AND local_only = 0 AND id < $2 AND id > $3 ORDER BY id DESC LIMIT $4");
SQL(q_outbox_newer,
    "SELECT id FROM statuses WHERE account_id = $1 AND visibility < 2 AND local_only = 0 AND id > $2 ORDER BY id LIMIT $3");

struct err *outbox_ids(struct call *c, account_id of, const struct page *p, int64_t **ret, size_t *ret_n)
{
	if (!p->min_id)
		return ids(c, &q_outbox_older, ARGS(of.v, p->max_id ? p->max_id : INT64_MAX, p->since_id, (int64_t)p->limit), ret, ret_n);
	TRY(ids(c, &q_outbox_newer, ARGS(of.v, p->min_id, (int64_t)p->limit), ret, ret_n));
	for (size_t i = 0; i < *ret_n / 2; i++) {
		int64_t other = (*ret)[*ret_n - 1 - i];

		(*ret)[*ret_n - 1 - i] = (*ret)[i];
		(*ret)[i] = other;
	}
	return NULL;
}

SQL(q_featured,
    "SELECT s.id FROM pins p JOIN statuses s ON s.id = p.status_id WHERE p.account_id = $1 AND s.visibility < 2 AND s.local_only = 0"
    " ORDER BY p.id DESC LIMIT $2");

struct err *featured_ids(struct call *c, account_id of, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_featured, ARGS(of.v, (int64_t)max), ret, ret_n);
}

SQL(q_follower_uris,
    "SELECT a.uri, f.id FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND f.id < $2 ORDER BY f.id DESC LIMIT $3");
SQL(q_following_uris,
    "SELECT a.uri, f.id FROM follows f JOIN accounts a ON a.id = f.target_id WHERE f.account_id = $1 AND f.id < $2 ORDER BY f.id DESC LIMIT $3");

struct err *follow_uris(struct call *c, account_id of, bool followers, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last)
{
	return uris(c, followers ? &q_follower_uris : &q_following_uris, ARGS(of.v, p->max_id ? p->max_id : INT64_MAX, (int64_t)p->limit), ret,
		    ret_n, ret_last);
}

SQL(q_follower_uris_at,
    "SELECT a.uri, f.id FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND a.uri >= $2 AND a.uri < $3 LIMIT $4");

struct err *follower_uris_at(struct call *c, account_id of, struct str prefix, int max, struct str **ret, size_t *ret_n)
{
	/* What follows the last character of the prefix, '/', is '0'. */
	struct str end = arena_concat(c->arena, str_upto(prefix, prefix.n - 1), STR("0"));
	int64_t last;

	return uris(c, &q_follower_uris_at, ARGS(of.v, prefix, end, (int64_t)max), ret, ret_n, &last);
}

SQL(q_local_followers,
    "SELECT a.id, a.uri, f.created_us FROM follows f JOIN users u ON u.account_id = f.account_id JOIN accounts a ON a.id = f.account_id"
    " WHERE f.target_id = $1 LIMIT $2");

struct err *local_followers(struct call *c, account_id of, int max, struct local_follower **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_local_followers, ARGS(of.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct local_follower, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct local_follower){ ID(account_id, row_i64(r, 0)), row_str(r, 1), row_i64(r, 2) };
	}
	return NULL;
}

SQL(q_replies_own,
    "SELECT r.uri, r.id FROM statuses r JOIN statuses s ON s.id = r.reply_to_id WHERE r.reply_to_id = $1 AND r.visibility < 2 AND r.local_only = 0"
    " AND r.account_id = s.account_id AND r.id > $2 ORDER BY r.id LIMIT $3");
SQL(q_replies_others,
    "SELECT r.uri, r.id FROM statuses r JOIN statuses s ON s.id = r.reply_to_id WHERE r.reply_to_id = $1 AND r.visibility < 2 AND r.local_only = 0"
    " AND r.account_id <> s.account_id AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = r.account_id AND " SQL_STANDS("a") ")"
    " AND r.id > $2 ORDER BY r.id LIMIT $3");

struct err *reply_uris(struct call *c, status_id to, bool others, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last)
{
	return uris(c, others ? &q_replies_others : &q_replies_own, ARGS(to.v, p->min_id, (int64_t)p->limit), ret, ret_n, ret_last);
}

SQL(q_thread_uris,
    "SELECT s.uri, s.id FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.thread_id = $1 AND s.visibility < 2 AND s.local_only = 0"
    " AND s.reblog_of_id IS NULL AND " SQL_STANDS("a") " AND s.id > $2 ORDER BY s.id LIMIT $3");

struct err *thread_uris(struct call *c, status_id root, const struct page *p, struct str **ret, size_t *ret_n, int64_t *ret_last)
{
	return uris(c, &q_thread_uris, ARGS(root.v, p->min_id, (int64_t)p->limit), ret, ret_n, ret_last);
}

SQL(q_account_status_ids, "SELECT id FROM statuses WHERE account_id = $1 ORDER BY id LIMIT $2");

struct err *account_status_ids(struct call *c, account_id of, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_account_status_ids, ARGS(of.v, (int64_t)max), ret, ret_n);
}
