/* sql/pgsql_priv.h: what the PostgreSQL engine (pgsql.c), its waiting (pgsql_pipe.c) and its listening thread (pgsql_listen.c) share. */
#pragma once
#include <libpq-fe.h>
#include "sql/sql_priv.h"

enum { PG_SENT_MAX = 64 };

/* Something sent whose answer has not been read. */
struct pg_sent {
	const char *name;
	struct sql_stmt *prepares;        /* NULL: it runs */
};

struct pg_conn {
	struct sql_conn base;
	PGconn *h;
	struct pg_sent sent[PG_SENT_MAX];
	unsigned sent_n;
	unsigned prepared;
	uint8_t is_prepared[SQL_STMTS_MAX / 8];
};

struct pg_listener;

struct pg_db {
	struct sql_db base;
	char *url;
	struct pg_listener *listeners;
};

/* Connects and sets the session up. Fails: LATER it cannot be reached; INTERNAL it is one we cannot work with. */
MUST struct err *pgsql__connect(struct arena *a, const struct pg_db *d, PGconn **ret);
MUST struct err *pgsql__listen(struct arena *a, struct sql_db *db, const struct sql_listening *how);
void pgsql__tell(struct sql_db *db);
void pgsql__listen_stop(struct pg_db *d);

/* The connection was lost in that statement: broken from here on. */
struct err *pgsql__lost(struct arena *a, struct pg_conn *p, const char *name);
/* Turns a failed result into an error and notes what it means for the connection. */
struct err *pgsql__fail(struct arena *a, struct pg_conn *p, const char *name, const PGresult *r);

/* Before something is sent that others may be sent after. False: the connection is lost. */
bool pgsql__pipe(struct pg_conn *p);
/* After it was sent. At most PG_SENT_MAX between two readings of answers. */
void pgsql__sent(struct pg_conn *p, struct pg_sent what);
/* Sends what libpq still holds and reads the answers to all that was sent, whose last ends the transaction or does not. *ret: that to the
 * last, to be cleared by the caller; NULL where nothing was sent. Fails as the first that failed did; then those after it were not
 * done. At c's deadline the server is asked to stop; how a transaction ended is waited for all the same. */
MUST struct err *pgsql__answers(struct call *c, struct pg_conn *p, bool ends, PGresult **ret);
