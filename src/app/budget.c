#include "app/budget.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"

/* A worker borrows a connection for a load or a transaction, and holds none while it waits for another server. More than so many to a
 * connection would wait for each other instead. */
enum { WORKERS_A_CONNECTION = 8, LISTENERS = 1, CONNECTIONS_MIN = 2, CONNECTIONS_MAX = 1000, REFUSAL_MAX = 16 * 1024, HOST_NAME_MAX_BYTES = 255 };

static bool answers(struct str roles) { return str_contains(roles, STR("web")) || str_contains(roles, STR("streaming")); }

static int64_t reserve_of(int64_t connections, struct str roles) { return answers(roles) ? (connections + 3) / 4 : 0; }

static int64_t most_for_jobs(int64_t connections, struct str roles)
{
	return str_contains(roles, STR("jobs")) ? connections - reserve_of(connections, roles) : 0;
}

int budget_reserve(const struct conf *boot, struct str roles) { return (int)reserve_of(boot->db_connections, roles); }

struct node budget_node(const struct conf *boot, struct str roles)
{
	bool jobs = str_contains(roles, STR("jobs"));

	return (struct node){ .roles = roles, .connections = boot->db_connections + (boot->database_url.n ? LISTENERS : 0),
			      .connections_jobs = most_for_jobs(boot->db_connections, roles), .job_workers = jobs ? boot->job_workers : 0 };
}

/* ---- workers ---- */

static struct err *check_jobs(struct arena *a, const struct conf *boot, struct str roles)
{
	int64_t most = most_for_jobs(boot->db_connections, roles), workers = boot->job_workers, want = boot->db_connections;

	if (!str_contains(roles, STR("jobs")) || workers <= most * WORKERS_A_CONNECTION)
		return NULL;
	while (want < CONNECTIONS_MAX && workers > most_for_jobs(want, roles) * WORKERS_A_CONNECTION)
		want++;
	return FAIL(a, ERR_INVALID,
		    "job_workers = %lld, but jobs may hold %lld of the %lld database connections of this node (%lld are kept for requests), and that is"
		    " enough for %lld workers, %d to a connection. Set job_workers = %lld or less, or db_connections = %lld or more", (long long)workers,
		    (long long)most, (long long)boot->db_connections, (long long)(boot->db_connections - most), (long long)(most * WORKERS_A_CONNECTION),
		    WORKERS_A_CONNECTION, (long long)(most * WORKERS_A_CONNECTION), (long long)want);
}

static struct err *check_requests(struct arena *a, const struct conf *boot, struct str roles)
{
	int64_t workers = boot->db_workers + 3 * boot->fetch_workers + boot->upload_workers, most = boot->db_connections * WORKERS_A_CONNECTION;

	if (!answers(roles) || workers <= most)
		return NULL;
	return FAIL(a, ERR_INVALID,
		    "db_workers = %lld, fetch_workers = %lld (three times) and upload_workers = %lld are %lld workers, but the %lld database connections of"
		    " this node are enough for %lld, %d to a connection. Set fewer, or db_connections = %lld or more", (long long)boot->db_workers,
		    (long long)boot->fetch_workers, (long long)boot->upload_workers, (long long)workers, (long long)boot->db_connections, (long long)most,
		    WORKERS_A_CONNECTION, (long long)((workers + WORKERS_A_CONNECTION - 1) / WORKERS_A_CONNECTION));
}

struct err *budget_check_workers(struct arena *a, const struct conf *boot, struct str roles)
{
	TRY(check_jobs(a, boot, roles));
	return check_requests(a, boot, roles);
}

/* ---- connections ---- */

static void put_line(struct arena *a, struct buf *out, struct str what, int64_t n, struct str why)
{
	struct str line = arena_printf(a, "  %-62.*s %5lld", (int)what.n, what.p, (long long)n);

	buf_addf(out, STR_FMT "%s" STR_FMT "\n", STR_ARG(line), why.n ? "  " : "", STR_ARG(why));
}

static struct str node_line(struct arena *a, const struct node *n, bool me)
{
	struct str name = me ? STR("this one") : arena_printf(a, "node %d", n->number);

	return arena_printf(a, STR_FMT " at " STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(n->place), STR_ARG(n->roles));
}

