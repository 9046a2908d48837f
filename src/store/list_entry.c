#include "store/home_priv.h"
#include "store/home_rule_priv.h"
#include "store/list.h"

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

SQL(q_list_put_entries,
    "INSERT INTO list_entries (list_id, status_id, author_id, reblog_of_id) SELECT l.id, s.id, s.account_id, s.reblog_of_id"
    " FROM list_accounts w JOIN lists l ON l.id = w.list_id JOIN users u ON u.account_id = l.account_id JOIN statuses s ON s.id = $1"
    SQL_HOME_JOINS("u.account_id") " WHERE w.account_id = $2 AND u.last_active_us >= $3 AND " SQL_LIST_ADMITS("u.account_id", "$4")
    " AND NOT " SQL_HOME_COLLAPSED("list_entries", "list_id", "l.id")
    " ON CONFLICT (list_id, status_id) DO UPDATE SET author_id = excluded.author_id RETURNING list_id");

struct err *list_entries_put(struct call *c, status_id id, account_id author, int64_t active_since_us, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_list_put_entries, ARGS(id.v, author.v, active_since_us, c->now_us), ret, ret_n);
}

/* The bound is found once a list, not once an entry. */
SQL(q_list_trim,
    "WITH cut AS MATERIALIZED (SELECT l.id, (SELECT h.status_id FROM list_entries h WHERE h.list_id = l.id"
    " ORDER BY h.status_id DESC LIMIT 1 OFFSET $1) AS low FROM lists l WHERE l.id IN (@set))"
    " DELETE FROM list_entries WHERE (list_id, status_id) IN (SELECT e.list_id, e.status_id FROM cut"
    " JOIN list_entries e ON e.list_id = cut.id AND e.status_id < cut.low)");

struct err *list_entries_trim(struct call *c, const int64_t *lists, size_t n, int64_t keep)
{
	return n ? db_exec(c, &q_list_trim, ARGS(keep - 1, sql_ids(lists, n)), NULL) : NULL;
}

SQL(q_list_found,
    "SELECT s.id, s.reblog_of_id, s.account_id FROM lists l JOIN list_accounts w ON w.list_id = l.id"
    " JOIN statuses s ON s.account_id = w.account_id AND s.id > $2" SQL_HOME_JOINS("l.account_id")
    " WHERE l.id = $1 AND " SQL_LIST_ADMITS("l.account_id", "$3") " ORDER BY s.id DESC LIMIT $4");

struct err *list_entries_found(struct call *c, list_id id, int64_t after_id, int max, struct home_entry **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_list_found, ARGS(id.v, after_id, c->now_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct home_entry, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = home__entry(sql_row(&rows, i));
	return NULL;
}

SQL(q_list_clear, "DELETE FROM list_entries WHERE list_id = $1");
SQL(q_list_entry_add, "INSERT INTO list_entries (list_id, status_id, author_id, reblog_of_id) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_list_built, "UPDATE lists SET built_us = $2 WHERE id = $1");

struct err *list_entries_replace(struct call *c, list_id id, const struct home_entry *v, size_t n)
{
	int64_t stands;

	/* First: the list is there, and nobody else builds it meanwhile. */
	TRY(db_exec(c, &q_list_built, ARGS(id.v, c->now_us), &stands));
	if (!stands)
		return NULL;
	TRY(db_exec(c, &q_list_clear, ARGS(id.v), NULL));
	return n ? db_insert_rows(c, &q_list_entry_add, HOME_COLUMNS, home__values(c, id.v, v, n), n) : NULL;
}

SQL(q_lists_here,
    "SELECT w.list_id FROM list_accounts w JOIN users u ON u.account_id = w.owner_id"
    " WHERE w.account_id = $1 AND w.list_id > $2 AND u.last_active_us >= $3 ORDER BY w.list_id LIMIT $4");

struct err *lists_here(struct call *c, account_id author, list_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_lists_here, ARGS(author.v, after.v, active_us, (int64_t)max), ret, ret_n);
}
