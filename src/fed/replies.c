/* FETCH_REPLIES: the answers of a conversation elsewhere, level by level: from the collection of the conversation (FEP-7888), and from the
 * "replies" of each of its posts. Whoever lists an answer only names it: it is fetched at its own id, and kept where it answers a post
 * of this conversation that is here. What is new is looked at before what is known, so that each fetch goes further than the last. */
#include "acts/thread.h"
#include "base/map.h"
#include "fed/collection.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/note_read.h"
#include "fed/posts.h"
#include "view/federation.h"

/* Of one job. A conversation that is larger, or all at one host, is fetched on when it is opened again. */
enum { REQUESTS_MAX = 300, HOST_REQUESTS_MAX = 100, SECONDS_MAX = 120, POSTS_MAX = 1000, LEVELS_MAX = 20, ITEMS_MAX = 500, PAGES_MAX = 10 };

struct step {
	struct str uri;
	int level;
};

/* A post whose parent has not come yet: who lists the newest first names it before what it answers. */
struct early {
	const struct json *doc;
	int level;
};

struct walk {
	struct fed_budget b;
	status_id thread;
	struct map *seen, *kept;
	VEC(struct step) fresh, known;
	VEC(struct early) early;
	size_t fresh_at, known_at;
	int64_t told_us;          /* when it was last said how many have come */
};

/* What may be another time, or for another post, does not end the walk. */
static struct err *go_on(struct err *e)
{
	return e && (e->code == ERR_LATER || e->code == ERR_BUSY || e->code == ERR_INTERNAL) ? e : NULL;
}

static struct err *note(struct call *c, struct walk *w, struct str uri, int level)
{
	struct step s = { uri, level };
	struct status *known;

	if (!uri.n || fed_is_ours(c, uri) || map_find(w->seen, uri) || w->fresh.n + w->known.n >= POSTS_MAX)
		return NULL;
	map_put(w->seen, uri, w);
	TRY(fed__known_post(c, uri, &known));
	if (known)
		vec_push(c->arena, &w->known, s);
	else
		vec_push(c->arena, &w->fresh, s);
	return NULL;
}

static struct err *note_all(struct call *c, struct walk *w, const struct json *said, struct str home, int level)
{
	const struct json **items;
	size_t n = 0;
	bool whole;

	if (json_kind(said) == JSON_NONE || level > LEVELS_MAX)
		return NULL;
	TRY(go_on(fed_collection_read(c, &w->b, said, home, ITEMS_MAX, PAGES_MAX, &items, &n, &whole)));
	for (size_t i = 0; i < n; i++)
		TRY(note(c, w, fed_id_of(items[i]), level));
	return NULL;
}

/* Does it answer a post of this conversation that is here? */
static struct err *belongs(struct call *c, const struct walk *w, const struct json *doc, bool *ret)
{
	struct status *parent;

	TRY(fed__known_post(c, fed_id_of(json_get(doc, "inReplyTo")), &parent));
	*ret = parent && id_eq(parent->thread, w->thread);
	return NULL;
}

static struct err *note_answers(struct call *c, struct walk *w, const struct json *doc, int level)
{
	return note_all(c, w, json_get(doc, "replies"), json_get_s(doc, "id"), level + 1);
}

/* Clients that wait are told how many have come, once a second at most. */
static struct err *count(struct call *c, struct walk *w, struct str uri)
{
	int64_t now_us = c->world->now_us(c->world);

	map_put(w->kept, uri, w);
	if (now_us < w->told_us + US_PER_S)
		return NULL;
	w->told_us = now_us;
	return acts_thread_fetched(c, w->thread, (int64_t)map_count(w->kept), false);
}

/* What it answers is here. */
static struct err *keep(struct call *c, struct walk *w, const struct json *doc, int level)
{
	struct post_way way = { .asked_for = true, .depth.thread = REMOTE_THREAD_MAX };
	status_id id = { 0 };

	TRY(go_on(fed_post_fetched(c, &w->b, doc, &way, &id)));
	if (id.v)
		TRY(count(c, w, json_get_s(doc, "id")));
	return note_answers(c, w, doc, level);
}

static struct err *visit(struct call *c, struct walk *w, const struct step *s, bool is_known)
{
	const struct json *doc;
	bool wanted;
	struct err *e = fed_fetch(c, &w->b, s->uri, &doc);

	if (e || !fed_is_post(doc))
		return go_on(e);
	if (is_known)
		return note_answers(c, w, doc, s->level);
	TRY(belongs(c, w, doc, &wanted));
	if (wanted)
		return keep(c, w, doc, s->level);
	vec_push(c->arena, &w->early, ((struct early){ doc, s->level }));
	return NULL;
}

/* Those that came before what they answer, now that it is here. *ret: there were some, which may have answers of their own. */
static struct err *take_early(struct call *c, struct walk *w, bool *ret)
{
	size_t left = 0;

	*ret = false;
	for (size_t i = 0; i < w->early.n; i++) {
		struct early one = w->early.v[i];

		if (!map_find(w->kept, fed_id_of(json_get(one.doc, "inReplyTo")))) {
			w->early.v[left++] = one;
			continue;
		}
		TRY(keep(c, w, one.doc, one.level));
		*ret = true;
	}
	w->early.n = left;
	return NULL;
}

static bool next(struct walk *w, struct step *ret, bool *ret_known)
{
	*ret_known = w->fresh_at == w->fresh.n;
	if (*ret_known && w->known_at == w->known.n)
		return false;
	*ret = *ret_known ? w->known.v[w->known_at++] : w->fresh.v[w->fresh_at++];
	return w->b.fetches_left > 0;
}

/* The post that it begins with; its conversation's collection may stand on another server, that of the first post. */
static struct err *begin(struct call *c, struct walk *w, const struct status *s)
{
	const struct json *doc, *context;
	struct err *e = fed_fetch(c, &w->b, s->uri, &doc);

	if (e || !fed_is_post(doc))
		return go_on(e);
	map_put(w->seen, s->uri, w);
	context = json_get(doc, "context");
	TRY(note_all(c, w, context, fed_id_of(context), 1));
	return note_all(c, w, json_get(doc, "replies"), s->uri, 1);
}

struct err *fed_job_fetch_replies(struct call *c, const struct job *job, bool *ret_later)
{
	struct walk w = { .b = fed_budget(c), .seen = map_create(c->arena), .kept = map_create(c->arena) };
	struct status *s;
	struct step step;
	bool known, more = true;

	(void)ret_later;
	TRY(view_status_by_id(c, ID(status_id, job->ref_id), &s));
	if (!s || s->local)
		return NULL;
	w.thread = s->thread;
	w.b.fetches_left = REQUESTS_MAX;
	w.b.host_max = HOST_REQUESTS_MAX;
	w.b.until_us = c->world->now_us(c->world) + SECONDS_MAX * US_PER_S;
	TRY(begin(c, &w, s));
	while (more) {
		while (next(&w, &step, &known))
			TRY(visit(c, &w, &step, known));
		TRY(take_early(c, &w, &more));
	}
	return acts_thread_fetched(c, w.thread, (int64_t)map_count(w.kept), true);
}
