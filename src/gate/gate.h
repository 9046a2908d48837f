/* gate/gate.h: from a request to its handler and back: the router and the ordered gates of gate/endpoint.h. */
#pragma once
#include "base/call.h"
#include "gate/endpoint.h"

struct gate_how {
	const struct endpoint *const *tables;      /* NULL-terminated list of tables, each ended by a row without a path */
	struct world *world;
	struct sql_db *db;
	struct ids *ids;
	const struct house *house;
	/* Writes the page of an error for a browser (web does); the reply has its status already. */
	void (*html_error)(struct call *c, struct req *r, const struct err *e);
};

struct gate;
/* Lives in the arena. Aborts on two rows that cannot be told apart: our own mistake. */
struct gate *gate_create(struct arena *a, const struct gate_how *how);
/* What net/server.h calls. */
struct server_app gate_app(struct gate *g);
/* Every row, in order of its path: for `howdah routes` and the tests. */
void gate_each(const struct gate *g, void (*fn)(void *arg, const struct endpoint *e), void *arg);
const char *gate_method_name(enum method m);
