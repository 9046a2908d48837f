/* app/budget.h: one budget of database connections for the whole installation, and what each node does with its part.
 *
 *   what PostgreSQL lets in = kept free (db_connections_spare) + for each node: db_connections + 1 to listen with
 *   db_connections of a node = the most that its jobs may hold + what is kept for requests
 *
 * On the embedded database there is one node, and nothing that it could take from others. */
#pragma once
#include "app/open.h"
#include "store/store.h"

/* How many of db_connections are kept for who waits for an answer: a quarter, where the process answers as well as works off jobs. */
int budget_reserve(const struct conf *boot, struct str roles);
/* What a node of these settings and roles may hold, as it will stand in `nodes`; its number, token, place and lease are left to the caller. */
struct node budget_node(const struct conf *boot, struct str roles);
/* Fails: INVALID  there are more workers than its connections can serve; the text says what to set. */
MUST struct err *budget_check_workers(struct arena *a, const struct conf *boot, struct str roles);
/* For people: the nodes one by one, their sum, what there is, and what to set so that me fits beside others. */
struct str budget_refusal(struct arena *a, const struct database_room *room, int64_t spare, const struct node *others, size_t n,
			  const struct node *me);

/* Takes this process's part, or fails. Before: app_open(). A node of our place that counts but has not been heard of since is what we were before we
 * were killed where that cannot be seen (another machine, a container): it is waited for until its lease ends, second by second.
 * Fails: INVALID  it does not fit (budget_refusal). */
MUST struct err *budget_claim(struct opened *o, struct str roles);
