#include "store/home_priv.h"
#include "store/home_rule_priv.h"

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

#define TAG_READERS "FROM status_tags st JOIN tag_follows tf ON tf.tag_id = st.tag_id WHERE st.status_id = $1"
SQL(q_home_reach,
    "SELECT EXISTS (SELECT 1 " TAG_READERS "), EXISTS (SELECT 1 FROM list_accounts w WHERE w.account_id = $2),"
    " EXISTS (SELECT 1 FROM follows f WHERE f.target_id = $2 AND f.notify = 1)");

struct err *home_reach(struct call *c, status_id id, account_id author, struct home_reach *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_home_reach, ARGS(id.v, author.v), &r, &found));
	*ret = (struct home_reach){ row_bool(r, 0), row_bool(r, 1), row_bool(r, 2) };
	return NULL;
}

/* A home that was built meanwhile holds the post, and its owner is told of it all the same: hence no DO NOTHING, which returns nothing. */
#define PUT(READERS, ADMITS) \
	"WITH w AS (SELECT g.account_id AS reader FROM follows g WHERE g.target_id = $2 " READERS ")" \
	" INSERT INTO home_entries (account_id, status_id, author_id, reblog_of_id)" \
	" SELECT u.account_id, s.id, s.account_id, s.reblog_of_id" \
	" FROM w JOIN users u ON u.account_id = w.reader JOIN statuses s ON s.id = $1" SQL_HOME_JOINS("u.account_id") \
	" WHERE u.last_active_us >= $3 AND " ADMITS " AND NOT " SQL_HOME_COLLAPSED("home_entries", "account_id", "u.account_id") \
	" ON CONFLICT (account_id, status_id) DO UPDATE SET author_id = excluded.author_id RETURNING account_id"
SQL(q_home_put, PUT("UNION SELECT CAST($2 AS BIGINT) UNION SELECT tf.account_id " TAG_READERS, SQL_HOME_ADMITS("u.account_id", "$4")));
SQL(q_home_put_untagged, PUT("AND g.account_id <> $2 UNION ALL SELECT CAST($2 AS BIGINT)", SQL_HOME_ADMITS_UNTAGGED("u.account_id", "$4")));

struct err *home_put(struct call *c, status_id id, account_id author, bool by_tags, int64_t active_since_us, int64_t **ret, size_t *ret_n)
{
	return ids(c, by_tags ? &q_home_put : &q_home_put_untagged, ARGS(id.v, author.v, active_since_us, c->now_us), ret, ret_n);
}

SQL(q_home_bells,
    "SELECT f.account_id FROM follows f WHERE f.target_id = $2 AND f.notify = 1"
    " AND (EXISTS (SELECT 1 FROM home_entries h WHERE h.account_id = f.account_id AND h.status_id = $1)"
    " OR EXISTS (SELECT 1 FROM list_accounts la JOIN lists li ON li.id = la.list_id AND li.exclusive = 1"
    " JOIN list_entries e ON e.list_id = li.id AND e.status_id = $1 WHERE la.account_id = $2 AND la.owner_id = f.account_id))"
    " ORDER BY f.account_id");

struct err *home_bells(struct call *c, status_id id, account_id author, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_home_bells, ARGS(id.v, author.v), ret, ret_n);
}

/* The bound is found once an owner, not once an entry. */
SQL(q_home_trim,
    "WITH cut AS MATERIALIZED (SELECT u.account_id, (SELECT h.status_id FROM home_entries h WHERE h.account_id = u.account_id"
    " ORDER BY h.status_id DESC LIMIT 1 OFFSET $1) AS low FROM users u WHERE u.account_id IN (@set))"
    " DELETE FROM home_entries WHERE (account_id, status_id) IN (SELECT e.account_id, e.status_id FROM cut"
    " JOIN home_entries e ON e.account_id = cut.account_id AND e.status_id < cut.low)");

struct err *home_trim(struct call *c, const int64_t *owners, size_t n, int64_t keep)
{
	return n ? db_exec(c, &q_home_trim, ARGS(keep - 1, sql_ids(owners, n)), NULL) : NULL;
}

#define FOUND(AUTHORS) \
	"SELECT s.id, s.reblog_of_id, s.account_id FROM " AUTHORS " w JOIN statuses s ON s.account_id = w.author AND s.id > $2" SQL_HOME_JOINS("$1") \
	" WHERE " SQL_HOME_ADMITS("$1", "$3") " ORDER BY s.id DESC LIMIT $4"
