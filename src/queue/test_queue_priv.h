/* queue/test_queue_priv.h: what this room's tests stand on: nodes with queues on one database, a clock that is moved, handlers that tell what
 * they saw. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "queue/queue.h"
#include "store/event.h"
#include "store/host.h"
#include "store/job.h"
#include "store/job_flow.h"
#include "store/job_rule.h"
#include "store/job_stats.h"
#include "store/migrations.h"
#include "store/store.h"
#include "store/test_database.h"

/* One engine, a fresh schema, a clock that stands unless it is moved. */
struct fixture {
	struct world world;       /* first: the clock finds its fixture */
	struct arena *arena;
	struct call call;
	_Atomic int64_t moved_us; /* what the clock says beyond the start */
	int64_t start_us;
	bool stands;
};

static int64_t clock_us(struct world *w)
{
	struct fixture *f = (struct fixture *)w;

	return f->stands ? f->start_us + atomic_load(&f->moved_us) : world_real.now_us(&world_real) + atomic_load(&f->moved_us);
}

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	*f = (struct fixture){ .world = { clock_us, world_real.random }, .arena = a, .start_us = world_real.now_us(&world_real) };
	f->call = (struct call){ .arena = a, .world = &f->world, .now_us = f->start_us, .ids = ids_create(a, 1) };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 12 }, &f->call.db))
		return -1;
	*state = f;
	return test_database(&f->call) ? -1 : 0;
}

TEST_ENGINES(set_up)

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f) {
		sql_close(f->call.db);
		arena_destroy(f->arena);
	}
	return 0;
}

#define NEED(f) do { if (!(f)) skip(); } while (0)
#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)

