#include "view/media.h"

#include "conf/limits.h"
#include "store/account.h"
#include "store/card.h"
#include "store/media.h"
#include "store/proxy.h"
#include "store/remote_emoji.h"
#include "view/card.h"
#include "view/view_priv.h"
#include "wire/url.h"

enum { MEDIA_JSON_MAX = 128 * 1024 };
/* There was no picture: it is asked for again after this long. */
#define EMOJI_FAILED_US US_PER_DAY

struct str view_media_entity(struct call *c, const struct media *m)
{
	struct buf b = buf_init(c->arena, MEDIA_JSON_MAX);
	struct jw w = jw_init(&b);

	view_media_write(c, m, &w);
	return buf_str(&b);
}

struct err *view_media_json(struct call *c, const struct viewer *v, media_id id, enum media_state *ret_state, struct str *ret_json)
{
	struct media m;
	bool found;

	TRY(media_find(c, id, &m, &found));
	if (!found || v->kind != VIEWER_PERSON || !id_eq(m.account, v->account) || m.status.v)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret_state = m.state;
	*ret_json = view_media_entity(c, &m);
	return NULL;
}

struct err *view_media_row(struct call *c, media_id id, struct media *ret, bool *ret_found) { return media_find(c, id, ret, ret_found); }

struct err *view_media_rows(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct media *rows = NULL;
	size_t rows_n = 0;

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(media_by_ids(c, ids, n < VIEW_MEDIA_MAX ? n : VIEW_MEDIA_MAX, &rows, &rows_n));
	for (size_t i = 0; i < rows_n; i++)
		map_put_i64(*ret_by_id, rows[i].id.v, &rows[i]);
	return NULL;
}

static bool shown(const struct call *c, const struct account *a)
{
	return a && a->domain.n && !a->suspended_us && !a->deleted_us && !conf_limits_of(c->conf, a->domain).rejects_media;
}

static bool is_of_media(enum proxy_kind kind)
{
	return kind == PROXY_MEDIA || kind == PROXY_FILM || kind == PROXY_STILL || kind == PROXY_PREVIEW || kind == PROXY_FRAME ||
	       kind == PROXY_PLAY;
}

static bool may_be_shown(enum proxy_kind kind, const struct media *m)
{
	if (kind == PROXY_PREVIEW)
		return media_has_preview_elsewhere(m);
	if (kind == PROXY_PLAY)
		return media_plays_elsewhere(m);
	if (kind == PROXY_FRAME)
		return media_is_film_elsewhere(m) && !media_has_preview_elsewhere(m);
	return media_is_made(m) || (!m->file.n && m->type == MEDIA_IMAGE && kind == PROXY_MEDIA);
}

static struct err *find_url(struct call *c, enum proxy_kind kind, int64_t id, struct str *ret)
{
	struct account *a = NULL;
	struct media m = { 0 };
	struct card *k;
	bool found = false;

	*ret = STR_NONE;
	if (kind == PROXY_CARD) {
		TRY(card_find(c, ID(card_id, id), &k));
		*ret = k && !view_card_rejected(c, k) ? k->image_url : STR_NONE;
		return NULL;
	}
	if (is_of_media(kind))
		TRY(media_find(c, ID(media_id, id), &m, &found));
	if (is_of_media(kind) && (!found || !may_be_shown(kind, &m)))
		return NULL;
	TRY(account_find(c, is_of_media(kind) ? m.account : ID(account_id, id), &a));
	if (!shown(c, a))
		return NULL;
	if (is_of_media(kind))
		*ret = kind == PROXY_PREVIEW ? m.remote_preview_url : m.remote_url;
	else
		*ret = kind == PROXY_AVATAR || kind == PROXY_AVATAR_STILL ? a->avatar_remote_url : a->header_remote_url;
	return NULL;
}

struct err *view_proxied_again(struct call *c, const struct proxied *p, struct str *ret_file)
{
	struct proxy_file row;
	bool found;

	TRY(proxy_file_find(c, p->kind, p->id, &row, &found));
	*ret_file = found && str_eq(row.source_url, p->url) ? row.file : STR_NONE;
	return NULL;
}

/* A GIF that does not move was made a PNG (media/helper.h). */
static struct err *find_copy(struct call *c, struct proxied *p)
{
	enum proxy_kind kind = proxy_whole_of(p->kind);
	struct proxy_file whole;
	bool found;

	TRY(view_proxied_again(c, p, &p->file));
	if (p->file.n || kind == PROXY_KINDS)
		return NULL;
	TRY(proxy_file_find(c, kind, p->id, &whole, &found));
	if (found && str_eq(whole.source_url, p->url) && !str_has_suffix(whole.mime, STR(PROXY_MOVES)) && !str_eqz(whole.mime, "image/gif"))
		p->file = whole.file;
	return NULL;
}

struct err *view_proxied(struct call *c, enum proxy_kind kind, int64_t id, struct str hash, struct proxied *ret)
{
	struct proxied p = { .kind = kind, .id = id, .file = STR_NONE };

	TRY(find_url(c, kind, id, &p.url));
	if (!p.url.n || !str_eq_secret(hash, arena_printf(c->arena, "%08x", view__short_hash(p.url))))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(find_copy(c, &p));
	*ret = p;
	return NULL;
}

static bool shows_emoji(const struct call *c, struct str domain)
{
	struct server_limits l = conf_limits_of(c->conf, domain);

	return !l.suspended && !l.rejects_media;
}

struct err *view_proxied_emoji(struct call *c, enum proxy_kind kind, struct str domain, struct str shortcode, struct proxied *ret)
{
	struct proxied p = { .kind = kind, .file = STR_NONE };
	struct remote_emoji *e;
	size_t n = 0;

	if (shows_emoji(c, domain))
		TRY(remote_emojis_named(c, domain, &shortcode, 1, &e, &n));
	if (!n || e->failed_us > c->now_us - EMOJI_FAILED_US || !shows_emoji(c, url_domain(c->arena, e->url)))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	p.id = e->id;
	p.url = e->url;
	TRY(find_copy(c, &p));
	*ret = p;
	return NULL;
}

struct err *view_proxied_card(struct call *c, card_id id, struct proxied *ret)
{
	*ret = (struct proxied){ .kind = PROXY_CARD, .id = id.v };
	TRY(find_url(c, PROXY_CARD, id.v, &ret->url));
	return ret->url.n ? view_proxied_again(c, ret, &ret->file) : NULL;
}

struct err *view_proxied_gif(struct call *c, media_id id, struct proxied *ret)
{
	struct media m;
	bool found;

	*ret = (struct proxied){ .kind = PROXY_FILM, .id = id.v };
	TRY(find_url(c, PROXY_MEDIA, id.v, &ret->url));
	TRY(media_find(c, id, &m, &found));
	if (!found || m.type != MEDIA_IMAGE)
		ret->url = STR_NONE;
	return ret->url.n ? view_proxied_again(c, ret, &ret->file) : NULL;
}

struct err *view_film_elsewhere(struct call *c, media_id id, struct str *ret_url)
{
	struct account *a;
	struct media m;
	bool found;

	*ret_url = STR_NONE;
	TRY(media_find(c, id, &m, &found));
	if (!found || m.type != MEDIA_VIDEO || m.file.n)
		return NULL;
	TRY(account_find(c, m.account, &a));
	*ret_url = shown(c, a) ? m.remote_url : STR_NONE;
	return NULL;
}
