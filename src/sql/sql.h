/* sql/sql.h: a database handle and its statements; knows no table of ours. One face, two engines: sqlite.c, pgsql.c,
 * and a decorator for tests, faulty.c, that fails the n-th call.
 *
 * Parameters are $1..$n on both engines. A text is prepared once a connection. What both understand, and what neither
 * may be given, is listed in README.md.
 *
 * SQLite: readers have connections of their own; all transactions run on one writer thread, which takes what waits,
 * runs each in a SAVEPOINT and commits them together; an answer follows that COMMIT. PostgreSQL: READ COMMITTED, a
 * pool under one budget, transactions on the caller's thread, retried on conflict. */
#pragma once
#include "base/call.h"

/* One statement. Texts stand as static constants right above the function that maps their columns. */
struct sql_text {
	const char *name, *sqlite, *pgsql;
};

/* SQL2 is for the few places where the engines must differ; a test counts them. Both file the text for the
 * prepare-all test, which links the room whole and walks the section. */
#define SQL2(var, sqlite_text, pgsql_text) \
	static const struct sql_text var = { #var, sqlite_text, pgsql_text }; \
	static const struct sql_text *const var##_filed __attribute__((section("howdah_sql"), used)) = &var
#define SQL(var, text) SQL2(var, text, text)

enum sql_kind { SQL_NULL, SQL_I64, SQL_F64, SQL_STR, SQL_IDS, SQL_STRS };

struct sql_arg {
	enum sql_kind kind;
	int64_t i;
	double f;
	struct str s;
	const int64_t *ids;       /* SQL_IDS: a set for "IN (@set)" */
	const struct str *strs;   /* SQL_STRS: the same for texts */
	size_t n;
};

struct sql_arg sql_arg_i64(int64_t v);
struct sql_arg sql_arg_f64(double v);
struct sql_arg sql_arg_str(struct str v);                     /* none is NULL */
/* 0 stands for NULL: for columns whose ids are optional. */
struct sql_arg sql_opt(int64_t id);
/* A set. The text says "IN (@set)" or "NOT IN (@set)", just so; it must be the last argument, and there is one a statement.
 * SQLite gets it as 20, 40, 80, 160 or 320 parameters, padded with the last member; PostgreSQL as one array. Nothing is in,
 * and nothing is not in, an empty set; more than 320 is an error. */
struct sql_arg sql_ids(const int64_t *v, size_t n);
struct sql_arg sql_strs(const struct str *v, size_t n);

#define SQL_ARG(v) _Generic((v), struct sql_arg: sql_arg_same_, struct str: sql_arg_str, double: sql_arg_f64, default: sql_arg_i64)(v)
struct sql_arg sql_arg_same_(struct sql_arg v);

/* ARGS(a, b, c): numbers, slices and the sql_...() forms above, at most 40. ARGS0 where there are none. */
struct sql_args {
	const struct sql_arg *v;
	size_t n;
};
#define ARGS0 ((struct sql_args){ NULL, 0 })
#define SQL_CAT_(a, b) a##b
#define SQL_CAT(a, b) SQL_CAT_(a, b)
#define SQL_N_(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, _24, _25, \
	_26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, N, ...) N
#define SQL_N(...) SQL_N_(__VA_ARGS__, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, \
	17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
