/* PostgreSQL through libpq: text-format parameters, each text prepared once a connection under the name "s<number>". In a transaction
 * only what is asked for an answer is waited for (pgsql_pipe.c).
 *
 * Deadlines are kept on this side: we wait for the socket no longer than the deadline, then send a cancel. That costs no
 * round trip, where "SET LOCAL statement_timeout" would cost one a statement. How a COMMIT ended is waited for past it.
 *
 * A connection lost in COMMIT leaves the outcome unknown: the caller is told LATER and the transaction may stand. Acts are
 * written so that a second run finds that (ON CONFLICT, idempotency keys); nothing here can know better. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "sql/pgsql_priv.h"

enum {
	PREPARED_MAX = 1024,              /* a connection; later ones are sent whole each time */
	BOOL_OID = 16,
	VALUES_ON_STACK = 48,
	NUMBER_ROOM = 32,
};

/* ---- errors ---- */

static struct str one_line(const char *text)
{
	struct str s = str_trim(str_z(text));

	return str_upto(s, str_find(s, '\n'));
}

struct err *pgsql__lost(struct arena *a, struct pg_conn *p, const char *name)
{
	p->base.broken = true;
	p->base.trouble = SQL_TROUBLE_LOST;
	return FAIL(a, ERR_LATER, "statement '%s': the connection to the database was lost", name);
}

/* Classes: https://www.postgresql.org/docs/15/errcodes-appendix.html */
struct err *pgsql__fail(struct arena *a, struct pg_conn *p, const char *name, const PGresult *r)
{
	struct str state = str_z(PQresultErrorField(r, PG_DIAG_SQLSTATE)), text = one_line(PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
	enum err_code code = ERR_INTERNAL;

	if (!state.p || PQstatus(p->h) == CONNECTION_BAD)
		return pgsql__lost(a, p, name);
	if (str_has_prefix(state, STR("23"))) {
		code = ERR_CONFLICT;
	} else if (str_eqz(state, "40001") || str_eqz(state, "40P01") || str_eqz(state, "55P03")) {
		p->base.trouble = SQL_TROUBLE_RACE;
		code = ERR_LATER;
	} else if (str_eqz(state, "57014")) {
		return FAIL(a, ERR_LATER, "the deadline passed during statement '%s'", name);
	} else if (str_has_prefix(state, STR("57")) || str_has_prefix(state, STR("08")) || str_eqz(state, "25006")) {
		/* Shutting down, or a primary that has become a standby: the next connection may find the right one. */
		p->base.broken = true;
		code = ERR_LATER;
	} else if (str_eqz(state, "0A000") || str_eqz(state, "26000")) {
		/* "cached plan must not change result type": a migration ran under a prepared statement. Prepare anew. */
		p->base.broken = true;
		code = ERR_LATER;
	} else if (str_has_prefix(state, STR("53"))) {
		code = ERR_LATER;
	} else if (str_eqz(state, "22021")) {
		return FAIL(a, ERR_INVALID, "a text is not valid UTF-8");
	}
	return FAIL(a, code, "statement '%s': " STR_FMT, name, STR_ARG(text));
}

/* ---- connections ---- */

/* Statements are planned once a connection, by their shape, and each was written for an index. Left to itself the server plans what joins
 * much anew at each run, which takes several times as long as running it; and it reads a table whole where that was small when
 * the plan was made, which the table of jobs, now empty and now a hundred thousand rows, does not stay. */
#define PLANNING "-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c random_page_cost=1.1"

/* libpq would print the server's notices. */
static void no_notice(void *arg, const PGresult *r) { (void)arg, (void)r; }

struct err *pgsql__connect(struct arena *a, const struct pg_db *d, PGconn **ret)
{
	/* What stands before dbname, the URL may override; what stands after it, not. */
	struct str options = arena_printf(a, PLANNING " -c idle_in_transaction_session_timeout=60s -c lock_timeout=%lldms",
					  (long long)(d->base.busy_us / US_PER_MS));
	const char *keys[] = { "application_name", "connect_timeout", "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
			       "options", "dbname", "client_encoding", NULL };
	const char *values[] = { "howdah", "5", "30", "10", "30000", arena_strz(a, options), d->url, "UTF8", NULL };
	PGconn *h = PQconnectdbParams(keys, values, 1);
	const char *encoding;
	struct err *e = NULL;

