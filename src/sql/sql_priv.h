/* sql/sql_priv.h: what the face (sql.c, text.c), the engines (sqlite.c, pgsql.c) and the decorator (faulty.c) share.
 *
 * A statement is interned once a db (struct sql_stmt) and has a small number; a connection finds its prepared form by
 * that number in an array, so the hot path is one hash of a pointer and one index. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "sql/sql.h"

enum {
	SQL_STMTS_MAX = 4096,             /* texts and their variants in one db */
	SQL_SLOTS = 2 * SQL_STMTS_MAX,
	SQL_ARGS_MAX = 40,
	SQL_SET_MAX = 320,
	SQL_ARRAY_MAX = 4 * 1024 * 1024,  /* bytes of a set on its way to PostgreSQL */
	SQL_ROWS_GROUP = 64,
	SQL_RESULT_MAX = 64 * 1024 * 1024, /* bytes of one result */
	SQL_RETRIES = 5,
};

/* A text as it is sent: @set and @rows written out. Lives as long as its db. */
struct sql_stmt {
	const struct sql_text *q;
	uint32_t variant;
	unsigned number;                  /* 0, 1, 2...: the index into a connection's prepared statements */
	const char *text;
	size_t text_n;
	size_t params;                    /* the highest $n */
	bool exact;                       /* the same text on both engines: it must use each argument */
	bool selects;                     /* begins with SELECT: may be sent again when a connection breaks */
	_Atomic bool writes;              /* SQLite found out that it belongs on the writer */
};

/* One call of a statement, sets written out: scalars only. */
struct sql_run {
	struct sql_stmt *stmt;
	const struct sql_arg *args;
	size_t n;                         /* as many as stmt->params */
	bool first_only;
	bool blind;                       /* nobody looks at what it changed: in a transaction an engine may tell later how it went */
};

struct sql_result {
	struct sql_rows rows;
	int64_t changed;
	bool needs_writer;                /* nothing was done: run it again in a transaction */
};

/* Why a connection's last call failed, where that changes what to do next. */
enum sql_trouble { SQL_TROUBLE_NONE, SQL_TROUBLE_RACE, SQL_TROUBLE_LOST };

/* The part of a connection that the face knows; an engine's own struct begins with it. One thread at a time. */
struct sql_conn {
	struct sql_db *db;
	struct sql_conn *next;            /* while idle */
	pthread_t thread;                 /* that had it last */
	struct err *doomed;               /* the first error in this transaction; it ends as that error */
	enum sql_trouble trouble;
	bool in_tx;
	bool broken;                      /* close it instead of giving it back */
	bool background;                  /* lent to such a call */
	bool used;                        /* since the last sql_trim() */
};

struct sql_engine {
	void (*close)(struct sql_db *db); /* frees db; its idle connections are closed already */
	struct err *(*conn_open)(struct arena *a, struct sql_db *db, struct sql_conn **ret);
	void (*conn_close)(struct sql_conn *conn);
	bool (*conn_usable)(struct sql_conn *conn); /* after it was idle */
	void (*conn_trim)(struct sql_conn *conn);   /* an idle one; gives back what it only keeps to be faster. NULL: nothing */
	void (*trim)(struct sql_db *db);            /* the same of what is in no pool. NULL: nothing */
	struct err *(*prepare)(struct call *c, struct sql_conn *conn, struct sql_stmt *stmt);
	struct err *(*run)(struct call *c, struct sql_conn *conn, const struct sql_run *run, struct sql_result *ret);
	struct err *(*script)(struct call *c, struct sql_conn *conn, struct str text);
	struct err *(*begin)(struct call *c, struct sql_conn *conn);
	struct err *(*commit)(struct call *c, struct sql_conn *conn);
	void (*rollback)(struct sql_conn *conn);
	struct err *(*tx)(struct call *c, sql_tx_fn *fn, void *arg);
	struct err *(*reads_begin)(struct call *c, struct sql_conn *conn);      /* what is read from now on is of one moment; where keeps_reads */
	void (*reads_end)(struct sql_conn *conn);
	struct err *(*listen)(struct arena *a, struct sql_db *db, const struct sql_listening *how);
	void (*tell)(struct sql_db *db);                /* where db->tells */
};
extern const struct sql_engine sql__sqlite, sql__pgsql, sql__faulty;

