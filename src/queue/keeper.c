/* The keeper: one thread that does all of the queue's own work with the database. In each round it does what is due:
 *
 *   settle ends · look which lanes have due jobs · lease for lanes with room · extend leases · take recurring turns · sleep
 *
 * It sleeps until the next of these, or until somebody pokes it. After the database failed it rests for a second. */
#include "queue/queue_priv.h"

#include <time.h>

#include "base/fault.h"
#include "base/log.h"
#include "store/host.h"
#include "store/job.h"
#include "store/schedule.h"

static struct err *look(struct queue *q, struct call *c, int64_t now)
{
	int64_t due[JOB_LANES] = { 0 };

	if (now < q->poll_at_us && (q->next_due_us == 0 || c->now_us < q->next_due_us))
		return NULL;
	TRY(jobs_next(c, due));
	q->poll_at_us = now + q->how.poll_ms * US_PER_MS;
	q->next_due_us = 0;
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		if (!q->turns.of[i].served || due[i] == 0)
			continue;
		if (due[i] <= c->now_us)
			atomic_store(&q->lanes[i].look, true);
		else if (q->next_due_us == 0 || due[i] < q->next_due_us)
			q->next_due_us = due[i];
	}
	return NULL;
}

/* Of the hosts in this batch that failed before: who gets to send the probe. */
static struct err *probes(struct call *c, const struct job *jobs, size_t n, struct str **ret, size_t *ret_n)
{
	struct str hosts[LEASE_BATCH];
	size_t hosts_n = 0;

	for (size_t i = 0; i < n; i++) {
		bool have = jobs[i].host.n == 0;

		for (size_t k = 0; k < hosts_n && !have; k++)
			have = str_eq(hosts[k], jobs[i].host);
		if (!have)
			hosts[hosts_n++] = jobs[i].host;
	}
	return hosts_probe(c, hosts, hosts_n, PROBE_US, ret, ret_n);
}

static void take_off(struct queue *q, enum job_lane lane, struct batch *b, const struct job *job)
{
	struct flight *f = queue__pop(&q->free);

	*f = (struct flight){ .state = FLIGHT_WAITING, .lane = lane, .job = *job, .batch = b, .leased_us = world_monotonic_us() };
	f->job.desk = &q->desk;
	f->host = queue__host_take(q, job->host);
	b->live++;
	queue__push(&q->lanes[lane].waiting, f);
	pthread_cond_signal(&q->work);
}

/* Where fewer came than there was room for, those were all. But of a host no more than its share is leased at once, and the window of the lease may
 * be full of one: it is asked again at once, while that host has its share and is left out. */
static bool may_have_more(const struct job *jobs, size_t n, size_t max)
{
	bool hosts = false;

	for (size_t i = 0; i < n; i++)
		hosts |= jobs[i].host.n > 0;
	return n == max || hosts;
}

/* Leases for one lane. *ret_more: there is more to lease at once. */
static struct err *lease(struct queue *q, enum job_lane lane, bool *ret_more)
{
	struct job_lease how = { .lane = lane, .node = q->how.node, .lease_us = q->how.lease_ms * US_PER_MS };
	struct lane_state *l = &q->lanes[lane];
	int64_t now = world_monotonic_us();
	struct arena *a;
	struct batch *b;
	struct str *busy, *probe = NULL;
	struct job *jobs = NULL;
	struct granted *granted;
	size_t n = 0, probe_n = 0, granted_n = 0;
	struct call c;
	struct err *e;

	*ret_more = false;
	pthread_mutex_lock(&q->lock);
	how.max = queue__wanted(q, lane, now);
	if (how.max <= 0) {
		pthread_mutex_unlock(&q->lock);
		return NULL;
	}
	a = arena_create();
	b = arena_new(a, struct batch);
	b->arena = a;
	busy = arena_array(a, struct str, 320);
	how.host_max = queue__host_max(q, lane);
	how.busy_n = queue__hosts_full(q, how.host_max, busy, 320);
	how.no_probes = queue__probes_full(q, lane);
	for (size_t i = 0; i < how.busy_n; i++)
		busy[i] = arena_dup(a, busy[i]);
	how.busy_hosts = busy;
	atomic_store(&l->look, false);
	pthread_mutex_unlock(&q->lock);