	if (PQstatus(h) != CONNECTION_OK) {
		e = FAIL(a, ERR_LATER, "cannot reach the database: " STR_FMT, STR_ARG(one_line(h ? PQerrorMessage(h) : "out of memory")));
	} else {
		encoding = PQparameterStatus(h, "server_encoding");
		if (PQserverVersion(h) < 130000)
			e = FAIL(a, ERR_INTERNAL, "PostgreSQL 13 or later is needed, this is %d", PQserverVersion(h) / 10000);
		else if (!encoding || strcmp(encoding, "UTF8") != 0)
			e = FAIL(a, ERR_INTERNAL, "the database's encoding is %s; it must be UTF8", encoding ? encoding : "unknown");
	}
	if (e) {
		PQfinish(h);
		return e;
	}
	PQsetNoticeReceiver(h, no_notice, NULL);
	*ret = h;
	return NULL;
}

static struct err *pg_conn_open(struct arena *a, struct sql_db *db, struct sql_conn **ret)
{
	struct pg_conn *p = calloc(1, sizeof *p);
	struct err *e;

	if (!p)
		return FAIL(a, ERR_LATER, "out of memory");
	p->base.db = db;
	e = pgsql__connect(a, (struct pg_db *)db, &p->h);
	if (e) {
		free(p);
		return e;
	}
	*ret = &p->base;
	return NULL;
}

static void pg_conn_close(struct sql_conn *conn)
{
	struct pg_conn *p = (struct pg_conn *)conn;

	PQfinish(p->h);
	free(p);
}

/* An idle connection has nothing to say. If it has, it is most likely the server's good-bye. */
static bool pg_conn_usable(struct sql_conn *conn)
{
	struct pg_conn *p = (struct pg_conn *)conn;
	struct pollfd fd = { .fd = PQsocket(p->h), .events = POLLIN };

	if (PQstatus(p->h) != CONNECTION_OK)
		return false;
	return poll(&fd, 1, 0) <= 0 || (PQconsumeInput(p->h) && PQstatus(p->h) == CONNECTION_OK && PQtransactionStatus(p->h) == PQTRANS_IDLE);
}

/* ---- statements ---- */

static void stmt_name(const struct sql_stmt *stmt, char name[NUMBER_ROOM])
{
	name[0] = 's';
	name[1 + sql__put_i64(name + 1, stmt->number)] = '\0';
}

static bool has_prepared(const struct pg_conn *p, const struct sql_stmt *s) { return p->is_prepared[s->number / 8] >> s->number % 8 & 1; }

static bool send_prepare(struct pg_conn *p, struct sql_stmt *stmt)
{
	char name[NUMBER_ROOM];

	if (has_prepared(p, stmt))
		return true;
	stmt_name(stmt, name);
	if (!pgsql__pipe(p) || !PQsendPrepare(p->h, name, stmt->text, 0, NULL))
		return false;
	p->is_prepared[stmt->number / 8] |= (uint8_t)(1u << stmt->number % 8);
	p->prepared++;
	pgsql__sent(p, (struct pg_sent){ .name = stmt->q->name, .prepares = stmt });
	return true;
}

static struct err *pg_prepare(struct call *c, struct sql_conn *conn, struct sql_stmt *stmt)
{
	struct pg_conn *p = (struct pg_conn *)conn;
	PGresult *r;

	if (!send_prepare(p, stmt))
		return pgsql__lost(c->arena, p, stmt->q->name);
	TRY(pgsql__answers(c, p, false, &r));
	PQclear(r);
	return NULL;
}

/* Parameters as libpq wants them: NUL-terminated texts. numbers has NUMBER_ROOM bytes for each. */
static void put_values(struct arena *a, const struct sql_run *run, const char **values, char *numbers)
{
	for (size_t i = 0; i < run->n; i++, numbers += NUMBER_ROOM) {
		const struct sql_arg *arg = &run->args[i];

		values[i] = numbers;
		switch (arg->kind) {
		case SQL_I64:
			numbers[sql__put_i64(numbers, arg->i)] = '\0';
			break;
		case SQL_F64:
			snprintf(numbers, NUMBER_ROOM, "%.17g", arg->f);
			break;
		case SQL_STR:
			values[i] = arena_strz(a, arg->s);
			break;
		case SQL_NULL:
		case SQL_IDS:
		case SQL_STRS:
			values[i] = NULL;
			break;
		}
	}
}

static bool send_run(struct pg_conn *p, const struct sql_run *run, const char *const *values)
{
	char name[NUMBER_ROOM];
	bool ok;

	if (p->prepared < PREPARED_MAX && !send_prepare(p, run->stmt))
		return false;
	if (!pgsql__pipe(p))
		return false;
	stmt_name(run->stmt, name);
	ok = has_prepared(p, run->stmt) ? PQsendQueryPrepared(p->h, name, (int)run->n, values, NULL, NULL, 0)
					: PQsendQueryParams(p->h, run->stmt->text, (int)run->n, NULL, values, NULL, NULL, 0);
	pgsql__sent(p, (struct pg_sent){ .name = run->stmt->q->name });
	return ok;
}

static struct err *take_rows(struct call *c, const PGresult *r, const struct sql_run *run, struct sql_rows *ret)
{
	size_t n = (size_t)PQntuples(r), columns = (size_t)PQnfields(r), room = 1;
	struct str *cells;
	char *p;

