#include "store/job.h"
#include "store/store.h"

enum { NODES = 64 };

SQL(q_node_make, "INSERT INTO nodes (number, token, roles, leased_until_us) VALUES ($1, '', '', 0) ON CONFLICT DO NOTHING");
SQL(q_node_take,
    "UPDATE nodes SET token = $1, roles = $2, leased_until_us = $3 WHERE number ="
    " (SELECT min(number) FROM nodes WHERE leased_until_us < $4) AND leased_until_us < $4 RETURNING number");
SQL(q_node_renew, "UPDATE nodes SET leased_until_us = $3 WHERE number = $1 AND token = $2");
SQL(q_node_release, "UPDATE nodes SET leased_until_us = 0, token = '' WHERE number = $1 AND token = $2");

struct lease {
	struct str token, roles;
	int64_t lease_us;
	int node;
};

static struct err *take(struct call *c, void *arg)
{
	struct lease *l = arg;
	struct row r;
	bool found;

	l->node = -1;
	TRY(db_one(c, &q_node_take, ARGS(l->token, l->roles, c->now_us + l->lease_us, c->now_us), &r, &found));
	if (found)
		l->node = (int)row_i64(r, 0);
	return NULL;
}

static struct err *make(struct call *c, void *arg)
{
	(void)arg;
	for (int64_t i = 0; i < NODES; i++)
		TRY(db_exec(c, &q_node_make, ARGS(i), NULL));
	return NULL;
}

struct err *node_lease(struct call *c, struct str token, struct str roles, int64_t lease_us, int *ret_node)
{
	struct lease l = { token, roles, lease_us, -1 };

	/* Two nodes that start together want the same row: the later one finds it taken and tries the next. */
	for (int i = 0; i < NODES && l.node < 0; i++) {
		TRY(store_tx(c, take, &l));
		if (l.node < 0 && i == 0)
			TRY(store_tx(c, make, NULL));
	}
	if (l.node < 0)
		return FAIL(c->arena, ERR_BUSY, "all %d node numbers of this database are in use", NODES);
	*ret_node = l.node;
	return NULL;
}

struct err *node_renew(struct call *c, int node, struct str token, int64_t lease_us, bool *ret_held)
{
	int64_t n;

	TRY(db_exec(c, &q_node_renew, ARGS((int64_t)node, token, c->now_us + lease_us), &n));
	*ret_held = n == 1;
	return NULL;
}

SQL(q_nodes_leased, "SELECT number, token, roles FROM nodes WHERE leased_until_us > $1 ORDER BY number LIMIT 64");

struct err *nodes_leased(struct call *c, struct node **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_nodes_leased, ARGS(c->now_us), &rows));
	*ret = arena_array(c->arena, struct node, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct node){ (int)row_i64(r, 0), row_str(r, 1), row_str(r, 2) };
	}
	return NULL;
}

struct err *node_bury(struct call *c, const struct node *dead)
{
	int64_t n;

	TRY(db_exec(c, &q_node_release, ARGS((int64_t)dead->number, dead->token), &n));
	return n ? jobs_release_node(c, dead->number) : NULL;
}

struct err *node_release(struct call *c, int node, struct str token)
{
	return db_exec(c, &q_node_release, ARGS((int64_t)node, token), NULL);
}

SQL2(q_database_sessions, "",
     "SELECT CAST(current_setting('max_connections') AS BIGINT) - CAST(current_setting('superuser_reserved_connections') AS BIGINT),"
     " (SELECT CAST(sum(numbackends) AS BIGINT) FROM pg_stat_database)");

struct err *database_sessions(struct call *c, int64_t *ret_most, int64_t *ret_now)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_database_sessions, ARGS0, &r, &found));
	*ret_most = found ? row_i64(r, 0) : 0;
	*ret_now = found ? row_i64(r, 1) : 0;
	return NULL;
}
