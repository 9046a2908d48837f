/* SQLite: connections, prepared statements, binding and results. Transactions are in writer.c.
 *
 * Readers have connections of their own, opened when first needed and held to reading by query_only. A statement that
 * turns out to write is not run on one: the face is told, remembers it, and gives it to the writer.
 * Parameters are bound by name: in "select $2, $1" SQLite numbers $2 first. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sql/sqlite_priv.h"

enum {
	PREPARED_MAX = 160,               /* kept by one connection; the one unused for longest makes room */
	PROGRESS_STEPS = 5000,            /* of SQLite's machine between two looks at the clock: well under a millisecond */
	ROW_FIRST = 8,
};

/* ---- errors ---- */

struct err *sqlite__fail(struct arena *a, struct sqlite_conn *s, const char *name)
{
	int rc = s->h ? sqlite3_extended_errcode(s->h) : SQLITE_NOMEM;
	const char *text = s->h ? sqlite3_errmsg(s->h) : "out of memory";
	enum err_code code = ERR_INTERNAL;

	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		code = ERR_CONFLICT;
		break;
	case SQLITE_INTERRUPT:
		return FAIL(a, ERR_LATER, "the deadline passed during statement '%s'", name);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_NOMEM:
		code = ERR_LATER;
		break;
	default:
		break;
	}
	return FAIL(a, code, "statement '%s': %s", name, text);
}

/* ---- connections ---- */

static int on_progress(void *arg)
{
	const struct sqlite_conn *s = arg;

	return s->deadline_us && s->world->now_us(s->world) >= s->deadline_us;
}

static struct err *pragmas(struct arena *a, struct sqlite_conn *s, bool writer)
{
	struct sqlite_db *d = (struct sqlite_db *)s->base.db;
	/* LIKE minds case as PostgreSQL's does. A small cache a reader: the system's page cache is behind it anyway. */
	static const char common[] = "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON; PRAGMA mmap_size = 0;"
				     "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;";
	/* A page that is written again and again goes from the log to the file once in 16 MB of log, and not once in 4. */
	const char *own = writer ? "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;"
				   "PRAGMA cache_size = -8000;"
				 : "PRAGMA cache_size = -512; PRAGMA query_only = ON;";

	if (sqlite3_exec(s->h, common, NULL, NULL, NULL) || (!d->memory && sqlite3_exec(s->h, own, NULL, NULL, NULL)))
		return sqlite__fail(a, s, "pragmas");
	return NULL;
}

static void sqlite_conn_close(struct sql_conn *conn)
{
	struct sqlite_conn *s = (struct sqlite_conn *)conn;

	for (size_t i = 0; i < s->cap; i++) {
		sqlite3_finalize(s->by_number[i].h);
		free(s->by_number[i].at);
	}
	for (int i = 0; i < SQLITE_CONTROLS; i++)
		sqlite3_finalize(s->control[i]);
	free(s->by_number);
	sqlite3_close(s->h);
	free(s);
}

