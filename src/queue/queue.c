#include "queue/queue_priv.h"

#include "conf/current.h"
#include "store/job.h"

void queue__call(struct queue *q, struct arena *a, struct call *c)
{
	*c = (struct call){ .arena = a, .world = q->how.world, .db = q->how.db, .ids = q->how.ids, .house = q->how.house };
	c->now_us = c->world->now_us(c->world);
	if (q->how.house && q->how.house->conf)
		c->conf = conf_take(q->how.house->conf);
}

void queue__call_end(struct queue *q, struct call *c)
{
	if (c->conf)
		conf_give(q->how.house->conf, c->conf);
}

void queue__push(struct flights *l, struct flight *f)
{
	f->next = NULL;
	if (l->n++ == 0)
		l->last = &l->first;
	*l->last = f;
	l->last = &f->next;
}

struct flight *queue__pop(struct flights *l)
{
	struct flight *f = l->n ? l->first : NULL;

	if (f) {
		l->first = f->next;
		if (--l->n == 0)
			l->last = &l->first;
	}
	return f;
}

void queue__poke(struct queue *q)
{
	if (!q->poked) {
		q->poked = true;
		pthread_cond_signal(&q->keep);
	}
}

void queue_wake(struct queue *q, enum job_lane lane)
{
	if ((unsigned)lane >= JOB_LANES || !q->turns.of[lane].served || atomic_exchange(&q->lanes[lane].look, true))
		return;
	pthread_mutex_lock(&q->lock);
	queue__poke(q);
	pthread_mutex_unlock(&q->lock);
}

static void cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

static void init(struct queue *q, const struct queue_how *how)
{
	q->how = *how;
	q->how.lanes = how->lanes ? how->lanes : (1u << JOB_LANES) - 1;
	q->how.host_max = how->host_max ? how->host_max : JOB_HOST_MAX;
	q->how.poll_ms = how->poll_ms ? how->poll_ms : 1000;
	q->how.lease_ms = how->lease_ms ? how->lease_ms : 30000;
	q->desk.report = queue__report;
	pthread_mutex_init(&q->lock, NULL);
	cond_init(&q->work);
	cond_init(&q->keep);
	cond_init(&q->drained);
	for (size_t i = 0; i < FLIGHTS; i++)
		queue__push(&q->free, &q->flights[i]);
	queue__lanes_init(q);
	for (size_t i = 0; i < how->schedule_n && i < SCHEDULE_MAX && q->turns.of[JOB_LANE_SCHEDULE].served; i++)
		q->recurring[q->recurring_n++] = (struct recurring){ .row = how->schedule[i] };
	if (q->turns.of[JOB_LANE_SCHEDULE].served)
		q->recurring[q->recurring_n++] = (struct recurring){ .row = { "gauges", queue__gauges, GAUGES_US }, .own = true };
}

static struct err *no_thread(struct queue *q, struct arena *a)
{
	pthread_mutex_lock(&q->lock);
	q->stopping = true;
	pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->lock);
	for (int i = 0; i < q->threads_n; i++)
		pthread_join(q->workers[i], NULL);
	arena_destroy(q->arena);
	return FAIL(a, ERR_INTERNAL, "the system gives no thread for background work");
}

struct err *queue_start(struct arena *a, const struct queue_how *how, struct queue **ret)
{
	struct queue *q = arena_new(a, struct queue);
	pthread_attr_t attr;
	struct call c;
	struct err *e;
	bool ok = true;

	init(q, how);
	queue__call(q, a, &c);
	e = how->alone ? jobs_release_all(&c) : jobs_release_node(&c, how->node);
	queue__call_end(q, &c);
	TRY(e);
	q->arena = arena_create();
	*ret = q;      /* before the threads: what they commit may wake it */
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	for (int i = 0; i < how->workers && i < 256 && ok; i++) {
		ok = pthread_create(&q->workers[i], &attr, queue__work, q) == 0;
		q->threads_n += ok;
	}
	if (ok)
		ok = pthread_create(&q->keeper, &attr, queue__keep, q) == 0;
	pthread_attr_destroy(&attr);
	if (!ok) {
		*ret = NULL;
		return no_thread(q, a);
	}
	return NULL;
}

static struct timespec monotonic(int64_t us)
{
	return (struct timespec){ .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 };
}

void queue_stop(struct queue *q, int64_t grace_ms)
{
	struct timespec until = monotonic(world_monotonic_us() + grace_ms * US_PER_MS);

	pthread_mutex_lock(&q->lock);
	q->stopping = true;
	queue__poke(q);
	pthread_cond_broadcast(&q->work);
	while (q->turns.running + q->wire > 0)
		if (pthread_cond_timedwait(&q->drained, &q->lock, &until) != 0)
			break;
	pthread_mutex_unlock(&q->lock);
	for (int i = 0; i < q->threads_n; i++)
		pthread_join(q->workers[i], NULL);
	pthread_mutex_lock(&q->lock);
	q->finishing = true;
	queue__poke(q);
	pthread_mutex_unlock(&q->lock);
	pthread_join(q->keeper, NULL);
	arena_destroy(q->arena);
}
