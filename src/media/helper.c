/* The pool. A slot is free, or out with the thread that took it; a free slot may hold a process that has meanwhile left, which is
 * noticed when it is asked. Threads without a slot wait on `freed`, at most waiting_max of them. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "media/helper.h"
#include "media/film_priv.h"
#include "media/process_priv.h"

enum { PROCESSES = 1, WAITING_MAX = 16, IDLE_S = 60, TIMEOUT_MS = 30000, BLURHASH_LETTERS = 36, SIDE_OUT_MAX = 65535 };

struct slot {
	struct media__process process; /* the taker's while busy */
	bool busy;                    /* guarded by lock */
};

struct helper {
	pthread_mutex_t lock;
	pthread_cond_t freed;         /* a slot, or the stop */
	struct slot *slots;
	int waiting;                  /* guarded by lock */
	bool stopping;                /* guarded by lock */
	uint64_t last_id;             /* guarded by lock */
	int nslots, waiting_max, idle_s; /* set at the start */
	const char *bin, *ffmpeg_dir; /* set at the start; no ffmpeg: NULL */
	_Atomic bool films_end;
};

static const char not_verified[] = "File type of uploaded media could not be verified";

/* Mastodon 4's bounds (pixels of input 33,177,600; of animations 921,600 a frame). */
static const struct protocol_ask purposes[HELPER_PURPOSES] = {
#define EVERY .version = PROTOCOL_VERSION, .in_area_max = 33177600, .in_frames_area_max = 331776000, .side_max = 32767, .frames_max = 1000
	[HELPER_ATTACHMENT] = { EVERY, .area_max = 8294400, .animated_area_max = 921600, .preview_area_max = 230400 },
	[HELPER_AVATAR] = { EVERY, .area_max = 160000, .animated_area_max = 160000, .box_width = 400, .box_height = 400 },
	[HELPER_HEADER] = { EVERY, .area_max = 750000, .animated_area_max = 750000, .box_width = 1500, .box_height = 500 },
	[HELPER_REMOTE] = { EVERY, .area_max = 8294400, .animated_area_max = 921600 },
	[HELPER_CARD] = { EVERY, .area_max = 230400, .animated_area_max = 230400 },
	[HELPER_EMOJI] = { EVERY, .area_max = 262144, .animated_area_max = 262144, .bytes_max = 256 * 1024, .webp_moves = 1 },
#undef EVERY
};

/* Beside this program, as installed; or where the build tree has it. Where neither is there, the first, so that the error names it. */
static const char *find_bin(struct arena *a)
{
	static const char *const places[] = { "/howdah-media", "/../mediad/howdah-media", "/src/mediad/howdah-media" };
	const char *named = getenv("HOWDAH_MEDIA_BIN");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self);
	struct str dir = n > 0 ? str_of(self, (size_t)n) : STR("/usr/bin/howdah");

	if (named && *named)
		return arena_strz(a, str_z(named));
	dir = str_upto(dir, str_rfind(dir, '/'));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *bin = arena_strz(a, arena_concat(a, dir, str_z(places[i])));

		if (access(bin, X_OK) == 0)
			return bin;
	}
	return arena_strz(a, arena_concat(a, dir, str_z(places[0])));
}

static bool can_run(struct arena *a, struct str dir, struct str name)
{
	return access(arena_strz(a, arena_concat(a, dir, STR("/"), name)), X_OK) == 0;
}

static bool has_ffmpeg(struct arena *a, struct str dir) { return can_run(a, dir, STR("ffmpeg")) && can_run(a, dir, STR("ffprobe")); }

static const char *find_ffmpeg(struct arena *a, struct str said)
{
	static const char *const places[] = { "/usr/bin", "/usr/local/bin" };

	if (said.n)
		return has_ffmpeg(a, said) ? arena_strz(a, said) : NULL;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (has_ffmpeg(a, str_z(places[i])))
			return places[i];
	return NULL;
}

