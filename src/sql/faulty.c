/* An engine in front of the real one that counts its calls and fails the n-th before it is done. Put in front by the
 * first sql_fault_arm() and left there: unarmed, it only counts. */
#include "sql/sql_priv.h"

int sql_fault_arm(struct sql_db *db, int nth)
{
	int made = atomic_exchange(&db->fault_calls, 0);

	atomic_store(&db->fault_at, nth);
	atomic_store(&db->engine, &sql__faulty);
	return made;
}

static struct err *counted(struct call *c, struct sql_db *db)
{
	int call = atomic_fetch_add(&db->fault_calls, 1) + 1;

	if (call == atomic_load(&db->fault_at))
		return FAIL(c->arena, ERR_LATER, "database call %d fails, as the test asked", call);
	return NULL;
}

static void faulty_close(struct sql_db *db) { db->real->close(db); }
static struct err *faulty_conn_open(struct arena *a, struct sql_db *db, struct sql_conn **ret) { return db->real->conn_open(a, db, ret); }
static void faulty_conn_close(struct sql_conn *conn) { conn->db->real->conn_close(conn); }
static bool faulty_conn_usable(struct sql_conn *conn) { return conn->db->real->conn_usable(conn); }
static void faulty_rollback(struct sql_conn *conn) { conn->db->real->rollback(conn); }
static struct err *faulty_tx(struct call *c, sql_tx_fn *fn, void *arg) { return c->db->real->tx(c, fn, arg); }

static struct err *faulty_prepare(struct call *c, struct sql_conn *conn, struct sql_stmt *stmt)
{
	return conn->db->real->prepare(c, conn, stmt);
}

static struct err *faulty_run(struct call *c, struct sql_conn *conn, const struct sql_run *run, struct sql_result *ret)
{
	TRY(counted(c, conn->db));
	return conn->db->real->run(c, conn, run, ret);
}

static struct err *faulty_script(struct call *c, struct sql_conn *conn, struct str text)
{
	TRY(counted(c, conn->db));
	return conn->db->real->script(c, conn, text);
}

static struct err *faulty_begin(struct call *c, struct sql_conn *conn)
{
	TRY(counted(c, conn->db));
	return conn->db->real->begin(c, conn);
}

static struct err *faulty_commit(struct call *c, struct sql_conn *conn)
{
	TRY(counted(c, conn->db));
	return conn->db->real->commit(c, conn);
}

static struct err *faulty_listen(struct arena *a, struct sql_db *db, const struct sql_listening *how) { return db->real->listen(a, db, how); }

const struct sql_engine sql__faulty = {
	.close = faulty_close,
	.conn_open = faulty_conn_open,
	.conn_close = faulty_conn_close,
	.conn_usable = faulty_conn_usable,
	.prepare = faulty_prepare,
	.run = faulty_run,
	.script = faulty_script,
	.begin = faulty_begin,
	.commit = faulty_commit,
	.rollback = faulty_rollback,
	.tx = faulty_tx,
	.listen = faulty_listen,
};
