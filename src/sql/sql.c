/* The common face: arguments, rows, the pool, and where a statement runs.
 *
 * In a transaction the first error dooms it: later statements return that error at once and nothing is committed. That is
 * PostgreSQL's way, and the face holds SQLite to it, so that no act works on one engine only. */
#include "sql/sql.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/metrics.h"
#include "sql/sql_priv.h"

/* ---- arguments and rows ---- */

struct sql_arg sql_arg_i64(int64_t v) { return (struct sql_arg){ .kind = SQL_I64, .i = v }; }
struct sql_arg sql_arg_f64(double v) { return (struct sql_arg){ .kind = SQL_F64, .f = v }; }
struct sql_arg sql_arg_str(struct str v) { return (struct sql_arg){ .kind = v.p ? SQL_STR : SQL_NULL, .s = v }; }
struct sql_arg sql_opt(int64_t id) { return (struct sql_arg){ .kind = id ? SQL_I64 : SQL_NULL, .i = id }; }
struct sql_arg sql_ids(const int64_t *v, size_t n) { return (struct sql_arg){ .kind = SQL_IDS, .ids = v, .n = n }; }
struct sql_arg sql_strs(const struct str *v, size_t n) { return (struct sql_arg){ .kind = SQL_STRS, .strs = v, .n = n }; }
struct sql_arg sql_arg_same_(struct sql_arg v) { return v; }

struct str row_str(struct row r, size_t column)
{
	assert(column < r.columns);
	return r.cells[column];
}

int64_t row_i64(struct row r, size_t column)
{
	int64_t v;

	return str_i64(row_str(r, column), &v) ? v : 0;
}

bool row_bool(struct row r, size_t column) { return row_i64(r, column) != 0; }
bool row_is_null(struct row r, size_t column) { return !row_str(r, column).p; }

double row_f64(struct row r, size_t column)
{
	struct str s = row_str(r, column);
	char text[64];

	if (!s.p || s.n >= sizeof text)
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return strtod(text, NULL);
}

/* ---- time ---- */

bool sql__past_deadline(const struct call *c) { return c->deadline_us && c->world->now_us(c->world) >= c->deadline_us; }

struct timespec sql__monotonic_in(int64_t us)
{
	int64_t at = world_monotonic_us() + us;

	return (struct timespec){ .tv_sec = at / US_PER_S, .tv_nsec = at % US_PER_S * 1000 };
}

void sql__cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

void sql__pause(struct call *c, int attempt)
{
	uint32_t r;
	struct timespec t;

	call_random(c, &r, sizeof r);
	t = (struct timespec){ .tv_nsec = (long)(1 + r % (4u << attempt)) * 1000 * 1000 };
	nanosleep(&t, NULL);
}

/* ---- the db and its pool ---- */

void sql__db_init(struct sql_db *db, const struct sql_engine *engine, const struct sql_open *how)
{
	atomic_store(&db->engine, engine);
	db->real = engine;
	db->busy_us = (how->busy_ms > 0 ? how->busy_ms : 5000) * US_PER_MS;
	db->open_max = how->connections > 0 ? how->connections : 1;
	db->reserve = how->reserve;
	pthread_mutex_init(&db->pool_lock, NULL);
	sql__cond_init(&db->pool_freed[false]);
	sql__cond_init(&db->pool_freed[true]);
	pthread_mutex_init(&db->stmt_lock, NULL);
	db->stmt_arena = arena_create();
}

void sql__db_done(struct sql_db *db)
{
	while (db->idle) {
		struct sql_conn *conn = db->idle;

		db->idle = conn->next;
		db->real->conn_close(conn);
	}
	pthread_mutex_destroy(&db->pool_lock);
	pthread_cond_destroy(&db->pool_freed[false]);
	pthread_cond_destroy(&db->pool_freed[true]);
	pthread_mutex_destroy(&db->stmt_lock);
	arena_destroy(db->stmt_arena);
}

struct err *sql_open(struct arena *a, const struct sql_open *how, struct sql_db **ret)
{
	if (how->url.n)
		return sql__open_pgsql(a, how, ret);
	if (!how->path.n)
		return FAIL(a, ERR_INTERNAL, "neither a database URL nor a file is given");
	return sql__open_sqlite(a, how, ret);
}

void sql_close(struct sql_db *db)
{
	if (db)
		db->real->close(db);
}

bool sql_is_pgsql(const struct sql_db *db) { return db->real == &sql__pgsql; }

