/* The lasting part of a post's JSON: what changes only with its version. Rendered once, kept in the cache; the page adds the account,
 * the counters and what the viewer has done. */
#include "base/cache.h"
#include "conf/limits.h"
#include "store/status.h"
#include "store/token.h"
#include "view/status.h"
#include "view/view_priv.h"
#include "wire/text.h"
#include "wire/url.h"

enum { LASTING_MAX = 256 * 1024 };

static void write_focus(const struct media *m, struct jw *w)
{
	if (!m->has_focus)
		return;
	jw_key(w, "focus");
	jw_obj(w);
	jw_key(w, "x");
	jw_f64(w, m->focus_x);
	jw_key(w, "y");
	jw_f64(w, m->focus_y);
	jw_obj_end(w);
}

static void write_size(struct call *c, const char *key, int64_t width, int64_t height, struct jw *w)
{
	if (width <= 0 || height <= 0)
		return;
	jw_key(w, key);
	jw_obj(w);
	jw_ki64(w, "width", width);
	jw_ki64(w, "height", height);
	jw_kstr(w, "size", arena_printf(c->arena, "%lldx%lld", (long long)width, (long long)height));
	jw_key(w, "aspect");
	jw_f64(w, (double)width / (double)height);
	jw_obj_end(w);
}

/* Remote files are served by our proxy, by the attachment's id, so that nobody's address travels. */
static struct str proxied(struct call *c, const struct media *m, const char *which, struct str url)
{
	return arena_printf(c->arena, STR_FMT "/media_proxy/%s/%lld/%08x", STR_ARG(c->conf->base_url), which, (long long)m->id.v,
			    view__short_hash(url));
}

static double rate_of(struct str text)
{
	struct str over, under;
	int64_t n, d;

	return str_cut(text, '/', &over, &under) && str_i64(over, &n) && str_i64(under, &d) && d > 0 ? (double)n / (double)d : 0;
}

/* "0:01:02.50" */
static struct str length_of(struct call *c, int64_t ms)
{
	return arena_printf(c->arena, "%lld:%02lld:%02lld.%02lld", (long long)(ms / 3600000), (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60),
			    (long long)(ms / 10 % 100));
}

/* Mastodon writes most of it twice: beside the sizes, and within "original". */
static void write_film(struct call *c, const struct media *m, struct jw *w)
{
	jw_kstr(w, "length", length_of(c, m->duration_ms));
	jw_key(w, "duration");
	jw_f64(w, (double)m->duration_ms / 1000);
	if (m->frame_rate.n) {
		jw_key(w, "fps");
		jw_f64(w, rate_of(m->frame_rate));
	}
	if (m->width > 0 && m->height > 0) {
		jw_kstr(w, "size", arena_printf(c->arena, "%lldx%lld", (long long)m->width, (long long)m->height));
		jw_ki64(w, "width", m->width);
		jw_ki64(w, "height", m->height);
		jw_key(w, "aspect");
		jw_f64(w, (double)m->width / (double)m->height);
	}
	/* What howdah-media writes, and nothing else: see mediad/film.c. */
	if (m->audio_rate > 0) {
		jw_kz(w, "audio_encode", m->type == MEDIA_AUDIO ? "mp3" : "aac (LC)");
		jw_kstr(w, "audio_bitrate", arena_printf(c->arena, "%lld Hz", (long long)m->audio_rate));
		jw_kz(w, "audio_channels", "stereo");
	}
	jw_key(w, "original");
	jw_obj(w);
	if (m->width > 0 && m->height > 0) {
		jw_ki64(w, "width", m->width);
		jw_ki64(w, "height", m->height);
	}
	if (m->frame_rate.n)
		jw_kstr(w, "frame_rate", m->frame_rate);
	jw_key(w, "duration");
	jw_f64(w, (double)m->duration_ms / 1000);
	if (m->bitrate > 0)
		jw_ki64(w, "bitrate", m->bitrate);
	jw_obj_end(w);
}

