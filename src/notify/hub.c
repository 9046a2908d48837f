/* The registry of open streams and the thread that serves them. An open stream is in the list from on_open to on_close; whoever works with
 * one outside the lock holds a reference. */
#include "notify/hub.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "conf/current.h"
#include "net/server.h"
#include "notify/hub_priv.h"
#include "view/stream.h"

enum { HUB_STACK = 1024 * 1024, DEADLINE_S = 10 };

static void *grab(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		abort();
	return p;
}

static struct str keep(char **at, struct str s)
{
	struct str copy = { s.p ? *at : NULL, s.n };

	if (s.n && s.p)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return copy;
}

/* ---- the registry ---- */

struct open *notify__open_create(struct hub *h, const struct viewer *v, struct str hash, bool websocket)
{
	struct open *o = grab(sizeof *o + v->scopes.n + hash.n);
	char *at = o->text;

	o->hub = h;
	o->websocket = websocket;
	o->early_end = &o->early;
	o->since_us = h->how.world->now_us(h->how.world);
	o->viewer = *v;
	o->viewer.home_built = o->viewer.no_filters = false;      /* were true for the request */
	o->viewer.scopes = keep(&at, v->scopes);
	o->viewer.domain = STR_NONE;
	o->hash = keep(&at, hash);
	o->refs = 1;
	return o;
}

static void open_free(struct open *o)
{
	while (o->subs) {
		struct sub *s = o->subs;

		o->subs = s->next;
		free(s);
	}
	while (o->early) {
		struct early *f = o->early;

		o->early = f->next;
		free(f);
	}
	stream_unref(o->stream);
	free(o);
}

void notify__release(struct hub *h, struct open *o)
{
	bool last;

	pthread_mutex_lock(&h->lock);
	last = --o->refs == 0;
	pthread_mutex_unlock(&h->lock);
	if (last)
		open_free(o);
}

static struct sub *sub_create(struct open *o, const struct subscription *want)
{
	struct sub *s = grab(sizeof *s + want->label.n + want->topic.n);
	char *at = s->text;

	s->open = o;
	s->kind = want->kind;
	s->label = keep(&at, want->label);
	s->topic = keep(&at, want->topic);
	return s;
}

static struct sub **bucket(struct hub *h, struct str topic) { return &h->buckets[str_hash(topic) % HUB_BUCKETS]; }

static void link_sub(struct hub *h, struct sub *s)
{
	struct sub **b = bucket(h, s->topic);

	s->next = s->open->subs;
	s->open->subs = s;
	s->open->subs_n++;
	s->topic_next = *b;
	s->topic_at = b;
	if (*b)
		(*b)->topic_at = &s->topic_next;
	*b = s;
}

static void unlink_topic(struct sub *s)
{
	*s->topic_at = s->topic_next;
	if (s->topic_next)
		s->topic_next->topic_at = s->topic_at;
}

static bool same(const struct sub *s, const struct subscription *want)
{
	return s->kind == want->kind && str_eq(s->topic, want->topic) && str_eq(s->label, want->label);
}

bool notify__subscribe(struct open *o, const struct subscription *want)
{
	struct hub *h = o->hub;
	bool have = false, room;

	pthread_mutex_lock(&h->lock);
	room = o->subs_n < HUB_SUBSCRIPTIONS_MAX;
	for (const struct sub *s = o->subs; s && !have; s = s->next)
		have = same(s, want);
	if (!have && room)
		link_sub(h, sub_create(o, want));
	pthread_mutex_unlock(&h->lock);
	return have || room;
}

void notify__unsubscribe(struct open *o, const struct subscription *want)
{
	struct hub *h = o->hub;

	pthread_mutex_lock(&h->lock);
	for (struct sub **at = &o->subs; *at; at = &(*at)->next) {
		struct sub *s = *at;

		if (!same(s, want))
			continue;
		*at = s->next;
		o->subs_n--;
		unlink_topic(s);
		free(s);
		break;
	}
	pthread_mutex_unlock(&h->lock);
}