static struct err *open_conn(struct arena *a, struct sqlite_db *d, bool writer, struct sqlite_conn **ret)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writer || d->memory ? SQLITE_OPEN_CREATE : 0);
	struct sqlite_conn *s = calloc(1, sizeof *s);
	struct err *e = NULL;

	if (!s)
		return FAIL(a, ERR_LATER, "out of memory");
	s->base.db = &d->base;
	if (sqlite3_open_v2(d->path, &s->h, flags, NULL)) {
		e = FAIL(a, ERR_LATER, "cannot open the database '%s': %s", d->path, s->h ? sqlite3_errmsg(s->h) : "out of memory");
	} else {
		sqlite3_extended_result_codes(s->h, 1);
		sqlite3_busy_timeout(s->h, (int)(d->base.busy_us / US_PER_MS));
		/* A name in double quotes that is no name is an error, as on PostgreSQL, and not a text. */
		sqlite3_db_config(s->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
		sqlite3_db_config(s->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
		sqlite3_progress_handler(s->h, PROGRESS_STEPS, on_progress, s);
		e = pragmas(a, s, writer);
	}
	if (e) {
		sqlite_conn_close(&s->base);
		return e;
	}
	*ret = s;
	return NULL;
}

static struct err *sqlite_conn_open(struct arena *a, struct sql_db *db, struct sql_conn **ret)
{
	struct sqlite_conn *s;

	TRY(open_conn(a, (struct sqlite_db *)db, false, &s));
	*ret = &s->base;
	return NULL;
}

static void sqlite_conn_trim(struct sql_conn *conn) { sqlite3_db_release_memory(((struct sqlite_conn *)conn)->h); }

static bool sqlite_conn_usable(struct sql_conn *conn)
{
	(void)conn;
	return true;
}

struct err *sqlite__control(struct arena *a, struct sqlite_conn *s, enum sqlite_control what)
{
	static const char *const texts[SQLITE_CONTROLS] = {
		[SQLITE_CONTROL_BEGIN] = "BEGIN IMMEDIATE", [SQLITE_CONTROL_COMMIT] = "COMMIT", [SQLITE_CONTROL_ROLLBACK] = "ROLLBACK",
		[SQLITE_CONTROL_SAVE] = "SAVEPOINT act", [SQLITE_CONTROL_RELEASE] = "RELEASE act", [SQLITE_CONTROL_UNDO] = "ROLLBACK TO act",
		[SQLITE_CONTROL_READ] = "BEGIN",
	};
	int rc;

	s->deadline_us = 0;
	if (!s->control[what] && sqlite3_prepare_v3(s->h, texts[what], -1, SQLITE_PREPARE_PERSISTENT, &s->control[what], NULL))
		return sqlite__fail(a, s, texts[what]);
	rc = sqlite3_step(s->control[what]);
	if (rc != SQLITE_DONE) {
		struct err *e = sqlite__fail(a, s, texts[what]);

		sqlite3_reset(s->control[what]);
		return e;
	}
	sqlite3_reset(s->control[what]);
	return NULL;
}

/* ---- prepared statements ---- */

static void forget(struct sqlite_conn *s, struct sqlite_prepared *p)
{
	sqlite3_finalize(p->h);
	free(p->at);
	*p = (struct sqlite_prepared){ 0 };
	s->prepared--;
}

static void make_room(struct sqlite_conn *s)
{
	struct sqlite_prepared *oldest = NULL;

	if (s->prepared < PREPARED_MAX)
		return;
	for (size_t i = 0; i < s->cap; i++) {
		if (s->by_number[i].h && (!oldest || s->by_number[i].used < oldest->used))
			oldest = &s->by_number[i];
	}
	if (oldest)
		forget(s, oldest);
}

/* Every parameter must be one of $1..$n: SQLite takes all of "$1::bigint" for a name and would bind NULL in silence. */
static struct err *map_params(struct call *c, const struct sql_stmt *stmt, struct sqlite_prepared *p)
{
	int n = sqlite3_bind_parameter_count(p->h), *at = calloc(stmt->params ? stmt->params : 1, sizeof *at);
	bool same = true;

	if (!at)
		return FAIL(c->arena, ERR_LATER, "out of memory");
	p->at = at;
	for (int i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(p->h, i);
		int64_t number;

		if (!name || name[0] != '$' || !str_i64(str_z(name + 1), &number) || number < 1 || number > (int64_t)stmt->params)
			return FAIL(c->arena, ERR_INTERNAL, "statement '%s': '%s' is no parameter", stmt->q->name, name ? name : "?");
		at[number - 1] = i;
		same = same && number == i;
	}
	if (same && n == (int)stmt->params) {
		free(at);
		p->at = NULL;
	}
	return NULL;
}

static struct err *prepared(struct call *c, struct sqlite_conn *s, const struct sql_stmt *stmt, struct sqlite_prepared **ret)
{
	struct sqlite_prepared *p;
	const char *tail = NULL;
	struct err *e;

	if (stmt->number >= s->cap) {
		size_t cap = stmt->number + 64;

		p = realloc(s->by_number, cap * sizeof *p);
		if (!p)
			return FAIL(c->arena, ERR_LATER, "out of memory");
		memset(p + s->cap, 0, (cap - s->cap) * sizeof *p);
		s->by_number = p;
		s->cap = cap;
	}
	p = &s->by_number[stmt->number];
	*ret = p;
	p->used = ++s->clock;
	if (p->h)
		return NULL;
	make_room(s);
	if (sqlite3_prepare_v3(s->h, stmt->text, (int)stmt->text_n + 1, SQLITE_PREPARE_PERSISTENT, &p->h, &tail))
		return sqlite__fail(c->arena, s, stmt->q->name);
	s->prepared++;
	e = map_params(c, stmt, p);
	if (!e && str_trim(str_z(tail)).n)
		e = FAIL(c->arena, ERR_INTERNAL, "statement '%s' is more than one", stmt->q->name);
	if (e)
		forget(s, p);
	return e;
}

static struct err *sqlite_prepare(struct call *c, struct sql_conn *conn, struct sql_stmt *stmt)
{
	struct sqlite_prepared *p;

	return prepared(c, (struct sqlite_conn *)conn, stmt, &p);
}

/* ---- running ---- */

/* The bytes bound are the caller's and outlive the statement's run. */
static int bind(const struct sqlite_prepared *p, const struct sql_run *run)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < run->n && rc == SQLITE_OK; i++) {
		const struct sql_arg *a = &run->args[i];
		int at = p->at ? p->at[i] : (int)i + 1;

		if (!at)
			continue;         /* a gap in the numbers */
		switch (a->kind) {
		case SQL_I64:
			rc = sqlite3_bind_int64(p->h, at, a->i);
			break;
		case SQL_F64:
			rc = sqlite3_bind_double(p->h, at, a->f);
			break;
		case SQL_STR:
			rc = sqlite3_bind_text64(p->h, at, a->s.p, a->s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case SQL_NULL:
		case SQL_IDS:
		case SQL_STRS:
			rc = sqlite3_bind_null(p->h, at);
			break;
		}
	}
	return rc;
}

