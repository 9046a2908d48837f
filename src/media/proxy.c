/* One fetch a picture: the first to ask is the fetcher, the others wait on `ended` and then look again.
 *
 *   idle --first asks--> under way --stored--> a row in the database names the copy
 *                             \---failed--> a failure, until it is forgotten or overwritten --> idle */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "acts/card.h"
#include "acts/proxy.h"
#include "acts/remote_emoji.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "media/disk.h"
#include "media/film.h"
#include "media/film_priv.h"
#include "media/jobs.h"
#include "media/picture.h"
#include "media/proxy.h"
#include "net/client.h"

enum { FORGET_BATCH = 100, FORGET_BATCHES_MAX = 50, CLEAN_EVERY = 64, WAIT_S = 30 };

struct fetching {
	bool busy;
	enum proxy_kind kind;
	int64_t id;
	int waiters;
};
struct failure {
	uint64_t what;                /* hash of kind, id and address */
	int64_t until_us;
	enum err_code code;
};
struct proxy {
	pthread_mutex_t lock;
	pthread_cond_t ended;         /* a fetch */
	struct fetching fetches[PROXY_FETCHES_MAX];    /* guarded by lock */
	struct failure failures[PROXY_FAILURES];       /* guarded by lock; each at its hash's place */
	unsigned added;               /* guarded by lock */
	int64_t hour_us, hour_bytes;  /* guarded by lock; when the hour began, and what was fetched in it */
};

struct proxy *proxy_create(struct arena *a)
{
	struct proxy *p = arena_new(a, struct proxy);
	pthread_condattr_t attr;

	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->ended, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

/* INVALID: it is there, and not for us to pass on. */
static struct err *failed(struct call *c, enum err_code code)
{
	if (code == ERR_INVALID)
		return FAIL(c->arena, ERR_INVALID, "this film cannot be passed on");
	return code == ERR_NOT_FOUND ? FAIL(c->arena, ERR_NOT_FOUND, "Not Found") : FAIL_DEFAULT(c->arena, ERR_REMOTE);
}

static struct failure *failure_of(struct proxy *p, struct call *c, const struct proxied *what, uint64_t *ret_hash)
{
	*ret_hash = str_hash(arena_printf(c->arena, "%d %lld " STR_FMT, what->kind, (long long)what->id, STR_ARG(what->url)));
	return &p->failures[*ret_hash % PROXY_FAILURES];
}

static int at_once(enum proxy_kind kind)
{
	return kind == PROXY_FILM ? PROXY_FILMS_MAX : kind == PROXY_FRAME ? PROXY_FRAMES_MAX : kind == PROXY_PLAY ? PROXY_PLAYS_MAX :
	       PROXY_FETCHES_MAX;
}

static int waiters_max(enum proxy_kind kind) { return kind == PROXY_PLAY ? PROXY_PLAY_WAITERS_MAX : PROXY_WAITERS_MAX; }

/* *ret_mine: the slot of a fetch that is now ours to do; NULL: somebody's has ended meanwhile. */
static struct err *begin_or_wait(struct call *c, struct proxy *p, const struct proxied *what, struct fetching **ret_mine)
{
	int64_t until_us = world_monotonic_us() + WAIT_S * US_PER_S;
	const struct timespec until = { .tv_sec = until_us / US_PER_S, .tv_nsec = until_us % US_PER_S * 1000 };
	struct fetching *f, *vacant = NULL, *same = NULL;
	struct failure *fail;
	uint64_t hash;
	int r = 0, alike = 0;