#define SQL_A1(a) SQL_ARG(a)
#define SQL_A2(a, ...) SQL_ARG(a), SQL_A1(__VA_ARGS__)
#define SQL_A3(a, ...) SQL_ARG(a), SQL_A2(__VA_ARGS__)
#define SQL_A4(a, ...) SQL_ARG(a), SQL_A3(__VA_ARGS__)
#define SQL_A5(a, ...) SQL_ARG(a), SQL_A4(__VA_ARGS__)
#define SQL_A6(a, ...) SQL_ARG(a), SQL_A5(__VA_ARGS__)
#define SQL_A7(a, ...) SQL_ARG(a), SQL_A6(__VA_ARGS__)
#define SQL_A8(a, ...) SQL_ARG(a), SQL_A7(__VA_ARGS__)
#define SQL_A9(a, ...) SQL_ARG(a), SQL_A8(__VA_ARGS__)
#define SQL_A10(a, ...) SQL_ARG(a), SQL_A9(__VA_ARGS__)
#define SQL_A11(a, ...) SQL_ARG(a), SQL_A10(__VA_ARGS__)
#define SQL_A12(a, ...) SQL_ARG(a), SQL_A11(__VA_ARGS__)
#define SQL_A13(a, ...) SQL_ARG(a), SQL_A12(__VA_ARGS__)
#define SQL_A14(a, ...) SQL_ARG(a), SQL_A13(__VA_ARGS__)
#define SQL_A15(a, ...) SQL_ARG(a), SQL_A14(__VA_ARGS__)
#define SQL_A16(a, ...) SQL_ARG(a), SQL_A15(__VA_ARGS__)
#define SQL_A17(a, ...) SQL_ARG(a), SQL_A16(__VA_ARGS__)
#define SQL_A18(a, ...) SQL_ARG(a), SQL_A17(__VA_ARGS__)
#define SQL_A19(a, ...) SQL_ARG(a), SQL_A18(__VA_ARGS__)
#define SQL_A20(a, ...) SQL_ARG(a), SQL_A19(__VA_ARGS__)
#define SQL_A21(a, ...) SQL_ARG(a), SQL_A20(__VA_ARGS__)
#define SQL_A22(a, ...) SQL_ARG(a), SQL_A21(__VA_ARGS__)
#define SQL_A23(a, ...) SQL_ARG(a), SQL_A22(__VA_ARGS__)
#define SQL_A24(a, ...) SQL_ARG(a), SQL_A23(__VA_ARGS__)
#define SQL_A25(a, ...) SQL_ARG(a), SQL_A24(__VA_ARGS__)
#define SQL_A26(a, ...) SQL_ARG(a), SQL_A25(__VA_ARGS__)
#define SQL_A27(a, ...) SQL_ARG(a), SQL_A26(__VA_ARGS__)
#define SQL_A28(a, ...) SQL_ARG(a), SQL_A27(__VA_ARGS__)
#define SQL_A29(a, ...) SQL_ARG(a), SQL_A28(__VA_ARGS__)
#define SQL_A30(a, ...) SQL_ARG(a), SQL_A29(__VA_ARGS__)
#define SQL_A31(a, ...) SQL_ARG(a), SQL_A30(__VA_ARGS__)
#define SQL_A32(a, ...) SQL_ARG(a), SQL_A31(__VA_ARGS__)
#define SQL_A33(a, ...) SQL_ARG(a), SQL_A32(__VA_ARGS__)
#define SQL_A34(a, ...) SQL_ARG(a), SQL_A33(__VA_ARGS__)
#define SQL_A35(a, ...) SQL_ARG(a), SQL_A34(__VA_ARGS__)
#define SQL_A36(a, ...) SQL_ARG(a), SQL_A35(__VA_ARGS__)
#define SQL_A37(a, ...) SQL_ARG(a), SQL_A36(__VA_ARGS__)
#define SQL_A38(a, ...) SQL_ARG(a), SQL_A37(__VA_ARGS__)
#define SQL_A39(a, ...) SQL_ARG(a), SQL_A38(__VA_ARGS__)
#define SQL_A40(a, ...) SQL_ARG(a), SQL_A39(__VA_ARGS__)
#define ARGS(...) \
	((struct sql_args){ (const struct sql_arg[]){ SQL_CAT(SQL_A, SQL_N(__VA_ARGS__))(__VA_ARGS__) }, SQL_N(__VA_ARGS__) })

/* A result, whole, in the call's arena. */
struct sql_rows {
	size_t n, columns;
	const struct str *cells;  /* row-major; none is NULL */
};
struct row {
	const struct str *cells;
	size_t columns;
};
static inline struct row sql_row(const struct sql_rows *r, size_t i) { return (struct row){ r->cells + i * r->columns, r->columns }; }
struct str row_str(struct row r, size_t column);              /* NULL is none */
int64_t row_i64(struct row r, size_t column);                 /* NULL is 0 */
bool row_bool(struct row r, size_t column);
bool row_is_null(struct row r, size_t column);
double row_f64(struct row r, size_t column);

