/* SQLite's one writer. Callers queue their acts and wait; the thread takes what waits as one group:
 *
 *   BEGIN IMMEDIATE · for each act: SAVEPOINT, its function, RELEASE (or ROLLBACK TO, where it failed) · COMMIT · answers
 *
 * so one sync to the disk serves all who wait. The first of a group needs no SAVEPOINT, for which SQLite would copy each page before it changes:
 * where it fails, the group ends with it. An act's failure is its own; a failed COMMIT fails the whole group with
 * LATER. An act's function runs on this thread with the caller's struct call, while the caller waits: the mutex hands the
 * call over and back. While an act still waits, its deadline may take it out of the queue; once begun it is run to its end. */
#include <errno.h>

#include "base/fault.h"
#include "sql/sqlite_priv.h"

enum {
	GROUP_MAX = 128,
	QUEUE_MAX = 1024,
	GROUP_US = 5 * US_PER_MS,         /* no further act joins a group as old as this: the first one waits for its answer */
};

struct act {
	struct act *next, *prev;
	struct call *c;
	sql_tx_fn *fn;
	void *arg;
	struct err *err;
	bool begun, done;                 /* guarded by the db's lock */
	pthread_cond_t wake;
};

/* ---- the caller's side ---- */

/* Under the lock. */
static void take_out(struct sqlite_db *d, struct act *act)
{
	*(act->prev ? &act->prev->next : &d->first) = act->next;
	*(act->next ? &act->next->prev : &d->last) = act->prev;
	d->waiting--;
}

/* Under the lock. False where the deadline took the act out of the queue. */
static bool await(struct sqlite_db *d, struct act *act)
{
	struct call *c = act->c;
	struct timespec until = { 0 };

	if (c->deadline_us)
		until = sql__monotonic_in(c->deadline_us - c->world->now_us(c->world));
	while (!act->done) {
		if (act->begun || !c->deadline_us) {
			pthread_cond_wait(&act->wake, &d->lock);
		} else if (pthread_cond_timedwait(&act->wake, &d->lock, &until) == ETIMEDOUT && !act->begun && !act->done) {
			take_out(d, act);
			return false;
		}
	}
	return true;
}

struct err *sqlite__tx(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct sqlite_db *d = (struct sqlite_db *)c->db;
	struct act act = { .c = c, .fn = fn, .arg = arg };
	bool in_time;

	if (sql__past_deadline(c))
		return FAIL(c->arena, ERR_LATER, "the deadline has passed");
	sql__cond_init(&act.wake);
	pthread_mutex_lock(&d->lock);
	if (d->waiting >= QUEUE_MAX || d->stop) {
		pthread_mutex_unlock(&d->lock);
		pthread_cond_destroy(&act.wake);
		return FAIL(c->arena, ERR_BUSY, "%d transactions wait already", QUEUE_MAX);
	}
	act.prev = d->last;
	*(d->last ? &d->last->next : &d->first) = &act;
	d->last = &act;
	if (d->waiting++ == 0)
		pthread_cond_signal(&d->work);
	in_time = await(d, &act);
	pthread_mutex_unlock(&d->lock);
	pthread_cond_destroy(&act.wake);
	return in_time ? act.err : FAIL(c->arena, ERR_LATER, "the deadline passed while waiting for the database");
}

/* ---- the writer's side ---- */

static struct act *take(struct sqlite_db *d)
{
	struct act *act;

	pthread_mutex_lock(&d->lock);
	act = d->first;
	if (act) {
		take_out(d, act);
		act->begun = true;
	}
	pthread_mutex_unlock(&d->lock);
	return act;
}

/* Wakes the group's callers. An act is the caller's again, and gone, as soon as the lock is. */
static void answer(struct sqlite_db *d, struct act **acts, size_t n, const struct err *failed)
{
	for (size_t i = 0; i < n; i++) {
		if (failed && !acts[i]->err)
			acts[i]->err = FAIL(acts[i]->c->arena, ERR_LATER, STR_FMT, STR_ARG(failed->text));
	}
	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < n; i++) {
		acts[i]->done = true;
		pthread_cond_signal(&acts[i]->wake);
	}
	pthread_mutex_unlock(&d->lock);
}

