#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acts/media.h"
#include "media/disk.h"
#include "media/film.h"
#include "media/film_priv.h"
#include "media/jobs.h"
#include "media/picture.h"
#include "view/media.h"
#include "wire/json.h"

enum { PROBE_MAX = 64 * 1024, FRAME_BYTES_MAX = 16 * 1024 * 1024, QUICK_S = 25, SPARE_S = 40, MIN_S = 5, HOURS_MAX = 24, STREAMS_MAX = 64 };
enum { FILM_AUDIO_RATE = 48000, SOUND_AUDIO_RATE = 44100 };

static const char not_verified[] = "File type of uploaded media could not be verified";

/* ---- what ffprobe says, none of which is believed beyond its bounds ---- */

struct facts {
	bool film, sound;
	int64_t width, height;
	double rate;                  /* frames a second */
	struct str rate_text;         /* "30000/1001" */
	int64_t frames, duration_ms, bitrate;
};

static struct str head_of(struct call *c, int fd)
{
	char *p = arena_alloc(c->arena, FILE_HEAD);
	ssize_t n = pread(fd, p, FILE_HEAD, 0);

	return str_of(p, n > 0 ? (size_t)n : 0);
}

static double number_of(const struct json *v)
{
	struct str s = json_str(v);
	char text[32], *end;
	double d = 0;

	if (!s.n)
		return json_f64(v, &d) ? d : 0;
	if (s.n >= sizeof text)
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	d = strtod(text, &end);
	return *end == '\0' && isfinite(d) && d > 0 ? d : 0;
}

static int64_t ms_of(const struct json *v)
{
	double s = number_of(v);

	return s < HOURS_MAX * 3600 ? (int64_t)(s * 1000) : HOURS_MAX * 3600 * (int64_t)1000;
}

static void read_rate(struct str s, struct facts *ret)
{
	struct str over, under;
	int64_t n, d;

	if (s.n < 24 && str_cut(s, '/', &over, &under) && str_i64(over, &n) && str_i64(under, &d) && n > 0 && d > 0) {
		ret->rate = (double)n / (double)d;
		ret->rate_text = s;
	}
}

static void read_stream(const struct json *s, struct facts *ret)
{
	struct str type = json_get_s(s, "codec_type");
	int64_t cover = 0;

	json_i64(json_get(json_get(s, "disposition"), "attached_pic"), &cover);
	ret->sound |= str_eqz(type, "audio");
	if (!str_eqz(type, "video") || cover || ret->film)
		return;
	ret->film = json_i64(json_get(s, "width"), &ret->width) && json_i64(json_get(s, "height"), &ret->height) && ret->width > 0 && ret->height > 0;
	read_rate(json_get_s(s, "avg_frame_rate"), ret);
	json_i64(json_get(s, "nb_frames"), &ret->frames);
	ret->duration_ms = ms_of(json_get(s, "duration"));
}

static bool read_facts(struct call *c, struct str text, struct facts *ret)
{
	const struct json *v;
	struct err *e = json_parse(c->arena, text, &v);
	size_t n = e ? 0 : json_len(json_get(v, "streams"));
	int64_t whole_ms;

	*ret = (struct facts){ 0 };
	for (size_t i = 0; i < n && i < STREAMS_MAX; i++)
		read_stream(json_at(json_get(v, "streams"), i), ret);
	if (!ret->film && !ret->sound)
		return false;
	whole_ms = ms_of(json_get(json_get(v, "format"), "duration"));
	if (whole_ms > ret->duration_ms)
		ret->duration_ms = whole_ms;
	ret->bitrate = (int64_t)fmin(number_of(json_get(json_get(v, "format"), "bit_rate")), 1e9);
	return true;
}

static int64_t in_s(int64_t s) { return world_monotonic_us() + s * US_PER_S; }

static enum media__film_end probe(struct call *c, const char *demuxer, int in_fd, int said_fd, struct facts *ret)
{
	enum media__film_end end = media__film_step(c->house->helper, "probe", demuxer, in_fd, said_fd, in_s(QUICK_S));
	char *p = arena_alloc(c->arena, PROBE_MAX);
	ssize_t n = end == MEDIA__FILM_DONE ? pread(said_fd, p, PROBE_MAX, 0) : 0;

	if (end == MEDIA__FILM_DONE && (n <= 0 || n == PROBE_MAX || !read_facts(c, str_of(p, (size_t)n), ret)))
		end = MEDIA__FILM_BAD;
	return end;
}