struct str budget_refusal(struct arena *a, const struct database_room *room, int64_t spare, const struct node *others, size_t n,
			  const struct node *me)
{
	struct buf out = buf_init(a, REFUSAL_MAX);
	int64_t all = nodes_connections(others, n), left = room->lets_in - spare - all - LISTENERS;

	buf_addz(&out, "the database connections of this node do not fit:\n");
	for (size_t i = 0; i < n; i++)
		put_line(a, &out, node_line(a, &others[i], false), others[i].connections, STR_NONE);
	put_line(a, &out, node_line(a, me, true), me->connections, STR_NONE);
	put_line(a, &out, STR("all nodes together"), all + me->connections, STR_NONE);
	put_line(a, &out, STR("the database lets in"), room->lets_in, str_z(room->by));
	put_line(a, &out, STR("kept free for the command line and psql"), spare, STR("db_connections_spare"));
	put_line(a, &out, STR("so the nodes may hold"), room->lets_in - spare, STR_NONE);
	buf_addz(&out, "Each holds its db_connections and one to listen with. ");
	if (left >= CONNECTIONS_MIN)
		buf_addf(&out, "Set db_connections = %lld or less here, or less at another node,", (long long)left);
	else
		buf_addz(&out, "Set db_connections to less at another node,");
	buf_addz(&out, " or let the database take more");
	return buf_str(&out);
}

static struct str place_of(struct opened *o)
{
	char name[HOST_NAME_MAX_BYTES + 1] = { 0 };

	if (gethostname(name, HOST_NAME_MAX_BYTES) != 0 || !*name)
		return o->boot->listen;
	return arena_printf(o->arena, "%s " STR_FMT, name, STR_ARG(o->boot->listen));
}

/* Connections are opened when they are needed: without a word now, what other programs leave us too little room for would be found out on a busy
 * evening. */
static void warn_of_strangers(const struct node *me, const struct database_room *room)
{
	int64_t now = room->now - (room->now > 0);        /* the one that asks is one of ours */

	if (room->lets_in && me->connections + now > room->lets_in)
		log_warn("serve.connections", KV("may_hold", me->connections), KV("others_now", now), KV("database_lets_in", room->lets_in));
}

/* What we were, perhaps: until it is heard of again, or its lease ends. *seen: when that lease ended as we first looked. */
static bool may_be_dead(const struct node *others, size_t n, const struct node *me, int64_t *seen)
{
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(others[i].place, me->place))
			continue;
		if (*seen == 0)
			*seen = others[i].leased_until_us;
		return others[i].leased_until_us == *seen;
	}
	return false;
}

static struct err *try_claim(struct opened *o, struct call *c, struct node *me, int64_t *seen, bool *ret_again)
{
	struct database_room room;
	struct node *others;
	size_t n;
	bool fits;
	int64_t spare = o->boot->db_connections_spare, all;

	TRY(database_room(c, &room));
	/* Nothing fits where so many are kept free; 0 would mean that all does. */
	all = room.lets_in == 0 ? 0 : room.lets_in > spare ? room.lets_in - spare : -1;
	me->leased_until_us = c->now_us + NODE_LEASE_S * US_PER_S;
	TRY(node_claim(c, me, all, &others, &n, &fits));
	*ret_again = !fits && may_be_dead(others, n, me, seen);
	if (!fits && !*ret_again)
		return FAIL(o->arena, ERR_INVALID, STR_FMT, STR_ARG(budget_refusal(o->arena, &room, spare, others, n, me)));
	if (fits)
		warn_of_strangers(me, &room);
	return NULL;
}

/* The signals of cmd_serve, which has them blocked. */
static bool asked_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}

struct err *budget_claim(struct opened *o, struct str roles)
{
	struct node me = budget_node(o->boot, roles);
	int64_t seen = 0;
	bool again = true;

	TRY(budget_check_workers(o->arena, o->boot, roles));
	me.number = o->house.node;
	me.token = o->node_token;
	me.place = place_of(o);
	for (int i = 0; again && i < NODE_LEASE_S && !asked_to_end(); i++) {
		AUTO_ARENA(tmp);
		struct call c = app_call(o, tmp);
		struct err *e = try_claim(o, &c, &me, &seen, &again);

		app_call_end(o, &c);
		if (e)
			return FAIL(o->arena, e->code, STR_FMT, STR_ARG(e->text));
		if (again && i == 0)
			log_info("serve.waits", KV("why", STR("a node of the same place counts until its lease ends, unless it is heard of again")));
		if (again)
			nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
	}
	return again ? FAIL(o->arena, ERR_LATER, "ended before a node of this place was known to be dead") : NULL;
}
