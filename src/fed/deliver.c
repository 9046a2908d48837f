/* DELIVER: one activity to one inbox. Signed on a worker, then on the wire without one; the outcome goes to the job's desk.
 *
 *   2xx                     done                        410                     done with: that inbox is gone
 *   401 408 429 501         later                       other 3xx and 4xx       done with: it is refused
 *   5xx, silence, TLS       later, and the host is held to have failed (503 with Retry-After: when it says)
 *   an address that may not be connected to, or only without TLS (fed_is_plain())     done with
 * What else it answers is not looked at but for the log, and not waited for past 64 kB.
 *
 * 400 and 401 may only mean that the signature's dialect is not read there. Where it is not known which one is, the other is signed and sent
 * after such an answer, at once, on the client's thread: few servers refuse the first, and a worker is not waited for. Where it was known, it
 * is so no longer, and the job comes again. */
#include "base/fault.h"
#include "base/metrics.h"
#include "fed/fetch.h"
#include "fed/sign.h"
#include "fed/jobs.h"
#include "fed/synchronize.h"
#include "net/client.h"
#include "view/federation.h"

enum { DELIVER_TIMEOUT_MS = 15000, ANSWER_MAX = 64 * 1024, WHY_MAX = 200 };
#define RETRY_AFTER_MAX_S INT64_C(86400)

/* What the answer needs to find its way back; in an arena of its own, for the job's ends with its run. */
struct on_wire {
	struct arena *arena;
	struct job_desk *desk;
	job_id id;
	struct client *client;
	bool known;                       /* which dialect the host reads was known */
	enum dialect dialect;             /* of what is on the wire */
	struct second *second;            /* what the other one takes; NULL: none is sent any more */
};

/* All of it in the arena of on_wire. */
struct second {
	struct world *world;
	struct fed_signer who;
	struct fetch f;                   /* without headers */
	struct str extra;
};

static void judge_answer(const struct fetched *f, struct job_end *end)
{
	int64_t after = 0;

	end->host = JOB_HOST_ANSWERED;
	if (str_i64(f->retry_after, &after) && after > 0)
		end->retry_after_s = after < RETRY_AFTER_MAX_S ? after : RETRY_AFTER_MAX_S;
	if (f->status >= 200 && f->status < 300) {
		end->result = JOB_DONE;
		return;
	}
	end->result = JOB_DROP;
	if (f->status == 401 || f->status == 408 || f->status == 429 || f->status == 501)
		end->result = JOB_RETRY;
	if (f->status >= 500 && f->status != 501) {
		end->result = JOB_RETRY;
		if (f->status != 503 || !end->retry_after_s)
			end->host = JOB_HOST_FAILED;
	}
}

static struct job_end judge(struct arena *a, const struct fetched *f)
{
	struct job_end end = { .result = JOB_RETRY, .host = JOB_HOST_FAILED };

	switch (f->outcome) {
	case FETCH_ANSWERED:
		judge_answer(f, &end);
		end.why = arena_printf(a, "it answered %d: " STR_FMT, f->status, STR_ARG(str_utf8_upto(f->body, WHY_MAX)));
		return end;
	case FETCH_REFUSED_ADDRESS:
	case FETCH_BAD_URL:
		end.result = JOB_DROP;
		end.host = JOB_HOST_UNKNOWN;
		break;
	case FETCH_TOO_LARGE:
		end.host = JOB_HOST_ANSWERED;
		break;
	case FETCH_TIMEOUT:
	case FETCH_TLS:
	case FETCH_UNREACHABLE:
		break;
	}
	end.why = f->why;
	return end;
}

static void judge_dialect(const struct on_wire *w, const struct fetched *f, struct job_end *end)
{
	if (f->outcome != FETCH_ANSWERED)
		return;
	end->dialect_said = w->known ? fed_dialect_refused(f->status) : f->status >= 200 && f->status < 300;
	end->dialect = w->known ? DIALECT_UNKNOWN : w->dialect;
	if (w->known && end->dialect_said)
		end->result = JOB_RETRY;
}

static void done(void *arg, const struct fetched *result);

