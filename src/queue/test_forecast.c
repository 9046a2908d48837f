/* The model of model/job_forecast.c against the queue's own choice of what runs next (lanes.c), both in imagined time: the queue has no
 * threads and no database here, jobs take as long as this file says, each another time about the mean that the model is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "model/job_forecast.h"
#include "queue/queue_priv.h"

enum { NODES_MAX = 3, JOBS_MAX = 5000 };

/* So many jobs of a class, each for one of so many hosts (0: for none). */
struct load {
	enum job_lane lane;
	int jobs, hosts;
	double work_s, wire_s;
};

struct house_of {
	const struct load *loads;
	int loads_n, nodes, workers;
	struct job_policy policy;
};

struct waiting_job { int load, host; bool taken; };

struct under_way { struct flight *f; struct queue *q; double at; bool wire; double wire_s; };

struct replay {
	struct arena *arena;
	const struct load *loads;
	struct queue *q[NODES_MAX];
	int nodes;
	struct { struct waiting_job *jobs; int n, first; } waiting[JOB_LANES];        /* in the order they are due; all before `first` are taken */
	struct under_way *way;
	int way_n;
	double now, drained_s[JOB_LANES];
	uint64_t seed;
};

static uint64_t any(struct replay *r)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return r->seed;
}

/* Half to one and a half of it. */
static double about(struct replay *r, double mean) { return mean * (0.5 + (double)(any(r) % 1001) / 1000); }

static void make_jobs(struct replay *r, const struct load *loads, int n)
{
	r->loads = loads;
	for (int lane = 0; lane < JOB_LANES; lane++)
		r->waiting[lane].jobs = arena_array(r->arena, struct waiting_job, JOBS_MAX);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < loads[i].jobs; k++) {
			int at = r->waiting[loads[i].lane].n++;

			assert_true(at < JOBS_MAX);
			r->waiting[loads[i].lane].jobs[at] = (struct waiting_job){ i, loads[i].hosts ? k % loads[i].hosts : -1, false };
		}
	for (int lane = 0; lane < JOB_LANES; lane++)
		for (int i = r->waiting[lane].n - 1; i > 0; i--) {
			int k = (int)(any(r) % (uint64_t)(i + 1));
			struct waiting_job *v = r->waiting[lane].jobs, j = v[i];

			v[i] = v[k];
			v[k] = j;
		}
}

static struct queue *make_queue(struct replay *r, int workers)
{
	struct queue *q = arena_new(r->arena, struct queue);

	q->how = (struct queue_how){ .workers = workers, .lanes = (1u << JOB_LANES) - 1, .host_max = JOB_HOST_MAX };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->work, NULL);
	pthread_cond_init(&q->keep, NULL);
	pthread_cond_init(&q->drained, NULL);
	for (size_t i = 0; i < FLIGHTS; i++)
		queue__push(&q->free, &q->flights[i]);
	queue__lanes_init(q);
	for (enum job_lane lane = 0; lane < JOB_LANES; lane++)
		if (r->waiting[lane].n)
			q->lanes[lane].run_us = (int64_t)(r->loads[r->waiting[lane].jobs[0].load].work_s * US_PER_S);
	return q;
}

static struct str host_name(struct replay *r, const struct waiting_job *j)
{
	return j->host < 0 ? STR_NONE : arena_printf(r->arena, "h%d.%d.example", j->load, j->host);
}

/* As keeper.c does: what is due, in order, but for hosts that have their share. */
static void lease(struct replay *r, struct queue *q, enum job_lane lane)
{
	int room = queue__room(q, lane), *first = &r->waiting[lane].first, n = r->waiting[lane].n;

	while (*first < n && r->waiting[lane].jobs[*first].taken)
		++*first;
	for (int i = *first; i < n && room > 0 && q->free.n; i++) {
		struct waiting_job *j = &r->waiting[lane].jobs[i];
		struct host_slot *host;
		struct flight *f;

		if (j->taken)
			continue;
		host = queue__host_take(q, host_name(r, j));
		if (host && host->total > queue__host_max(q, lane)) {
			host->total--;
			continue;
		}
		f = queue__pop(&q->free);
		*f = (struct flight){ .state = FLIGHT_WAITING, .lane = lane, .host = host, .job.ref_id = j->load };
		queue__push(&q->lanes[lane].waiting, f);
		j->taken = true;
		room--;
	}
}

static void go_on(struct replay *r)
{
	for (int i = 0; i < r->nodes; i++) {
		struct queue *q = r->q[i];
		struct flight *f;

		for (enum job_lane lane = 0; lane < JOB_LANES; lane++)
			lease(r, q, lane);
		while (q->turns.running < q->how.workers && (f = queue__pick(q))) {
			const struct load *l = &r->loads[f->job.ref_id];

			r->way[r->way_n++] = (struct under_way){ f, q, r->now + about(r, l->work_s), false, about(r, l->wire_s) };
			for (enum job_lane lane = 0; lane < JOB_LANES; lane++)
				lease(r, q, lane);
		}
	}
}

static bool end_next(struct replay *r)
{
	struct under_way *first = r->way, w;

	if (r->way_n == 0)
		return false;
	for (struct under_way *at = r->way; at < r->way + r->way_n; at++)
		if (at->at < first->at)
			first = at;
	r->now = first->at;
	if (!first->wire && first->wire_s > 0) {
		/* As worker.c does with what its handler handed over. */
		first->f->state = FLIGHT_WIRE;
		job_turns_give(&first->q->turns, first->f->lane);
		first->q->lanes[first->f->lane].wire++;
		first->q->wire++;
		first->wire = true;
		first->at += first->wire_s;
		return true;
	}
	w = *first;
	*first = r->way[--r->way_n];
	w.f->end.result = JOB_DONE;
	r->drained_s[w.f->lane] = r->now;
	queue__ended(w.q, w.f);
	queue__forget(w.q, queue__pop(&w.q->ended));
	return true;
}

