/* DELIVER: one activity to one inbox. Signed on a worker, then on the wire without one; the outcome goes to the job's desk.
 *
 *   2xx                     done                        410                     done with: that inbox is gone
 *   401 408 429 501         later                       other 3xx and 4xx       done with: it is refused
 *   5xx, silence, TLS       later, and the host is held to have failed (503 with Retry-After: when it says)
 *   an address that may not be connected to             done with */
#include "base/fault.h"
#include "base/metrics.h"
#include "fed/fetch.h"
#include "fed/sign.h"
#include "fed/jobs.h"
#include "net/client.h"
#include "view/federation.h"

enum { DELIVER_TIMEOUT_MS = 15000, ANSWER_MAX = 64 * 1024, WHY_MAX = 200 };
#define RETRY_AFTER_MAX_S INT64_C(86400)

/* What the answer needs to find its way back; in an arena of its own, for the job's ends with its run. */
struct on_wire {
	struct arena *arena;
	struct job_desk *desk;
	job_id id;
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

static void done(void *arg, const struct fetched *result)
{
	static const char *const words[] = { "delivered", "retried", "dropped", "fault" };
	struct on_wire *w = arg;
	struct job_end end = judge(w->arena, result);
	struct arena *a = w->arena;

	FAULT_POINT("deliver.report.before");
	metric_add(METRIC_deliveries_total, str_z(words[end.result]), 1);
	w->desk->report(w->desk, w->id, &end);
	arena_destroy(a);
}

struct err *fed_job_deliver(struct call *c, const struct job *job, bool *ret_later)
{
	const char *headers[FED_HEADERS_MAX];
	struct fetch f = { .method = STR("POST"), .url = job->arg, .headers = headers, .timeout_ms = DELIVER_TIMEOUT_MS, .body_max = ANSWER_MAX };
	struct fed_signer who;
	struct on_wire *w;
	struct arena *a;
	account_id actor;
	bool found;
	int64_t began;

	TRY(view_delivery_body(c, job->ref_id, &f.body, &actor, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "the activity was swept out");
	if (!c->house->client)
		return FAIL(c->arena, ERR_BUSY, "nothing is sent from here");
	TRY(fed_signer_get(c, actor, &who));
	began = world_thread_cpu_us();
	TRY(fed_sign(c, &who, job->arg, f.body, headers));
	c->spent_us[SPENT_SIGNATURE] += world_thread_cpu_us() - began;
	FAULT_POINT("deliver.send.before");
	a = arena_create();
	w = arena_new(a, struct on_wire);
	*w = (struct on_wire){ a, job->desk, job->id };
	if (!client_begin(c->house->client, &f, done, w)) {
		arena_destroy(a);
		return FAIL(c->arena, ERR_BUSY, "too much is being sent");
	}
	*ret_later = true;
	return NULL;
}
