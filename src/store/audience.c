#include "store/audience.h"

#include "store/standing_priv.h"

#define INBOX "coalesce(a.shared_inbox_uri, a.inbox_uri)"
#define REACHABLE " a.domain <> '' AND a.inbox_uri IS NOT NULL AND " SQL_STANDS("a")

static struct err *texts(struct call *c, const struct sql_text *q, struct sql_args args, struct str **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct str, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_audience_followers,
    "SELECT DISTINCT " INBOX " AS inbox FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND" REACHABLE
    " AND " INBOX " > $2 ORDER BY inbox LIMIT $3");
SQL(q_audience_of_status,
    "SELECT DISTINCT " INBOX " AS inbox FROM accounts a WHERE a.id IN ("
    "SELECT account_id FROM mentions WHERE status_id = $1"
    " UNION SELECT reply_to_account_id FROM statuses WHERE id = $1 AND reply_to_account_id IS NOT NULL"
    " UNION SELECT account_id FROM statuses WHERE reply_to_id = $1"
    " UNION SELECT account_id FROM statuses WHERE reblog_of_id = $1"
    " UNION SELECT account_id FROM quotes WHERE quoted_id = $1 AND state = 1"
    " UNION SELECT account_id FROM favourites WHERE status_id = $1) AND" REACHABLE " LIMIT $2");
SQL(q_audience_mentioned,
    "SELECT DISTINCT " INBOX " AS inbox FROM accounts a WHERE a.id IN ("
    "SELECT account_id FROM mentions WHERE status_id = $1"
    " UNION SELECT reply_to_account_id FROM statuses WHERE id = $1 AND reply_to_account_id IS NOT NULL AND visibility < 3) AND" REACHABLE
    " LIMIT $2");
#define RECENT_POSTS "200"
SQL(q_audience_recent,
    "SELECT DISTINCT " INBOX " AS inbox FROM accounts a WHERE a.id IN (SELECT m.account_id FROM"
    " (SELECT id FROM statuses WHERE account_id = $1 AND id > $2 ORDER BY id DESC LIMIT " RECENT_POSTS ") s JOIN mentions m ON m.status_id = s.id"
    " UNION SELECT target_id FROM follows WHERE account_id = $1 AND id > $2"
    " UNION SELECT target_id FROM follow_requests WHERE account_id = $1 AND id > $2) AND" REACHABLE " LIMIT $3");
SQL(q_audience_at,
    "SELECT EXISTS (SELECT 1 FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = s.account_id AND a.domain = $2),"
    " EXISTS (SELECT 1 FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id = s.id AND a.domain = $2),"
    " EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = s.account_id AND b.target_id = $3)"
    " OR EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = s.account_id AND d.domain = $2)"
    " FROM statuses s WHERE s.id = $1");
SQL(q_audience_followed_here, "SELECT 1 FROM follows f JOIN users u ON u.account_id = f.account_id WHERE f.target_id = $1 LIMIT 1");

/* From one inbox to the next by accounts_inbox: those who share one are not walked through, however many they are. */
#define NEXT_INBOX(after) "(SELECT " INBOX " FROM accounts a WHERE" REACHABLE " AND " INBOX " > " after " ORDER BY " INBOX " LIMIT 1)"
SQL(q_audience_everybody,
    "WITH RECURSIVE walk (inbox) AS (SELECT " NEXT_INBOX("$1") " UNION ALL SELECT " NEXT_INBOX("w.inbox") " FROM walk w WHERE w.inbox IS NOT NULL)"
    " SELECT inbox FROM walk WHERE inbox IS NOT NULL LIMIT $2");

struct err *audience_everybody(struct call *c, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_everybody, ARGS(after, (int64_t)max), ret, ret_n);
}

struct err *audience_followers(struct call *c, account_id of, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_followers, ARGS(of.v, after, (int64_t)max), ret, ret_n);
}

struct err *audience_of_status(struct call *c, status_id id, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_of_status, ARGS(id.v, (int64_t)max), ret, ret_n);
}

struct err *audience_mentioned(struct call *c, status_id id, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_mentioned, ARGS(id.v, (int64_t)max), ret, ret_n);
}

struct err *audience_recent(struct call *c, account_id of, int64_t since_us, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_recent, ARGS(of.v, id_from(since_us), (int64_t)max), ret, ret_n);
}

struct err *audience_at(struct call *c, status_id id, account_id asks, struct str domain, struct audience_at *ret)
{
	struct row r;
	bool found;

	*ret = (struct audience_at){ 0 };
	TRY(db_one(c, &q_audience_at, ARGS(id.v, domain, asks.v), &r, &found));
	if (found)
		*ret = (struct audience_at){ row_bool(r, 0), row_bool(r, 1), row_bool(r, 2) };
	return NULL;
}

struct err *audience_followed_here(struct call *c, account_id id, bool *ret)
{
	struct row r;

	return db_one(c, &q_audience_followed_here, ARGS(id.v), &r, ret);
}

SQL(q_audience_counted,
    "SELECT " INBOX " AS inbox, count(*) FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND" REACHABLE
    " GROUP BY " INBOX " ORDER BY inbox LIMIT $2");

struct err *audience_followers_counted(struct call *c, account_id of, int max, struct inbox_followers **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_audience_counted, ARGS(of.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct inbox_followers, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct inbox_followers){ row_str(sql_row(&rows, i), 0), row_i64(sql_row(&rows, i), 1) };
	return NULL;
}

/* Numbers of collection_item_state: 0 pending, 1 accepted. */
SQL(q_audience_of_collection,
    "SELECT DISTINCT " INBOX " AS inbox FROM collection_items i JOIN accounts a ON a.id = i.account_id WHERE i.collection_id = $1 AND i.state < 2 AND"
    REACHABLE " LIMIT $2");
SQL(q_audience_blocked,
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = $2)"
    " OR EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = $1 AND d.domain = $3) THEN 1 ELSE 0 END");

struct err *audience_of_collection(struct call *c, collection_id id, int max, struct str **ret, size_t *ret_n)
{
	return texts(c, &q_audience_of_collection, ARGS(id.v, (int64_t)max), ret, ret_n);
}

struct err *audience_blocked(struct call *c, account_id whose, account_id asks, struct str domain, bool *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_audience_blocked, ARGS(whose.v, asks.v, domain), &r, &found));
	*ret = found && row_bool(r, 0);
	return NULL;
}