	queue__call(q, a, &c);
	granted = arena_array(a, struct granted, HELD_MAX);
	e = queue__hold(q, &c, &how, busy, granted, &granted_n);
	if (!e && how.max > 0)
		e = jobs_lease(&c, &how, &jobs, &n);
	if (!e && n) {
		FAULT_POINT("queue.leased");
		/* Where this fails the jobs are ours all the same; at worst a failing host gets one job more. */
		if (probes(&c, jobs, n, &probe, &probe_n))
			probe_n = 0;
	}
	if (!e && queue__hold_settle(&c, lane, granted, granted_n, jobs, n))
		log_debug("queue.throttle", KV("lane", job_lane_name(lane)));    /* it gets by with less for a while */
	queue__call_end(q, &c);
	if (e)
		e = FAIL(q->arena, e->code, STR_FMT, STR_ARG(e->text));
	if (e || n == 0) {
		arena_destroy(a);
		atomic_store(&l->look, atomic_load(&l->look) || e != NULL);
		return e;
	}
	pthread_mutex_lock(&q->lock);
	*ret_more = may_have_more(jobs, n, (size_t)how.max);
	l->lease_at_us = *ret_more ? 0 : now + LEASE_GAP_US;
	for (size_t i = 0; i < n; i++) {
		struct flight *f = q->free.first;

		take_off(q, lane, b, &jobs[i]);
		for (size_t k = 0; k < probe_n; k++)
			f->probe |= str_eq(probe[k], jobs[i].host);
	}
	pthread_mutex_unlock(&q->lock);
	if (*ret_more)
		atomic_store(&l->look, true);
	return NULL;
}

/* All that is held and whose lease is a third over. What never reported is taken for failed. */
static struct err *extend(struct queue *q, struct call *c, int64_t now)
{
	int64_t third = q->how.lease_ms * US_PER_MS / 3, ids[320];
	size_t n = 0;

	if (now < q->extend_at_us)
		return NULL;
	pthread_mutex_lock(&q->lock);
	for (struct flight *f = q->flights; f < q->flights + FLIGHTS; f++) {
		if (f->state == FLIGHT_FREE || f->turn)
			continue;
		if (f->state == FLIGHT_WIRE && now - f->begun_us > WIRE_DEADLINE_US) {
			queue__set_end(f, &(struct job_end){ .result = JOB_RETRY, .why = STR("nothing was heard of it") });
			queue__ended(q, f);
		}
		if (now - f->leased_us >= third && n < 320) {
			ids[n++] = f->job.id.v;
			f->leased_us = now;
		}
	}
	pthread_mutex_unlock(&q->lock);
	q->extend_at_us = now + (n == 320 ? 0 : third / 4);
	return n ? jobs_extend(c, q->how.node, ids, n, c->now_us + q->how.lease_ms * US_PER_MS) : NULL;
}

static struct err *take_turn(struct queue *q, struct call *c, struct recurring *r)
{
	bool mine = true;