/* ---- taken ---- */

static bool is_gif(struct str uploaded) { return str_has_prefix(uploaded, STR("GIF8")); }

bool film_is(struct call *c, struct str uploaded)
{
	return is_gif(uploaded) ? helper_has_films(c->house->helper) && file_gif_moves(uploaded) : file_demuxer(str_upto(uploaded, FILE_HEAD)) != NULL;
}

static struct err *judge(struct call *c, const struct facts *f)
{
	if (!f->film)
		return NULL;
	if (f->width > FILM_AREA_MAX || f->height > FILM_AREA_MAX || f->width * f->height > FILM_AREA_MAX)
		return FAIL(c->arena, ERR_INVALID, "%lldx%lld videos are not supported", (long long)f->width, (long long)f->height);
	if (f->rate > FILM_RATE_MAX)
		return FAIL(c->arena, ERR_INVALID, "%lldfps videos are not supported", (long long)f->rate);
	if (f->frames > FILM_FRAMES_MAX || f->rate * (double)f->duration_ms / 1000 > FILM_FRAMES_MAX)
		return FAIL(c->arena, ERR_INVALID, "Videos of more than %d frames are not supported", FILM_FRAMES_MAX);
	return NULL;
}

static struct err *look(struct call *c, int fd, struct facts *ret)
{
	const char *demuxer = file_demuxer(head_of(c, fd));
	int said;

	TRY(disk_scratch(c, c->house->storage, &said));
	switch (demuxer ? probe(c, demuxer, fd, said, ret) : MEDIA__FILM_BAD) {
	case MEDIA__FILM_DONE:
		return judge(c, ret);
	case MEDIA__FILM_NOT_NOW:
		return FAIL(c->arena, ERR_LATER, "the media helper cannot look at a film now");
	case MEDIA__FILM_BAD:
	case MEDIA__FILM_TIMED_OUT:
		break;
	}
	return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
}

static void take_facts(const struct facts *f, struct media *m)
{
	m->type = !f->film ? MEDIA_AUDIO : f->sound ? MEDIA_VIDEO : MEDIA_GIFV;
	m->mime = str_z(file_type_mime(f->film ? FILE_MP4 : FILE_MP3));
	m->width = f->film ? f->width : 0;
	m->height = f->film ? f->height : 0;
	m->frame_rate = f->film ? f->rate_text : STR_NONE;
	m->duration_ms = f->duration_ms;
	m->bitrate = f->bitrate;
	m->audio_rate = !f->sound ? 0 : f->film ? FILM_AUDIO_RATE : SOUND_AUDIO_RATE;
}

struct err *film_take(struct call *c, struct str uploaded, int64_t due_us, struct media *m)
{
	struct facts f;
	struct err *e;
	int fd;

	if (!helper_has_films(c->house->helper))
		return FAIL(c->arena, ERR_INVALID, "This server takes pictures only: it has no ffmpeg to convert films and sounds with");
	if (is_gif(uploaded))
		TRY(picture_check_size(c, "file", uploaded));
	if (uploaded.n > FILM_BYTES_MAX)
		return FAIL_FIELD(c->arena, "file", "ERR_TOO_LARGE", "file size must be less than %d MB", FILM_BYTES_MAX >> 20);
	TRY(media__scratch_of(c, uploaded, &fd));
	TRY(look(c, fd, &f));
	take_facts(&f, m);
	m->original = storage_key_make_hidden(c);
	m->file = storage_key_make(c, f.film ? FILE_MP4 : FILE_MP3);
	if (f.film && !m->preview_file.n)
		m->preview_file = storage_key_make(c, FILE_JPEG);
	m->bytes = (int64_t)uploaded.n;
	TRY(storage_put(c, c->house->storage, m->original, fd));
	e = acts_media_add_film(c, uploaded, due_us, m);
	if (e)
		picture_drop_files(c, m->original, STR_NONE);
	return e;
}

/* ---- converted ---- */

static void close_fd(void *arg) { close((int)(intptr_t)arg); }

static bool is_of_type(struct call *c, int fd, enum file_type want)
{
	enum file_type t;

	return file_type_sniff(head_of(c, fd), &t) && t == want;
}

/* Its first picture, looked at like any stranger's. A film without one that decodes is still a film. */
static struct err *make_preview(struct call *c, int film_fd, struct media *m)
{
	struct helper_job job = { .purpose = HELPER_CARD };
	struct helper_result got;
	struct err *e;