	if (run->first_only && n > 1)
		n = 1;
	for (size_t i = 0; i < n * columns; i++)
		room += (size_t)PQgetlength(r, (int)(i / columns), (int)(i % columns));
	if (room + n * columns * sizeof *cells > SQL_RESULT_MAX)
		return FAIL(c->arena, ERR_INTERNAL, "the result of statement '%s' is too large", run->stmt->q->name);
	cells = arena_array(c->arena, struct str, n * columns);
	p = arena_alloc(c->arena, room);
	for (size_t i = 0; i < n * columns; i++) {
		int row = (int)(i / columns), column = (int)(i % columns);
		size_t len = (size_t)PQgetlength(r, row, column);

		if (PQgetisnull(r, row, column))
			continue;
		/* An expression such as EXISTS (...) is a boolean here and 0 or 1 on SQLite. */
		if (PQftype(r, column) == BOOL_OID)
			*p = *PQgetvalue(r, row, column) == 't' ? '1' : '0';
		else
			memcpy(p, PQgetvalue(r, row, column), len);
		cells[i] = str_of(p, len);
		p += len;
	}
	*ret = (struct sql_rows){ .n = n, .columns = columns, .cells = cells };
	return NULL;
}

static struct err *pg_run(struct call *c, struct sql_conn *conn, const struct sql_run *run, struct sql_result *ret)
{
	struct pg_conn *p = (struct pg_conn *)conn;
	const char *on_stack[VALUES_ON_STACK], **values = on_stack;
	char numbers_on_stack[VALUES_ON_STACK * NUMBER_ROOM], *numbers = numbers_on_stack;
	struct err *e = NULL;
	PGresult *r;
	int64_t changed;

	if (run->n > VALUES_ON_STACK) {
		values = arena_array(c->arena, const char *, run->n);
		numbers = arena_calloc(c->arena, run->n, NUMBER_ROOM);
	}
	put_values(c->arena, run, values, numbers);
	if (!send_run(p, run, values))
		return pgsql__lost(c->arena, p, run->stmt->q->name);
	/* What goes wrong with it is told by the next that waits; the transaction is doomed all the same. */
	if (run->blind && conn->in_tx && p->sent_n < PG_SENT_MAX - 2)
		return NULL;
	TRY(pgsql__answers(c, p, false, &r));
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		e = take_rows(c, r, run, &ret->rows);
	if (str_has_prefix(str_z(PQcmdStatus(r)), STR("SELECT")) || !str_i64(str_z(PQcmdTuples(r)), &changed))
		changed = 0;
	ret->changed = changed;
	PQclear(r);
	return e;
}

/* A whole text, which may hold several statements, without a deadline; what was sent before it is waited for. */
static struct err *pg_script(struct call *c, struct sql_conn *conn, struct str text)
{
	struct pg_conn *p = (struct pg_conn *)conn;
	struct call own = { .arena = c->arena, .world = c->world };
	PGresult *r;

	TRY(pgsql__answers(c, p, false, &r));
	PQclear(r);
	if (!PQsendQuery(p->h, arena_strz(c->arena, text)))
		return pgsql__lost(c->arena, p, "script");
	pgsql__sent(p, (struct pg_sent){ .name = "script" });
	TRY(pgsql__answers(&own, p, false, &r));
	PQclear(r);
	return NULL;
}

/* ---- transactions ---- */

static bool send_word(struct pg_conn *p, const char *text)
{
	if (!pgsql__pipe(p) || !PQsendQueryParams(p->h, text, 0, NULL, NULL, NULL, NULL, 0))
		return false;
	pgsql__sent(p, (struct pg_sent){ .name = text });
	return true;
}

static struct err *pg_begin(struct call *c, struct sql_conn *conn)
{
	struct pg_conn *p = (struct pg_conn *)conn;