/* What it takes in imagined time, class by class. */
static void run(struct replay *r, const struct house_of *h)
{
	*r = (struct replay){ .arena = r->arena, .nodes = h->nodes, .seed = 88172645463325252u };
	r->way = arena_array(r->arena, struct under_way, NODES_MAX * FLIGHTS);
	make_jobs(r, h->loads, h->loads_n);
	for (int i = 0; i < h->nodes; i++) {
		r->q[i] = make_queue(r, h->workers);
		job_turns_change(&r->q[i]->turns, &h->policy);
	}
	go_on(r);
	while (end_next(r))
		go_on(r);
}

static void foretell(struct arena *a, const struct house_of *h, struct job_forecast *ret)
{
	struct job_forecast_how *how = arena_new(a, struct job_forecast_how);

	how->policy = h->policy;
	how->nodes = h->nodes;
	how->steps_max = 1000000;
	for (int i = 0; i < h->nodes; i++)
		how->workers[i] = h->workers;
	for (int i = 0; i < h->loads_n; i++) {
		const struct load *l = &h->loads[i];
		struct job_flow *f = &how->flows[l->lane];
		struct job_flow_group g = { l->jobs, l->work_s, l->wire_s, 0 };

		/* Few hosts are told one by one, as those with most jobs are. */
		if (l->hosts == 0 || f->groups_n + l->hosts >= JOB_FLOW_GROUPS) {
			f->groups[f->groups_n++] = g;
			continue;
		}
		for (int k = 0; k < l->hosts; k++)
			f->groups[f->groups_n++] = (struct job_flow_group){ (double)l->jobs / l->hosts, g.work_s, g.wire_s, JOB_HOST_MAX };
	}
	job_forecast(a, how, ret);
}

/* How much longer than the mean the last job may take, which nobody can foretell. */
static double last_one(const struct load *loads, int n, enum job_lane lane)
{
	double most = 0.2;

	for (int i = 0; i < n; i++)
		if (loads[i].lane == lane && (loads[i].work_s + loads[i].wire_s) / 2 > most)
			most = (loads[i].work_s + loads[i].wire_s) / 2;
	return most;
}

static void assert_foretold(const struct house_of *h)
{
	AUTO_ARENA(a);
	struct replay *r = arena_new(a, struct replay);
	struct job_forecast f;

	r->arena = a;
	run(r, h);
	foretell(a, h, &f);
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		double off = f.drained_s[i] - r->drained_s[i], most = r->drained_s[i] * 0.1 + last_one(h->loads, h->loads_n, i);

		if (off > most || off < -most)
			fail_msg("%s took %.1f s, %.1f s were foretold", job_lane_name(i), r->drained_s[i], f.drained_s[i]);
	}
}

static const struct load mixed[] = {
	{ JOB_LANE_INGRESS, 1000, 0, 0.060, 0 }, { JOB_LANE_DEFAULT, 2500, 0, 0.010, 0 }, { JOB_LANE_PUSH, 2000, 300, 0.004, 0.600 },
	{ JOB_LANE_PULL, 300, 100, 0.500, 0 },   { JOB_LANE_MAIL, 50, 0, 1.0, 0 },        { JOB_LANE_FILM, 4, 0, 20.0, 0 },
};
enum { MIXED = sizeof mixed / sizeof *mixed };

static void what_waits_is_done_when_the_model_says(void **state)
{
	struct job_policy p = job_policy_default();

	(void)state;
	assert_foretold(&(struct house_of){ mixed, MIXED, 1, 16, p });
	assert_foretold(&(struct house_of){ mixed, MIXED, 1, 4, p });
	/* But for films: a node leases its next ones ahead, and the model does not know that another would have had time for them. */
	assert_foretold(&(struct house_of){ mixed, MIXED - 1, 3, 8, p });
}

static void so_it_is_with_another_policy(void **state)
{
	struct job_policy p = job_policy_default();

	(void)state;
	p.of[JOB_LANE_INGRESS] = (struct job_share){ 0, 1, 20 };
	p.of[JOB_LANE_PULL] = (struct job_share){ 4, 16, 100 };
	p.of[JOB_LANE_MAIL].ceiling_percent = 10;
	assert_foretold(&(struct house_of){ mixed, MIXED, 1, 16, p });
	assert_foretold(&(struct house_of){ mixed, MIXED - 1, 2, 6, p });
}

static void a_slow_host_takes_as_long_as_its_share_allows(void **state)
{
	static const struct load loads[] = {
		{ JOB_LANE_PUSH, 200, 1, 0.002, 2.0 }, { JOB_LANE_PUSH, 1000, 400, 0.002, 0.100 }, { JOB_LANE_PULL, 60, 1, 1.0, 0 },
		{ JOB_LANE_FORWARD, 500, 20, 0.002, 0.5 },
	};
	struct job_policy p = job_policy_default();

	(void)state;
	assert_foretold(&(struct house_of){ loads, sizeof loads / sizeof *loads, 1, 16, p });
	assert_foretold(&(struct house_of){ loads, sizeof loads / sizeof *loads, 2, 16, p });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_waits_is_done_when_the_model_says),
		cmocka_unit_test(so_it_is_with_another_policy),
		cmocka_unit_test(a_slow_host_takes_as_long_as_its_share_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