SQL(q_home_found, FOUND("(SELECT g.target_id AS author FROM follows g WHERE g.account_id = $1 UNION SELECT CAST($1 AS BIGINT))"));
SQL(q_home_found_tagged,
    "SELECT DISTINCT s.id, s.reblog_of_id, s.account_id FROM tag_follows w JOIN status_tags x ON x.tag_id = w.tag_id AND x.status_id > $2"
    " JOIN statuses s ON s.id = x.status_id" SQL_HOME_JOINS("$1")
    " WHERE w.account_id = $1 AND " SQL_HOME_ADMITS("$1", "$3") " ORDER BY s.id DESC LIMIT $4");

struct home_entry home__entry(struct row r)
{
	return (struct home_entry){ ID(status_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)) };
}

struct err *home_found(struct call *c, account_id who, int64_t after_id, int max, struct home_entry **ret, size_t *ret_n)
{
	struct sql_args args = ARGS(who.v, after_id, c->now_us, (int64_t)max);
	struct sql_rows rows, tagged;
	size_t i = 0, k = 0;

	TRY(db_rows(c, &q_home_found, args, &rows));
	TRY(db_rows(c, &q_home_found_tagged, args, &tagged));
	*ret = arena_array(c->arena, struct home_entry, rows.n + tagged.n + 1);
	for (*ret_n = 0; *ret_n < (size_t)max && (i < rows.n || k < tagged.n); ++*ret_n) {
		int64_t a = i < rows.n ? row_i64(sql_row(&rows, i), 0) : 0, b = k < tagged.n ? row_i64(sql_row(&tagged, k), 0) : 0;

		(*ret)[*ret_n] = home__entry(a >= b ? sql_row(&rows, i) : sql_row(&tagged, k));
		i += a >= b;
		k += b >= a;
	}
	return NULL;
}

SQL(q_home_of_its_boosts,
    "SELECT DISTINCT u.account_id FROM accounts a JOIN follows f ON f.target_id = a.id JOIN users u ON u.account_id = f.account_id"
    " WHERE a.domain = $1 AND u.last_active_us >= $3"
    " AND EXISTS (SELECT 1 FROM statuses b WHERE b.account_id = a.id AND b.id > $2 AND b.reblog_of_id IS NOT NULL)");
SQL(q_home_of_boosts_of_it,
    "SELECT DISTINCT u.account_id FROM accounts a JOIN statuses o ON o.account_id = a.id JOIN statuses b ON b.reblog_of_id = o.id AND b.id > $2"
    " JOIN follows f ON f.target_id = b.account_id JOIN users u ON u.account_id = f.account_id WHERE a.domain = $1 AND u.last_active_us >= $3");

struct err *home_concerned(struct call *c, enum home_concern how, struct str domain, int64_t since_id, int64_t active_since_us, int64_t **ret,
			   size_t *ret_n)
{
	return ids(c, how == HOME_OF_ITS_BOOSTS ? &q_home_of_its_boosts : &q_home_of_boosts_of_it, ARGS(domain, since_id, active_since_us), ret, ret_n);
}

SQL(q_home_clear, "DELETE FROM home_entries WHERE account_id = $1");
SQL(q_home_add, "INSERT INTO home_entries (account_id, status_id, author_id, reblog_of_id) VALUES @rows ON CONFLICT DO NOTHING");

struct sql_arg *home__values(struct call *c, int64_t owner, const struct home_entry *v, size_t n)
{
	struct sql_arg *values = arena_array(c->arena, struct sql_arg, n * HOME_COLUMNS + 1), *at = values;

	for (size_t i = 0; i < n; i++) {
		*at++ = sql_arg_i64(owner);
		*at++ = sql_arg_i64(v[i].status.v);
		*at++ = sql_arg_i64(v[i].author.v);
		*at++ = sql_opt(v[i].reblog_of.v);
	}
	return values;
}

struct err *home_replace(struct call *c, account_id who, const struct home_entry *v, size_t n)
{
	TRY(db_exec(c, &q_home_clear, ARGS(who.v), NULL));
	return n ? db_insert_rows(c, &q_home_add, HOME_COLUMNS, home__values(c, who.v, v, n), n) : NULL;
}
