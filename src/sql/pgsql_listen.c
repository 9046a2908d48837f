/* LISTEN and NOTIFY, on a thread and a connection of its own:
 *
 *   listening --(connection lost)--> waiting --(100 ms, doubling to 10 s)--> listening, after telling STR_NONE
 *
 * An eventfd ends it from either state, another asks it to tell. A NOTIFY in each transaction would have all of them take one lock at their
 * commit, and wake each listener, our own too, for each: they are told of together, TELL_GAP_US after the last. */
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "sql/pgsql_priv.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 10000, NOTICE_MAX = 200 };
#define TELL_GAP_US (10 * US_PER_MS)

struct pg_listener {
	struct pg_listener *next;
	struct pg_db *db;
	char *channel, *command;          /* LISTEN "channel" */
	void (*on_notify)(void *arg, struct str payload);
	void *arg;
	size_t (*say)(char *ret, size_t room);
	PGconn *h;                        /* the thread's; NULL while there is none */
	int stop;                         /* an eventfd: readable when the thread is to end */
	int tell;                         /* an eventfd: readable when there is something to tell */
	_Atomic bool asked;               /* it is, or is about to be */
	int64_t told_us;                  /* the thread's; monotonic */
	pthread_t thread;
	bool started;
};

static struct err *start_listening(struct arena *a, struct pg_listener *l)
{
	PGresult *r;
	bool ok;

	TRY(pgsql__connect(a, l->db, &l->h));
	r = PQexec(l->h, l->command);
	ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	if (ok)
		return NULL;
	PQfinish(l->h);
	l->h = NULL;
	return FAIL(a, ERR_LATER, "cannot listen for the database's notices");
}

/* Hands over what has arrived; false where the connection is gone. */
static bool hand_over(struct pg_listener *l)
{
	PGnotify *note;

	if (!PQconsumeInput(l->h))
		return false;
	while ((note = PQnotifies(l->h))) {
		l->on_notify(l->arg, str_z(note->extra));
		PQfreemem(note);
	}
	return PQstatus(l->h) == CONNECTION_OK;
}

/* False where the connection is gone: then it is told after the next that is asked for. */
static bool tell(struct pg_listener *l)
{
	char text[NOTICE_MAX];
	const char *values[] = { l->channel, text };
	uint64_t times;
	PGresult *r;
	bool ok;

	if (read(l->tell, &times, sizeof times) != sizeof times)
		return true;
	/* Before it is said what it is: who has more to say from here on asks again. */
	atomic_store(&l->asked, false);
	text[l->say(text, sizeof text - 1)] = '\0';
	r = PQexecParams(l->h, "SELECT pg_notify($1, $2)", 2, NULL, values, NULL, NULL, 0);
	ok = PQresultStatus(r) == PGRES_TUPLES_OK;
	PQclear(r);
	l->told_us = world_monotonic_us();
	return ok;
}

/* Until the connection breaks (true) or the end is near (false). */
static bool listen_on(struct pg_listener *l)
{
	struct pollfd fds[] = { { .fd = l->stop, .events = POLLIN }, { .fd = PQsocket(l->h), .events = POLLIN }, { .fd = l->tell, .events = POLLIN } };

	for (;;) {
		int64_t gap_us = l->told_us + TELL_GAP_US - world_monotonic_us();
		bool may_tell = gap_us <= 0;

		if (!hand_over(l))
			return true;
		if (poll(fds, may_tell ? 3 : 2, may_tell ? -1 : (int)(gap_us / US_PER_MS + 1)) < 0)
			continue;         /* a signal */
		if (fds[0].revents) {
			(void)!tell(l);
			return false;
		}
		if (may_tell && fds[2].revents && !tell(l))
			return true;
	}
}

static void *listener_main(void *arg)
{
	struct pg_listener *l = arg;
	struct pollfd stop = { .fd = l->stop, .events = POLLIN };
	int wait_ms = BACKOFF_FIRST_MS;

	while (listen_on(l)) {
		PQfinish(l->h);
		l->h = NULL;
		while (!l->h) {
			AUTO_ARENA(a);

			if (poll(&stop, 1, wait_ms) > 0)
				return NULL;
			wait_ms = wait_ms * 2 < BACKOFF_MAX_MS ? wait_ms * 2 : BACKOFF_MAX_MS;
			(void)!start_listening(a, l);
		}
		wait_ms = BACKOFF_FIRST_MS;
		l->on_notify(l->arg, STR_NONE);
	}
	return NULL;
}

static void listener_destroy(struct pg_listener *l)
{
	uint64_t one = 1;

	if (l->started && write(l->stop, &one, sizeof one) == sizeof one)
		pthread_join(l->thread, NULL);
	if (l->stop >= 0)
		close(l->stop);
	if (l->tell >= 0)
		close(l->tell);
	PQfinish(l->h);
	free(l->channel);
	free(l->command);
	free(l);
}

void pgsql__tell(struct sql_db *db)
{
	struct pg_db *d = (struct pg_db *)db;
	uint64_t one = 1;

	for (struct pg_listener *l = d->listeners; l; l = l->next)
		if (l->say && !atomic_exchange(&l->asked, true))
			(void)!write(l->tell, &one, sizeof one);
}

void pgsql__listen_stop(struct pg_db *d)
{
	atomic_store(&d->base.tells, false);
	while (d->listeners) {
		struct pg_listener *l = d->listeners;

		d->listeners = l->next;
		listener_destroy(l);
	}
}

/* The channel's name is quoted by doubling: there is no connection yet that libpq could quote for. */
static char *listen_command(struct arena *a, const char *channel)
{
	struct buf b = buf_init(a, 256);

	buf_addz(&b, "LISTEN \"");
	for (; *channel; channel++) {
		if (*channel == '"')
			buf_addc(&b, '"');
		buf_addc(&b, *channel);
	}
	buf_addc(&b, '"');
	return buf_ok(&b) ? strndup(b.p, b.n) : NULL;
}

struct err *pgsql__listen(struct arena *a, struct sql_db *db, const struct sql_listening *how)
{
	struct pg_db *d = (struct pg_db *)db;
	struct pg_listener *l = calloc(1, sizeof *l);
	struct err *e = NULL;

	if (!l)
		return FAIL(a, ERR_LATER, "out of memory");
	*l = (struct pg_listener){ .db = d, .on_notify = how->on_notify, .arg = how->arg, .say = how->say, .channel = strdup(how->channel),
				   .command = listen_command(a, how->channel), .stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
				   .tell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	if (!l->channel || !l->command || l->stop < 0 || l->tell < 0)
		e = FAIL(a, ERR_LATER, "cannot listen for the database's notices");
	if (!e)
		e = start_listening(a, l);
	if (!e && pthread_create(&l->thread, NULL, listener_main, l))
		e = FAIL(a, ERR_LATER, "cannot start a thread for the database's notices");
	if (e) {
		listener_destroy(l);
		return e;
	}
	l->started = true;
	/* Its connection counts: the budget is for the whole process. */
	pthread_mutex_lock(&db->pool_lock);
	if (db->open_max > 1)
		db->open_max--;
	pthread_mutex_unlock(&db->pool_lock);
	l->next = d->listeners;
	d->listeners = l;
	if (l->say)
		atomic_store_explicit(&db->tells, true, memory_order_release);
	return NULL;
}