/* Under the lock. */
static bool has_place(const struct sql_db *db, bool background)
{
	int share = db->open_max - db->reserve;

	return (db->idle || db->open < db->open_max) && (!background || db->background < (share > 1 ? share : 1));
}

/* Under the lock: one who may have what is free, and is waited for if anybody is. Whoever was told tells the next, so that nothing lies idle
 * where two came free at once. */
static void tell_freed(struct sql_db *db)
{
	for (int background = 0; background < 2; background++) {
		if (!db->pool_waiting[background] || !has_place(db, background))
			continue;
		pthread_cond_signal(&db->pool_freed[background]);
		return;
	}
}

/* Under the lock: many have come free. */
static void tell_all(struct sql_db *db)
{
	pthread_cond_broadcast(&db->pool_freed[false]);
	pthread_cond_broadcast(&db->pool_freed[true]);
}

/* A place in the pool is free again; its connection, where there was one, is closed. */
static void free_place(struct sql_db *db, bool background)
{
	pthread_mutex_lock(&db->pool_lock);
	db->open--;
	db->background -= background;
	tell_freed(db);
	pthread_mutex_unlock(&db->pool_lock);
}

/* The idle one that this thread had last, whose cache holds what the unit of work has just read; else the one given back last. */
static struct sql_conn **warmest(struct sql_db *db)
{
	for (struct sql_conn **at = &db->idle; *at; at = &(*at)->next)
		if (pthread_equal((*at)->thread, pthread_self()))
			return at;
	return &db->idle;
}

/* Takes an idle connection or a place for a new one (*ret is NULL); waits at most busy_ms, or until the deadline. */
static struct err *take_place(struct call *c, struct sql_conn **ret)
{
	struct sql_db *db = c->db;
	int64_t wait_us = db->busy_us, left_us = c->deadline_us ? c->deadline_us - c->world->now_us(c->world) : INT64_MAX;
	struct timespec until;
	int rc = 0;

	*ret = NULL;
	pthread_mutex_lock(&db->pool_lock);
	if (!has_place(db, c->background)) {
		until = sql__monotonic_in(left_us < wait_us ? left_us : wait_us);
		db->pool_waiting[c->background]++;
		while (!has_place(db, c->background) && rc != ETIMEDOUT)
			rc = pthread_cond_timedwait(&db->pool_freed[c->background], &db->pool_lock, &until);
		db->pool_waiting[c->background]--;
	}
	if (!has_place(db, c->background)) {
		rc = ETIMEDOUT;
	} else if (db->idle) {
		struct sql_conn **at = warmest(db);

		*ret = *at;
		*at = (*ret)->next;
		(*ret)->thread = pthread_self();
		rc = 0;
	} else {
		db->open++;
		rc = 0;
	}
	db->background += !rc && c->background;
	tell_freed(db);
	pthread_mutex_unlock(&db->pool_lock);
	return rc ? FAIL(c->arena, ERR_BUSY, "all %d database connections are in use", db->open_max) : NULL;
}

struct err *sql__borrow(struct call *c, struct sql_conn **ret)
{
	struct sql_db *db = c->db;
	struct err *e;

	if (sql__past_deadline(c))
		return FAIL(c->arena, ERR_LATER, "the deadline has passed");
	for (;;) {
		TRY(take_place(c, ret));
		if (!*ret)
			break;
		if (sql__engine(db)->conn_usable(*ret)) {
			(*ret)->trouble = SQL_TROUBLE_NONE;
			(*ret)->background = c->background;
			return NULL;
		}
		sql__engine(db)->conn_close(*ret);
		free_place(db, c->background);
	}
	e = sql__engine(db)->conn_open(c->arena, db, ret);
	if (e)
		free_place(db, c->background);
	else
		(*ret)->background = c->background;
	return e;
}

void sql__give_back(struct sql_conn *conn)
{
	struct sql_db *db = conn->db;
	struct sql_conn *stale = NULL, *next;

	pthread_mutex_lock(&db->pool_lock);
	db->background -= conn->background;
	if (conn->broken) {
		/* What broke one has likely broken those that were idle. */
		conn->next = db->idle;
		stale = conn;
		db->idle = NULL;
		for (next = stale; next; next = next->next)
			db->open--;
		tell_all(db);
	} else {
		conn->used = true;
		conn->next = db->idle;
		db->idle = conn;
		tell_freed(db);
	}
	pthread_mutex_unlock(&db->pool_lock);
	for (; stale; stale = next) {
		next = stale->next;
		sql__engine(db)->conn_close(stale);
	}
}

