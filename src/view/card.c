#include "view/card.h"

#include "conf/limits.h"
#include "store/card.h"
#include "view/status.h"
#include "view/view_priv.h"
#include "wire/url.h"

enum { CARD_JSON_MAX = 256 * 1024 };

bool view_card_shown(const struct card *k)
{
	return k && k->state == CARD_STATE_READY && (k->title.n || k->html.n || k->image_url.n);
}

bool view_card_author_agrees(struct call *c, const struct card *k)
{
	const struct json *list;
	struct url u;

	if (!k->author.v || !k->author_domains.n || !url_parse(c->arena, k->url, &u) || json_parse(c->arena, k->author_domains, &list))
		return false;
	for (size_t i = 0; i < json_len(list); i++)
		if (domain_is_within(u.domain, json_str(json_at(list, i))))
			return true;
	return false;
}

static void write_authors(struct call *c, const struct card *k, const struct account_page *accounts, bool agrees, struct jw *w)
{
	const struct account *a = agrees ? view_account_of(accounts, k->author) : NULL;

	jw_key(w, "authors");
	jw_arr(w);
	if (a || k->author_name.n || k->author_url.n) {
		jw_obj(w);
		jw_kstr(w, "name", k->author_name);
		jw_kstr(w, "url", k->author_url);
		jw_key(w, "account");
		if (a)
			view_account_write(c, accounts, a->id, w);
		else
			jw_null(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

bool view_card_rejected(struct call *c, const struct card *k)
{
	if (!conf_limits_of_media(c->conf))
		return false;
	return conf_limits_of(c->conf, url_domain(c->arena, k->url)).rejects_media ||
	       (k->image_url.n && conf_limits_of(c->conf, url_domain(c->arena, k->image_url)).rejects_media);
}

/* Without what is to be looked at or played. */
static struct card words_alone(const struct card *k)
{
	struct card words = *k;

	words.type = CARD_LINK;
	words.html = words.embed_url = words.image_description = STR("");
	words.image_url = words.blurhash = STR_NONE;
	words.width = words.height = 0;
	return words;
}

static struct str image_url(struct call *c, const struct card *k)
{
	if (!k->image_url.n)
		return STR_NONE;
	return arena_printf(c->arena, STR_FMT "/media_proxy/card/%lld/%08x", STR_ARG(c->conf->base_url), (long long)k->id.v,
			    view__short_hash(k->image_url));
}

void view_card_members(struct call *c, const struct viewer *v, const struct card *k, const struct account_page *accounts, struct jw *w)
{
	bool agrees = view_card_author_agrees(c, k);
	struct card words;

	if (view_card_rejected(c, k)) {
		words = words_alone(k);
		k = &words;
	}
	jw_kstr(w, "url", k->original_url);
	jw_kstr(w, "title", k->title);
	jw_kstr(w, "description", k->description);
	jw_kstr(w, "language", k->language.n ? k->language : STR_NONE);
	jw_kz(w, "type", card_type_word(k->type));
	jw_kstr(w, "author_name", k->author_name);
	jw_kstr(w, "author_url", k->author_url);
	jw_kstr(w, "provider_name", k->provider_name);
	jw_kstr(w, "provider_url", k->provider_url);
	jw_kstr(w, "html", k->html);
	jw_ki64(w, "width", k->width);
	jw_ki64(w, "height", k->height);
	jw_kstr(w, "image", image_url(c, k));
	jw_kstr(w, "image_description", k->image_description);
	jw_kstr(w, "embed_url", k->embed_url);
	jw_kstr(w, "blurhash", k->blurhash.n ? k->blurhash : STR_NONE);
	jw_ktime(w, "published_at", k->published_us);
	write_authors(c, k, accounts, agrees, w);
	if (v->kind == VIEWER_PERSON)
		jw_kbool(w, "missing_attribution", !agrees && k->author.v && id_eq(k->author, v->account));
}

struct err *view_card_find(struct call *c, card_id id, struct card **ret) { return card_find(c, id, ret); }

struct err *view_status_card_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, CARD_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct status *s;
	const struct card *k = NULL;
	struct status_page p;

	TRY(view_statuses_load(c, v, &id.v, 1, 0, CONTEXT_COUNT, &p));
	if (!view_status_visible(&p, id))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	s = map_find_i64(p.statuses, id.v);
	if (s->reblog_of.v && map_find_i64(p.statuses, s->reblog_of.v))
		s = map_find_i64(p.statuses, s->reblog_of.v);
	k = s->card.v && p.cards ? map_find_i64(p.cards, s->card.v) : NULL;
	jw_obj(&w);
	if (view_card_shown(k))
		view_card_members(c, v, k, &p.accounts, &w);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
