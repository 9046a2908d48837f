#include "acts/media.h"

#include <stdlib.h>

#include "acts/status_priv.h"
#include "crypt/digest.h"
#include "store/job.h"
#include "store/media.h"
#include "store/status.h"
#include "store/store.h"
#include "wire/text.h"

static const char in_use[] = "Media attachment is currently used by a status";

/* Decimal, without exponents or names: "0.5", "-1". */
static bool read_coordinate(struct call *c, struct str s, double *ret)
{
	char *end;
	const char *z;

	s = str_trim(s);
	if (s.n == 0 || s.n > 32)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '+')
			return false;
	z = arena_strz(c->arena, s);
	*ret = strtod(z, &end);
	return *end == '\0' && *ret >= -1 && *ret <= 1;
}

struct err *acts_media_describe(struct call *c, const struct media_words *words, struct media *m)
{
	struct str x, y;

	if (words->description.p) {
		if (text_graphemes(c->arena, words->description) > MEDIA_DESCRIPTION_CHARS_MAX)
			return FAIL_FIELD(c->arena, "description", "ERR_TOO_LONG", "is too long (maximum is %d characters)", MEDIA_DESCRIPTION_CHARS_MAX);
		m->description = words->description.n ? words->description : STR_NONE;
	}
	if (words->focus.n) {
		if (!str_cut(words->focus, ',', &x, &y) || !read_coordinate(c, x, &m->focus_x) || !read_coordinate(c, y, &m->focus_y))
			return FAIL_FIELD(c->arena, "focus", "ERR_INVALID", "must be two numbers between -1 and 1, as in \"0.0,0.5\"");
		m->has_focus = true;
	}
	return NULL;
}

static struct err *add(struct call *c, void *arg) { return media_add(c, arg); }

struct err *acts_media_add(struct call *c, struct str uploaded, struct media *m)
{
	m->id = ID(media_id, id_next(c));
	m->created_us = c->now_us;
	m->content_hash = digest_sha256_hex(c->arena, uploaded);
	m->state = MEDIA_STATE_READY;
	return store_tx(c, add, m);
}

struct film_adding {
	struct media *m;
	int64_t due_us;
};

static struct err *add_film(struct call *c, void *arg)
{
	const struct film_adding *f = arg;

	TRY(media_add(c, f->m));
	return job_add(c, &(struct job_new){ .kind = JOB_FILM, .ref_id = f->m->id.v, .due_us = f->due_us });
}

struct err *acts_media_add_film(struct call *c, struct str uploaded, int64_t due_us, struct media *m)
{
	struct film_adding f = { m, due_us };

	m->id = ID(media_id, id_next(c));
	m->created_us = c->now_us;
	m->content_hash = digest_sha256_hex(c->arena, uploaded);
	m->state = MEDIA_STATE_WAITING;
	return store_tx(c, add_film, &f);
}

struct converting {
	const struct media *m;
	bool took;
};

static struct err *put_converted(struct call *c, void *arg)
{
	struct converting *v = arg;

	return media_put_converted(c, v->m, &v->took);
}

struct err *acts_media_converted(struct call *c, const struct media *m, bool *ret_took)
{
	struct converting v = { m, false };

	TRY(store_tx(c, put_converted, &v));
	*ret_took = v.took;
	return NULL;
}

struct silence {
	media_id id;
	struct str remote_url;
};

static struct err *put_silent(struct call *c, void *arg)
{
	const struct silence *v = arg;
	struct status *s;
	struct media m;
	bool found, took;

	TRY(media_find(c, v->id, &m, &found));
	if (!found)
		return NULL;
	/* In the order in which an edit of the post takes them. */
	TRY(status_touch(c, m.status));
	TRY(media_put_silent(c, v->id, v->remote_url, &took));
	TRY(status_find(c, m.status, &s));
	/* Whoever watches has just been shown a film; of an old post nobody has been. */
	return took && s && s->created_us > c->now_us - US_PER_HOUR ? acts__status_event(c, EVENT_STATUS_EDITED, s) : NULL;
}

struct err *acts_media_silent(struct call *c, media_id id, struct str remote_url)
{
	struct silence v = { id, remote_url };

	return store_tx(c, put_silent, &v);
}

static struct err *original_gone(struct call *c, void *arg) { return media_original_gone(c, *(const media_id *)arg); }

struct err *acts_media_original_gone(struct call *c, media_id id) { return store_tx(c, original_gone, &id); }

/* Another's is as unknown as one that never was. */
static struct err *find_own(struct call *c, account_id who, media_id id, struct media *ret)
{
	bool found;

	TRY(media_find(c, id, ret, &found));
	return found && id_eq(ret->account, who) ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct updating {
	struct media m;
	const struct media_preview *preview;
};

static struct err *update(struct call *c, void *arg)
{
	const struct updating *u = arg;
	bool took;

	TRY(media_put_words(c, &u->m, &took));
	if (!took)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	return u->preview->file.n ? media_put_preview(c, u->m.id, u->preview) : NULL;
}

void acts_media_take_preview(const struct media_preview *p, struct media *m)
{
	if (!p->file.n)
		return;
	m->preview_file = p->file;
	m->blurhash = p->blurhash;
	m->preview_width = p->width;
	m->preview_height = p->height;
}

struct err *acts_media_update(struct call *c, account_id who, media_id id, const struct media_words *words, const struct media_preview *p,
			      struct media *ret)
{
	struct updating u = { .preview = p };

	TRY(find_own(c, who, id, &u.m));
	if (u.m.status.v)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_media_describe(c, words, &u.m));
	TRY(store_tx(c, update, &u));
	acts_media_take_preview(p, &u.m);
	*ret = u.m;
	return NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	const struct media *m = arg;
	bool took;

	TRY(media_drop_loose(c, m->id, &took));
	return took ? NULL : FAIL(c->arena, ERR_INVALID, "%s", in_use);
}

struct err *acts_media_delete(struct call *c, account_id who, media_id id, struct media *ret)
{
	struct media m;

	TRY(find_own(c, who, id, &m));
	TRY(store_tx(c, drop, &m));
	*ret = m;
	return NULL;
}

struct forgetting {
	const struct media *list;
	size_t n;
	struct media *gone;
	size_t gone_n;
};

static struct err *forget(struct call *c, void *arg)
{
	struct forgetting *f = arg;
	bool took;

	f->gone_n = 0;
	for (size_t i = 0; i < f->n; i++) {
		TRY(media_drop_loose(c, f->list[i].id, &took));      /* attached a moment ago: it stays */
		if (took)
			f->gone[f->gone_n++] = f->list[i];
	}
	return NULL;
}

struct err *acts_media_forget_loose(struct call *c, int max, struct media **ret, size_t *ret_n)
{
	struct forgetting f = { 0 };
	struct media *list;

	TRY(media_loose_before(c, c->now_us - MEDIA_LOOSE_KEPT_US, max, &list, &f.n));
	f.list = list;
	f.gone = arena_array(c->arena, struct media, f.n + 1);
	if (f.n)
		TRY(store_tx(c, forget, &f));
	*ret = f.gone;
	*ret_n = f.gone_n;
	return NULL;
}