static void rest(int64_t ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

/* ---- what handlers saw ---- */

enum { REFS = 1200 };
static _Atomic int runs[REFS], tries_seen[REFS], total, now_running, most_running, order[REFS];
static _Atomic bool gate_open;
static _Atomic int64_t later_id;
static struct job_desk *_Atomic later_desk;

static void forget_runs(void)
{
	for (int i = 0; i < REFS; i++) {
		runs[i] = 0;
		tries_seen[i] = 0;
		order[i] = 0;
	}
	total = now_running = most_running = 0;
	later_id = 0;
	gate_open = false;
}

static void seen(const struct job *j)
{
	tries_seen[j->ref_id] = j->tries;
	runs[j->ref_id]++;
	order[j->ref_id] = ++total;
}

static struct err *quick(struct call *c, const struct job *j, bool *ret_later)
{
	(void)c;
	(void)ret_later;
	seen(j);
	return NULL;
}

static struct err *slow(struct call *c, const struct job *j, bool *ret_later)
{
	int n = ++now_running, most = most_running;

	(void)c;
	(void)ret_later;
	while (n > most && !atomic_compare_exchange_weak(&most_running, &most, n))
		;
	rest(4);
	seen(j);
	now_running--;
	return NULL;
}

static struct err *fails(struct call *c, const struct job *j, bool *ret_later)
{
	(void)ret_later;
	seen(j);
	return FAIL(c->arena, ERR_REMOTE, "not now");
}

static struct err *meets_a_busy_database(struct call *c, const struct job *j, bool *ret_later)
{
	(void)ret_later;
	seen(j);
	return FAIL(c->arena, ERR_LATER, "the database is busy");
}

static struct err *unheard(struct call *c, const struct job *j, bool *ret_later)
{
	(void)ret_later;
	seen(j);
	c->remote_host = j->host;
	c->remote_failed = true;
	return FAIL(c->arena, ERR_REMOTE, "silence");
}

static struct err *broken(struct call *c, const struct job *j, bool *ret_later)
{
	(void)ret_later;
	seen(j);
	return FAIL(c->arena, ERR_INTERNAL, "a fault made for a test");
}

static struct err *waits(struct call *c, const struct job *j, bool *ret_later)
{
	(void)c;
	(void)ret_later;
	now_running++;
	while (!gate_open)
		rest(1);
	seen(j);
	return NULL;
}

static struct err *breaks_off(struct call *c, const struct job *j, bool *ret_later)
{
	TRY(waits(c, j, ret_later));
	return FAIL(c->arena, ERR_LATER, "the server ends");
}

static struct err *later(struct call *c, const struct job *j, bool *ret_later)
{
	(void)c;
	seen(j);
	later_desk = j->desk;
	later_id = j->id.v;
	*ret_later = true;
	return NULL;
}

static job_fn *const handlers[JOB_KINDS] = {
	[JOB_INBOUND] = quick, [JOB_FANOUT] = quick, [JOB_NOTIFY] = slow, [JOB_DELIVER] = slow, [JOB_PLAN] = later, [JOB_MAIL] = quick,
	[JOB_FETCH_THREAD] = fails, [JOB_RESOLVE] = broken, [JOB_HOME_BUILD] = waits, [JOB_REFRESH_ACTOR] = unheard,
	[JOB_FILM] = breaks_off, [JOB_CARD] = waits, [JOB_LINKS] = meets_a_busy_database,
};

/* ---- queues ---- */

static struct queue *queues[2];
static _Atomic int queues_n;

static __attribute__((unused)) void on_event(void *arg, const struct event *e)
{
	(void)arg;
	for (int i = 0; i < queues_n; i++)
		if (e->kind == EVENT_JOBS_ADDED)
			queue_wake(queues[i], (enum job_lane)e->subject_id);
}

static void start(struct fixture *f, int n, struct queue_how how)
{
	how.world = &f->world;
	how.db = f->call.db;
	how.ids = f->call.ids;
	how.handlers = handlers;
	how.workers = how.workers ? how.workers : 4;
	how.poll_ms = how.poll_ms ? how.poll_ms : 20;
	for (int i = 0; i < n; i++) {
		how.node = i + 1;
		ok(queue_start(f->arena, &how, &queues[i]));
	}
	queues_n = n;
}

static void stop(void)
{
	int n = queues_n;

	queues_n = 0;
	for (int i = 0; i < n; i++)
		queue_stop(queues[i], 1000);
}

struct adding { const struct job_new *v; size_t n; };
static struct err *add_all(struct call *c, void *arg)
{
	const struct adding *a = arg;

	return jobs_add(c, a->v, a->n);
}

static void add(struct fixture *f, const struct job_new *v, size_t n)
{
	f->call.now_us = clock_us(&f->world);
	ok(store_tx(&f->call, add_all, &(struct adding){ v, n }));
}

static void add_many(struct fixture *f, enum job_kind kind, int first_ref, int n, const char *host)
{
	struct job_new *v = arena_array(f->arena, struct job_new, (size_t)n);

	for (int i = 0; i < n; i++)
		v[i] = (struct job_new){ .kind = kind, .ref_id = first_ref + i, .host = str_z(host) };
	add(f, v, (size_t)n);
}

/* Rows that are left, in any state; parked ones in *ret_parked. */
static int64_t rows_left(struct fixture *f, int64_t *ret_parked)
{
	struct job_lane_state s[JOB_LANES];
	int64_t n = 0;

	f->call.now_us = clock_us(&f->world);
	ok(jobs_state(&f->call, s));
	*ret_parked = 0;
	for (int i = 0; i < JOB_LANES; i++) {
		n += s[i].due + s[i].later + s[i].leased + s[i].parked;
		*ret_parked += s[i].parked;
	}
	return n;
}

#define UNTIL(condition) do { \
		int64_t end_ = world_monotonic_us() + 30 * US_PER_S; \
		while (!(condition)) { \
			if (world_monotonic_us() > end_) \
				fail_msg("waited 30 s for " #condition); \
			rest(2); \
		} \
	} while (0)

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