struct growing {
	struct str *cells;
	size_t rows, cap, columns, bytes;
};

static size_t cell_room(sqlite3_stmt *h, int i)
{
	switch (sqlite3_column_type(h, i)) {
	case SQLITE_NULL:
		return 0;
	case SQLITE_INTEGER:
		return 20;
	case SQLITE_FLOAT:
		return 32;
	default:
		return (size_t)sqlite3_column_bytes(h, i);
	}
}

static size_t put_cell(sqlite3_stmt *h, int i, char *p, struct str *ret)
{
	size_t n = 0;
	const void *text;

	switch (sqlite3_column_type(h, i)) {
	case SQLITE_NULL:
		*ret = STR_NONE;
		return 0;
	case SQLITE_INTEGER:
		n = sql__put_i64(p, sqlite3_column_int64(h, i));
		break;
	case SQLITE_FLOAT:
		n = (size_t)snprintf(p, 32, "%.17g", sqlite3_column_double(h, i));
		break;
	default:
		text = sqlite3_column_blob(h, i);
		n = (size_t)sqlite3_column_bytes(h, i);
		if (n)
			memcpy(p, text, n);
		break;
	}
	*ret = str_of(p, n);
	return n;
}

/* Copies the row the statement stands on; false where the result grows too large. */
static bool add_row(struct arena *a, sqlite3_stmt *h, struct growing *g)
{
	size_t room = 1;
	struct str *to;
	char *p;

	for (size_t i = 0; i < g->columns; i++)
		room += cell_room(h, (int)i);
	g->bytes += room + g->columns * sizeof *to;
	if (g->bytes > SQL_RESULT_MAX)
		return false;
	if (g->rows == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : ROW_FIRST;
		struct str *grown = arena_array(a, struct str, cap * g->columns);

		if (g->rows)
			memcpy(grown, g->cells, g->rows * g->columns * sizeof *grown);
		g->cells = grown;
		g->cap = cap;
	}
	to = g->cells + g->rows++ * g->columns;
	p = arena_alloc(a, room);
	for (size_t i = 0; i < g->columns; i++)
		p += put_cell(h, (int)i, p, &to[i]);
	return true;
}

static struct err *sqlite_run(struct call *c, struct sql_conn *conn, const struct sql_run *run, struct sql_result *ret)
{
	struct sqlite_conn *s = (struct sqlite_conn *)conn;
	struct growing g = { 0 };
	struct sqlite_prepared *p;
	struct err *e = NULL;
	bool reads;
	int rc;

	TRY(prepared(c, s, run->stmt, &p));
	reads = sqlite3_stmt_readonly(p->h);
	if (!reads && !conn->in_tx) {
		atomic_store(&run->stmt->writes, true);
		if (!((struct sqlite_db *)conn->db)->memory)
			forget(s, p);
		ret->needs_writer = true;
		return NULL;
	}
	/* A transaction is not cut short: the deadline counted while it waited for the writer. */
	s->deadline_us = conn->in_tx ? 0 : c->deadline_us;
	s->world = c->world;
	g.columns = (size_t)sqlite3_column_count(p->h);
	rc = bind(p, run);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(p->h);
		if (rc != SQLITE_ROW)
			break;
		if (!(run->first_only && g.rows) && !add_row(c->arena, p->h, &g)) {
			e = FAIL(c->arena, ERR_INTERNAL, "the result of statement '%s' is too large", run->stmt->q->name);
			break;
		}
		if (run->first_only && reads)
			break;            /* one that writes runs to its end, where its constraints are checked */
	}
	if (!e && rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = sqlite__fail(c->arena, s, run->stmt->q->name);
	sqlite3_reset(p->h);
	s->deadline_us = 0;
	if (e)
		return e;
	ret->rows = (struct sql_rows){ .n = g.rows, .columns = g.columns, .cells = g.cells };
	ret->changed = reads ? 0 : sqlite3_changes64(s->h);
	return NULL;
}