	*ret_mine = NULL;
	fail = failure_of(p, c, what, &hash);
	if (fail->what == hash && fail->until_us > c->now_us)
		return failed(c, fail->code);
	for (f = p->fetches; f < p->fetches + PROXY_FETCHES_MAX; f++) {
		if (f->busy && f->kind == what->kind && f->id == what->id)
			same = f;
		else if (!f->busy && f->waiters == 0 && !vacant)
			vacant = f;
		alike += f->busy && f->kind == what->kind;
	}
	if (same ? same->waiters >= waiters_max(what->kind) : !vacant || alike >= at_once(what->kind))
		return what->kind == PROXY_PLAY ? failed(c, ERR_INVALID) : FAIL_DEFAULT(c->arena, ERR_BUSY);
	if (!same) {
		*vacant = (struct fetching){ .busy = true, .kind = what->kind, .id = what->id };
		*ret_mine = vacant;
		return NULL;
	}
	same->waiters++;
	while (same->busy && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&p->ended, &p->lock, &until);
	same->waiters--;
	return same->busy ? FAIL_DEFAULT(c->arena, ERR_BUSY) : NULL;
}

/* Only what failed for a reason that lasts is remembered: a full lane of ours says nothing about the picture. */
static bool lasts(const struct err *e) { return e && (e->code == ERR_NOT_FOUND || e->code == ERR_REMOTE || e->code == ERR_INVALID); }

static bool end_fetch(struct call *c, struct proxy *p, const struct proxied *what, struct fetching *mine, const struct err *e)
{
	struct failure *fail;
	uint64_t hash;
	bool clean;

	pthread_mutex_lock(&p->lock);
	fail = failure_of(p, c, what, &hash);
	if (lasts(e))
		*fail = (struct failure){ hash, c->now_us + PROXY_FAILED_S * US_PER_S, e->code };
	mine->busy = false;
	clean = !e && (what->kind == PROXY_PLAY || ++p->added % CLEAN_EVERY == 0);
	pthread_cond_broadcast(&p->ended);
	pthread_mutex_unlock(&p->lock);
	return clean;
}

/* Whoever looks at a page, and nobody need be known for that, has its pictures fetched: so all of them together have an end. */
static struct err *may_fetch(struct call *c, enum proxy_kind kind)
{
	struct proxy *p = c->house->proxy;
	bool may;

	pthread_mutex_lock(&p->lock);
	if (c->now_us >= p->hour_us + US_PER_HOUR) {
		p->hour_us = c->now_us;
		p->hour_bytes = 0;
	}
	may = p->hour_bytes < c->conf->proxy_hour_max / (kind == PROXY_PLAY ? 2 : 1);
	pthread_mutex_unlock(&p->lock);
	return may ? NULL : kind == PROXY_PLAY ? failed(c, ERR_INVALID) : FAIL_DEFAULT(c->arena, ERR_BUSY);
}

static void count(struct call *c, const struct fetch *f, const struct fetched *got)
{
	struct proxy *p = c->house->proxy;

	pthread_mutex_lock(&p->lock);
	p->hour_bytes += (int64_t)(got->outcome == FETCH_TOO_LARGE ? f->body_max : got->body.n);
	pthread_mutex_unlock(&p->lock);
}

static size_t body_max(enum proxy_kind kind)
{
	return kind == PROXY_EMOJI ? PROXY_EMOJI_MAX : kind == PROXY_FRAME ? PROXY_FRAME_PIECE : kind == PROXY_PLAY ? PROXY_PLAY_PIECE : PROXY_BODY_MAX;
}

struct piece {
	struct str bytes;             /* empty: there is no more */
	int64_t whole;                /* how long all of it is; 0: not said */
};

/* RFC 9110, 14.4: "bytes 0-99/1234" */
static int64_t whole_of(const struct fetched *got)
{
	struct str before, after;
	int64_t n;

	if (got->status == 200)
		return (int64_t)got->body.n;
	return got->content_range.n && str_cut(got->content_range, '/', &before, &after) && str_i64(after, &n) && n > 0 ? n : 0;
}

/* at: of a film or a sound, where the piece begins. */
static struct err *fetch_bytes(struct call *c, const struct proxied *what, int64_t at, struct piece *ret)
{
	bool piece = what->kind == PROXY_FRAME || what->kind == PROXY_PLAY;
	int64_t max = (int64_t)body_max(what->kind);
	struct str range = arena_printf(c->arena, "Range: bytes=%lld-%lld", (long long)at, (long long)(at + max - 1));
	const char *const headers[] = { piece ? "Accept: video/*, audio/*" : "Accept: image/*", piece ? arena_strz(c->arena, range) : NULL, NULL };
	const struct fetch f = { .url = what->url, .headers = headers, .timeout_ms = PROXY_TIMEOUT_MS, .redirects_max = PROXY_REDIRECTS_MAX,
				 .body_max = (size_t)max };
	struct fetched got;
	bool ok;