	TRY(disk_scratch(c, c->house->storage, &job.in_fd));
	TRY(disk_scratch(c, c->house->storage, &job.out_fd));
	TRY(disk_scratch(c, c->house->storage, &job.preview_fd));
	if (media__film_step(c->house->helper, "still", "mov", film_fd, job.in_fd, in_s(QUICK_S)) != MEDIA__FILM_DONE)
		return NULL;
	e = helper_image(c, c->house->helper, &job, &got);
	if (e)
		return e->code == ERR_INVALID ? NULL : e;
	TRY(storage_put(c, c->house->storage, m->preview_file, job.out_fd));
	m->preview_width = got.width;
	m->preview_height = got.height;
	m->blurhash = got.blurhash;
	return NULL;
}

static struct err *run(struct call *c, struct media *m, enum media__film_end *ret)
{
	bool film = m->type != MEDIA_AUDIO;
	int64_t left_s = c->deadline_us ? (c->deadline_us - c->world->now_us(c->world)) / US_PER_S - SPARE_S : QUICK_S;
	int64_t size;
	struct facts f;
	struct stat st;
	int in, out, said;

	TRY(storage_open(c, c->house->storage, m->original, &in, &size));
	arena_defer(c->arena, close_fd, (void *)(intptr_t)in);
	TRY(disk_scratch(c, c->house->storage, &out));
	TRY(disk_scratch(c, c->house->storage, &said));
	*ret = media__film_step(c->house->helper, film ? "film" : "sound", file_demuxer(head_of(c, in)), in, out, in_s(left_s > MIN_S ? left_s : MIN_S));
	if (*ret == MEDIA__FILM_DONE)
		*ret = is_of_type(c, out, film ? FILE_MP4 : FILE_MP3) ? probe(c, film ? "mov" : "mp3", out, said, &f) : MEDIA__FILM_BAD;
	if (*ret != MEDIA__FILM_DONE)
		return NULL;
	if (f.film != film || fstat(out, &st) != 0) {
		*ret = MEDIA__FILM_BAD;
		return NULL;
	}
	take_facts(&f, m);
	m->bytes = st.st_size;
	if (film && !m->preview_width)
		TRY(make_preview(c, out, m));
	if (!m->preview_width)
		m->preview_file = STR_NONE;
	return storage_put(c, c->house->storage, m->file, out);
}

/* Whoever deleted it meanwhile, or gave it another preview, did not know of the files that stand there now. */
static struct err *put_down(struct call *c, const struct media *before, struct media *m)
{
	struct media now;
	bool took, found;

	TRY(acts_media_converted(c, m, &took));
	TRY(view_media_row(c, m->id, &now, &found));
	if (took ? m->state == MEDIA_STATE_FAILED : !found) {
		film_drop_files(c, before);
	} else if (took && found) {
		if (!str_eq(now.preview_file, m->preview_file))
			picture_drop_files(c, m->preview_file, STR_NONE);
		*m = now;
	}
	return NULL;
}

static struct err *convert(struct call *c, enum film_patience patience, const struct media *before, struct media *m)
{
	enum media__film_end how = MEDIA__FILM_BAD;
	struct err *e = run(c, m, &how);
	bool not_now = how == MEDIA__FILM_NOT_NOW || (e && e->code != ERR_NOT_FOUND);

	if ((not_now && patience != FILM_LAST) || (how == MEDIA__FILM_TIMED_OUT && patience == FILM_WAITING))
		return e ? e : FAIL(c->arena, ERR_LATER, "the film could not be converted now");
	m->state = !e && how == MEDIA__FILM_DONE ? MEDIA_STATE_READY : MEDIA_STATE_FAILED;
	if (m->state == MEDIA_STATE_FAILED) {
		m->file = m->preview_file = STR_NONE;
		m->preview_width = m->preview_height = 0;
	}
	return put_down(c, before, m);
}

struct err *film_frame(struct call *c, struct str piece, struct str *ret)
{
	const char *demuxer = file_demuxer(str_upto(piece, FILE_HEAD));
	enum media__film_end end = MEDIA__FILM_BAD;
	int in, out;
	ssize_t n;
	char *p;