static struct err *sqlite_script(struct call *c, struct sql_conn *conn, struct str text)
{
	struct sqlite_conn *s = (struct sqlite_conn *)conn;

	s->deadline_us = 0;
	return sqlite3_exec(s->h, arena_strz(c->arena, text), NULL, NULL, NULL) ? sqlite__fail(c->arena, s, "script") : NULL;
}

static struct err *sqlite_begin(struct call *c, struct sql_conn *conn)
{
	struct sqlite_conn *s = (struct sqlite_conn *)conn;

	return s->first ? NULL : sqlite__control(c->arena, s, SQLITE_CONTROL_SAVE);
}

static struct err *sqlite_commit(struct call *c, struct sql_conn *conn)
{
	return sqlite__control(c->arena, (struct sqlite_conn *)conn, SQLITE_CONTROL_COMMIT);
}

static void sqlite_rollback(struct sql_conn *conn)
{
	struct sqlite_conn *s = (struct sqlite_conn *)conn;
	AUTO_ARENA(a);

	/* Some errors have rolled back already; one that remains shows at the next BEGIN. */
	if (!sqlite3_get_autocommit(s->h))
		(void)!sqlite__control(a, s, SQLITE_CONTROL_ROLLBACK);
}

/* Its snapshot is taken by the first statement. */
static struct err *sqlite_reads_begin(struct call *c, struct sql_conn *conn)
{
	return sqlite__control(c->arena, (struct sqlite_conn *)conn, SQLITE_CONTROL_READ);
}

static struct err *sqlite_listen(struct arena *a, struct sql_db *db, const struct sql_listening *how)
{
	(void)a, (void)db, (void)how;
	return NULL;
}

/* ---- opening and closing ---- */

static void sqlite_close(struct sql_db *db)
{
	struct sqlite_db *d = (struct sqlite_db *)db;

	sqlite__writer_stop(d);
	if (d->writer)
		sqlite_conn_close(&d->writer->base);
	sql__db_done(db);
	free(d->path);
	free(d);
}

static void configure_once(void)
{
	/* Its memory statistics cost a lock shared by all threads at each allocation, and nobody reads them. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_initialize();
}

/* The database holds secrets: a new file is for its owner only. SQLite gives its other files the same mode. An existing file
 * is not opened here, because closing it again would drop the locks of another connection of this process. */
static void create_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

struct err *sql__open_sqlite(struct arena *a, const struct sql_open *how, struct sql_db **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sqlite_db *d = calloc(1, sizeof *d);
	struct err *e = NULL;

	pthread_once(&once, configure_once);
	if (!d)
		return FAIL(a, ERR_LATER, "out of memory");
	sql__db_init(&d->base, &sql__sqlite, how);
	d->path = strndup(how->path.p, how->path.n);
	d->memory = str_eq(how->path, STR(":memory:"));
	if (!d->path) {
		e = FAIL(a, ERR_LATER, "out of memory");
	} else if (d->memory) {
		d->base.open_max = 1;
	} else {
		d->base.keeps_reads = true;
		create_file(d->path);
		e = open_conn(a, d, true, &d->writer);
	}
	if (!e)
		e = sqlite__writer_start(a, d);
	if (e) {
		sqlite_close(&d->base);
		return e;
	}
	*ret = &d->base;
	return NULL;
}

const struct sql_engine sql__sqlite = {
	.close = sqlite_close,
	.conn_open = sqlite_conn_open,
	.conn_close = sqlite_conn_close,
	.conn_usable = sqlite_conn_usable,
	.conn_trim = sqlite_conn_trim,
	.trim = sqlite__writer_trim,
	.prepare = sqlite_prepare,
	.run = sqlite_run,
	.script = sqlite_script,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.tx = sqlite__tx,
	.reads_begin = sqlite_reads_begin,
	.reads_end = sqlite_rollback,
	.listen = sqlite_listen,
};
