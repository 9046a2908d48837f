#include "store/directory.h"

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

/* In good standing: a stands for the account. (3: actor_type "Application", which is a server and nobody.) */
#define STANDS \
	" " SQL_UNLIMITED("a") " AND a.moved_to_id IS NULL AND a.actor_type <> 3" \
	" AND NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = a.id AND (u.confirmed_us = 0 OR u.approved = 0 OR u.disabled_us > 0))"
#define NOT_SHUNNED(U, NOW) \
	" NOT " SQL_BLOCK_EITHER(U, "a.id") " AND NOT " SQL_MUTES(U, "a.id", NOW) " AND NOT " SQL_MUTES_DOMAIN(U, "a.domain")

#define DIRECTORY(only, order) \
	"SELECT a.id FROM account_stats s JOIN accounts a ON a.id = s.account_id WHERE a.discoverable = 1" only " AND" STANDS \
	" AND (CAST($1 AS BIGINT) = 0 OR (" NOT_SHUNNED("$1", "$2") ")) ORDER BY " order " LIMIT $3 OFFSET $4"
#define LOCAL " AND a.domain = ''"
SQL(q_directory_active, DIRECTORY("", "s.last_status_us DESC, s.account_id DESC"));
SQL(q_directory_active_local, DIRECTORY(LOCAL, "s.last_status_us DESC, s.account_id DESC"));
SQL(q_directory_new, DIRECTORY("", "a.id DESC"));
SQL(q_directory_new_local, DIRECTORY(LOCAL, "a.id DESC"));

struct err *directory_page(struct call *c, const struct directory *how, int64_t **ret, size_t *ret_n)
{
	const struct sql_text *q = how->newest ? (how->local ? &q_directory_new_local : &q_directory_new) :
					 (how->local ? &q_directory_active_local : &q_directory_active);

	return ids(c, q, ARGS(how->viewer.v, c->now_us, (int64_t)how->limit, (int64_t)how->offset), ret, ret_n);
}

#define SUGGESTABLE \
	STANDS " AND a.id <> $1 AND" NOT_SHUNNED("$1", "$2") " AND NOT " SQL_FOLLOWS("$1", "a.id") \
	" AND NOT EXISTS (SELECT 1 FROM follow_requests q WHERE q.account_id = $1 AND q.target_id = a.id)" \
	" AND NOT EXISTS (SELECT 1 FROM suggestions_dismissed d WHERE d.account_id = $1 AND d.target_id = a.id)"

/* At most a hundred friends and twenty thousand of their follows are looked at. */
SQL(q_suggested_friends,
    "WITH near AS MATERIALIZED (SELECT f.target_id AS id FROM follows f JOIN accounts t ON t.id = f.target_id AND t.hide_collections = 0"
    " WHERE f.account_id = $1 ORDER BY f.id DESC LIMIT 100),"
    " far AS MATERIALIZED (SELECT f.target_id AS id FROM near JOIN follows f ON f.account_id = near.id"
    " WHERE NOT EXISTS (SELECT 1 FROM follows fo WHERE fo.account_id = $1 AND fo.target_id = f.target_id) LIMIT 20000),"
    " counted AS MATERIALIZED (SELECT far.id, count(*) AS friends FROM far GROUP BY far.id ORDER BY count(*) DESC, far.id LIMIT 1000)"
    " SELECT a.id FROM counted JOIN accounts a ON a.id = counted.id JOIN account_stats s ON s.account_id = a.id"
    " WHERE a.discoverable = 1 AND" SUGGESTABLE " ORDER BY counted.friends DESC, s.followers_count, a.id LIMIT $3");
SQL(q_suggested_followers,
    "WITH top AS MATERIALIZED (SELECT s.account_id, s.followers_count FROM account_stats s WHERE s.followers_count > 0"
    " ORDER BY s.followers_count DESC, s.account_id DESC LIMIT 1000)"
    " SELECT a.id FROM top JOIN accounts a ON a.id = top.account_id WHERE a.discoverable = 1 AND" SUGGESTABLE
    " ORDER BY top.followers_count DESC, a.id LIMIT $3");
SQL(q_suggested_handles, "SELECT a.id FROM accounts a WHERE" SUGGESTABLE " AND (a.username_key || '@' || a.domain) IN (@set)");

struct err *suggested_by_friends(struct call *c, account_id me, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_suggested_friends, ARGS(me.v, c->now_us, (int64_t)max), ret, ret_n);
}

struct err *suggested_by_followers(struct call *c, account_id me, int max, int64_t **ret, size_t *ret_n)
{
	return ids(c, &q_suggested_followers, ARGS(me.v, c->now_us, (int64_t)max), ret, ret_n);
}

struct err *suggested_by_handle(struct call *c, account_id me, const struct str *handles, size_t n, int64_t **ret, size_t *ret_n)
{
	*ret_n = 0;
	return n ? ids(c, &q_suggested_handles, ARGS(me.v, c->now_us, sql_strs(handles, n)), ret, ret_n) : NULL;
}

SQL(q_suggestion_dismiss, "INSERT INTO suggestions_dismissed (account_id, target_id, created_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

struct err *suggestion_dismiss(struct call *c, account_id who, account_id whom)
{
	return db_exec(c, &q_suggestion_dismiss, ARGS(who.v, whom.v, c->now_us), NULL);
}

SQL(q_follows_of_domain,
    "SELECT (SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.target_id WHERE f.account_id = $1 AND a.domain = $2),"
    " (SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND a.domain = $2)");

struct err *follows_of_domain(struct call *c, account_id who, struct str domain, int64_t *ret_following, int64_t *ret_followers)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_follows_of_domain, ARGS(who.v, domain), &r, &found));
	*ret_following = row_i64(r, 0);
	*ret_followers = row_i64(r, 1);
	return NULL;
}