static bool send_second(struct on_wire *w, struct second *s)
{
	struct call c = { .arena = w->arena, .world = s->world, .now_us = s->world->now_us(s->world) };
	const char *headers[FED_HEADERS_MAX];

	w->dialect = fed_dialect_other(w->dialect);
	if (fed_sign(&c, &s->who, w->dialect, s->f.url, s->f.body, headers))
		return false;
	fed_header_add(&c, headers, s->extra);
	s->f.headers = headers;
	return client_begin(w->client, &s->f, done, w);
}

static void done(void *arg, const struct fetched *result)
{
	static const char *const words[] = { "delivered", "retried", "dropped", "fault" };
	struct on_wire *w = arg;
	struct second *second = w->second;
	struct job_end end = judge(w->arena, result);
	struct arena *a = w->arena;

	w->second = NULL;
	if (second && result->outcome == FETCH_ANSWERED && fed_dialect_refused(result->status)) {
		if (send_second(w, second))
			return;
		end.result = JOB_RETRY;
	}
	judge_dialect(w, result, &end);

	FAULT_POINT("deliver.report.before");
	metric_add(METRIC_deliveries_total, str_z(words[end.result]), 1);
	w->desk->report(w->desk, w->id, &end);
	arena_destroy(a);
}

/* For a second try; the call of the first has ended by then. The private key is in w's arena already. */
static void keep_for_second(struct call *c, struct on_wire *w, const struct fed_signer *who, const struct fetch *first, struct str extra)
{
	struct second *s = arena_new(w->arena, struct second);

	*s = (struct second){ .world = c->world, .who = *who, .f = *first, .extra = arena_dup(w->arena, extra) };
	s->who.key_uri = arena_dup(w->arena, who->key_uri);
	s->f.url = arena_dup(w->arena, first->url);
	s->f.body = arena_dup(w->arena, first->body);
	s->f.headers = NULL;
	w->second = s;
}

static struct err *sign(struct call *c, const struct delivery *d, struct fetch *f, const char **headers, struct on_wire *w)
{
	struct call kept = *c;                /* an unsealed key is wiped with its arena */
	struct str extra = STR_NONE;
	struct fed_signer who;
	int64_t began;

	if (d->to_followers)
		TRY(fed__synchronization(c, d->account, f->url, &extra));
	w->known = d->dialect != DIALECT_UNKNOWN;
	kept.arena = w->known ? c->arena : w->arena;
	TRY(fed_signer_open(&kept, d->account, d->key_uri, d->key_sealed, &who));
	began = world_thread_cpu_us();
	w->dialect = fed_dialect_first(d->dialect);
	TRY(fed_sign(c, &who, w->dialect, f->url, f->body, headers));
	fed_header_add(c, headers, extra);
	if (!w->known)
		keep_for_second(c, w, &who, f, extra);
	c->spent_us[SPENT_SIGNATURE] += world_thread_cpu_us() - began;
	return NULL;
}

static struct err *send(struct call *c, const struct job *job, const struct delivery *d, struct on_wire *w)
{
	const char *headers[FED_HEADERS_MAX];
	struct fetch f = { .method = STR("POST"), .url = job->arg, .body = d->body, .headers = headers, .timeout_ms = DELIVER_TIMEOUT_MS,
			   .body_max = ANSWER_MAX, .only_status = true };

	TRY(sign(c, d, &f, headers, w));
	FAULT_POINT("deliver.send.before");
	return client_begin(w->client, &f, done, w) ? NULL : FAIL(c->arena, ERR_BUSY, "too much is being sent");
}

struct err *fed_job_deliver(struct call *c, const struct job *job, bool *ret_later)
{
	struct delivery d;
	struct on_wire *w;
	struct arena *a;
	struct err *e;
	bool found;

	TRY(view_delivery(c, job->ref_id, job->host, &d, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "the activity was swept out");
	if (!c->house->client)
		return FAIL(c->arena, ERR_BUSY, "nothing is sent from here");
	if (fed_is_plain(c, job->arg))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' would be written to without TLS", STR_ARG(str_upto(job->arg, 200)));
	a = arena_create();
	w = arena_new(a, struct on_wire);
	*w = (struct on_wire){ .arena = a, .desk = job->desk, .id = job->id, .client = c->house->client };
	e = send(c, job, &d, w);
	if (e)
		arena_destroy(a);
	else
		*ret_later = true;
	return e;
}
