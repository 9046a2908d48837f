/* Pages of relations. Each list has two texts: downwards from a cursor, and upwards for the page right above one. */
#include "store/relation.h"

#include "store/standing_priv.h"

#define RELATION_TEXTS(var, columns, table, mine, theirs, extra) \
	SQL(var##_down, "SELECT r.id, r." theirs columns " FROM " table " r JOIN accounts a ON a.id = r." theirs \
	    " WHERE r." mine " = $1 AND r.id < $2 AND r.id > $3 AND " SQL_STANDS("a") extra " ORDER BY r.id DESC LIMIT $4"); \
	SQL(var##_up, "SELECT r.id, r." theirs columns " FROM " table " r JOIN accounts a ON a.id = r." theirs \
	    " WHERE r." mine " = $1 AND r.id < $2 AND r.id > $3 AND " SQL_STANDS("a") extra " ORDER BY r.id LIMIT $4")

#define UNSHUNNED \
	" AND (CAST($5 AS BIGINT) = 0 OR (NOT EXISTS (SELECT 1 FROM blocks b" \
	" WHERE (b.account_id = $5 AND b.target_id = a.id) OR (b.account_id = a.id AND b.target_id = $5))" \
	" AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = $5 AND m.target_id = a.id)))"

RELATION_TEXTS(q_followers, "", "follows", "target_id", "account_id", UNSHUNNED);
RELATION_TEXTS(q_following, "", "follows", "account_id", "target_id", UNSHUNNED);
RELATION_TEXTS(q_blocks, "", "blocks", "account_id", "target_id", "");
RELATION_TEXTS(q_mutes, ", r.expires_us", "mutes", "account_id", "target_id", " AND (r.expires_us = 0 OR r.expires_us > $5)");
RELATION_TEXTS(q_requests, "", "follow_requests", "target_id", "account_id", "");

#define ENDORSEMENTS(order) \
	"SELECT r.target_id, r.target_id FROM endorsements r JOIN accounts a ON a.id = r.target_id WHERE r.account_id = $1" \
	" AND r.target_id < $2 AND r.target_id > $3 AND " SQL_STANDS("a") " ORDER BY r.target_id" order " LIMIT $4"
SQL(q_endorsements_down, ENDORSEMENTS(" DESC"));
SQL(q_endorsements_up, ENDORSEMENTS(""));

static const struct {
	const struct sql_text *down, *up;
} texts[RELATION_LISTS] = {
	[LIST_FOLLOWERS] = { &q_followers_down, &q_followers_up },
	[LIST_FOLLOWING] = { &q_following_down, &q_following_up },
	[LIST_BLOCKS] = { &q_blocks_down, &q_blocks_up },
	[LIST_MUTES] = { &q_mutes_down, &q_mutes_up },
	[LIST_FOLLOW_REQUESTS] = { &q_requests_down, &q_requests_up },
	[LIST_ENDORSEMENTS] = { &q_endorsements_down, &q_endorsements_up },
};

static int64_t upper(const struct page *p) { return p->max_id ? p->max_id : INT64_MAX; }
static int64_t lower(const struct page *p) { return p->min_id > p->since_id ? p->min_id : p->since_id; }

struct err *relations_page(struct call *c, enum relation_list list, account_id of, account_id viewer, const struct page *p,
			   struct relation_row **ret, size_t *ret_n)
{
	int64_t fifth = list == LIST_MUTES ? c->now_us : viewer.v == of.v ? 0 : viewer.v;
	struct sql_arg v[] = { sql_arg_i64(of.v), sql_arg_i64(upper(p)), sql_arg_i64(lower(p)), sql_arg_i64(p->limit), sql_arg_i64(fifth) };
	struct sql_args args = { v, list == LIST_BLOCKS || list == LIST_FOLLOW_REQUESTS || list == LIST_ENDORSEMENTS ? 4 : 5 };
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? texts[list].up : texts[list].down, args, &rows));
	*ret = arena_array(c->arena, struct relation_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, p->min_id ? rows.n - 1 - i : i);

		(*ret)[i] = (struct relation_row){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), list == LIST_MUTES ? row_i64(r, 2) : 0 };
	}
	return NULL;
}

SQL(q_domains_down, "SELECT id, domain FROM domain_mutes WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id DESC LIMIT $4");
SQL(q_domains_up, "SELECT id, domain FROM domain_mutes WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4");

struct err *domain_mutes_page(struct call *c, account_id of, const struct page *p, struct domain_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_domains_up : &q_domains_down, ARGS(of.v, upper(p), lower(p), (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct domain_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, p->min_id ? rows.n - 1 - i : i);

		(*ret)[i] = (struct domain_row){ row_i64(r, 0), row_str(r, 1) };
	}
	return NULL;
}

SQL(q_familiar,
    "SELECT of_id, follower_id FROM (SELECT f.target_id AS of_id, f.account_id AS follower_id,"
    " row_number() OVER (PARTITION BY f.target_id ORDER BY f.id DESC) AS place"
    " FROM follows f JOIN follows mine ON mine.account_id = $1 AND mine.target_id = f.account_id"
    " JOIN accounts o ON o.id = f.target_id AND o.hide_collections = 0"
    " JOIN accounts a ON a.id = f.account_id AND " SQL_STANDS("a")
    " WHERE f.target_id IN (@set)) AS known WHERE place <= $2 ORDER BY of_id, place");

struct err *familiar_followers(struct call *c, account_id me, const int64_t *ids, size_t n, int each, struct familiar **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_familiar, ARGS(me.v, (int64_t)each, sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct familiar, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct familiar){ ID(account_id, row_i64(sql_row(&rows, i), 0)), ID(account_id, row_i64(sql_row(&rows, i), 1)) };
	return NULL;
}
