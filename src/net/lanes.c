/* A lane is a list under a lock, and as many workers as its row says. Bounded, so that a slow database or a slow remote turns into quick
 * refusals and not into a growing heap. */
#include <signal.h>
#include <stdlib.h>

#include "base/metrics.h"
#include "net/server_priv.h"

enum { WORKER_STACK = 1024 * 1024 };      /* address space; only what is touched counts */

struct lane_state {
	struct lanes *all;
	enum lane lane;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct exchange *first, **last;
	int waiting, queue_max, workers;
	bool stopping;
	pthread_t *threads;
};

struct lanes {
	struct lanes_how how;
	struct lane_state v[LANES];
};

struct err *net__thread(struct arena *a, pthread_t *ret, size_t stack, void *(*fn)(void *), void *arg)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int e;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	e = pthread_create(ret, &attr, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return e ? FAIL(a, ERR_INTERNAL, "cannot start a thread: %s", strerror(e)) : NULL;
}

static struct exchange *take(struct lane_state *l)
{
	struct exchange *x = NULL;

	pthread_mutex_lock(&l->lock);
	while (!l->first && !l->stopping)
		pthread_cond_wait(&l->filled, &l->lock);
	if (!l->stopping) {
		x = l->first;
		l->first = x->next;
		if (!l->first)
			l->last = &l->first;
		l->waiting--;
		metric_set(METRIC_lane_waiting, net__lane_name(l->lane), l->waiting);
	}
	pthread_mutex_unlock(&l->lock);
	return x;
}

static void *work(void *arg)
{
	struct lane_state *l = arg;
	struct exchange *x;

	while ((x = take(l)))
		l->all->how.run(l->all->how.ctx, x);
	return NULL;
}

bool net__lanes_put(struct lanes *all, enum lane lane, struct exchange *x, void (*suspend)(struct exchange *x))
{
	struct lane_state *l = &all->v[lane];
	bool fits;

	pthread_mutex_lock(&l->lock);
	fits = l->waiting < l->queue_max && !l->stopping;
	if (fits) {
		if (suspend)
			suspend(x);
		x->next = NULL;
		*l->last = x;
		l->last = &x->next;
		l->waiting++;
		metric_set(METRIC_lane_waiting, net__lane_name(lane), l->waiting);
		pthread_cond_signal(&l->filled);
	}
	pthread_mutex_unlock(&l->lock);
	if (!fits)
		metric_add(METRIC_lane_refused_total, net__lane_name(lane), 1);
	return fits;
}

struct err *net__lanes_start(struct arena *a, const struct lanes_how *how, struct lanes **ret)
{
	struct lanes *all = arena_new(a, struct lanes);
	struct err *e = NULL;

	all->how = *how;
	for (int i = 0; i < LANES; i++) {
		struct lane_state *l = &all->v[i];
		int want = how->lanes[i].workers > 0 ? how->lanes[i].workers : 1;

		*l = (struct lane_state){ .all = all, .lane = (enum lane)i,
					  .queue_max = how->lanes[i].queue_max > 0 ? how->lanes[i].queue_max : 1 };
		l->last = &l->first;
		pthread_mutex_init(&l->lock, NULL);
		pthread_cond_init(&l->filled, NULL);
		l->threads = arena_array(a, pthread_t, (size_t)want);
		while (!e && l->workers < want) {
			e = net__thread(a, &l->threads[l->workers], WORKER_STACK, work, l);
			l->workers += !e;
		}
	}
	if (e) {
		net__lanes_stop(all, NULL);
		return e;
	}
	*ret = all;
	return NULL;
}

void net__lanes_stop(struct lanes *all, void (*drop)(void *ctx, struct exchange *x))
{
	for (int i = 0; i < LANES; i++) {
		struct lane_state *l = &all->v[i];
		struct exchange *x;

		pthread_mutex_lock(&l->lock);
		l->stopping = true;
		x = l->first;
		l->first = NULL;
		l->last = &l->first;
		l->waiting = 0;
		metric_set(METRIC_lane_waiting, net__lane_name(l->lane), 0);
		pthread_cond_broadcast(&l->filled);
		pthread_mutex_unlock(&l->lock);
		while (x) {
			struct exchange *next = x->next;

			drop(all->how.ctx, x);
			x = next;
		}
	}
	for (int i = 0; i < LANES; i++) {
		struct lane_state *l = &all->v[i];

		for (int w = 0; w < l->workers; w++)
			pthread_join(l->threads[w], NULL);
		pthread_cond_destroy(&l->filled);
		pthread_mutex_destroy(&l->lock);
	}
}