/* While one waits its file has a name and no more; a preview may have come with it. */
static void write_urls(struct call *c, const struct media *m, struct jw *w)
{
	bool film = media_is_made(m), shown = m->type == MEDIA_IMAGE || film, ready = m->state == MEDIA_STATE_READY;
	const char *kind = film ? "film" : m->type == MEDIA_IMAGE ? "media" : media_plays_elsewhere(m) ? "play" : NULL;
	struct str theirs = !m->remote_url.n ? STR_NONE : kind ? proxied(c, m, kind, m->remote_url) : m->remote_url;
	struct str url = m->file.n ? view_media_url(c, m->file) : theirs;
	struct str still = film && m->remote_url.n ? proxied(c, m, "still", m->remote_url) : url;
	struct str given = media_has_preview_elsewhere(m) ? proxied(c, m, "preview", m->remote_preview_url) :
			   media_is_film_elsewhere(m) ? proxied(c, m, "frame", m->remote_url) : STR_NONE;
	struct str preview = m->preview_file.n ? view_media_url(c, m->preview_file) : shown ? still : given;

	jw_kstr(w, "url", ready || !m->file.n ? url : STR_NONE);
	jw_kstr(w, "preview_url", ready || m->preview_width > 0 ? preview : STR_NONE);
	jw_kstr(w, "remote_url", m->remote_url.n ? m->remote_url : STR_NONE);
	jw_kstr(w, "preview_remote_url", m->remote_preview_url.n ? m->remote_preview_url : STR_NONE);
}

void view_media_write(struct call *c, const struct media *m, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", m->id.v);
	jw_kz(w, "type", media_type_word(m->type));
	write_urls(c, m, w);
	jw_knull(w, "text_url");
	jw_key(w, "meta");
	jw_obj(w);
	write_focus(m, w);
	if (m->duration_ms > 0)
		write_film(c, m, w);
	else
		write_size(c, "original", m->width, m->height, w);
	write_size(c, "small", m->preview_width, m->preview_height, w);
	jw_obj_end(w);
	jw_kstr(w, "description", m->description.n ? m->description : STR_NONE);
	jw_kstr(w, "blurhash", m->blurhash.n ? m->blurhash : STR_NONE);
	jw_obj_end(w);
}

static bool rejects_media(struct call *c, const struct status *s)
{
	return conf_limits_of_media(c->conf) && !s->local && conf_limits_of(c->conf, url_domain(c->arena, s->uri)).rejects_media;
}

void view__media_write_of(struct call *c, const struct status *of, struct media m, struct jw *w)
{
	if (rejects_media(c, of)) {
		m.type = MEDIA_UNKNOWN;
		m.blurhash = STR_NONE;
	}
	view_media_write(c, &m, w);
}

struct str view__emojis_of(struct call *c, const struct account_page *people, const struct status *of, struct str emojis)
{
	const struct account *author = view_account_of(people, of->account);

	return author && !rejects_media(c, of) ? view__emojis_shown(c, author->domain, emojis) : STR("[]");
}

static void write_media_list(struct call *c, const struct status_parts *parts, const struct status *of, struct jw *w)
{
	jw_key(w, "media_attachments");
	jw_arr(w);
	for (size_t i = 0; i < parts->media_n; i++)
		if (id_eq(parts->media[i].status, of->id))
			view__media_write_of(c, of, parts->media[i], w);
	jw_arr_end(w);
}

static void write_mentions(struct call *c, const struct status_parts *parts, status_id id, struct jw *w)
{
	jw_key(w, "mentions");
	jw_arr(w);
	for (size_t i = 0; i < parts->mentions_n; i++) {
		const struct mention *m = &parts->mentions[i];

		if (!id_eq(m->status, id) || m->silent)
			continue;
		jw_obj(w);
		jw_kid(w, "id", m->account.v);
		jw_kstr(w, "username", m->username);
		jw_kstr(w, "url", m->url);
		jw_kstr(w, "acct", m->domain.n ? arena_concat(c->arena, m->username, STR("@"), m->domain) : m->username);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_tags(struct call *c, const struct status_parts *parts, status_id id, struct jw *w)
{
	jw_key(w, "tags");
	jw_arr(w);
	for (size_t i = 0; i < parts->tags_n; i++) {
		const struct status_tag *t = &parts->tags[i];

		if (!id_eq(t->status, id))
			continue;
		jw_obj(w);
		jw_kstr(w, "name", t->name);
		jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), view__tag_path(c, t->name)));
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_app(const struct app *app, struct jw *w)
{
	if (!app)
		return;
	jw_key(w, "application");
	jw_obj(w);
	jw_kstr(w, "name", app->name);
	jw_kstr(w, "website", app->website.n ? app->website : STR_NONE);
	jw_obj_end(w);
}

/* The status itself, or what it boosts: a boost repeats the texts of the original. */
static const struct status *shown_by(const struct status_page *p, const struct status *s)
{
	const struct status *inner = s->reblog_of.v ? map_find_i64(p->statuses, s->reblog_of.v) : NULL;

	return inner ? inner : s;
}

static void write_lasting(struct call *c, const struct status_page *p, const struct status *s, const struct status_parts *parts,
			  const struct app *app, struct jw *w)
{
	const struct status *of = shown_by(p, s);
	enum visibility v = s->visibility == VISIBILITY_LIMITED ? VISIBILITY_PRIVATE : s->visibility;

	jw_kid(w, "id", s->id.v);
	jw_kstr(w, "uri", s->uri);
	jw_kstr(w, "url", s->url.n ? s->url : s->uri);
	jw_ktime(w, "created_at", s->created_us);
	jw_ktime(w, "edited_at", of->edited_us);
	jw_kid(w, "in_reply_to_id", of->reply_to.v);
	jw_kid(w, "in_reply_to_account_id", of->reply_to_account.v);
	jw_kbool(w, "sensitive", of->sensitive);
	jw_kstr(w, "spoiler_text", of->spoiler_text);
	jw_kz(w, "visibility", visibility_word(v));
	jw_kstr(w, "language", of->language.n ? of->language : STR_NONE);
	write_media_list(c, parts, of, w);
	write_mentions(c, parts, of->id, w);
	write_tags(c, parts, of->id, w);
	jw_kraw(w, "emojis", view__emojis_of(c, &p->accounts, of, of->emojis));
	write_app(app, w);
	if (of->local_only)
		jw_kbool(w, "local_only", true);
}

static struct cache_key key_of(struct call *c, const struct status *s, const struct status *of)
{
	/* A boost's text changes with the original's version; each with what becomes of the media of that server. */
	return (struct cache_key){ s->id.v, of->version * 2 + rejects_media(c, of), VIEW_CACHE_STATUS };
}

static const struct app *app_of(const struct app *apps, size_t n, app_id id)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(apps[i].id, id))
			return &apps[i];
	return NULL;
}

