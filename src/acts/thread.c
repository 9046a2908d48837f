#include "acts/thread.h"

#include "store/job.h"
#include "store/status.h"
#include "store/thread.h"

struct opened {
	status_id thread, from;
	int64_t before_us;
};

static struct err *queue(struct call *c, void *arg)
{
	const struct opened *o = arg;
	struct job_new job = { .kind = JOB_FETCH_REPLIES, .ref_id = o->from.v, .once_key = arena_printf(c->arena, "replies:%lld", (long long)o->from.v) };
	bool due;

	TRY(thread_fetch_note(c, o->thread, o->before_us, &due));
	return due ? job_add(c, &job) : NULL;
}

static bool is_theirs(const struct status *s) { return s && !s->local && s->visibility <= VISIBILITY_UNLISTED; }

struct err *acts_thread_opened(struct call *c, status_id id)
{
	struct opened o = { .before_us = c->now_us - THREAD_AGAIN_S * US_PER_S };
	struct status *s, *first;
	int64_t last_us;

	TRY(status_find(c, id, &s));
	if (s && s->reblog_of.v)
		TRY(status_find(c, s->reblog_of, &s));
	if (!is_theirs(s) || s->created_us > c->now_us - THREAD_YOUNG_S * US_PER_S)
		return NULL;
	o.thread = s->thread;
	TRY(thread_fetched(c, o.thread, &last_us));
	if (last_us > o.before_us)
		return NULL;
	/* From its beginning, where that is theirs too: then one fetch serves whoever opens any part of it. */
	TRY(status_find(c, s->thread, &first));
	o.from = is_theirs(first) ? first->id : s->id;
	return store_tx(c, queue, &o);
}