	if (r->next_us == 0 && !r->own)
		TRY(schedule_ensure(c, str_z(r->row.name), c->now_us, &r->next_us));
	if (c->now_us < r->next_us)
		return NULL;
	if (r->own)
		r->next_us = c->now_us + r->row.period_us;
	else
		TRY(schedule_take(c, str_z(r->row.name), r->row.period_us, &mine, &r->next_us));
	if (!mine)
		return NULL;
	pthread_mutex_lock(&q->lock);
	if (q->free.n) {
		struct flight *f = queue__pop(&q->free);

		*f = (struct flight){ .state = FLIGHT_WAITING, .lane = JOB_LANE_SCHEDULE, .turn = r };
		r->running = true;
		queue__push(&q->lanes[JOB_LANE_SCHEDULE].waiting, f);
		pthread_cond_signal(&q->work);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

static struct err *take_turns(struct queue *q, struct call *c, int64_t now)
{
	if (now < q->turns_at_us)
		return NULL;
	q->turns_at_us = now + q->how.poll_ms * US_PER_MS;
	for (size_t i = 0; i < q->recurring_n; i++) {
		bool running;

		pthread_mutex_lock(&q->lock);
		running = q->recurring[i].running;
		pthread_mutex_unlock(&q->lock);
		if (!running)
			TRY(take_turn(q, c, &q->recurring[i]));
	}
	return NULL;
}

/* As if it had never been taken. */
struct err *queue__give_back(struct queue *q, struct call *c, bool (*wanted)(const struct queue *q, const struct flight *f))
{
	int64_t ids[320];
	size_t n;

	do {
		n = 0;
		pthread_mutex_lock(&q->lock);
		for (struct lane_state *l = q->lanes; l < q->lanes + JOB_LANES; l++) {
			for (int left = l->waiting.n; n < 320 && left > 0; left--) {
				struct flight *f = queue__pop(&l->waiting);

				if (!f->turn ? !wanted(q, f) : !q->stopping) {
					queue__push(&l->waiting, f);
					continue;
				}
				if (!f->turn)
					ids[n++] = f->job.id.v;
				queue__host_give(q, f);
				queue__forget(q, f);
			}
		}
		pthread_mutex_unlock(&q->lock);
		if (n)
			TRY(jobs_release(c, q->how.node, ids, n, c->now_us));
	} while (n == 320);
	return NULL;
}

static bool everything(const struct queue *q, const struct flight *f)
{
	(void)q;
	(void)f;
	return true;
}

static bool settle_due(struct queue *q, int64_t now)
{
	bool due;

	pthread_mutex_lock(&q->lock);
	due = q->ended.n >= SETTLE_BATCH || (q->ended.n && (q->stopping || now - q->first_ended_us >= SETTLE_US));
	pthread_mutex_unlock(&q->lock);
	return due;
}

/* One round. *ret_again: there is more to do at once. */
static struct err *go_round(struct queue *q, struct call *c, bool stopping, bool *ret_again)
{
	int64_t now = world_monotonic_us();

	*ret_again = false;
	if (settle_due(q, now)) {
		TRY(queue__settle(q, c));
		*ret_again = settle_due(q, now);
	}
	TRY(extend(q, c, now));
	TRY(queue__rates_write(q, c, stopping ? INT64_MAX : now));
	if (stopping)
		return queue__give_back(q, c, everything);
	TRY(queue__rules(q, c, now));
	TRY(look(q, c, now));
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		bool more;

		TRY(lease(q, i, &more));
		*ret_again |= more;
	}
	return take_turns(q, c, now);
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Under the lock. */
static void sleep_until_due(struct queue *q)
{
	int64_t now = world_monotonic_us(), until = least(q->poll_at_us, least(q->extend_at_us, q->turns_at_us)), wall;
	struct timespec ts;

	if (q->ended.n)
		until = least(until, q->first_ended_us + SETTLE_US);
	for (enum job_lane i = 0; i < JOB_LANES && !q->stopping; i++)
		if (queue__wanted(q, i, INT64_MAX) > 0)
			until = least(until, q->lanes[i].lease_at_us);
	if (q->next_due_us) {
		wall = q->how.world->now_us(q->how.world);
		until = least(until, now + (q->next_due_us > wall ? q->next_due_us - wall : 0));
	}
	if (until < q->rest_until_us)
		until = q->rest_until_us;
	ts = (struct timespec){ .tv_sec = until / US_PER_S, .tv_nsec = until % US_PER_S * 1000 };
	/* While it rests nobody's poke wakes it, but for the last one. */
	while (!q->finishing && !(q->poked && q->rest_until_us <= now))
		if (pthread_cond_timedwait(&q->keep, &q->lock, &ts) != 0)
			break;
}

/* Before the end: what ended is written down, in as many batches as it takes, unless the database is gone. What is still held then is
 * forgotten here and comes back when its lease ends. */
static void finish(struct queue *q)
{
	struct err *e = NULL;

	for (int i = 0; i < FLIGHTS / SETTLE_BATCH + 1 && !e; i++) {
		struct call c;

		arena_reset(q->arena);
		queue__call(q, q->arena, &c);
		e = queue__settle(q, &c);
		if (!e)
			e = queue__rates_write(q, &c, INT64_MAX);
		if (!e)
			e = queue__give_back(q, &c, everything);
		queue__call_end(q, &c);
	}
	if (e)
		log_warn("queue.unsettled", KV("why", e->text));
	pthread_mutex_lock(&q->lock);
	for (struct flight *f = q->flights; f < q->flights + FLIGHTS; f++)
		if (f->state != FLIGHT_FREE)
			queue__forget(q, f);
	pthread_mutex_unlock(&q->lock);
}

void *queue__keep(void *arg)
{
	struct queue *q = arg;

	pthread_mutex_lock(&q->lock);
	while (!q->finishing) {
		bool again = false, stopping = q->stopping;
		struct call c;
		struct err *e;

		q->poked = false;
		pthread_mutex_unlock(&q->lock);
		arena_reset(q->arena);
		queue__call(q, q->arena, &c);
		e = go_round(q, &c, stopping, &again);
		queue__call_end(q, &c);
		if (e) {
			log_warn("queue.database", KV("why", e->text));
			q->rest_until_us = world_monotonic_us() + REST_US;
		}
		pthread_mutex_lock(&q->lock);
		if (!again && !q->finishing)
			sleep_until_due(q);
	}
	pthread_mutex_unlock(&q->lock);
	finish(q);
	return NULL;
}