	TRY(may_fetch(c, what->kind));
	TRY(client_fetch(c, c->house->client, &f, &got));
	count(c, &f, &got);
	if (at && got.outcome == FETCH_ANSWERED && got.status == 416) {
		*ret = (struct piece){ STR(""), at };
		return NULL;
	}
	ok = got.outcome == FETCH_ANSWERED && ((got.status == 200 && !at) || (piece && got.status == 206)) && got.body.n;
	metric_add(METRIC_fetches_total, ok ? STR("ok") : STR("failed"), 1);
	if (what->kind == PROXY_PLAY && (got.outcome == FETCH_TOO_LARGE || got.outcome == FETCH_TIMEOUT))
		return failed(c, ERR_INVALID);
	if (got.outcome == FETCH_BAD_URL || got.outcome == FETCH_REFUSED_ADDRESS || got.outcome == FETCH_TOO_LARGE)
		return failed(c, ERR_NOT_FOUND);
	if (got.outcome != FETCH_ANSWERED || got.status >= 500 || got.status == 429)
		return failed(c, ERR_REMOTE);
	*ret = (struct piece){ got.body, whole_of(&got) };
	return ok ? NULL : failed(c, ERR_NOT_FOUND);
}

static struct err *keep(struct call *c, const struct proxy_copy *copy)
{
	struct str replaced;
	struct err *e = acts_proxy_add(c, copy, &replaced);

	picture_drop_files(c, e ? copy->file : replaced, STR_NONE);
	return e;
}

/* What is kept of one that moves beside it; PROXY_KINDS: nothing. */
static enum proxy_kind still_of(struct call *c, enum proxy_kind whole)
{
	if (whole == PROXY_MEDIA)
		return helper_has_films(c->house->helper) ? PROXY_STILL : PROXY_KINDS;
	for (int kind = 0; kind < PROXY_KINDS; kind++)
		if (proxy_whole_of((enum proxy_kind)kind) == whole)
			return (enum proxy_kind)kind;
	return PROXY_KINDS;
}

/* An attachment that moves is kept with its first picture, for when a film has been made of it; the others, for who wants nothing that moves. */
static struct err *keep_picture(struct call *c, const struct proxied *what, const struct picture *pic)
{
	struct proxy_copy copy = { .kind = what->kind, .id = what->id, .url = what->url, .file = pic->file, .bytes = pic->about.size };
	struct proxy_copy still = { .id = what->id, .url = what->url, .file = pic->second_file, .bytes = pic->about.preview_size };
	bool moves = !str_eq(pic->second_file, pic->file);
	struct err *e = NULL;

	still.kind = still_of(c, what->kind);
	copy.moves = moves && still.kind == PROXY_STILL;
	copy.mime = arena_concat(c->arena, str_z(file_type_mime(pic->about.type)), str_z(moves ? PROXY_MOVES : ""));
	still.mime = str_z(file_type_mime(pic->about.preview_type));
	if (moves && still.kind != PROXY_KINDS)
		e = keep(c, &still);
	else if (moves)
		picture_drop_files(c, pic->second_file, STR_NONE);
	if (e)
		picture_drop_files(c, pic->file, STR_NONE);
	return e ? e : keep(c, &copy);
}

/* Of our copy of the whole. */
static struct err *make_film(struct call *c, const struct proxied *what, struct str whole, struct str *ret_file)
{
	struct proxy_copy copy = { .kind = PROXY_FILM, .id = what->id, .url = what->url };
	struct media m;
	struct err *e;
	bool found;

