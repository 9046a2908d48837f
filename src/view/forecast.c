#include "view/forecast.h"

#include "conf/conf.h"
#include "store/job_flow.h"
#include "store/job_rule.h"
#include "store/store.h"

enum { HOSTS_READ = 400, RUNS_ENOUGH = 10, HOST_RUNS_ENOUGH = 4, STEPS = 200000 };
/* What came since the first of these says how much comes; what came since the second, where that is less, that a wave is over. */
#define LATELY_US (25 * US_PER_S)
#define NOW_US (5 * US_PER_S)
#define WRITTEN_US (6 * US_PER_S)                 /* nodes have written down by then what they counted */
#define ASSUMED_S 0.1
#define BUSY 0.8                                  /* of the workers: with more of them at work, they are what is short */

struct seen { double runs, work_s, wire_s; };

static void see(struct seen *s, const struct job_rate *r)
{
	s->runs += (double)r->runs;
	s->work_s += (double)r->work_us / US_PER_S;
	s->wire_s += (double)r->wire_us / US_PER_S;
}

struct reading {
	int64_t now_us;
	struct job_waiting waiting[JOB_LANES];
	struct job_host_waiting *hosts;
	size_t hosts_n;
	struct job_rate *slots;
	size_t slots_n;
	struct seen class[JOB_LANES];                 /* of the last minute, or of all that is known where that says little */
};

static int64_t slot_of(int64_t us) { return us / JOB_SLOT_US * JOB_SLOT_US; }

static struct seen since(const struct reading *r, int lane, int64_t from_us, int64_t until_us)
{
	struct seen s = { 0 };

	for (size_t i = 0; i < r->slots_n; i++)
		if ((lane < 0 || r->slots[i].lane == lane) && r->slots[i].slot_us >= from_us && r->slots[i].slot_us + JOB_SLOT_US <= until_us)
			see(&s, &r->slots[i]);
	return s;
}

static struct err *read_all(struct call *c, struct reading *r)
{
	int64_t lately = slot_of(c->now_us - LATELY_US), minute = slot_of(c->now_us - US_PER_MIN), ever = 0, end = INT64_MAX;

	r->now_us = c->now_us;
	TRY(job_waiting_by_class(c, lately, slot_of(c->now_us - NOW_US), r->waiting));
	TRY(job_waiting_by_host(c, minute, HOSTS_READ, &r->hosts, &r->hosts_n));
	TRY(job_slots(c, &r->slots, &r->slots_n));
	for (int i = 0; i < JOB_LANES; i++) {
		r->class[i] = since(r, i, minute, end);
		if (r->class[i].runs < RUNS_ENOUGH)
			r->class[i] = since(r, i, ever, end);
	}
	for (size_t i = 0; i < r->slots_n; i++)
		if (r->slots[i].slot_us >= lately && r->slots[i].lane >= 0 && r->slots[i].lane < JOB_LANES)
			r->waiting[r->slots[i].lane].came += r->slots[i].came;
	return NULL;
}

/* Jobs a second. Where the oldest that waits came before, what just came is all there still, and not gone and about to be written down. */
static double comes(const struct reading *r, int lane)
{
	const struct job_waiting *w = &r->waiting[lane];
	double span_s = (double)(r->now_us - slot_of(r->now_us - LATELY_US)) / US_PER_S, rate = (double)w->came / span_s;
	int64_t just = slot_of(r->now_us - NOW_US);
	double now = (double)w->came_now * US_PER_S / (double)(r->now_us - just);

	return w->oldest_us && w->oldest_us < just && now < rate ? now : rate;
}

/* Since when the class ran without a break, in whole slots, and not before from_us: what was paused, or whose process was away, waited for
 * something else. */
static int64_t running_since(const struct reading *r, int lane, int64_t from_us, int64_t until_us)
{
	int64_t at = until_us;

	while (at > from_us && since(r, lane, at - JOB_SLOT_US, at).runs > 0)
		at -= JOB_SLOT_US;
	return at > from_us ? at + JOB_SLOT_US : at;      /* it began, or went on, amid a slot */
}

/* How many runs a second ended while work of the class waited all the time, and workers were free all the same; 0: that was not so. */
static double held_up(const struct reading *r, int lane, int workers)
{
	int64_t oldest = r->waiting[lane].oldest_us, from = oldest, until = slot_of(r->now_us - WRITTEN_US);
	double span_s, work_s;

	if (oldest == 0)
		return 0;
	if (from < r->now_us - US_PER_MIN)
		from = r->now_us - US_PER_MIN;
	from = running_since(r, lane, slot_of(from + JOB_SLOT_US - 1), until);
	if (from >= until)
		return 0;
	span_s = (double)(until - from) / US_PER_S;
	work_s = since(r, -1, from, until).work_s;
	return work_s < BUSY * span_s * workers ? since(r, lane, from, until).runs / span_s : 0;
}

/* ---- what the model is given ---- */

static void set_times(struct job_flow_group *g, const struct seen *s)
{
	g->work_s = s->runs > 0 ? s->work_s / s->runs : ASSUMED_S;
	g->wire_s = s->runs > 0 ? s->wire_s / s->runs : 0;
}