static void keep(struct call *c, struct status_page *p, int64_t id, struct str text)
{
	struct str *slot = arena_new(c->arena, struct str);

	*slot = text;
	map_put_i64(p->texts, id, slot);
}

static struct err *render_missing(struct call *c, struct status_page *p, const struct id_set *missing)
{
	struct id_set need = { 0 }, apps_needed = { 0 };
	struct status_parts parts;
	struct app *apps = NULL;
	size_t apps_n = 0;

	for (size_t i = 0; i < missing->n; i++) {
		const struct status *s = map_find_i64(p->statuses, missing->v[i]);

		view__set_add(c, &need, shown_by(p, s)->id.v);
		if (s->app.v)
			view__set_add(c, &apps_needed, s->app.v);
	}
	TRY(status_parts_texts(c, need.v, need.n, &parts));
	if (apps_needed.n)
		TRY(apps_by_ids(c, apps_needed.v, apps_needed.n, &apps, &apps_n));
	for (size_t i = 0; i < missing->n; i++) {
		const struct status *s = map_find_i64(p->statuses, missing->v[i]), *of = shown_by(p, s);
		struct buf b = buf_init(c->arena, LASTING_MAX);
		struct jw w = jw_init(&b);

		write_lasting(c, p, s, &parts, app_of(apps, apps_n, s->app), &w);
		if (buf_ok(&b))
			cache_put(key_of(c, s, of), buf_str(&b));
		keep(c, p, s->id.v, buf_str(&b));
	}
	return NULL;
}

struct err *view__texts_load(struct call *c, struct status_page *p, const struct id_set *all)
{
	struct id_set missing = { 0 };

	p->texts = map_create(c->arena);
	for (size_t i = 0; i < all->n; i++) {
		const struct status *s = map_find_i64(p->statuses, all->v[i]);
		struct str text;

		if (!s)
			continue;
		text = cache_find(c->arena, key_of(c, s, shown_by(p, s)));
		if (text.p)
			keep(c, p, s->id.v, text);
		else
			view__set_add(c, &missing, s->id.v);
	}
	return missing.n ? render_missing(c, p, &missing) : NULL;
}

struct str view__tag_path(struct call *c, struct str name)
{
	return url_encode(c->arena, text_tag_key(c->arena, name));
}

struct str view__filter_text(struct call *c, const struct status_page *p, const struct status *s)
{
	const struct poll_view *poll = s->poll.v ? map_find_i64(p->polls, s->poll.v) : NULL;
	struct buf b = buf_init(c->arena, LASTING_MAX);

	if (p->filters.n == 0)
		return STR("");
	for (size_t i = 0; poll && i < poll->n; i++) {
		buf_add(&b, poll->options[i].title);
		buf_addc(&b, '\n');
	}
	for (size_t i = 0; i < p->media_n; i++)
		if (id_eq(p->media[i].status, s->id)) {
			buf_add(&b, p->media[i].description);
			buf_addc(&b, '\n');
		}
	return buf_str(&b);
}