void helper_films_end(struct helper *h) { atomic_store(&h->films_end, true); }
bool helper_has_films(const struct helper *h) { return h->ffmpeg_dir != NULL; }
bool media__films_end(struct helper *h) { return atomic_load(&h->films_end); }
const char *media__ffmpeg_dir(const struct helper *h) { return h->ffmpeg_dir; }
const char *media__helper_bin(const struct helper *h) { return h->bin; }

struct helper *helper_start(struct arena *a, const struct helper_how *how)
{
	struct helper *h = arena_new(a, struct helper);
	pthread_condattr_t attr;

	h->nslots = how->processes > 0 ? how->processes : PROCESSES;
	h->waiting_max = how->waiting_max > 0 ? how->waiting_max : WAITING_MAX;
	h->idle_s = how->idle_s > 0 ? how->idle_s : IDLE_S;
	h->slots = arena_array(a, struct slot, (size_t)h->nslots);
	h->bin = how->bin.n ? arena_strz(a, how->bin) : find_bin(a);
	h->ffmpeg_dir = find_ffmpeg(a, how->ffmpeg_dir);
	pthread_mutex_init(&h->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&h->freed, &attr);
	pthread_condattr_destroy(&attr);
	return h;
}

void helper_stop(struct helper *h)
{
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	pthread_cond_broadcast(&h->freed);
	for (int i = 0; i < h->nslots; i++)
		while (h->slots[i].busy)
			pthread_cond_wait(&h->freed, &h->lock);
	for (int i = 0; i < h->nslots; i++)
		media__process_end(&h->slots[i].process);
	pthread_mutex_unlock(&h->lock);
}

/* A free slot, one with a process first. */
static struct slot *slot_find(struct helper *h)
{
	struct slot *found = NULL;

	for (int i = 0; i < h->nslots; i++)
		if (!h->slots[i].busy && (!found || (!found->process.pid && h->slots[i].process.pid)))
			found = &h->slots[i];
	return found;
}

static struct err *slot_take(struct call *c, struct helper *h, int64_t until_us, uint64_t *ret_id, struct slot **ret)
{
	const struct timespec until = { .tv_sec = until_us / US_PER_S, .tv_nsec = until_us % US_PER_S * 1000 };
	struct slot *s = NULL;
	bool full, stopping;
	int r = 0;

	pthread_mutex_lock(&h->lock);
	full = h->waiting >= h->waiting_max && !slot_find(h);
	h->waiting++;
	while (!full && !h->stopping && !(s = slot_find(h)) && r != ETIMEDOUT)
		r = pthread_cond_timedwait(&h->freed, &h->lock, &until);
	h->waiting--;
	stopping = h->stopping;
	if (stopping)
		s = NULL;
	if (s) {
		s->busy = true;
		*ret_id = ++h->last_id;
	}
	pthread_mutex_unlock(&h->lock);
	if (full)
		return FAIL(c->arena, ERR_BUSY, "too many pictures are being worked on; please try again");
	if (!s)
		return FAIL(c->arena, ERR_LATER, stopping ? "the server is stopping" : "no media helper came free in time");
	*ret = s;
	return NULL;
}

static void slot_give(struct helper *h, struct slot *s)
{
	pthread_mutex_lock(&h->lock);
	s->busy = false;
	pthread_cond_broadcast(&h->freed);
	pthread_mutex_unlock(&h->lock);
}

/* One job on its way through. */
struct work {
	const struct helper_job *job;
	struct slot *slot;
	struct protocol_ask ask;
	struct protocol_answer answer;
	int64_t timeout_us;
};

/* Asks the slot's process, starting one where there is none. One that had retired is replaced, once: a process that leaves in the
 * middle of a job twice in a row does not mean well. */
static struct err *ask(struct call *c, struct helper *h, struct work *w)
{
	const int fds[PROTOCOL_FDS] = { w->job->in_fd, w->job->out_fd, w->job->preview_fd };
	struct media__process *p = &w->slot->process;

