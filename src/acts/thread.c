#include "acts/thread.h"

#include "store/job.h"
#include "store/status.h"
#include "store/thread.h"

struct opened {
	status_id thread, from;
	int64_t before_us;
	bool begun;
};

static struct err *queue(struct call *c, void *arg)
{
	struct opened *o = arg;
	struct job_new job = { .kind = JOB_FETCH_REPLIES, .ref_id = o->from.v, .once_key = arena_printf(c->arena, "replies:%lld", (long long)o->from.v) };

	TRY(thread_fetch_note(c, o->thread, o->before_us, &o->begun));
	return o->begun ? job_add(c, &job) : NULL;
}

static bool is_theirs(const struct status *s) { return s && !s->local && s->visibility <= VISIBILITY_UNLISTED; }

struct err *acts_thread_opened(struct call *c, status_id id, bool *ret_begun)
{
	struct opened o = { .before_us = c->now_us - THREAD_AGAIN_S * US_PER_S };
	struct status *s, *first;
	struct thread_fetch last;

	*ret_begun = false;
	TRY(status_find(c, id, &s));
	if (s && s->reblog_of.v)
		TRY(status_find(c, s->reblog_of, &s));
	if (!is_theirs(s) || s->created_us > c->now_us - THREAD_YOUNG_S * US_PER_S)
		return NULL;
	o.thread = s->thread;
	TRY(thread_fetched(c, s->id, &last));
	if (last.fetched_us > o.before_us)
		return NULL;
	/* From its beginning, where that is theirs too: then one fetch serves whoever opens any part of it. */
	TRY(status_find(c, s->thread, &first));
	o.from = is_theirs(first) ? first->id : s->id;
	TRY(store_tx(c, queue, &o));
	*ret_begun = o.begun;
	return NULL;
}

/* ---- how it goes ---- */

struct going {
	status_id thread;
	int64_t found, ended_us;
};

static struct err *tell(struct call *c, void *arg)
{
	const struct going *g = arg;

	return thread_fetch_goes(c, g->thread, g->found, g->ended_us);
}

struct err *acts_thread_fetched(struct call *c, status_id thread, int64_t found, bool ended)
{
	return store_tx(c, tell, &(struct going){ thread, found, ended ? c->world->now_us(c->world) : 0 });
}