/* A group for each host with many jobs, and one for what is left. */
static void set_flow(const struct reading *r, int lane, struct job_flow *f)
{
	double left = (double)(r->waiting[lane].waits + r->waiting[lane].held);
	struct seen others = r->class[lane];

	for (size_t i = 0; i < r->hosts_n && f->groups_n < JOB_FLOW_GROUPS - 1; i++) {
		const struct job_host_waiting *h = &r->hosts[i];
		struct job_flow_group *g = &f->groups[f->groups_n];
		struct seen s = { (double)h->runs, (double)h->work_us / US_PER_S, (double)h->wire_us / US_PER_S };

		if ((int)h->lane != lane)
			continue;
		f->groups_n++;
		left -= (double)h->waits;
		others.runs -= s.runs, others.work_s -= s.work_s, others.wire_s -= s.wire_s;
		*g = (struct job_flow_group){ .waits = (double)h->waits, .host_max = JOB_HOST_MAX };
		set_times(g, s.runs >= HOST_RUNS_ENOUGH ? &s : &r->class[lane]);
	}
	f->groups[f->groups_n].waits = left > 0 ? left : 0;
	set_times(&f->groups[f->groups_n], others.runs >= RUNS_ENOUGH && others.work_s >= 0 && others.wire_s >= 0 ? &others : &r->class[lane]);
	f->groups_n++;
}

static struct err *set_rules(struct call *c, struct job_forecast_how *how)
{
	struct job_rule *v;
	size_t n;

	TRY(job_rules(c, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (v[i].lane < 0 || v[i].lane >= JOB_LANES)
			continue;
		how->flows[v[i].lane].held = v[i].per_minute == 0;
		how->flows[v[i].lane].begins_max = (double)v[i].per_minute / 60;
	}
	return NULL;
}

static struct err *set_policy(struct call *c, const struct forecast_ask *ask, struct job_policy *ret)
{
	struct job_policy_read read;
	struct str text;

	if (ask->policy) {
		*ret = *ask->policy;
		return NULL;
	}
	TRY(job_policy_get(c, &text));
	job_policy_read(c->arena, text, &read);
	*ret = read.policy;
	return NULL;
}

static struct err *set_workers(struct call *c, struct job_forecast_how *how, struct forecast *ret)
{
	struct node *v;
	size_t n;

	TRY(nodes_leased(c, &v, &n));
	for (size_t i = 0; i < n && how->nodes < JOB_NODES_MAX; i++)
		if (v[i].job_workers > 0)
			how->workers[how->nodes++] = (int)v[i].job_workers;
	ret->imagined = how->nodes == 0;
	if (ret->imagined)
		how->workers[how->nodes++] = (int)c->conf->job_workers;
	return NULL;
}

static int all_workers(const struct job_forecast_how *how)
{
	int sum = 0;

	for (int i = 0; i < how->nodes; i++)
		sum += how->workers[i];
	return sum;
}

struct forecast_ask view_forecast_as_it_is(void)
{
	struct forecast_ask ask = { .steps_max = STEPS };

	for (int i = 0; i < JOB_LANES; i++)
		ask.comes[i] = -1;
	return ask;
}

struct err *view_forecast(struct call *c, const struct forecast_ask *ask, struct forecast *ret)
{
	struct reading *r = arena_new(c->arena, struct reading);
	struct job_forecast_how *how = arena_new(c->arena, struct job_forecast_how);
	struct forecast_ask as_it_is = view_forecast_as_it_is();
	double slow[JOB_LANES];
	struct job_forecast f;

	*ret = (struct forecast){ 0 };
	TRY(read_all(c, r));
	TRY(set_policy(c, &as_it_is, &how->policy));
	TRY(set_workers(c, how, ret));
	how->steps_max = as_it_is.steps_max;
	for (int i = 0; i < JOB_LANES; i++) {
		set_flow(r, i, &how->flows[i]);
		how->flows[i].comes = comes(r, i);
		slow[i] = held_up(r, i, all_workers(how));
	}
	TRY(set_rules(c, how));
	job_forecast_pace(c->arena, how, slow);
	/* Until here as it was; from here on as it is asked. */
	TRY(set_policy(c, ask, &how->policy));
	for (int i = 0; i < how->nodes && ask->workers; i++)
		how->workers[i] = ask->workers;
	for (int i = 0; i < JOB_LANES; i++)
		if (ask->comes[i] >= 0)
			how->flows[i].comes = ask->comes[i];
	how->steps_max = ask->steps_max;
	job_forecast(c->arena, how, &f);
	for (int i = 0; i < JOB_LANES; i++) {
		const struct job_flow_group *g = &how->flows[i].groups[how->flows[i].groups_n - 1];
		const struct seen *s = &r->class[i];

		ret->of[i] = (struct forecast_class){ r->waiting[i].waits, r->waiting[i].put_off, r->waiting[i].held, how->flows[i].comes,
						      s->runs > 0 ? s->work_s / s->runs : g->work_s, s->runs > 0 ? s->wire_s / s->runs : 0, s->runs == 0,
						      f.drained_s[i], f.grows[i] };
	}
	ret->nodes = how->nodes;
	ret->workers = all_workers(how);
	return NULL;
}