	TRY(view_media_row(c, ID(media_id, what->id), &m, &found));
	call_reads_end(c);       /* ffmpeg takes longer than all reading */
	e = found ? film_of_gif(c, whole, &m) : failed(c, ERR_NOT_FOUND);
	if (e)
		return e->code == ERR_INVALID ? failed(c, ERR_NOT_FOUND) : e;
	copy.film = &m;
	copy.file = *ret_file = m.file;
	copy.mime = m.mime;
	copy.bytes = m.bytes;
	return keep(c, &copy);
}

/* Piece by piece onto the disk, for it may be large. Some give less than was asked for. */
static struct err *fetch_film(struct call *c, const struct proxied *what, int fd)
{
	AUTO_ARENA(a);
	struct call one = *c;
	struct err *e = NULL;
	struct piece p = { 0 };
	int64_t at = 0, until_us = c->world->now_us(c->world) + PROXY_PLAY_MS * US_PER_MS;
	bool more = true;

	one.arena = a;
	one.deadline_us = until_us;
	while (!e && more) {
		arena_reset(a);
		e = fetch_bytes(&one, what, at, &p);
		if (!e && (p.whole > c->conf->proxy_film_max || at + (int64_t)p.bytes.n > c->conf->proxy_film_max))
			e = failed(&one, ERR_INVALID);
		if (!e)
			e = media__append(&one, fd, p.bytes);
		at += e ? 0 : (int64_t)p.bytes.n;
		more = p.bytes.n && (p.whole ? at < p.whole : p.bytes.n == PROXY_PLAY_PIECE);
	}
	if (e && e->code == ERR_LATER && c->world->now_us(c->world) >= until_us)
		return failed(c, ERR_INVALID);
	return e ? FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text)) : NULL;
}

static struct err *fetch_and_pass_on(struct call *c, const struct proxied *what, struct str *ret_file)
{
	struct proxy_copy copy = { .kind = PROXY_PLAY, .id = what->id, .url = what->url, .brief = true };
	enum file_type type;
	int fd;

	TRY(disk_scratch(c, c->house->storage, &fd));
	TRY(fetch_film(c, what, fd));
	TRY(film_pass_on(c, fd, &copy.file, &type, &copy.bytes));
	copy.mime = str_z(file_type_mime(type));
	*ret_file = copy.file;
	return keep(c, &copy);
}

static struct err *fetch_and_keep(struct call *c, const struct proxied *what, struct str whole, struct str *ret_file)
{
	static const enum helper_purpose purposes[PROXY_KINDS] = {
		[PROXY_MEDIA] = HELPER_REMOTE, [PROXY_AVATAR] = HELPER_AVATAR, [PROXY_HEADER] = HELPER_HEADER, [PROXY_CARD] = HELPER_CARD,
		[PROXY_PREVIEW] = HELPER_CARD, [PROXY_EMOJI] = HELPER_EMOJI, [PROXY_FRAME] = HELPER_CARD,
	};
	struct piece p;
	struct picture pic;
	struct err *e;

	if (what->kind == PROXY_FILM)
		return make_film(c, what, whole, ret_file);
	if (what->kind == PROXY_PLAY)
		return fetch_and_pass_on(c, what, ret_file);
	TRY(fetch_bytes(c, what, 0, &p));
	e = what->kind == PROXY_FRAME ? film_frame(c, p.bytes, &p.bytes) : NULL;
	if (!e)
		e = picture_store(c, purposes[what->kind], p.bytes, &pic);
	if (e)
		return e->code == ERR_INVALID ? failed(c, ERR_NOT_FOUND) : e;
	e = keep_picture(c, what, &pic);
	*ret_file = pic.file;
	if (!e && what->kind == PROXY_CARD)
		e = acts_card_image(c, ID(card_id, what->id), what->url, pic.about.width, pic.about.height, pic.about.blurhash);
	return e;
}

/* That there is no picture of an emoji is remembered for longer, and by all processes: whoever reads old posts asks for many that are gone. */
static struct err *note_emoji(struct call *c, const struct proxied *what, struct err *e)
{
	struct err *noted = !e || e->code == ERR_NOT_FOUND ? acts_remote_emoji_fetched(c, what->id, !e) : NULL;