/* Statements. Inside a transaction (c->tx) they run on it; otherwise they borrow a connection for this one statement.
 * An empty text is nothing to do on that engine: no rows, nothing changed.
 * Where c->reads is set, SQLite keeps that connection for the reads that follow, until call_reads_end() or a transaction of c: all of them see the
 * database as it was at the first, and what one has read from the file is at hand for the next, even while others write.
 * Fail: LATER the engine is gone or full, the deadline has passed, or a serialisation conflict; BUSY no connection came free;
 *       CONFLICT a constraint is violated; INVALID a text holds a NUL or is not UTF-8; INTERNAL the statement is wrong. */
MUST struct err *db_rows(struct call *c, const struct sql_text *q, struct sql_args args, struct sql_rows *ret);
/* The first row; *ret_found says whether there is one. */
MUST struct err *db_one(struct call *c, const struct sql_text *q, struct sql_args args, struct row *ret, bool *ret_found);
/* ret_changed may be NULL: then, in a transaction, PostgreSQL is not waited for. The statement is done before the next that is asked for an
 * answer, and how it went is told by that one, or by the COMMIT. */
MUST struct err *db_exec(struct call *c, const struct sql_text *q, struct sql_args args, int64_t *ret_changed);
/* Inserts n rows of `columns` values: the text says "INSERT INTO t (a, b) VALUES @rows ..."; sent in groups of 64, 8 and 1, all in
 * one transaction. No other parameters. */
MUST struct err *db_insert_rows(struct call *c, const struct sql_text *q, size_t columns, const struct sql_arg *values, size_t n);

/* Prepares q and forgets it: for the prepare-all test. @rows stands for one row. */
MUST struct err *sql_check(struct call *c, const struct sql_text *q);

/* Runs fn(c, arg) in one transaction and commits it; an error from fn, or of the commit, leaves nothing behind. fn only
 * writes rows and arena memory, and may run more than once. A statement's error dooms the transaction, whatever fn makes of
 * it: what may stand already is asked for with ON CONFLICT. On SQLite fn runs on the writer thread. Never nests (asserts).
 * Fails as statements do; also BUSY too many transactions wait. LATER "not known" (PostgreSQL only): the connection was lost
 * during COMMIT, and the transaction may stand. */
typedef struct err *sql_tx_fn(struct call *c, void *arg);
MUST struct err *sql_tx(struct call *c, sql_tx_fn *fn, void *arg);

struct sql_open {
	struct str url;           /* "postgresql://..." or empty for SQLite */
	struct str path;          /* SQLite's file; ":memory:" is one shared between this db's connections */
	int connections;          /* budget for the whole process */
	int reserve;              /* of these, never held by calls in the background; one is always left to them */
	int64_t busy_ms;          /* how long to wait for a connection or a lock: default 5000 */
};
/* Opens; lives until sql_close. The arena is only for the error. */
MUST struct err *sql_open(struct arena *a, const struct sql_open *how, struct sql_db **ret);
/* Once in a while, from any thread: connections that were not used since the time before are closed, but for one, and the others give
 * back the memory of their caches. */
void sql_trim(struct sql_db *db);
void sql_close(struct sql_db *db);
bool sql_is_pgsql(const struct sql_db *db);
/* Runs several statements separated by ';' (a migration), in the current transaction if c->tx. */
MUST struct err *sql_script(struct call *c, struct str text);
struct sql_listening {
	const char *channel;
	void (*on_notify)(void *arg, struct str payload);     /* STR_NONE: notices may have been missed */
	void *arg;
	size_t (*say)(char *ret, size_t room);                /* what is told at sql_tell(): written when it is sent; NULL: nothing ever */
};
/* Where PostgreSQL notifies: runs on a thread of sql's own until sql_close; a no-op on SQLite. on_notify is called on it with each payload,
 * and after a reconnect; so is say. */
MUST struct err *sql_listen(struct arena *a, struct sql_db *db, const struct sql_listening *how);
/* Whether notices are sent by that thread; else whoever has one sends it in its transaction. */
bool sql_tells(const struct sql_db *db);
/* After a commit: what say() then says is sent soon, and once for all who asked in these ten milliseconds. What a process that dies
 * meanwhile did not tell must be found by looking. */
void sql_tell(struct sql_db *db);

/* For tests: the n-th database call from now (1 is the next; begin and commit count) fails with LATER; 0 disarms.
 * Returns how many calls were made since the last arming. Per db. */
int sql_fault_arm(struct sql_db *db, int nth);