void sql_trim(struct sql_db *db)
{
	struct sql_conn *stale = NULL, *conn, **at = &db->idle;

	pthread_mutex_lock(&db->pool_lock);
	while ((conn = *at)) {
		if (!conn->used && db->open > 1) {
			*at = conn->next;
			conn->next = stale;
			stale = conn;
			db->open--;
			continue;
		}
		conn->used = false;
		if (db->real->conn_trim)
			db->real->conn_trim(conn);
		at = &conn->next;
	}
	tell_all(db);
	pthread_mutex_unlock(&db->pool_lock);
	for (; stale; stale = conn) {
		conn = stale->next;
		db->real->conn_close(stale);
	}
	if (db->real->trim)
		db->real->trim(db);
}

/* ---- statements ---- */

/* To read a thread's CPU clock is a system call and costs as much as a small statement: one statement of eight is measured and stands for all,
 * another one in each unit of work. */
enum { MEASURED_OF = 8 };
static bool is_measured(const struct call *c) { return ((uint64_t)c->now_us + (unsigned)c->queries) % MEASURED_OF == 0; }

static struct err *run_on(struct call *c, struct sql_conn *conn, const struct sql_run *run, struct sql_result *ret)
{
	bool measured = is_measured(c);
	int64_t start_us = measured ? world_thread_cpu_us() : 0;
	struct err *e = sql__engine(c->db)->run(c, conn, run, ret);

	if (measured)
		c->spent_us[SPENT_DB] += (world_thread_cpu_us() - start_us) * MEASURED_OF;
	if (!ret->needs_writer) {
		c->queries++;
		metric_add(METRIC_db_queries_total, STR_NONE, 1);
	}
	return e;
}

/* A statement on a connection borrowed for it. A race undid it, so it may run again; where the connection was lost nobody
 * knows whether it was done, so only what changes nothing is sent again. */
static struct err *run_alone(struct call *c, const struct sql_run *run, struct sql_result *ret)
{
	struct sql_conn *conn;
	struct err *e;

	for (int attempt = 0;; attempt++) {
		bool again;

		TRY(sql__borrow(c, &conn));
		e = run_on(c, conn, run, ret);
		again = e && ((conn->trouble == SQL_TROUBLE_RACE && attempt < SQL_RETRIES) ||
			      (conn->trouble == SQL_TROUBLE_LOST && attempt == 0 && run->stmt->selects));
		sql__give_back(conn);
		if (!again || sql__past_deadline(c))
			return e;
		sql__pause(c, attempt);
	}
}

static void end_reads(struct sql_conn *conn)
{
	conn->db->real->reads_end(conn);
	sql__give_back(conn);
}

static struct err *begin_reads(struct call *c)
{
	struct sql_conn *conn;
	struct err *e;

	TRY(sql__borrow(c, &conn));
	e = c->db->real->reads_begin(c, conn);
	if (e) {
		sql__give_back(conn);
		return e;
	}
	*c->reads = (struct call_reads){ conn, end_reads };
	return NULL;
}

/* A statement on the connection that is kept for reads; what fails, or turns out to write, ends the keeping. */
static struct err *run_kept(struct call *c, const struct sql_run *run, struct sql_result *ret)
{
	struct err *e;

	if (!c->reads->conn)
		TRY(begin_reads(c));
	e = sql__past_deadline(c) ? FAIL(c->arena, ERR_LATER, "the deadline has passed") : run_on(c, c->reads->conn, run, ret);
	if (e || ret->needs_writer)
		call_reads_end(c);
	return e;
}

struct lone {
	const struct sql_run *run;
	struct sql_result *ret;
};

static struct err *run_lone(struct call *c, void *arg)
{
	const struct lone *l = arg;

	return run_on(c, c->tx, l->run, l->ret);
}

static struct err *statement(struct call *c, const struct sql_run *run, struct sql_result *ret)
{
	*ret = (struct sql_result){ 0 };
	if (!run->stmt->text_n)
		return NULL;
	if (c->tx) {
		if (!c->tx->doomed)
			c->tx->doomed = run_on(c, c->tx, run, ret);
		return c->tx->doomed;
	}
	if (!atomic_load_explicit(&run->stmt->writes, memory_order_relaxed)) {
		TRY(c->reads && c->db->keeps_reads ? run_kept(c, run, ret) : run_alone(c, run, ret));
		if (!ret->needs_writer)
			return NULL;
		ret->needs_writer = false;
	}
	return sql_tx(c, run_lone, &(struct lone){ run, ret });
}

