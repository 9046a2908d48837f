#include "store/event.h"
#include "store/store.h"

/* Set once by app before the threads start. */
static void (*on_event)(void *arg, const struct event *e);
static void *on_event_arg;

void store_on_event(void (*fn)(void *arg, const struct event *e), void *arg)
{
	on_event = fn;
	on_event_arg = arg;
}

struct attempt {
	sql_tx_fn *fn;
	void *arg;
};

SQL2(q_wake_nodes, "SELECT 1", "SELECT 1 FROM (SELECT pg_notify('howdah_events', '')) AS woken");

static struct err *run(struct call *c, void *arg)
{
	struct attempt *a = arg;
	struct row r;
	bool found;

	c->events = NULL;          /* an earlier attempt's events happened to nobody */
	TRY(a->fn(c, a->arg));
	if (c->events && sql_is_pgsql(c->db))
		TRY(db_one(c, &q_wake_nodes, ARGS0, &r, &found));
	return NULL;
}

struct err *store_tx(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct attempt a = { fn, arg };
	struct err *e = sql_tx(c, run, &a);

	for (struct event *ev = c->events; !e && ev && on_event; ev = ev->next)
		on_event(on_event_arg, ev);
	c->events = NULL;
	return e;
}
