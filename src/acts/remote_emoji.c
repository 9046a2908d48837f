#include "acts/remote_emoji.h"

#include <stdlib.h>

#include "acts/clean.h"
#include "store/clean.h"
#include "store/remote_emoji.h"
#include "wire/json.h"

/* How exactly it is known when one was last used: finer would be a write with every post. */
#define USED_EXACT_US (7 * US_PER_DAY)

struct meeting {
	struct str domain;
	struct remote_emoji *v;
	size_t n;
	bool grows;
};

static int by_shortcode(const void *one, const void *other)
{
	return str_cmp(((const struct remote_emoji *)one)->shortcode, ((const struct remote_emoji *)other)->shortcode);
}

/* What is named, each once. */
static void read_named(struct call *c, struct meeting *m, struct str emojis)
{
	const struct json *list;
	size_t n = 0, kept = 0;

	m->v = arena_array(c->arena, struct remote_emoji, REMOTE_EMOJIS_NAMED_MAX);
	if (json_parse(c->arena, emojis, &list))
		return;
	for (struct json_iter it = json_iter(list); n < REMOTE_EMOJIS_NAMED_MAX && json_next(&it);) {
		struct remote_emoji e = { .id = id_next(c), .domain = m->domain, .shortcode = json_get_s(it.value, "shortcode"),
					  .url = json_get_s(it.value, "url"), .used_us = c->now_us };

		if (!json_i64(json_get(it.value, "updated"), &e.updated_us))
			e.updated_us = 0;
		if (e.shortcode.n && e.url.n)
			m->v[n++] = e;
	}
	qsort(m->v, n, sizeof *m->v, by_shortcode);
	for (size_t i = 0; i < n; i++)
		if (!kept || !str_eq(m->v[i].shortcode, m->v[kept - 1].shortcode))
			m->v[kept++] = m->v[i];
	m->n = kept;
}

/* What is to be written of one that stands; false: nothing. */
static bool renew(const struct call *c, struct remote_emoji *said, const struct remote_emoji *old)
{
	bool older = said->updated_us && said->updated_us < old->updated_us;
	bool other = !older && (!str_eq(said->url, old->url) || said->updated_us > old->updated_us);

	if (!other) {
		*said = *old;
		said->used_us = c->now_us;
	}
	return other || old->used_us < c->now_us - USED_EXACT_US;
}

/* Leaves what is to be written. */
static struct err *compare(struct call *c, struct meeting *m)
{
	struct str *names = arena_array(c->arena, struct str, m->n + 1);
	struct remote_emoji *known;
	size_t known_n, k = 0, kept = 0;

	for (size_t i = 0; i < m->n; i++)
		names[i] = m->v[i].shortcode;
	TRY(remote_emojis_named(c, m->domain, names, m->n, &known, &known_n));
	qsort(known, known_n, sizeof *known, by_shortcode);
	for (size_t i = 0; i < m->n; i++) {
		bool stands;

		while (k < known_n && by_shortcode(&known[k], &m->v[i]) < 0)
			k++;
		stands = k < known_n && by_shortcode(&known[k], &m->v[i]) == 0;
		if (stands && !renew(c, &m->v[i], &known[k]))
			continue;
		m->grows |= !stands;
		m->v[kept++] = m->v[i];
	}
	m->n = kept;
	return NULL;
}

static struct err *put(struct call *c, void *arg)
{
	struct meeting *m = arg;
	int64_t dropped;

	TRY(remote_emojis_put(c, m->v, m->n));
	return m->grows ? remote_emojis_trim_domain(c, m->domain, REMOTE_EMOJIS_DOMAIN_MAX, CLEAN_MAX, &dropped) : NULL;
}

struct err *acts_remote_emojis_meet(struct call *c, struct str domain, struct str emojis)
{
	struct meeting m = { .domain = domain };

	if (emojis.n <= 2 || !domain.n)
		return NULL;      /* "[]" */
	read_named(c, &m, emojis);
	if (m.n)
		TRY(compare(c, &m));
	return m.n ? store_tx(c, put, &m) : NULL;
}

struct fetched {
	int64_t id;
	bool there;
};

static struct err *note(struct call *c, void *arg)
{
	const struct fetched *f = arg;

	return remote_emoji_fetched(c, f->id, c->now_us, f->there ? 0 : c->now_us);
}

struct err *acts_remote_emoji_fetched(struct call *c, int64_t id, bool there)
{
	return store_tx(c, note, &(struct fetched){ id, there });
}

static struct err *trim(struct call *c, void *arg) { return remote_emojis_trim(c, REMOTE_EMOJIS_MAX, CLEAN_MAX, arg); }

struct err *acts_clean_remote_emojis(struct call *c)
{
	int64_t n = CLEAN_MAX;

	for (int i = 0; i < CLEAN_ROUNDS && n == CLEAN_MAX; i++)
		TRY(store_tx(c, trim, &n));
	return NULL;
}