/* A member of a set, as an array's text wants it: https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO */
static void add_member(struct buf *b, const struct sql_arg *set, size_t i)
{
	struct str s;

	if (set->kind == SQL_IDS) {
		buf_i64(b, set->ids[i]);
		return;
	}
	s = set->strs[i];
	if (!s.p) {
		buf_addz(b, "NULL");
		return;
	}
	buf_addc(b, '"');
	for (size_t at = 0; at < s.n; at++) {
		if (s.p[at] == '"' || s.p[at] == '\\')
			buf_addc(b, '\\');
		buf_addc(b, s.p[at]);
	}
	buf_addc(b, '"');
}

/* "{1,2,3}". An empty set holds a NULL, which equals nothing and differs from nothing, as on SQLite. */
static struct str array_text(struct arena *a, const struct sql_arg *set)
{
	struct buf b = buf_init(a, SQL_ARRAY_MAX);

	buf_addc(&b, '{');
	for (size_t i = 0; i < set->n; i++) {
		if (i)
			buf_addc(&b, ',');
		add_member(&b, set, i);
	}
	buf_addz(&b, set->n ? "}" : "NULL}");
	return buf_ok(&b) ? buf_str(&b) : STR_NONE;
}

/* The arguments with the set, which is the last of them, written out as `members` parameters. */
static struct err *spread_set(struct call *c, struct sql_args args, size_t members, struct sql_run *ret)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, args.n - 1 + members), *to;
	const struct sql_arg *set = &args.v[args.n - 1];

	memcpy(v, args.v, (args.n - 1) * sizeof *v);
	to = v + args.n - 1;
	if (sql_is_pgsql(c->db)) {
		*to = sql_arg_str(array_text(c->arena, set));
		if (to->kind == SQL_NULL)
			return FAIL(c->arena, ERR_TOO_LARGE, "a set of texts is too large");
	} else {
		for (size_t i = 0; set->n && i < members; i++) {
			size_t from = i < set->n ? i : set->n - 1;

			to[i] = set->kind == SQL_IDS ? sql_arg_i64(set->ids[from]) : sql_arg_str(set->strs[from]);
		}
	}
	ret->args = v;
	ret->n = args.n - 1 + members;
	return NULL;
}

/* PostgreSQL's texts cannot hold a NUL; so that both engines agree, neither may. */
static struct err *check_args(struct call *c, struct sql_run *run)
{
	const struct sql_stmt *s = run->stmt;

	if (s->text_n && (run->n < s->params || (run->n > s->params && s->exact)))
		return FAIL(c->arena, ERR_INTERNAL, "statement '%s' takes %zu arguments, not %zu", s->q->name, s->params, run->n);
	for (size_t i = 0; i < run->n; i++) {
		const struct sql_arg *a = &run->args[i];

		if (a->kind == SQL_STR && memchr(a->s.p, '\0', a->s.n))
			return FAIL(c->arena, ERR_INVALID, "a text contains a NUL character");
		if (a->kind == SQL_IDS || a->kind == SQL_STRS)
			return FAIL(c->arena, ERR_INTERNAL, "statement '%s': a set must be the last argument", s->q->name);
	}
	run->n = s->params < run->n ? s->params : run->n;
	return NULL;
}

static struct err *one_call(struct call *c, const struct sql_text *q, struct sql_args args, struct sql_run run, struct sql_result *ret)
{
	const struct sql_arg *last = args.n ? &args.v[args.n - 1] : NULL;

	run.args = args.v;
	run.n = args.n;
	if (args.n > SQL_ARGS_MAX)
		return FAIL(c->arena, ERR_INTERNAL, "statement '%s' is given %zu arguments", q->name, args.n);
	if (last && (last->kind == SQL_IDS || last->kind == SQL_STRS)) {
		size_t members = sql__set_size(c->db, last->n);

		if (!members)
			return FAIL(c->arena, ERR_INTERNAL, "statement '%s' is given a set of %zu", q->name, last->n);
		TRY(sql__stmt(c, q, sql__variant_set(members), args.n, &run.stmt));
		TRY(spread_set(c, args, members, &run));
	} else {
		TRY(sql__stmt(c, q, SQL_PLAIN, 0, &run.stmt));
	}
	TRY(check_args(c, &run));
	return statement(c, &run, ret);
}

