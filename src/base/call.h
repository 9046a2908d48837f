/* base/call.h: one unit of work: a request, a job, a command. Everything a room may not take from the system
 * (time, randomness, configuration, the database) comes in through it. Owned by one thread. */
#pragma once
#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/world.h"

struct conf;
struct sql_db;
struct sql_conn;
struct ids;
struct event;
struct seal_ring;
struct client;
struct helper;
struct storage;
struct proxy;
struct conf_current;
struct hub;

/* What app makes at the start and all units of work share; each is safe from any thread. NULL where a test needs none. */
struct house {
	const struct seal_ring *ring; /* crypt/seal.h */
	struct client *client;        /* net/client.h */
	struct helper *helper;        /* media/helper.h */
	struct storage *storage;      /* media/disk.h */
	struct proxy *proxy;          /* media/proxy.h */
	struct conf_current *conf;    /* conf/current.h */
	struct hub *hub;              /* notify/hub.h */
	bool films;                   /* ffmpeg is there: films and sounds are taken */
	int node;                     /* this process's number on its database */
	atomic_bool stopping;         /* the server ends: what takes long breaks off, to be begun anew by the next */
};

/* The tightest limit that this unit of work counted against, for X-RateLimit-*. limit 0: none. */
struct limit_note {
	int64_t limit, left, reset_us;
};

/* Where the CPU time of a unit of work went, for /metrics and the bench. */
enum spent { SPENT_PARSE, SPENT_SIGNATURE, SPENT_DB, SPENT_RENDER, SPENT_KINDS };

/* A connection that a unit of work keeps between its reads (sql/sql.h). Owned by whoever runs the unit; copies of its call share it. */
struct call_reads {
	struct sql_conn *conn;        /* NULL: none now */
	void (*give_back)(struct sql_conn *conn);
};

struct call {
	struct arena *arena;          /* ends with the unit of work */
	struct world *world;
	int64_t now_us;               /* read once at the start, so a unit of work has one now */
	int64_t deadline_us;          /* when the answer is no longer wanted; 0: never. Reaches down to SQL and HTTP */
	const struct conf *conf;      /* NULL in tests that need none */
	const struct house *house;
	struct sql_db *db;
	bool background;              /* nobody waits for its answer: it leaves some database connections to those who do */
	struct sql_conn *tx;          /* set inside store_tx() only */
	struct call_reads *reads;     /* NULL: each statement borrows a connection for itself */
	struct ids *ids;
	struct event *events;         /* written in this transaction; flown after its commit (store/event.h) */
	bool search_marked;           /* in this transaction: search has more to take up (store/search_index.h) */
	int64_t spent_us[SPENT_KINDS];
	struct limit_note limit;
	int queries;                  /* database calls so far; tests hold endpoints to a number */
	/* The last exchange with another server, where there was one: a job tells by it how its host does. */
	struct str remote_host;
	bool remote_failed;           /* silent, or in trouble (5xx) */
};

static inline void call_random(struct call *c, void *p, size_t n) { c->world->random(c->world, p, n); }
/* Gives back what is kept for reads: at the end of a unit of work, before it waits for anything else than the database, and where it counts on
 * what another unit of work has written meanwhile. The next read keeps one anew. */
void call_reads_end(struct call *c);
/* n random bytes as lower-case hex in c's arena. */
struct str call_random_hex(struct call *c, size_t n);