	return send_word(p, "BEGIN ISOLATION LEVEL READ COMMITTED") ? NULL : pgsql__lost(c->arena, p, "BEGIN");
}

static struct err *pg_commit(struct call *c, struct sql_conn *conn)
{
	struct pg_conn *p = (struct pg_conn *)conn;
	struct err *e;
	PGresult *r;

	if (!send_word(p, "COMMIT"))
		return pgsql__lost(c->arena, p, "COMMIT");
	e = pgsql__answers(c, p, true, &r);
	if (e && p->base.trouble == SQL_TROUBLE_LOST)
		return FAIL(c->arena, ERR_LATER, "the connection was lost during COMMIT: whether the transaction stands is not known");
	if (e)
		return e;
	PQclear(r);
	return NULL;
}

static void pg_rollback(struct sql_conn *conn)
{
	AUTO_ARENA(a);
	struct pg_conn *p = (struct pg_conn *)conn;
	struct call own = { .arena = a, .world = &world_real, .db = conn->db };
	enum sql_trouble trouble = conn->trouble;
	struct err *e;
	PGresult *r;

	if (!conn->broken && p->sent_n) {
		e = pgsql__answers(&own, p, false, &r);      /* nobody asks any more how it went */
		if (!e)
			PQclear(r);
	}
	if (!conn->broken && PQtransactionStatus(p->h) != PQTRANS_IDLE) {
		e = send_word(p, "ROLLBACK") ? pgsql__answers(&own, p, true, &r) : pgsql__lost(a, p, "ROLLBACK");
		if (e)
			conn->broken = true;
		else
			PQclear(r);
	}
	conn->trouble = trouble;          /* why it came to this */
}

static struct err *once(struct call *c, struct sql_conn *conn, sql_tx_fn *fn, void *arg)
{
	const struct sql_engine *engine = sql__engine(c->db);
	struct err *e = engine->begin(c, conn);

	if (e)
		return e;
	e = sql__run_fn(c, conn, fn, arg);
	if (!e) {
		FAULT_POINT("sql.commit.before");
		e = engine->commit(c, conn);
		FAULT_POINT("sql.commit.after");
	}
	if (e)
		engine->rollback(conn);
	return e;
}

/* After a race the whole function runs again, on the same terms. */
static struct err *pg_tx(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct sql_conn *conn;
	struct err *e;

	for (int attempt = 0;; attempt++) {
		bool again;

		TRY(sql__borrow(c, &conn));
		e = once(c, conn, fn, arg);
		again = e && conn->trouble == SQL_TROUBLE_RACE && attempt < SQL_RETRIES;
		sql__give_back(conn);
		if (!again || sql__past_deadline(c))
			return e;
		sql__pause(c, attempt);
	}
}

/* ---- opening and closing ---- */

static void pg_close(struct sql_db *db)
{
	struct pg_db *d = (struct pg_db *)db;

	pgsql__listen_stop(d);
	sql__db_done(db);
	free(d->url);
	free(d);
}

struct err *sql__open_pgsql(struct arena *a, const struct sql_open *how, struct sql_db **ret)
{
	struct pg_db *d = calloc(1, sizeof *d);
	struct call first = { .arena = a, .world = &world_real };
	struct sql_conn *conn;
	struct err *e = NULL;

	if (!d)
		return FAIL(a, ERR_LATER, "out of memory");
	sql__db_init(&d->base, &sql__pgsql, how);
	first.db = &d->base;
	d->url = strndup(how->url.p, how->url.n);
	e = d->url ? sql__borrow(&first, &conn) : FAIL(a, ERR_LATER, "out of memory");
	if (e) {
		pg_close(&d->base);
		return e;
	}
	sql__give_back(conn);
	*ret = &d->base;
	return NULL;
}

const struct sql_engine sql__pgsql = {
	.close = pg_close,
	.conn_open = pg_conn_open,
	.conn_close = pg_conn_close,
	.conn_usable = pg_conn_usable,
	.prepare = pg_prepare,
	.run = pg_run,
	.script = pg_script,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.tx = pg_tx,
	.listen = pgsql__listen,
	.tell = pgsql__tell,
};