void notify__open_add(struct open *o)
{
	struct hub *h = o->hub;

	pthread_mutex_lock(&h->lock);
	o->next = h->opens;
	o->at = &h->opens;
	if (h->opens)
		h->opens->at = &o->next;
	h->opens = o;
	if (h->opens_n++ == 0)
		h->read_to_us = o->since_us;
	pthread_mutex_unlock(&h->lock);
}

void notify__send(struct open *o, struct str text)
{
	struct hub *h = o->hub;
	struct early *f;

	pthread_mutex_lock(&h->lock);
	if (o->stream) {
		pthread_mutex_unlock(&h->lock);
		stream_send(o->stream, text);     /* once there it stays while anybody holds o */
		return;
	}
	if (o->early_n++ < HUB_EARLY_MAX) {
		f = grab(sizeof *f + text.n);
		f->n = text.n;
		memcpy(f->text, text.p, text.n);
		*o->early_end = f;
		o->early_end = &f->next;
	} else {
		o->close_code = 1011;
	}
	pthread_mutex_unlock(&h->lock);
}

void notify__close(struct open *o, int code)
{
	struct hub *h = o->hub;
	bool there;

	pthread_mutex_lock(&h->lock);
	there = o->stream != NULL;
	if (!there)
		o->close_code = code;
	pthread_mutex_unlock(&h->lock);
	if (there)
		stream_close(o->stream, code);
}

/* With the lock, so that no later text overtakes the early ones. */
void notify__open_ready(struct open *o, struct stream *s)
{
	struct hub *h = o->hub;

	pthread_mutex_lock(&h->lock);
	for (const struct early *f = o->early; f; f = f->next)
		stream_send(s, str_of(f->text, f->n));
	if (o->close_code)
		stream_close(s, o->close_code);
	o->stream = stream_ref(s);
	pthread_mutex_unlock(&h->lock);
}

void notify__open_drop(struct open *o)
{
	struct hub *h = o->hub;

	pthread_mutex_lock(&h->lock);
	for (struct sub *s = o->subs; s; s = s->next)
		unlink_topic(s);
	*o->at = o->next;
	if (o->next)
		o->next->at = o->at;
	h->opens_n--;
	pthread_mutex_unlock(&h->lock);
	notify__release(h, o);
}

/* ---- the queue ---- */

static bool concerns_streams(const struct event *e) { return e->kind != EVENT_JOBS_ADDED && e->kind != EVENT_SETTINGS_CHANGED; }

