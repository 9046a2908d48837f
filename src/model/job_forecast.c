/* Events are ends: of a job in its worker, and of one on the wire. Between two of them nothing changes but what comes in. */
#include "model/job_forecast.h"

#include <assert.h>

#define PACE_S 20.0                       /* how long the model is run to see what its workers allow */
#define STEADY_S 60.0                     /* after the last class is empty: whether one grows again */
#define GROWS_LEAST 0.02                  /* of what comes: less is no growth */
#define NEARLY 1e-9
#define HELD_UP 1.5                       /* so much slower than allowed is no accident of when it was counted */

struct event {
	double at;
	int node, lane, group;
	bool wire;
};

struct node_state {
	struct job_turns turns;
	int wire[JOB_LANES];
	int held[JOB_LANES][JOB_FLOW_GROUPS];     /* under way, of a host */
};

struct sim {
	const struct job_forecast_how *how;
	struct node_state *nodes;
	struct event *heap;
	int heap_n, heap_max;
	double now;
	struct { double waits, begun_with, owed; } groups[JOB_LANES][JOB_FLOW_GROUPS];
	double part[JOB_LANES];                   /* of the next job that comes */
	double waits[JOB_LANES], first[JOB_LANES], ended[JOB_LANES], may_begin[JOB_LANES];
	int node;                                 /* whose worker is looked for work */
};

/* ---- what ends next ---- */

