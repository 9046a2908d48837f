#include "store/list.h"

#include "store/standing_priv.h"

#define COLUMNS "l.id, l.account_id, l.title, l.replies_policy, l.exclusive, l.built_us"

static struct list_row from_row(struct row r)
{
	return (struct list_row){ ID(list_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), row_str(r, 2), (enum list_replies)row_i64(r, 3),
				  row_bool(r, 4), row_i64(r, 5) };
}

SQL(q_lists_of,
    "SELECT " COLUMNS " FROM lists l WHERE l.account_id = $1 AND (CAST($2 AS BIGINT) = 0"
    " OR EXISTS (SELECT 1 FROM list_accounts m WHERE m.list_id = l.id AND m.account_id = $2)) ORDER BY l.id");

struct err *lists_of(struct call *c, account_id who, account_id with, struct list_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_lists_of, ARGS(who.v, with.v), &rows));
	*ret = arena_array(c->arena, struct list_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_list_find, "SELECT " COLUMNS " FROM lists l WHERE l.id = $2 AND l.account_id = $1");

struct err *list_find(struct call *c, account_id who, list_id id, struct list_row *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_list_find, ARGS(who.v, id.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

/* Whoever makes a list waits for others of the same account, so that the count holds. */
SQL(q_lists_lock, "UPDATE account_stats SET statuses_count = statuses_count WHERE account_id = $1");
SQL(q_list_add,
    "INSERT INTO lists (id, account_id, title, replies_policy, exclusive, built_us, created_us)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT),"
    " CAST($6 AS BIGINT) WHERE (SELECT count(*) FROM lists o WHERE o.account_id = $2) < $7");

struct err *list_add(struct call *c, const struct list_row *l, int64_t max, bool *ret_made)
{
	TRY(db_exec(c, &q_lists_lock, ARGS(l->account.v), NULL));
	return changed(c, &q_list_add, ARGS(l->id.v, l->account.v, l->title, (int64_t)l->replies, (int64_t)l->exclusive, c->now_us, max), ret_made);
}

SQL(q_list_put, "UPDATE lists SET title = $3, replies_policy = $4, exclusive = $5, built_us = 0 WHERE id = $1 AND account_id = $2");
SQL(q_list_drop, "DELETE FROM lists WHERE id = $1 AND account_id = $2");
SQL(q_lists_stale, "UPDATE lists SET built_us = 0 WHERE account_id = $1");
SQL(q_list_stale, "UPDATE lists SET built_us = 0 WHERE id = $1 AND account_id = $2");

struct err *list_put(struct call *c, const struct list_row *l, bool *ret_was)
{
	return changed(c, &q_list_put, ARGS(l->id.v, l->account.v, l->title, (int64_t)l->replies, (int64_t)l->exclusive), ret_was);
}

struct err *list_drop(struct call *c, account_id who, list_id id, bool *ret_was)
{
	return changed(c, &q_list_drop, ARGS(id.v, who.v), ret_was);
}

struct err *lists_stale(struct call *c, account_id who) { return db_exec(c, &q_lists_stale, ARGS(who.v), NULL); }

struct err *list_stale(struct call *c, account_id who, list_id id, bool *ret_was)
{
	return changed(c, &q_list_stale, ARGS(id.v, who.v), ret_was);
}

/* ---- who is in them ---- */

#define RELATED(U, A) \
	"(" A ".id = " U " OR EXISTS (SELECT 1 FROM follows f WHERE f.account_id = " U " AND f.target_id = " A ".id)" \
	" OR EXISTS (SELECT 1 FROM follow_requests r WHERE r.account_id = " U " AND r.target_id = " A ".id))"
SQL(q_list_members_add,
    "INSERT INTO list_accounts (list_id, account_id, owner_id) SELECT l.id, a.id, l.account_id FROM lists l JOIN accounts a ON a.deleted_us = 0"
    " WHERE l.id = $2 AND l.account_id = $1 AND " RELATED("$1", "a") " AND a.id IN (@set) ON CONFLICT DO NOTHING");
SQL(q_list_members_drop, "DELETE FROM list_accounts WHERE list_id = $2 AND owner_id = $1 AND account_id IN (@set)");
SQL(q_list_member_drop, "DELETE FROM list_accounts WHERE owner_id = $1 AND account_id = $2");

struct err *list_members_add(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n, int64_t *ret_n)
{
	*ret_n = 0;
	return n ? db_exec(c, &q_list_members_add, ARGS(who.v, id.v, sql_ids(accounts, n)), ret_n) : NULL;
}

struct err *list_members_drop(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n)
{
	return n ? db_exec(c, &q_list_members_drop, ARGS(who.v, id.v, sql_ids(accounts, n)), NULL) : NULL;
}

struct err *list_member_drop_everywhere(struct call *c, account_id who, account_id whom)
{
	return db_exec(c, &q_list_member_drop, ARGS(who.v, whom.v), NULL);
}

SQL(q_list_candidates,
    "SELECT a.id, CASE WHEN " RELATED("$1", "a") " THEN 1 ELSE 0 END,"
    " EXISTS (SELECT 1 FROM list_accounts m WHERE m.list_id = $2 AND m.account_id = a.id)"
    " FROM accounts a WHERE a.deleted_us = 0 AND a.id IN (@set)");

struct err *list_candidates(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n, struct list_candidate **ret,
			    size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_list_candidates, ARGS(who.v, id.v, sql_ids(accounts, n)), &rows));
	*ret = arena_array(c->arena, struct list_candidate, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct list_candidate){ ID(account_id, row_i64(r, 0)), row_bool(r, 1), row_bool(r, 2) };
	}
	return NULL;
}

SQL(q_list_members_count, "SELECT count(*) FROM list_accounts WHERE list_id = $1");

struct err *list_members_count(struct call *c, list_id id, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_list_members_count, ARGS(id.v), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

#define MEMBERS \
	"SELECT a.id FROM list_accounts m JOIN accounts a ON a.id = m.account_id AND " SQL_STANDS("a") \
	" WHERE m.list_id = $2 AND m.owner_id = $1 AND " RELATED("$1", "a") " AND m.account_id < $3 AND m.account_id > $4"
SQL(q_list_members_down, MEMBERS " ORDER BY m.account_id DESC LIMIT $5");
SQL(q_list_members_up, MEMBERS " ORDER BY m.account_id LIMIT $5");

struct err *list_members(struct call *c, account_id who, list_id id, const struct page *p, int64_t **ret, size_t *ret_n)
{
	int64_t below = p->max_id ? p->max_id : INT64_MAX, above = p->min_id ? p->min_id : p->since_id;
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_list_members_up : &q_list_members_down, ARGS(who.v, id.v, below, above, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, p->min_id ? rows.n - 1 - i : i), 0);
	return NULL;
}