struct err *db_rows(struct call *c, const struct sql_text *q, struct sql_args args, struct sql_rows *ret)
{
	struct sql_result r;

	TRY(one_call(c, q, args, (struct sql_run){ 0 }, &r));
	*ret = r.rows;
	return NULL;
}

struct err *db_one(struct call *c, const struct sql_text *q, struct sql_args args, struct row *ret, bool *ret_found)
{
	struct sql_result r;

	TRY(one_call(c, q, args, (struct sql_run){ .first_only = true }, &r));
	*ret_found = r.rows.n > 0;
	*ret = *ret_found ? sql_row(&r.rows, 0) : (struct row){ 0 };
	return NULL;
}

struct err *db_exec(struct call *c, const struct sql_text *q, struct sql_args args, int64_t *ret_changed)
{
	struct sql_result r;

	TRY(one_call(c, q, args, (struct sql_run){ .blind = !ret_changed }, &r));
	if (ret_changed)
		*ret_changed = r.changed;
	return NULL;
}

struct batch {
	const struct sql_text *q;
	size_t columns;
	const struct sql_arg *values;
	size_t n;
};

static struct err *insert_batch(struct call *c, void *arg)
{
	const struct batch *b = arg;
	struct sql_result ignored;
	size_t group;

	for (size_t at = 0; at < b->n; at += group) {
		struct sql_run run = { .args = b->values + at * b->columns, .blind = true };

		group = b->n - at >= SQL_ROWS_GROUP ? SQL_ROWS_GROUP : b->n - at >= 8 ? 8 : 1;
		run.n = group * b->columns;
		TRY(sql__stmt(c, b->q, sql__variant_rows(group, b->columns), 0, &run.stmt));
		TRY(check_args(c, &run));
		TRY(statement(c, &run, &ignored));
	}
	return NULL;
}

struct err *db_insert_rows(struct call *c, const struct sql_text *q, size_t columns, const struct sql_arg *values, size_t n)
{
	struct batch b = { q, columns, values, n };

	if (!n)
		return NULL;
	if (!columns || columns > SQL_ARGS_MAX)
		return FAIL(c->arena, ERR_INTERNAL, "statement '%s' is given rows of %zu columns", q->name, columns);
	return c->tx ? insert_batch(c, &b) : sql_tx(c, insert_batch, &b);
}

struct err *sql_check(struct call *c, const struct sql_text *q)
{
	struct sql_stmt *s;
	struct sql_conn *conn;
	struct err *e;

	TRY(sql__stmt_guess(c, q, &s));
	if (!s->text_n)
		return NULL;
	if (c->tx)
		return sql__engine(c->db)->prepare(c, c->tx, s);
	TRY(sql__borrow(c, &conn));
	e = sql__engine(c->db)->prepare(c, conn, s);
	sql__give_back(conn);
	return e;
}

/* ---- transactions and the rest ---- */

struct err *sql__run_fn(struct call *c, struct sql_conn *conn, sql_tx_fn *fn, void *arg)
{
	struct err *e;

	conn->doomed = NULL;
	conn->trouble = SQL_TROUBLE_NONE;
	conn->in_tx = true;
	c->tx = conn;
	e = fn(c, arg);
	c->tx = NULL;
	conn->in_tx = false;
	if (!e)
		e = conn->doomed;
	conn->doomed = NULL;
	return e;
}

struct err *sql_tx(struct call *c, sql_tx_fn *fn, void *arg)
{
	int64_t start_us = world_monotonic_us();
	struct err *e;

	assert(!c->tx);
	call_reads_end(c);
	e = sql__engine(c->db)->tx(c, fn, arg);
	metric_time(METRIC_db_tx_seconds, STR_NONE, world_monotonic_us() - start_us);
	return e;
}

static struct err *run_script(struct call *c, void *arg)
{
	const struct str *text = arg;

	return sql__engine(c->db)->script(c, c->tx, *text);
}

struct err *sql_script(struct call *c, struct str text)
{
	if (!c->tx)
		return sql_tx(c, run_script, &text);
	if (!c->tx->doomed)
		c->tx->doomed = run_script(c, &text);
	return c->tx->doomed;
}

struct err *sql_listen(struct arena *a, struct sql_db *db, const struct sql_listening *how)
{
	return sql__engine(db)->listen(a, db, how);
}

bool sql_tells(const struct sql_db *db) { return atomic_load_explicit(&db->tells, memory_order_acquire); }

void sql_tell(struct sql_db *db)
{
	if (sql_tells(db))
		db->real->tell(db);
}
