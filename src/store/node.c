#include "store/job.h"
#include "store/store.h"

enum { NODES = 64 };

SQL(q_node_make, "INSERT INTO nodes (number, token, roles, leased_until_us) VALUES ($1, '', '', 0) ON CONFLICT DO NOTHING");
SQL(q_node_take,
    "UPDATE nodes SET token = $1, roles = $2, leased_until_us = $3, place = '', connections = 0, connections_jobs = 0, job_workers = 0 WHERE number ="
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

SQL(q_nodes_leased,
    "SELECT number, token, roles, place, connections, connections_jobs, job_workers, leased_until_us FROM nodes WHERE leased_until_us > $1"
    " ORDER BY number LIMIT 64");

struct err *nodes_leased(struct call *c, struct node **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_nodes_leased, ARGS(c->now_us), &rows));
	*ret = arena_array(c->arena, struct node, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct node){ .number = (int)row_i64(r, 0), .token = row_str(r, 1), .roles = row_str(r, 2), .place = row_str(r, 3),
					   .connections = row_i64(r, 4), .connections_jobs = row_i64(r, 5), .job_workers = row_i64(r, 6),
					   .leased_until_us = row_i64(r, 7) };
	}
	return NULL;
}

int64_t nodes_connections(const struct node *v, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i].connections;
	return sum;
}

SQL(q_node_claim,
    "UPDATE nodes SET place = $3, connections = $4, connections_jobs = $5, job_workers = $6, leased_until_us = $7 WHERE number = $1 AND token = $2");

struct claim {
	const struct node *me;
	int64_t room;
	struct node *others;
	size_t others_n;
	bool fits;
};

static struct err *claim(struct call *c, void *arg)
{
	struct claim *k = arg;
	const struct node *me = k->me;
	size_t all, kept = 0;
	int64_t n;

	/* Whoever else is about to claim waits at this row until we have, and then counts us. */
	TRY(meta_put(c, "nodes_counted_by", me->token));
	TRY(nodes_leased(c, &k->others, &all));
	for (size_t i = 0; i < all; i++)
		if (k->others[i].connections > 0 && k->others[i].number != me->number)
			k->others[kept++] = k->others[i];
	k->others_n = kept;
	k->fits = k->room == 0 || nodes_connections(k->others, kept) + me->connections <= k->room;
	if (!k->fits)
		return NULL;
	TRY(db_exec(c, &q_node_claim, ARGS((int64_t)me->number, me->token, me->place, me->connections, me->connections_jobs, me->job_workers,
					   me->leased_until_us), &n));
	return n == 1 ? NULL : FAIL(c->arena, ERR_BUSY, "node number %d went to another while this one started", me->number);
}

struct err *node_claim(struct call *c, const struct node *me, int64_t room, struct node **ret_others, size_t *ret_n, bool *ret_fits)
{
	struct claim k = { .me = me, .room = room };

	TRY(store_tx(c, claim, &k));
	*ret_others = k.others;
	*ret_n = k.others_n;
	*ret_fits = k.fits;
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

/* A user's limit and a database's are -1 where there is none. */
SQL2(q_database_room, "",
     "SELECT CAST(current_setting('max_connections') AS BIGINT) - CAST(current_setting('superuser_reserved_connections') AS BIGINT)"
     " - coalesce(CAST(current_setting('reserved_connections', true) AS BIGINT), 0),"
     " (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user), (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),"
     " (SELECT CAST(sum(numbackends) AS BIGINT) FROM pg_stat_database)");

struct err *database_room(struct call *c, struct database_room *ret)
{
	struct row r;
	bool found;

	*ret = (struct database_room){ .by = "" };
	TRY(db_one(c, &q_database_room, ARGS0, &r, &found));
	if (!found)
		return NULL;
	*ret = (struct database_room){ row_i64(r, 0), row_i64(r, 3), "max_connections without those it reserves" };
	for (size_t i = 1; i <= 2; i++)
		if (row_i64(r, i) >= 0 && row_i64(r, i) < ret->lets_in) {
			ret->lets_in = row_i64(r, i);
			ret->by = i == 1 ? "the CONNECTION LIMIT of its user" : "the CONNECTION LIMIT of the database";
		}
	return NULL;
}
