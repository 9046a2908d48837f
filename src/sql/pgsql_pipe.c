/* Sending now, waiting later. In a transaction a statement whose answer nobody needs (BEGIN, an insert, a notice) only goes into libpq's
 * buffer; the next that is asked for an answer, at the latest COMMIT, takes it along. A trip to the server costs both processes more than
 * most statements do, and rows that many want are locked shorter so.
 * libpq's pipeline mode: https://www.postgresql.org/docs/15/libpq-pipeline-mode.html; entered with the first thing sent, left with
 * the last answer, so between statements that are waited for a connection is as any other. */
#include <assert.h>
#include <errno.h>
#include <poll.h>

#include "sql/pgsql_priv.h"

enum { CANCEL_GRACE_MS = 2000 };      /* for the server to answer a cancel before the connection is given up */

bool pgsql__pipe(struct pg_conn *p) { return PQpipelineStatus(p->h) == PQ_PIPELINE_ON || PQenterPipelineMode(p->h); }

void pgsql__sent(struct pg_conn *p, struct pg_sent what)
{
	assert(p->sent_n < PG_SENT_MAX);
	p->sent[p->sent_n++] = what;
}

/* Until the connection has a result, at most until the deadline. False where the time is over or the connection gone. */
static bool wait_ready(struct pg_conn *p, struct call *c, int64_t until_us)
{
	struct pollfd fd = { .fd = PQsocket(p->h), .events = POLLIN };

	while (PQisBusy(p->h)) {
		int64_t left_us = until_us ? until_us - c->world->now_us(c->world) : -1;
		int rc;

		if (until_us && left_us <= 0)
			return false;
		rc = poll(&fd, 1, until_us ? (int)(left_us / US_PER_MS + 1) : -1);
		if (rc < 0 && errno != EINTR)
			return false;
		if (rc > 0 && !PQconsumeInput(p->h))
			return false;
	}
	return true;
}

/* Asks the server to stop, and waits for an answer unless asked not to; false where none comes. Cancelling opens a connection of its own,
 * with the same timeouts. */
static bool cancel(struct pg_conn *p, bool wait)
{
	PGcancel *handle = PQgetCancel(p->h);
	int64_t until_us = world_monotonic_us() + CANCEL_GRACE_MS * US_PER_MS, left_us;
	char text[256];

	if (!handle)
		return false;
	PQcancel(handle, text, sizeof text);
	PQfreeCancel(handle);
	while (wait && PQisBusy(p->h)) {
		struct pollfd fd = { .fd = PQsocket(p->h), .events = POLLIN };

		left_us = until_us - world_monotonic_us();
		if (left_us <= 0 || poll(&fd, 1, (int)(left_us / US_PER_MS + 1)) < 0 || !PQconsumeInput(p->h))
			return false;
	}
	return true;
}

/* The answer to one thing sent: its first error, or else its last result; NULL where the connection is lost. */
static PGresult *result(struct call *c, struct pg_conn *p, bool ends, int64_t *until_us)
{
	PGresult *kept = NULL, *r;

	for (;;) {
		while (!wait_ready(p, c, *until_us)) {
			if (PQstatus(p->h) != CONNECTION_OK || !*until_us || !cancel(p, !ends))
				goto lost;
			*until_us = ends ? 0 : *until_us;
		}
		r = PQgetResult(p->h);
		if (!r)
			return kept;
		if (kept && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
			PQclear(r);
			continue;
		}
		PQclear(kept);
		kept = r;
	}
lost:
	PQclear(kept);
	return NULL;
}

static bool is_done(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* It was counted as prepared when it was sent. */
static void not_prepared(struct pg_conn *p, const struct sql_stmt *stmt)
{
	p->is_prepared[stmt->number / 8] &= (uint8_t)~(1u << stmt->number % 8);
	p->prepared--;
}

/* Past the end of the pipeline, and out of that mode. */
static bool leave(struct pg_conn *p, struct call *c)
{
	PGresult *r;
	bool ok;

	if (!wait_ready(p, c, 0))
		return false;
	r = PQgetResult(p->h);
	ok = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
	PQclear(r);
	return ok && PQexitPipelineMode(p->h);
}

/* The server's answers come when it has done all: how far it is cannot be known before. */
struct err *pgsql__answers(struct call *c, struct pg_conn *p, bool ends, PGresult **ret)
{
	bool piped = PQpipelineStatus(p->h) != PQ_PIPELINE_OFF;
	const char *last = p->sent_n ? p->sent[p->sent_n - 1].name : "";
	struct err *e = NULL;
	int64_t until_us = c->deadline_us;
	PGresult *r = NULL;

	*ret = NULL;
	if (piped && !PQpipelineSync(p->h))
		return pgsql__lost(c->arena, p, last);
	for (unsigned i = 0; i < p->sent_n; i++) {
		const struct pg_sent *s = &p->sent[i];

		PQclear(r);
		r = result(c, p, ends, &until_us);
		if (!r)
			return pgsql__lost(c->arena, p, s->name);
		if (is_done(r))
			continue;
		if (!e)
			e = pgsql__fail(c->arena, p, s->name, r);
		if (s->prepares)
			not_prepared(p, s->prepares);
	}
	p->sent_n = 0;
	if (piped && !p->base.broken && !leave(p, c)) {
		PQclear(r);
		return pgsql__lost(c->arena, p, last);
	}
	if (e)
		PQclear(r);
	else
		*ret = r;
	return e;
}