	for (int tries = 0; tries < 2; tries++) {
		enum media__outcome o;

		if (!p->pid)
			TRY(media__process_start(c, h->bin, h->idle_s, p));
		o = media__process_ask(p, &w->ask, fds, world_monotonic_us() + w->timeout_us, &w->answer);
		if (o == MEDIA__ANSWERED)
			return NULL;
		if (o != MEDIA__RETIRED)
			break;
	}
	return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
}

/* The texts that users see. */
static struct err *refusal(struct call *c, const struct protocol_answer *a)
{
	switch (a->reason) {
	case REASON_TOO_MANY_PIXELS:
		return FAIL(c->arena, ERR_INVALID, "%dx%d images are not supported", a->in_width, a->in_height);
	case REASON_TOO_LONG:
		return FAIL(c->arena, ERR_INVALID, "Animated images this long or this large are not supported");
	case REASON_DAMAGED:
		return FAIL(c->arena, ERR_INVALID, "The image is damaged and could not be read");
	case REASON_TOO_MANY_BYTES:
		return FAIL(c->arena, ERR_INVALID, "The image is too complex to fit the size limit");
	case REASON_NO_SPACE:
		return FAIL(c->arena, ERR_LATER, "there is no space for the picture");
	default:
		return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	}
}

/* The file is what it is said to be: by its first bytes, not by the word of a process that has just met a stranger's file. */
static bool file_is(int fd, uint32_t type, int64_t *ret_size)
{
	char head[FILE_HEAD];
	ssize_t n = pread(fd, head, sizeof head, 0);
	enum file_type t;
	struct stat st;

	if (n <= 0 || !file_type_sniff(str_of(head, (size_t)n), &t) || t != type || fstat(fd, &st) != 0)
		return false;
	*ret_size = st.st_size;
	return true;
}

static bool side_ok(int32_t side) { return side > 0 && side <= SIDE_OUT_MAX; }

static bool blurhash_ok(const char *letters)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

	return strnlen(letters, BLURHASH_MAX) == BLURHASH_LETTERS && strspn(letters, alphabet) == BLURHASH_LETTERS;
}

static bool answer_ok(struct call *c, const struct helper_job *job, const struct protocol_answer *a, struct helper_result *ret)
{
	struct helper_result r = { .width = a->width, .height = a->height, .animated = a->animated != 0 };

	if (!side_ok(a->width) || !side_ok(a->height) || !blurhash_ok(a->blurhash) || !file_is(job->out_fd, a->type, &r.size))
		return false;
	r.type = (enum file_type)a->type;
	r.blurhash = arena_dup(c->arena, str_of(a->blurhash, BLURHASH_LETTERS));
	if (a->preview_width) {
		if (!side_ok(a->preview_width) || !side_ok(a->preview_height) || !file_is(job->preview_fd, a->preview_type, &r.preview_size))
			return false;
		r.preview_type = (enum file_type)a->preview_type;
		r.preview_width = a->preview_width;
		r.preview_height = a->preview_height;
	}
	*ret = r;
	return true;
}

struct err *helper_image(struct call *c, struct helper *h, const struct helper_job *job, struct helper_result *ret)
{
	struct work w = { .job = job, .ask = purposes[job->purpose] };
	struct err *e;

	w.timeout_us = (job->timeout_ms > 0 ? job->timeout_ms : TIMEOUT_MS) * US_PER_MS;
	if (c->deadline_us) {
		int64_t left_us = c->deadline_us - c->world->now_us(c->world);

		if (left_us <= 0)
			return FAIL(c->arena, ERR_LATER, "no time is left to look at the picture");
		w.timeout_us = left_us < w.timeout_us ? left_us : w.timeout_us;
	}
	w.ask.time_s = (uint32_t)((w.timeout_us + US_PER_S - 1) / US_PER_S);
	TRY(slot_take(c, h, world_monotonic_us() + w.timeout_us, &w.ask.id, &w.slot));
	e = ask(c, h, &w);
	if (!e && w.answer.reason != REASON_OK) {
		e = refusal(c, &w.answer);
	} else if (!e && !answer_ok(c, job, &w.answer, ret)) {
		media__process_end(&w.slot->process);
		e = FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	}
	slot_give(h, w.slot);
	return e;
}
