/* sql/pgsql_priv.h: what the PostgreSQL engine (pgsql.c) and its listening thread (pgsql_listen.c) share. */
#pragma once
#include <libpq-fe.h>
#include "sql/sql_priv.h"

struct pg_listener;

struct pg_db {
	struct sql_db base;
	char *url;
	struct pg_listener *listeners;
};

/* Connects and sets the session up. Fails: LATER it cannot be reached; INTERNAL it is one we cannot work with. */
MUST struct err *pgsql__connect(struct arena *a, const struct pg_db *d, PGconn **ret);
MUST struct err *pgsql__listen(struct arena *a, struct sql_db *db, const char *channel, void (*on_notify)(void *, struct str), void *arg);
void pgsql__listen_stop(struct pg_db *d);
