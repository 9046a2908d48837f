/* Ends are written down together: rows of done jobs go in one statement, and one transaction holds all that belongs to a batch. What
 * the database does not take stays in the list and is offered again. */
#include "queue/queue_priv.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "store/host.h"
#include "store/job.h"
#include "store/schedule.h"
#include "store/store.h"

#define PUSH_RETRY_MAX_US (6 * US_PER_HOUR)
#define RETRY_AFTER_MAX_S 86400
#define HOST_UNIT_US (15 * US_PER_S)

/* What a batch writes. */
struct settling {
	struct queue *q;
	bool stopping;
	struct flight *v[SETTLE_BATCH];
	size_t n;
	int64_t done[SETTLE_BATCH], due_us[SETTLE_BATCH];
	size_t done_n;
	struct str answered[SETTLE_BATCH];
	size_t answered_n;
	struct host_failure failed[SETTLE_BATCH];
	struct host_penalty penalty[SETTLE_BATCH];
	size_t failed_n;
	struct { struct str host; enum dialect dialect; } said[SETTLE_BATCH];
	size_t said_n;
	struct job_new then[SETTLE_BATCH];
	size_t then_n;
};

static int64_t base_retry_us(const struct call *c)
{
	return (c->conf ? c->conf->delivery_retry_s : 60) * US_PER_S;
}

/* Three quarters to five quarters of it, so that what failed together does not come back together. */
static int64_t jitter(struct call *c, int64_t us)
{
	uint32_t r;

	call_random(c, &r, sizeof r);
	return us - us / 4 + (us / 2) * (r % 1024) / 1024;
}

static int64_t retry_us(struct call *c, const struct flight *f)
{
	int64_t n = f->job.tries < 40 ? f->job.tries : 40, us, asked = f->end.retry_after_s;

	/* Once only: tries are counted, and a database may be busy for a minute. */
	if (f->end.ours && n == 0) {
		us = US_PER_S;
	} else if (f->lane == JOB_LANE_PUSH) {
		us = n < 20 ? base_retry_us(c) << n : PUSH_RETRY_MAX_US;
		if (us > PUSH_RETRY_MAX_US)
			us = PUSH_RETRY_MAX_US;
	} else {
		us = ((n + 1) * (n + 1) * (n + 1) * (n + 1) + 15) * US_PER_S;
	}
	us = jitter(c, us);
	asked = (asked < RETRY_AFTER_MAX_S ? asked : RETRY_AFTER_MAX_S) * US_PER_S;
	return us > asked ? us : asked;
}

/* What was seen of a host's dialect: the last of a batch counts. */
static void note_dialect(struct settling *s, const struct flight *f)
{
	size_t i = 0;

	if (f->turn || f->job.host.n == 0 || !f->end.dialect_said)
		return;
	while (i < s->said_n && !str_eq(s->said[i].host, f->job.host))
		i++;
	s->said[i].host = f->job.host;
	s->said[i].dialect = f->end.dialect;
	if (i == s->said_n)
		s->said_n++;
}

static void note_host(struct call *c, struct settling *s, const struct flight *f)
{
	struct str host = f->job.host;
	int64_t unit = base_retry_us(c) < HOST_UNIT_US ? base_retry_us(c) : HOST_UNIT_US;

	if (f->turn || host.n == 0 || f->end.host == JOB_HOST_UNKNOWN)
		return;
	if (f->end.host == JOB_HOST_ANSWERED) {
		for (size_t i = 0; i < s->answered_n; i++)
			if (str_eq(s->answered[i], host))
				return;
		s->answered[s->answered_n++] = host;
		return;
	}
	for (size_t i = 0; i < s->failed_n; i++) {
		if (str_eq(s->failed[i].host, host)) {
			s->failed[i].probe |= f->probe;
			if (s->failed[i].begun_us < f->began_at_us)
				s->failed[i].begun_us = f->began_at_us;
			return;
		}
	}
	s->failed[s->failed_n++] = (struct host_failure){ host, f->probe, unit, f->end.why, f->began_at_us };
}

/* Of a host that both answered and failed in one batch, the answer counts: it is there. */
static void forgive(struct settling *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->failed_n; i++) {
		bool answered = false;

		for (size_t k = 0; k < s->answered_n && !answered; k++)
			answered = str_eq(s->answered[k], s->failed[i].host);
		if (!answered)
			s->failed[kept++] = s->failed[i];
	}
	s->failed_n = kept;
}

static void plan(struct call *c, struct settling *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct flight *f = s->v[i];

		note_host(c, s, f);
		note_dialect(s, f);
		if (f->turn)
			continue;
		if (f->end.then.wanted)
			s->then[s->then_n++] = (struct job_new){ .kind = f->end.then.kind, .ref_id = f->end.then.ref_id };
		/* What we ourselves broke off goes on as soon as somebody runs it again. */
		if (f->end.result == JOB_RETRY && s->stopping && f->end.host != JOB_HOST_FAILED) {
			s->due_us[i] = c->now_us;
			continue;
		}
		if (f->end.result == JOB_RETRY && f->job.tries + 1 >= job_tries_max(f->job.kind))
			f->end.result = JOB_DROP;
		if (f->end.result == JOB_DONE || f->end.result == JOB_DROP)
			s->done[s->done_n++] = f->job.id.v;
		else
			s->due_us[i] = c->now_us + retry_us(c, f);
	}
	forgive(s);
}