	if (demuxer && helper_has_films(c->house->helper)) {
		TRY(media__scratch_of(c, piece, &in));
		TRY(disk_scratch(c, c->house->storage, &out));
		end = media__film_step(c->house->helper, "still", demuxer, in, out, in_s(QUICK_S));
	}
	if (end == MEDIA__FILM_NOT_NOW)
		return FAIL(c->arena, ERR_LATER, "the media helper cannot look at a film now");
	n = end == MEDIA__FILM_DONE ? lseek(out, 0, SEEK_END) : 0;
	if (n <= 0 || n > FRAME_BYTES_MAX)
		return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	p = arena_alloc(c->arena, (size_t)n);
	if (pread(out, p, (size_t)n, 0) != n)
		return FAIL(c->arena, ERR_LATER, "a picture cannot be read");
	*ret = str_of(p, (size_t)n);
	return NULL;
}

struct err *film_pass_on(struct call *c, int fd, struct str *ret_file, enum file_type *ret_type, int64_t *ret_bytes)
{
	const char *demuxer = file_demuxer(head_of(c, fd));
	bool film = demuxer && (strcmp(demuxer, "mov") == 0 || strcmp(demuxer, "matroska") == 0), mp3 = demuxer && strcmp(demuxer, "mp3") == 0;
	enum media__film_end end = MEDIA__FILM_BAD;
	struct stat st;
	int out;

	*ret_type = film ? FILE_MP4 : FILE_MP3;
	TRY(disk_scratch(c, c->house->storage, &out));
	if (demuxer && strcmp(demuxer, "gif") != 0)
		end = media__film_step(c->house->helper, film ? "copy" : mp3 ? "copysound" : "sound", demuxer, fd, out, in_s(QUICK_S));
	if (end == MEDIA__FILM_NOT_NOW)
		return FAIL(c->arena, ERR_LATER, "the media helper cannot look at a film now");
	if (end != MEDIA__FILM_DONE || !is_of_type(c, out, *ret_type) || fstat(out, &st) != 0)
		return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	*ret_bytes = st.st_size;
	*ret_file = storage_key_make(c, *ret_type);
	return storage_put(c, c->house->storage, *ret_file, out);
}

static bool is_gif_key(struct str key)
{
	enum file_type type;

	return file_type_by_name(key, &type) && type == FILE_GIF;
}

struct err *film_of_gif(struct call *c, struct str key, struct media *m)
{
	enum media__film_end end;
	int64_t size;
	struct facts f;
	struct stat st;
	int in, out, said;

	if (!helper_has_films(c->house->helper) || !is_gif_key(key))
		return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	TRY(storage_open(c, c->house->storage, key, &in, &size));
	arena_defer(c->arena, close_fd, (void *)(intptr_t)in);
	TRY(disk_scratch(c, c->house->storage, &out));
	TRY(disk_scratch(c, c->house->storage, &said));
	TRY(look(c, in, &f));
	end = media__film_step(c->house->helper, "film", "gif", in, out, in_s(QUICK_S));
	if (end == MEDIA__FILM_DONE)
		end = is_of_type(c, out, FILE_MP4) ? probe(c, "mov", out, said, &f) : MEDIA__FILM_BAD;
	if (end == MEDIA__FILM_NOT_NOW)
		return FAIL(c->arena, ERR_LATER, "the picture could not be converted now");
	if (end != MEDIA__FILM_DONE || !f.film || f.sound || fstat(out, &st) != 0)
		return FAIL(c->arena, ERR_INVALID, "%s", not_verified);
	take_facts(&f, m);
	m->bytes = st.st_size;
	m->file = storage_key_make(c, FILE_MP4);
	return storage_put(c, c->house->storage, m->file, out);
}

struct err *film_convert(struct call *c, media_id id, enum film_patience patience, struct media *ret)
{
	struct media before, m;
	bool found;

	TRY(view_media_row(c, id, &before, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	m = before;
	if (m.state == MEDIA_STATE_WAITING)
		TRY(convert(c, patience, &before, &m));
	if (before.original.n) {
		TRY(storage_drop(c, c->house->storage, before.original));
		TRY(acts_media_original_gone(c, id));
	}
	*ret = m;
	return NULL;
}

struct err *media_job_film(struct call *c, const struct job *job, bool *ret_later)
{
	bool last = job->tries + 1 >= job_tries_max(job->kind);
	struct media m;
	struct err *e;

	(void)ret_later;
	e = film_convert(c, ID(media_id, job->ref_id), last ? FILM_LAST : FILM_JOB, &m);
	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}

void film_drop_files(struct call *c, const struct media *m)
{
	picture_drop_files(c, m->file, m->preview_file);
	picture_drop_files(c, m->original, STR_NONE);
}