void notify_event(void *arg, const struct event *e)
{
	struct hub *h = arg;
	struct queued *q;
	char *at;

	if (!concerns_streams(e))
		return;
	pthread_mutex_lock(&h->lock);
	if (h->opens_n == 0 || h->stopping) {
		pthread_mutex_unlock(&h->lock);
		return;
	}
	if (h->queued_n >= HUB_QUEUE_MAX) {
		h->behind = true;
	} else {
		q = grab(sizeof *q + e->topics.n + e->payload.n);
		at = q->text;
		q->event = *e;
		q->event.topics = keep(&at, e->topics);
		q->event.payload = keep(&at, e->payload);
		q->event.next = NULL;
		*h->tail = q;
		h->tail = &q->next;
		h->queued_n++;
	}
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

bool notify__ask_list(struct open *o, struct str list, bool subscribes)
{
	struct hub *h = o->hub;
	struct queued *q;
	char *at;
	bool room;

	pthread_mutex_lock(&h->lock);
	room = h->queued_n < HUB_QUEUE_MAX && !h->stopping;
	if (room) {
		q = grab(sizeof *q + list.n);
		at = q->text;
		q->list = keep(&at, list);
		q->subscribes = subscribes;
		q->open = o;
		o->refs++;
		*h->tail = q;
		h->tail = &q->next;
		h->queued_n++;
		pthread_cond_signal(&h->wake);
	}
	pthread_mutex_unlock(&h->lock);
	return room;
}

void notify_catch_up(struct hub *h)
{
	pthread_mutex_lock(&h->lock);
	h->behind = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

/* ---- the thread ---- */

/* True the first time an event is met, wherever it comes from. Of those whose ids fall into one row, the oldest is forgotten. */
static bool is_new(struct hub *h, int64_t id)
{
	uint64_t mixed = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);
	int64_t *row = h->seen[mixed % HUB_SEEN_ROWS];

	for (int i = 0; i < HUB_SEEN_WAYS; i++)
		if (row[i] == id)
			return false;
	memmove(row + 1, row, (HUB_SEEN_WAYS - 1) * sizeof *row);
	row[0] = id;
	return true;
}

typedef VEC(struct match) matches;

static void add_match(struct arena *a, matches *m, const struct sub *s)
{
	s->open->refs++;
	vec_push(a, m, (struct match){ s->open, s->kind, arena_dup(a, s->label) });
}

/* What is told to everybody here: on each stream of a person's own. */
static void everyone(struct hub *h, struct arena *a, matches *m)
{
	for (const struct open *o = h->opens; o; o = o->next)
		for (const struct sub *s = o->subs; s; s = s->next)
			if (s->kind == STREAM_USER)
				add_match(a, m, s);
}

static void by_topic(struct hub *h, struct arena *a, const struct event *e, matches *m)
{
	struct str rest = e->topics, topic;

	if (str_eqz(e->topics, "everyone"))
		everyone(h, a, m);
	while (str_next(&rest, ' ', &topic))
		for (const struct sub *s = *bucket(h, topic); s; s = s->topic_next)
			if (str_eq(s->topic, topic) && id_time_us(e->id) >= s->open->since_us - HUB_AGAIN_US)
				add_match(a, m, s);
}

/* What changes for somebody's streams themselves. */
static void by_owner(struct hub *h, struct arena *a, const struct event *e, matches *m)
{
	for (struct open *o = h->opens; o; o = o->next) {
		if (e->kind == EVENT_FILTERS_CHANGED)
			o->no_filters = false;
		else if (e->kind == EVENT_TOKEN_REVOKED ? o->viewer.token.v != e->subject_id : o->viewer.account.v != e->subject_id)
			continue;
		else {
			o->refs++;
			vec_push(a, m, (struct match){ .open = o });
		}
	}
}

static void close_fallen(struct call *c, const struct event *e, const matches *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (e->kind == EVENT_TOKEN_REVOKED || !notify__still_stands(c, m->v[i].open))
			notify__close(m->v[i].open, 1000);
}

static void handle(struct hub *h, struct call *c, const struct event *e)
{
	matches subs = { 0 }, owners = { 0 };

	pthread_mutex_lock(&h->lock);
	by_topic(h, c->arena, e, &subs);
	if (e->kind == EVENT_TOKEN_REVOKED || e->kind == EVENT_ACCOUNT_CHANGED || e->kind == EVENT_FILTERS_CHANGED)
		by_owner(h, c->arena, e, &owners);
	pthread_mutex_unlock(&h->lock);
	close_fallen(c, e, &owners);
	if (subs.n)
		notify__deliver(c, e, subs.v, subs.n);
	for (size_t i = 0; i < subs.n; i++)
		notify__release(h, subs.v[i].open);
	for (size_t i = 0; i < owners.n; i++)
		notify__release(h, owners.v[i].open);
}

static struct call begin(struct hub *h, struct arena *a)
{
	struct call c = { .arena = a, .world = h->how.world, .conf = conf_take(h->how.house->conf), .house = h->how.house, .db = h->how.db,
			  .ids = h->how.ids };

	c.now_us = c.world->now_us(c.world);
	c.deadline_us = c.now_us + DEADLINE_S * US_PER_S;
	return c;
}

static void handle_once(struct hub *h, const struct event *e)
{
	AUTO_ARENA(a);
	struct call c;

	if (!is_new(h, e->id))
		return;
	c = begin(h, a);
	handle(h, &c, e);
	conf_give(h->how.house->conf, c.conf);
}

static void settle(struct hub *h, const struct queued *q)
{
	AUTO_ARENA(a);
	struct call c = begin(h, a);

	notify__list_settle(&c, q->open, q->list, q->subscribes);
	conf_give(h->how.house->conf, c.conf);
	notify__release(h, q->open);
}

/* How far before the last look this one begins. */
static int64_t again_us(struct hub *h)
{
	if (world_monotonic_us() < h->looked_far_us + US_PER_S)
		return HUB_AGAIN_US;
	h->looked_far_us = world_monotonic_us();
	return HUB_LATE_US;
}

/* From the table, what was written since the last look; ids are given before their commits, so the look begins earlier. */
static void read_table(struct hub *h)
{
	int64_t began_us = h->how.world->now_us(h->how.world), after = again_us(h);
	size_t n = HUB_READ_MAX;

	pthread_mutex_lock(&h->lock);
	after = ((h->read_to_us - after) / 1000) << 16;
	pthread_mutex_unlock(&h->lock);
	while (n == HUB_READ_MAX) {
		AUTO_ARENA(a);
		struct call c = begin(h, a);
		struct event *v;
		struct err *e = view_events_after(&c, after, HUB_READ_MAX, &v, &n);

		conf_give(h->how.house->conf, c.conf);
		if (e) {
			log_warn("streaming.behind", KV("why", e->text));
			return;
		}
		for (size_t i = 0; i < n; i++)
			handle_once(h, &v[i]);
		if (n)
			after = v[n - 1].id;
	}
	pthread_mutex_lock(&h->lock);
	h->read_to_us = began_us;
	pthread_mutex_unlock(&h->lock);
}

static struct timespec at_time(int64_t monotonic_us)
{
	return (struct timespec){ .tv_sec = (time_t)(monotonic_us / US_PER_S), .tv_nsec = (long)(monotonic_us % US_PER_S * 1000) };
}

/* Waits for work, or for the next look at the table: a second after the last, or as soon as HUB_SOON_US after it where something is known to
 * be there. Takes the queue; *ret_look: it is time. */
static struct queued *take(struct hub *h, bool *ret_look)
{
	struct queued *list;
	int64_t due_us = 0;
	struct timespec until;

	pthread_mutex_lock(&h->lock);
	while (!h->head && !h->stopping) {
		due_us = h->looked_us + (h->behind ? HUB_SOON_US : US_PER_S);
		if (world_monotonic_us() >= due_us)
			break;
		until = at_time(due_us);
		pthread_cond_timedwait(&h->wake, &h->lock, &until);
	}
	list = h->head;
	h->head = NULL;
	h->tail = &h->head;
	h->queued_n = 0;
	*ret_look = world_monotonic_us() >= h->looked_us + (h->behind ? HUB_SOON_US : US_PER_S);
	if (*ret_look) {
		h->looked_us = world_monotonic_us();
		h->behind = false;
		*ret_look = h->opens_n > 0;
	}
	pthread_mutex_unlock(&h->lock);
	return list;
}

static bool stopping(struct hub *h)
{
	bool yes;

	pthread_mutex_lock(&h->lock);
	yes = h->stopping;
	pthread_mutex_unlock(&h->lock);
	return yes;
}

static void *serve(void *arg)
{
	struct hub *h = arg;
	bool look;

	while (!stopping(h)) {
		struct queued *list = take(h, &look);

		while (list) {
			struct queued *q = list;

			list = q->next;
			if (q->open)
				settle(h, q);
			else
				handle_once(h, &q->event);
			free(q);
		}
		if (look)
			read_table(h);
	}
	return NULL;
}

struct hub *notify_hub_create(struct arena *a, const struct hub_how *how)
{
	struct hub *h = arena_new(a, struct hub);
	pthread_condattr_t attr;

	h->how = *how;
	h->tail = &h->head;
	pthread_mutex_init(&h->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&h->wake, &attr);
	pthread_condattr_destroy(&attr);
	return h;
}

struct err *notify_hub_start(struct arena *a, struct hub *h)
{
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, HUB_STACK);
	rc = pthread_create(&h->thread, &attr, serve, h);
	pthread_attr_destroy(&attr);
	return rc ? FAIL(a, ERR_INTERNAL, "no thread for the streams (error %d)", rc) : NULL;
}

void notify_hub_stop(struct hub *h)
{
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	while (h->head) {
		struct queued *q = h->head;

		h->head = q->next;
		if (q->open)
			notify__release(h, q->open);
		free(q);
	}
}