/* False where SQLite has rolled back the whole group: a full disk, an I/O error. */
static bool run_act(struct sqlite_conn *s, struct act *act)
{
	AUTO_ARENA(a);
	struct call *c = act->c;

	act->err = sql__engine(c->db)->begin(c, &s->base);
	if (act->err)
		return !sqlite3_get_autocommit(s->h);
	act->err = sql__run_fn(c, &s->base, act->fn, act->arg);
	if (sqlite3_get_autocommit(s->h))
		return false;
	if (s->first)
		return true;
	if (act->err && sqlite__control(a, s, SQLITE_CONTROL_UNDO))
		return false;
	if (sqlite__control(c->arena, s, SQLITE_CONTROL_RELEASE))
		return false;
	return true;
}

static struct err *end_group(struct call *own, struct sqlite_conn *s, bool whole, bool any)
{
	struct err *e = NULL;

	if (whole && any) {
		FAULT_POINT("sql.commit.before");
		e = sql__engine(own->db)->commit(own, &s->base);
		FAULT_POINT("sql.commit.after");
	} else if (!whole) {
		e = FAIL(own->arena, ERR_LATER, "the database has undone this group of transactions");
	}
	if (e || !any)
		own->db->real->rollback(&s->base);
	return e;
}

static void run_group(struct sqlite_db *d, struct call *own, struct sqlite_conn *s)
{
	int64_t until_us = world_monotonic_us() + GROUP_US;
	struct act *acts[GROUP_MAX];
	bool whole = true, any = false;
	size_t n = 0;

	while (whole && n < GROUP_MAX && world_monotonic_us() < until_us) {
		struct act *act = take(d);

		if (!act)
			break;
		s->first = n == 0;
		acts[n++] = act;
		whole = run_act(s, act);
		any = any || !act->err;
		if (s->first && act->err)
			break;
	}
	answer(d, acts, n, end_group(own, s, whole, any));
}

/* Nobody can begin now: those who wait hear so, and may try again. */
static void refuse(struct sqlite_db *d, const struct err *why)
{
	struct act *acts[GROUP_MAX];
	size_t n = 0;

	while (n < GROUP_MAX && (acts[n] = take(d)))
		n++;
	answer(d, acts, n, why);
}

/* The lock of the file is taken before an act leaves the queue: while another process holds it, deadlines still count. */
static void one_group(struct sqlite_db *d)
{
	struct call own = { .arena = d->arena, .world = &world_real, .db = &d->base };
	struct sqlite_conn *s = d->writer;
	struct sql_conn *borrowed = NULL;
	struct err *e = NULL;

	if (d->memory) {
		e = sql__borrow(&own, &borrowed);
		s = (struct sqlite_conn *)borrowed;
	}
	if (!e)
		e = sqlite__control(own.arena, s, SQLITE_CONTROL_BEGIN);
	if (e)
		refuse(d, e);
	else
		run_group(d, &own, s);
	if (borrowed)
		sql__give_back(borrowed);
	arena_reset(d->arena);
}

static void *writer_main(void *arg)
{
	struct sqlite_db *d = arg;
	bool more = true, shrink;

	while (more) {
		pthread_mutex_lock(&d->lock);
		while (!d->first && !d->stop && !d->shrink)
			pthread_cond_wait(&d->work, &d->lock);
		shrink = d->shrink && !d->first;
		d->shrink = d->shrink && !shrink;
		more = shrink || d->first != NULL;
		pthread_mutex_unlock(&d->lock);
		if (shrink && d->writer)
			sqlite3_db_release_memory(d->writer->h);
		else if (more && !shrink)
			one_group(d);
	}
	return NULL;
}

void sqlite__writer_trim(struct sql_db *db)
{
	struct sqlite_db *d = (struct sqlite_db *)db;

	pthread_mutex_lock(&d->lock);
	d->shrink = true;
	pthread_cond_signal(&d->work);
	pthread_mutex_unlock(&d->lock);
}

struct err *sqlite__writer_start(struct arena *a, struct sqlite_db *d)
{
	d->arena = arena_create();
	pthread_mutex_init(&d->lock, NULL);
	sql__cond_init(&d->work);
	if (pthread_create(&d->thread, NULL, writer_main, d))
		return FAIL(a, ERR_LATER, "cannot start the database's writer thread");
	d->started = true;
	return NULL;
}

/* What waits is still run. */
void sqlite__writer_stop(struct sqlite_db *d)
{
	if (!d->arena)
		return;
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_signal(&d->work);
	pthread_mutex_unlock(&d->lock);
	if (d->started)
		pthread_join(d->thread, NULL);
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->work);
	arena_destroy(d->arena);
}
