/* store/store.h: transactions, ids and what every noun of this room shares. store is the only room with SQL of ours: one file a
 * noun, the statement right above the function that maps its columns. Called by acts, view, queue and app alone. */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/page.h"
#include "sql/sql.h"

/* Brings the schema up to date (numbered texts of migrations/, each in one transaction). Fails: INTERNAL the database is newer than
 * this program. *ret_applied counts what was done. */
MUST struct err *store_migrate(struct call *c, int *ret_applied);

/* Runs fn in one transaction; retries conflicts; fn only writes rows and arena memory (see sql_tx). Events that fn added fly after
 * the commit. */
MUST struct err *store_tx(struct call *c, sql_tx_fn *fn, void *arg);

/* Ids: milliseconds, this node's number, a sequence (model/ids.h). Safe from any thread. */
struct ids *ids_create(struct arena *a, int node);            /* node 0..63, leased with node_lease() */
int64_t id_next(struct call *c);
/* The same below 2^53: for what JSON shows as a number, which JavaScript reads as a double (notifications, push subscriptions). */
int64_t id_next_short(struct call *c);
/* For what happened elsewhere at us: its time, never later than now, and random low bits. Another try may be needed where it is taken. */
int64_t id_at(struct call *c, int64_t us);

/* A node number of one's own on this database: 0..63; renew well within lease_us. Fails: BUSY all 64 are taken. */
MUST struct err *node_lease(struct call *c, struct str token, struct str roles, int64_t lease_us, int *ret_node);
MUST struct err *node_renew(struct call *c, int node, struct str token, int64_t lease_us, bool *ret_held);
MUST struct err *node_release(struct call *c, int node, struct str token);
/* Those whose leases stand, at most 64. */
struct node {
	int number;
	struct str token, roles, place;                               /* place: its machine, and the address it listens on */
	int64_t connections, connections_jobs;                        /* of the database, that it may hold, and that its jobs may; 0: a command line */
	int64_t job_workers, leased_until_us;
};
MUST struct err *nodes_leased(struct call *c, struct node **ret, size_t *ret_n);
int64_t nodes_connections(const struct node *v, size_t n);            /* all of them together */
/* Writes down what me may hold, and renews its lease, where that and what all others of the nodes may hold fit into room (0: any do). Of two that
 * ask at once, the second counts the first. *ret_others: those that were counted. Fails: BUSY its number is another's by now. */
MUST struct err *node_claim(struct call *c, const struct node *me, int64_t room, struct node **ret_others, size_t *ret_n, bool *ret_fits);
/* How many sessions PostgreSQL lets in that are no superuser's, why no more, and how many there are, this call's included, of all its databases.
 * 0 on SQLite. */
struct database_room { int64_t lets_in, now; const char *by; };
MUST struct err *database_room(struct call *c, struct database_room *ret);
/* In a transaction: this node is known to be dead; its number is free, and so are its jobs. Nothing where another has its number now. */
MUST struct err *node_bury(struct call *c, const struct node *dead);

/* Single facts of the installation: domain, base_url, schema seeds. */
MUST struct err *meta_get(struct call *c, const char *key, struct str *ret_value);      /* none if absent */
MUST struct err *meta_put(struct call *c, const char *key, struct str value);
/* Instance settings, with history. */
struct setting_row { struct str key, value; };
MUST struct err *settings_all(struct call *c, struct setting_row **ret, size_t *ret_n);
MUST struct err *setting_put(struct call *c, struct str key, struct str value, struct str by);   /* in a transaction; none removes */
/* In a transaction: what else nodes keep in memory with the settings was changed, and goes into their history (server_blocks). */
MUST struct err *setting_noted(struct call *c, struct str what, struct str old, struct str value, struct str by);
MUST struct err *settings_newest(struct call *c, int64_t *ret);       /* the id of the last change; 0: none */
/* old and value: none where there was none, or is none any more. */
struct setting_change { struct str key, old, value, by; int64_t changed_us; };
/* The newest `max` of this key, or of all where it is none; newest first. */
MUST struct err *settings_history(struct call *c, struct str key, int64_t max, struct setting_change **ret, size_t *ret_n);

/* Counts one use of a limit in its fixed window; *ret_used includes this one. In a transaction. */
MUST struct err *limit_use(struct call *c, struct str key, int64_t window_us, int64_t *ret_used);
/* How often it was used in the window so far. */
MUST struct err *limit_used(struct call *c, struct str key, int64_t window_us, int64_t *ret_used);
/* What may be used once only and was made then, not more than a day ago: *ret_first false: it was used. In a transaction. */
MUST struct err *limit_once(struct call *c, struct str key, int64_t made_us, bool *ret_first);
