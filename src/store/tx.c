#include <stdatomic.h>
#include <stdio.h>

#include "store/event.h"
#include "store/store.h"
#include "store/store_priv.h"

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

SQL2(q_wake_nodes, "SELECT $1", "SELECT 1 FROM (SELECT pg_notify('howdah_events', $1)) AS woken");

/* What the other nodes are told: who speaks, and a bit for each lane of jobs that has more to do. */
static struct store_notice notice_of(const struct call *c)
{
	struct store_notice n = { .node = c->house ? c->house->node : -1 };

	for (const struct event *ev = c->events; ev; ev = ev->next)
		n.lanes |= ev->kind == EVENT_JOBS_ADDED ? 1u << ev->subject_id : 0;
	return n;
}

static struct err *wake_nodes(struct call *c)
{
	struct store_notice n = notice_of(c);

	return db_exec(c, &q_wake_nodes, ARGS(arena_printf(c->arena, "%d %u", n.node, n.lanes)), NULL);
}

/* Of all transactions since the last notice. */
static _Atomic unsigned untold_lanes;
static _Atomic int untold_node;

size_t store_notice_say(char *ret, size_t room)
{
	unsigned lanes = atomic_exchange(&untold_lanes, 0);

	return (size_t)snprintf(ret, room, "%d %u", atomic_load(&untold_node), lanes);
}

static void wake_nodes_soon(struct call *c)
{
	struct store_notice n = notice_of(c);

	atomic_store(&untold_node, n.node);
	atomic_fetch_or(&untold_lanes, n.lanes);
	sql_tell(c->db);
}

struct store_notice store_notice_read(struct str payload)
{
	struct store_notice n = { .node = -1, .lanes = ~0u };
	struct str node, lanes;
	int64_t v;

	if (!str_cut(payload, ' ', &node, &lanes))
		return n;
	n.node = str_i64(node, &v) ? (int)v : -1;
	n.lanes = str_i64(lanes, &v) ? (unsigned)v : ~0u;
	return n;
}

static struct err *run(struct call *c, void *arg)
{
	struct attempt *a = arg;

	c->events = NULL;          /* an earlier attempt's events happened to nobody */
	c->search_marked = false;
	TRY(a->fn(c, a->arg));
	return c->events && sql_is_pgsql(c->db) && !sql_tells(c->db) ? wake_nodes(c) : NULL;
}

struct err *store_tx(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct attempt a = { fn, arg };
	struct err *e = sql_tx(c, run, &a);

	for (struct event *ev = c->events; !e && ev && on_event; ev = ev->next)
		on_event(on_event_arg, ev);
	/* Where nobody knows whether it stands, too. */
	if (c->events && sql_tells(c->db))
		wake_nodes_soon(c);
	c->events = NULL;
	if (!e && c->search_marked) {
		c->search_marked = false;
		store__search_wake(c);
	}
	return e;
}