static struct err *write_retry(struct call *c, const struct settling *s, size_t i)
{
	const struct flight *f = s->v[i];
	int64_t due = s->due_us[i];

	for (size_t k = 0; k < s->failed_n; k++) {
		if (!str_eq(s->failed[k].host, f->job.host))
			continue;
		if (s->penalty[k].parked)
			return job_park(c, s->q->how.node, f->job.id, f->end.why);
		if (s->penalty[k].excused)
			due = c->now_us + s->failed[k].unit_us;
		due = due > s->penalty[k].until_us ? due : s->penalty[k].until_us;
	}
	return job_retry(c, s->q->how.node, f->job.id, due, f->end.why);
}

static struct err *write_down(struct call *c, void *arg)
{
	struct settling *s = arg;

	if (s->done_n)
		TRY(jobs_done(c, s->done, s->done_n));
	TRY(jobs_add(c, s->then, s->then_n));
	for (size_t k = 0; k < s->failed_n; k++)
		TRY(host_failed(c, &s->failed[k], &s->penalty[k]));
	TRY(hosts_answered(c, s->answered, s->answered_n));
	for (size_t i = 0; i < s->said_n; i++)
		TRY(host_dialect_put(c, s->said[i].host, s->said[i].dialect));
	for (size_t i = 0; i < s->n; i++) {
		const struct flight *f = s->v[i];

		if (f->turn && !f->turn->own)
			TRY(schedule_ran(c, str_z(f->turn->row.name), f->end.result == JOB_DONE ? STR_NONE : f->end.why));
		else if (!f->turn && f->end.result == JOB_RETRY)
			TRY(write_retry(c, s, i));
		else if (!f->turn && f->end.result == JOB_FAULT)
			TRY(job_park(c, s->q->how.node, f->job.id, f->end.why));
	}
	return NULL;
}

static void tell(const struct settling *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct flight *f = s->v[i];
		const char *kind = queue__name(f);

		if (f->end.result == JOB_DONE) {
			if (!f->turn)
				metric_add(METRIC_jobs_done_total, str_z(kind), 1);
			log_debug("job.done", KV("kind", kind), KV("id", f->job.id.v), KV("host", f->job.host));
			continue;
		}
		metric_add(METRIC_jobs_failed_total, str_z(kind), 1);
		if (f->end.result == JOB_FAULT)
			log_error(f->turn ? "schedule.failed" : "job.parked", KV("kind", kind), KV("id", f->job.id.v), KV("why", f->end.why));
		else if (f->turn)
			log_warn("schedule.failed", KV("name", kind), KV("why", f->end.why));
		else if (f->end.result == JOB_DROP)
			log_info("job.dropped", KV("kind", kind), KV("id", f->job.id.v), KV("host", f->job.host), KV("tries", f->job.tries + 1),
				 KV("why", f->end.why));
		else
			log_info("job.retry", KV("kind", kind), KV("id", f->job.id.v), KV("host", f->job.host), KV("tries", f->job.tries + 1),
				 KV("why", f->end.why));
	}
	for (size_t k = 0; k < s->failed_n; k++)
		if (s->penalty[k].parked)
			log_warn("host.parked", KV("host", s->failed[k].host));
}

static bool waits_for_failed(const struct queue *q, const struct flight *f)
{
	(void)q;
	return f->host && f->host->failed;
}

/* Under the lock: whose penalty is written. */
static bool mark_failed(struct settling *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->failed_n && s->v[i]->host; k++) {
			if (str_eq(s->failed[k].host, s->v[i]->job.host) && !s->penalty[k].excused)
				any = s->v[i]->host->failed = true;
		}
	}
	return any;
}

/* What is held for hosts that just failed would only find out the same, and keep workers from what could be done meanwhile. */
static struct err *give_back_failed(struct queue *q, struct call *c)
{
	struct err *e = queue__give_back(q, c, waits_for_failed);

	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < FLIGHTS; i++)
		q->hosts[i].failed = false;
	pthread_mutex_unlock(&q->lock);
	return e;
}

struct err *queue__settle(struct queue *q, struct call *c)
{
	struct settling *s = arena_new(c->arena, struct settling);
	struct err *e;
	bool failed;

	s->q = q;
	pthread_mutex_lock(&q->lock);
	s->stopping = q->stopping;
	while (s->n < SETTLE_BATCH && q->ended.n)
		s->v[s->n++] = queue__pop(&q->ended);
	pthread_mutex_unlock(&q->lock);
	if (s->n == 0)
		return NULL;
	plan(c, s);
	if (s->n == s->done_n && s->answered_n + s->failed_n + s->said_n + s->then_n == 0)
		e = jobs_done(c, s->done, s->done_n);
	else
		e = store_tx(c, write_down, s);
	if (!e) {
		FAULT_POINT("queue.done");
		tell(s);
		for (size_t i = 0; i < s->n; i++)
			queue__count(q, c, s->v[i]);
	}
	pthread_mutex_lock(&q->lock);
	failed = !e && mark_failed(s);
	for (size_t i = 0; i < s->n; i++) {
		/* What cannot ever be written is left to its lease. */
		if (e && err_retry(e->code) == ERR_RETRY_LATER) {
			queue__push(&q->ended, s->v[i]);
		} else {
			queue__host_give(q, s->v[i]);
			queue__forget(q, s->v[i]);
		}
	}
	q->first_ended_us = world_monotonic_us();
	pthread_mutex_unlock(&q->lock);
	return failed ? give_back_failed(q, c) : e;
}
