/* Running one job: its call, its handler, what its end means. */
#include "queue/queue_priv.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/job.h"

/* Runs that were begun but never ended, each with its process, beyond what a kind may try. */
enum { TRIES_LOST_MAX = 8 };

const char *queue__name(const struct flight *f)
{
	if (f->turn)
		return f->turn->row.name;
	return (unsigned)f->job.kind < JOB_KINDS ? job_kind_name(f->job.kind) : "UNKNOWN";
}

static struct job_end end_of(const struct err *e)
{
	static const enum job_result results[] = { [ERR_RETRY_DROP] = JOB_DROP, [ERR_RETRY_LATER] = JOB_RETRY, [ERR_RETRY_NEVER] = JOB_FAULT };

	if (!e)
		return (struct job_end){ .result = JOB_DONE };
	return (struct job_end){ .result = results[err_retry(e->code)], .retry_after_s = e->retry_after_s, .why = e->text,
				 .ours = e->code == ERR_LATER || e->code == ERR_BUSY || e->code == ERR_CONFLICT };
}

/* Whether the host that the job names was heard, where the handler has asked it for something. */
static enum job_host_news news_of(const struct call *c, const struct flight *f)
{
	if (f->turn || f->job.host.n == 0 || !str_eq(c->remote_host, f->job.host))
		return JOB_HOST_UNKNOWN;
	return c->remote_failed ? JOB_HOST_FAILED : JOB_HOST_ANSWERED;
}

static struct err *run(struct queue *q, struct call *c, const struct flight *f, bool *ret_later)
{
	const struct job *j = &f->job;

	FAULT_SHAKE();
	if (f->turn)
		return f->turn->row.fn(c);
	if ((unsigned)j->kind >= JOB_KINDS || !q->how.handlers[j->kind])
		return FAIL(c->arena, ERR_INTERNAL, "nothing here runs jobs of kind %d", (int)j->kind);
	if (job_age_max_us(j->kind) && c->now_us - j->created_us > job_age_max_us(j->kind))
		return FAIL(c->arena, ERR_GONE, "nobody waits for it any more");
	if (j->tries >= job_tries_max(j->kind) + TRIES_LOST_MAX)
		return FAIL(c->arena, ERR_INTERNAL, "begun %d times and never ended", j->tries);
	return q->how.handlers[j->kind](c, j, ret_later);
}

/* Those whose jobs are short and many. */
static bool keeps_reads(enum job_lane lane)
{
	return lane == JOB_LANE_INGRESS || lane == JOB_LANE_DEFAULT || lane == JOB_LANE_PUSH;
}

static void report_spent(const struct call *c)
{
	static const char *const parts[SPENT_KINDS] = { "parse", "signature", "db", "render" };

	for (int i = 0; i < SPENT_KINDS; i++)
		if (c->spent_us[i])
			metric_add(METRIC_cpu_microseconds_total, str_z(parts[i]), c->spent_us[i]);
}

/* Under the lock. */
static void after(struct queue *q, struct flight *f, const struct job_end *end, bool later)
{
	struct lane_state *l = &q->lanes[f->lane];
	int64_t took = world_monotonic_us() - f->begun_us;

	l->run_us += (took - l->run_us) / 8;
	f->work_us = took;
	if (!later) {
		queue__set_end(f, end);
		queue__ended(q, f);
	} else if (f->reported) {
		queue__ended(q, f);
	} else {
		f->state = FLIGHT_WIRE;
		job_turns_give(&q->turns, f->lane);
		l->wire++;
		q->wire++;
		pthread_cond_signal(&q->work);
	}
}

void *queue__work(void *arg)
{
	struct queue *q = arg;
	struct arena *a = arena_create();
	struct flight *f;

	pthread_mutex_lock(&q->lock);
	while (!q->stopping) {
		struct call_reads reads = { 0 };
		struct job_end end;
		bool later = false;
		struct call c;
		struct err *e;
		int64_t began = world_monotonic_us();

		f = queue__pick(q);
		if (!f) {
			pthread_cond_wait(&q->work, &q->lock);
			continue;
		}
		pthread_mutex_unlock(&q->lock);
		queue__call(q, a, &c);
		c.reads = keeps_reads(f->lane) ? &reads : NULL;
		f->began_at_us = c.now_us;
		c.deadline_us = c.now_us + JOB_DEADLINE_US;
		c.background = true;
		e = run(q, &c, f, &later);
		call_reads_end(&c);
		FAULT_POINT("queue.ran");
		end = end_of(e);
		end.host = news_of(&c, f);
		metric_time(METRIC_job_seconds, str_z(job_lane_name(f->lane)), world_monotonic_us() - began);
		report_spent(&c);
		queue__call_end(q, &c);
		pthread_mutex_lock(&q->lock);
		after(q, f, &end, later && !e);
		pthread_mutex_unlock(&q->lock);
		arena_reset(a);
		pthread_mutex_lock(&q->lock);
	}
	pthread_mutex_unlock(&q->lock);
	arena_destroy(a);
	return NULL;
}

void queue__report(struct job_desk *desk, job_id id, const struct job_end *end)
{
	struct queue *q = (struct queue *)desk;

	pthread_mutex_lock(&q->lock);
	for (struct flight *f = q->flights; f < q->flights + FLIGHTS; f++) {
		if (f->turn || !id_eq(f->job.id, id) || (f->state != FLIGHT_RUNNING && f->state != FLIGHT_WIRE) || f->reported)
			continue;
		queue__set_end(f, end);
		f->reported = true;
		if (f->state == FLIGHT_WIRE)
			queue__ended(q, f);
		break;
	}
	pthread_mutex_unlock(&q->lock);
}

struct err *queue__gauges(struct call *c)
{
	struct job_lane_state states[JOB_LANES];
	int64_t failing, parked;

	TRY(jobs_state(c, states));
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		int64_t oldest = states[i].oldest_due_us;
		struct str lane = str_z(job_lane_name(i));

		metric_set(METRIC_jobs_waiting, lane, states[i].due);
		metric_set(METRIC_jobs_oldest_seconds, lane, oldest ? (c->now_us - oldest) / US_PER_S : 0);
		metric_set(METRIC_jobs_parked, lane, states[i].parked);
	}
	TRY(hosts_failing_count(c, &failing, &parked));
	metric_set(METRIC_hosts_failing, STR("penalty"), failing - parked);
	metric_set(METRIC_hosts_failing, STR("parked"), parked);
	return NULL;
}
