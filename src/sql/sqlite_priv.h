/* sql/sqlite_priv.h: the two halves of the SQLite engine: connections and statements (sqlite.c), the writer (writer.c). */
#pragma once
#include <sqlite3.h>
#include "sql/sql_priv.h"

enum sqlite_control {
	SQLITE_CONTROL_BEGIN, SQLITE_CONTROL_COMMIT, SQLITE_CONTROL_ROLLBACK,
	SQLITE_CONTROL_SAVE, SQLITE_CONTROL_RELEASE, SQLITE_CONTROL_UNDO, SQLITE_CONTROL_READ,
	SQLITE_CONTROLS
};

struct sqlite_prepared {
	sqlite3_stmt *h;
	int64_t used;                     /* the connection's clock at its last use */
	int *at;                          /* SQLite's index of $1, $2...; NULL where it is the same number */
};

struct sqlite_conn {
	struct sql_conn base;
	sqlite3 *h;
	struct sqlite_prepared *by_number; /* by sql_stmt.number; h is NULL where not prepared */
	size_t cap, prepared;
	int64_t clock;
	sqlite3_stmt *control[SQLITE_CONTROLS];
	int64_t deadline_us;              /* of the statement that runs, by world; 0: none */
	bool first;                       /* of the writer: nothing stands in the group that its act must not undo */
	struct world *world;
};

struct act;

struct sqlite_db {
	struct sql_db base;
	char *path;
	bool memory;                      /* one connection, in the pool, for readers and the writer alike */
	struct sqlite_conn *writer;       /* the writer thread's own; NULL where memory */
	struct arena *arena;              /* the writer thread's own */
	pthread_t thread;
	bool started;

	pthread_mutex_t lock;
	pthread_cond_t work;
	struct act *first, *last;         /* guarded by lock: acts that wait */
	size_t waiting;                   /* guarded by lock */
	bool stop, shrink;                /* guarded by lock */
};

MUST struct err *sqlite__control(struct arena *a, struct sqlite_conn *s, enum sqlite_control what);
/* What SQLite says went wrong, as an error; name is the statement's. */
struct err *sqlite__fail(struct arena *a, struct sqlite_conn *s, const char *name);
MUST struct err *sqlite__writer_start(struct arena *a, struct sqlite_db *d);
void sqlite__writer_stop(struct sqlite_db *d);
void sqlite__writer_trim(struct sql_db *db);                  /* as soon as it has nothing to do */
MUST struct err *sqlite__tx(struct call *c, sql_tx_fn *fn, void *arg);