static void push(struct sim *s, struct event e)
{
	int i = s->heap_n++;

	assert(i < s->heap_max);
	while (i > 0 && s->heap[(i - 1) / 2].at > e.at) {
		s->heap[i] = s->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	s->heap[i] = e;
}

static struct event pop(struct sim *s)
{
	struct event first = s->heap[0], last = s->heap[--s->heap_n];
	int i = 0;

	for (int child = 1; child < s->heap_n; child = 2 * i + 1) {
		if (child + 1 < s->heap_n && s->heap[child + 1].at < s->heap[child].at)
			child++;
		if (s->heap[child].at >= last.at)
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return first;
}

/* ---- what begins ---- */

/* The group whose turn it is: jobs of hosts stand mixed in the queue, so that which has most of its own left. */
static int next_group(const struct sim *s, enum job_lane lane)
{
	const struct job_flow *flow = &s->how->flows[lane];
	const struct node_state *n = &s->nodes[s->node];
	double most = -1;
	int best = -1;

	if (flow->held || n->wire[lane] >= JOB_WIRE_MAX || s->may_begin[lane] < 1 - NEARLY)
		return -1;
	for (int g = 0; g < flow->groups_n; g++) {
		const struct job_flow_group *group = &flow->groups[g];
		int max = n->wire[lane] >= JOB_WIRE_CROWDED && group->host_max ? 1 : group->host_max;
		double left = s->groups[lane][g].begun_with > 0 ? s->groups[lane][g].waits / s->groups[lane][g].begun_with : 1;

		if (s->groups[lane][g].waits < 1 - NEARLY || (max && n->held[lane][g] >= max) || left <= most)
			continue;
		most = left;
		best = g;
	}
	return best;
}

static bool can_begin(void *arg, enum job_lane lane) { return next_group(arg, lane) >= 0; }

static void begin_all(struct sim *s)
{
	for (s->node = 0; s->node < s->how->nodes; s->node++) {
		struct node_state *n = &s->nodes[s->node];
		enum job_lane lane;

		while (n->turns.running < n->turns.workers) {
			unsigned waiting = 0;
			int g;

			for (enum job_lane i = 0; i < JOB_LANES; i++)
				waiting |= s->waits[i] >= 1 - NEARLY ? 1u << i : 0;
			if (!job_turns_take(&n->turns, waiting, can_begin, s, &lane))
				break;
			g = next_group(s, lane);
			s->groups[lane][g].waits--;
			s->waits[lane]--;
			if (s->how->flows[lane].begins_max > 0)
				s->may_begin[lane]--;
			n->held[lane][g]++;
			push(s, (struct event){ s->now + s->how->flows[lane].groups[g].work_s, s->node, (int)lane, g, false });
		}
	}
}

static void end(struct sim *s, const struct event *e)
{
	struct node_state *n = &s->nodes[e->node];
	double wire_s = s->how->flows[e->lane].groups[e->group].wire_s;

	if (!e->wire)
		job_turns_give(&n->turns, (enum job_lane)e->lane);
	if (!e->wire && wire_s > 0) {
		n->wire[e->lane]++;
		push(s, (struct event){ s->now + wire_s, e->node, e->lane, e->group, true });
		return;
	}
	n->wire[e->lane] -= e->wire;
	n->held[e->lane][e->group]--;
	s->ended[e->lane]++;
}

/* ---- time ---- */

/* How long until what comes in makes one job more that could begin. */
static double until_one_more(const struct sim *s)
{
	double least = -1;

	for (int i = 0; i < JOB_LANES; i++) {
		const struct job_flow *f = &s->how->flows[i];
		double t = -1;

		if (f->held)
			continue;
		if (s->waits[i] < 1 - NEARLY && f->comes > 0)
			t = (1 - s->part[i]) / f->comes;
		else if (s->waits[i] >= 1 - NEARLY && f->begins_max > 0 && s->may_begin[i] < 1 - NEARLY)
			t = (1 - s->may_begin[i]) / f->begins_max;
		if (t >= 0 && (least < 0 || t < least))
			least = t;
	}
	return least;
}

/* To that group which it was owed most. */
static void come(struct sim *s, int lane)
{
	int n = s->how->flows[lane].groups_n, best = n - 1;

	for (int g = 0; g < n && s->first[lane] >= 1; g++) {
		s->groups[lane][g].owed += s->groups[lane][g].begun_with / s->first[lane];
		if (s->groups[lane][g].owed > s->groups[lane][best].owed)
			best = g;
	}
	s->groups[lane][best].owed--;
	s->groups[lane][best].waits++;
	s->waits[lane]++;
}

static void let_pass(struct sim *s, double seconds)
{
	s->now += seconds;
	for (int i = 0; i < JOB_LANES; i++) {
		const struct job_flow *f = &s->how->flows[i];

		for (s->part[i] += f->comes * seconds; s->part[i] >= 1 - NEARLY; s->part[i]--)
			come(s, i);
		/* What a throttle saves up: as much as two seconds, or one job (store/job_rule.c). */
		if (f->begins_max > 0) {
			double most = 2 * f->begins_max > 1 ? 2 * f->begins_max : 1;

			s->may_begin[i] += f->begins_max * seconds;
			s->may_begin[i] = s->may_begin[i] < most ? s->may_begin[i] : most;
		}
	}
}

/* On to the next end, or to the next job that could begin, whichever is first. False: nothing happens any more. */
static bool step(struct sim *s)
{
	double more = until_one_more(s), seconds = s->heap_n ? s->heap[0].at - s->now : more;
	struct event e;

	if (s->heap_n == 0 && more < 0)
		return false;
	if (more >= 0 && more < seconds)
		seconds = more;
	let_pass(s, seconds > 0 ? seconds : 0);
	while (s->heap_n && s->heap[0].at <= s->now + NEARLY) {
		e = pop(s);
		end(s, &e);
	}
	begin_all(s);
	return true;
}

static void set_up(struct arena *a, struct sim *s, const struct job_forecast_how *how)
{
	*s = (struct sim){ .how = how, .nodes = arena_array(a, struct node_state, (size_t)how->nodes + 1) };
	for (int i = 0; i < how->nodes; i++) {
		job_turns_init(&s->nodes[i].turns, &how->policy, how->workers[i], (1u << JOB_LANES) - 1);
		s->heap_max += how->workers[i] + JOB_LANES * (JOB_WIRE_MAX + how->workers[i]);
	}
	s->heap = arena_array(a, struct event, (size_t)s->heap_max + 1);
	for (int i = 0; i < JOB_LANES; i++) {
		s->may_begin[i] = 1;
		for (int g = 0; g < how->flows[i].groups_n; g++) {
			s->groups[i][g].waits = s->groups[i][g].begun_with = how->flows[i].groups[g].waits;
			s->first[i] += how->flows[i].groups[g].waits;
		}
		s->waits[i] = s->first[i];
	}
	begin_all(s);
}

/* What waited at first has ended, and what came meanwhile has begun. */
static bool is_empty(const struct sim *s, int lane) { return s->waits[lane] < 1 - NEARLY && s->ended[lane] >= s->first[lane] - 1 + NEARLY; }

struct watching {
	double half_s, half[JOB_LANES];           /* what waited when half of the steps were done */
	double steady_s, steady[JOB_LANES];       /* what waited when the last class was empty; 0: not yet */
};

static void keep(double *ret_s, double ret[JOB_LANES], const struct sim *s)
{
	*ret_s = s->now;
	memcpy(ret, s->waits, sizeof s->waits);
}

/* What is not done is told by how it changed since half of the steps, and what was done may grow again since. */
static void judge(const struct sim *s, const struct watching *w, struct job_forecast *ret)
{
	const double *then = w->steady_s > 0 ? w->steady : w->half;
	double since = w->steady_s > 0 ? w->steady_s : w->half_s, span = since > 0 ? s->now - since : 0;

	for (int i = 0; i < JOB_LANES; i++) {
		double grows = span > 0 ? (s->waits[i] - then[i]) / span : 0;
		bool steadily = grows > GROWS_LEAST * s->how->flows[i].comes && s->waits[i] > 2;

		if (ret->drained_s[i] < 0 && grows < 0)
			ret->drained_s[i] = s->now + s->waits[i] / -grows;
		else if (ret->drained_s[i] < 0 || steadily)
			ret->drained_s[i] = -1, ret->grows[i] = grows > 0 ? grows : 0;
	}
}

void job_forecast(struct arena *a, const struct job_forecast_how *how, struct job_forecast *ret)
{
	struct watching w = { 0 };
	struct sim s;
	int left = JOB_LANES;

	set_up(a, &s, how);
	for (int i = 0; i < JOB_LANES; i++) {
		ret->drained_s[i] = s.first[i] < 1 ? 0 : -1;
		ret->grows[i] = 0;
		left -= s.first[i] < 1;
	}
	for (int64_t n = 0; n < how->steps_max && (how->ends_s <= 0 || s.now < how->ends_s); n++) {
		if ((left == 0 && w.steady_s > 0 && s.now >= w.steady_s + STEADY_S) || !step(&s))
			break;
		for (int i = 0; i < JOB_LANES; i++)
			if (ret->drained_s[i] < 0 && is_empty(&s, i)) {
				ret->drained_s[i] = s.now;
				left--;
			}
		if (left == 0 && w.steady_s == 0)
			keep(&w.steady_s, w.steady, &s);
		if (n == how->steps_max / 2)
			keep(&w.half_s, w.half, &s);
	}
	memcpy(ret->ended, s.ended, sizeof ret->ended);
	ret->until_s = s.now;
	judge(&s, &w, ret);
}

void job_forecast_pace(struct arena *a, struct job_forecast_how *how, const double seen[JOB_LANES])
{
	struct job_forecast_how now = *how;
	struct job_forecast f;

	now.ends_s = PACE_S;
	job_forecast(a, &now, &f);
	for (int i = 0; i < JOB_LANES; i++) {
		/* Where less than that waits: until it is done. */
		double span = f.drained_s[i] > 0 && f.drained_s[i] < f.until_s ? f.drained_s[i] : f.until_s;
		double allowed = span > 0 ? f.ended[i] / span : 0;

		for (int g = 0; g < how->flows[i].groups_n && seen[i] > 0 && allowed > HELD_UP * seen[i]; g++) {
			how->flows[i].groups[g].work_s *= allowed / seen[i];
			how->flows[i].groups[g].wire_s *= allowed / seen[i];
		}
	}
}