	return e ? e : noted;
}

/* whole: what a film is made of. */
static struct err *get(struct call *c, const struct proxied *what, struct str whole, struct str *ret_file)
{
	struct proxy *p = c->house->proxy;
	struct fetching *mine;
	struct err *e;

	call_reads_end(c);       /* what is waited for is what another's hand writes */
	pthread_mutex_lock(&p->lock);
	e = begin_or_wait(c, p, what, &mine);
	pthread_mutex_unlock(&p->lock);
	TRY(e);
	if (mine) {
		e = fetch_and_keep(c, what, whole, ret_file);
		if (what->kind == PROXY_EMOJI)
			e = note_emoji(c, what, e);
		if (end_fetch(c, p, what, mine, e)) {
			struct err *late = media_proxy_clean(c);

			(void)late;      /* the next turn comes */
		}
		return e;
	}
	TRY(view_proxied_again(c, what, ret_file));
	return ret_file->n ? NULL : failed(c, what->kind == PROXY_PLAY ? ERR_INVALID : ERR_REMOTE);
}

/* A film is made of our copy of the whole, which brings its first picture along. What does not move is its own first picture, but of attachments. */
static struct err *get_part(struct call *c, const struct proxied *what, struct str *ret_file)
{
	bool own = proxy_whole_of(what->kind) != PROXY_KINDS;
	struct proxied whole = { .kind = own ? proxy_whole_of(what->kind) : PROXY_MEDIA, .id = what->id, .url = what->url };

	if (what->kind == PROXY_FILM)
		TRY(view_proxied_again(c, &whole, &whole.file));
	if (!whole.file.n)
		TRY(get(c, &whole, STR_NONE, &whole.file));
	if (what->kind == PROXY_FILM)
		return get(c, what, whole.file, ret_file);
	TRY(view_proxied_again(c, what, ret_file));
	if (!ret_file->n && own)
		*ret_file = whole.file;
	return ret_file->n ? NULL : failed(c, ERR_NOT_FOUND);
}

static bool is_part(enum proxy_kind kind) { return kind == PROXY_FILM || kind == PROXY_STILL || proxy_whole_of(kind) != PROXY_KINDS; }

struct err *proxy_get(struct call *c, const struct proxied *what, struct str *ret_file)
{
	*ret_file = what->file;
	if (what->file.n)
		return NULL;
	if (what->kind == PROXY_PLAY && (!c->conf->proxy_film_max || !helper_has_films(c->house->helper)))
		return failed(c, ERR_INVALID);
	return is_part(what->kind) ? get_part(c, what, ret_file) : get(c, what, STR_NONE, ret_file);
}

/* What the picture is (its size, its blurhash) is learned as it is fetched. */
struct err *media_job_card_image(struct call *c, const struct job *job, bool *ret_later)
{
	struct proxied what;
	struct str file;
	struct err *e;

	(void)ret_later;
	TRY(view_proxied_card(c, ID(card_id, job->ref_id), &what));
	if (!what.url.n || what.file.n)
		return NULL;
	e = proxy_get(c, &what, &file);
	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}

struct err *media_job_gif(struct call *c, const struct job *job, bool *ret_later)
{
	struct proxied what;
	struct str file;
	struct err *e;

	(void)ret_later;
	TRY(view_proxied_gif(c, ID(media_id, job->ref_id), &what));
	if (!what.url.n)
		return NULL;
	e = proxy_get(c, &what, &file);
	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}

struct err *media_proxy_clean(struct call *c)
{
	for (int i = 0; i < FORGET_BATCHES_MAX; i++) {
		struct str *gone;
		size_t n;

		TRY(acts_proxy_forget(c, c->conf->proxy_cache_max, FORGET_BATCH, &gone, &n));
		for (size_t k = 0; k < n; k++)
			picture_drop_files(c, gone[k], STR_NONE);
		if (n < FORGET_BATCH)
			break;
	}
	return NULL;
}