/* The part of a db that the face knows; an engine's own struct begins with it. */
struct sql_db {
	_Atomic(const struct sql_engine *) engine; /* the real one, or sql__faulty in front of it */
	const struct sql_engine *real;
	int64_t busy_us;
	bool keeps_reads;                 /* it has reads_begin, and a connection to spare */
	_Atomic bool tells;               /* a listener sends what sql_tell() asks for */

	pthread_mutex_t pool_lock;
	pthread_cond_t pool_freed[2];     /* on CLOCK_MONOTONIC: for who is waited for, and for calls in the background */
	int pool_waiting[2];              /* guarded by pool_lock */
	struct sql_conn *idle;            /* guarded by pool_lock; last in, first out, so that few stay warm */
	int open, open_max;               /* guarded by pool_lock */
	int reserve, background;          /* guarded by pool_lock: background counts those that such calls hold */

	_Atomic(struct sql_stmt *) slots[SQL_SLOTS]; /* written under stmt_lock, read without it; never removed */
	pthread_mutex_t stmt_lock;
	struct arena *stmt_arena;         /* guarded by stmt_lock */
	unsigned stmts;                   /* guarded by stmt_lock */

	_Atomic int fault_at, fault_calls; /* faulty.c */
};

static inline const struct sql_engine *sql__engine(const struct sql_db *db) { return atomic_load_explicit(&db->engine, memory_order_acquire); }

/* Sets up and tears down the face's part of a db. */
void sql__db_init(struct sql_db *db, const struct sql_engine *engine, const struct sql_open *how);
void sql__db_done(struct sql_db *db);
MUST struct err *sql__open_sqlite(struct arena *a, const struct sql_open *how, struct sql_db **ret);
MUST struct err *sql__open_pgsql(struct arena *a, const struct sql_open *how, struct sql_db **ret);

/* A connection from the pool. Fails: BUSY none came free within busy_ms; LATER the deadline passed, or it does not open. */
MUST struct err *sql__borrow(struct call *c, struct sql_conn **ret);
void sql__give_back(struct sql_conn *conn);
/* Runs fn on conn as c's transaction; no begin, no commit. */
MUST struct err *sql__run_fn(struct call *c, struct sql_conn *conn, sql_tx_fn *fn, void *arg);
bool sql__past_deadline(const struct call *c);
void sql__pause(struct call *c, int attempt);                 /* a short random sleep, longer with each attempt */
struct timespec sql__monotonic_in(int64_t us);                /* that much from now, on CLOCK_MONOTONIC */
void sql__cond_init(pthread_cond_t *cond);                    /* on CLOCK_MONOTONIC */

/* text.c: variants of a text. */
enum { SQL_PLAIN = 0 };
static inline uint32_t sql__variant_set(size_t members) { return 1u << 16 | (uint32_t)members; }
static inline uint32_t sql__variant_rows(size_t rows, size_t columns) { return 2u << 16 | (uint32_t)rows << 8 | (uint32_t)columns; }
/* How many parameters a set of n takes, 0 where it is too large. */
size_t sql__set_size(const struct sql_db *db, size_t n);
/* The interned statement. set_at is the set's first parameter, 1-based. Fails: INTERNAL the text is at fault. */
MUST struct err *sql__stmt(struct call *c, const struct sql_text *q, uint32_t variant, size_t set_at, struct sql_stmt **ret);
/* The same with the variant that the text itself suggests, for sql_check(). */
MUST struct err *sql__stmt_guess(struct call *c, const struct sql_text *q, struct sql_stmt **ret);
/* Writes v in decimal without a NUL; returns the number of bytes. p has room for 20. */
size_t sql__put_i64(char *p, int64_t v);
