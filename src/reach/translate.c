#include "reach/translate.h"

#include "acts/translation.h"
#include "conf/conf.h"
#include "reach/translate_priv.h"
#include "view/translation.h"
#include "wire/html.h"
#include "wire/json.h"

enum { JSON_MAX = 1 << 20, CONTENT_MAX = 256 * 1024 };

static struct err *not_found(struct call *c) { return FAIL(c->arena, ERR_NOT_FOUND, "Not Found"); }

struct err *reach_translation_languages(struct call *c, struct str *ret_json)
{
	*ret_json = STR("{}");
	if (!c->conf->translation_url.n)
		return NULL;
	TRY(view_translation_languages(c, ret_json));
	if (ret_json->n)
		return NULL;
	TRY(c->conf->translation_api == TRANSLATION_DEEPL ? reach__deepl_languages(c, ret_json) : reach__libre_languages(c, ret_json));
	return acts_translation_languages_put(c, *ret_json);
}

static size_t codes_of(struct call *c, const struct json *v, struct str **ret)
{
	size_t n = 0;

	*ret = arena_array(c->arena, struct str, json_len(v) + 1);
	for (struct json_iter it = json_iter(v); json_next(&it);)
		(*ret)[n++] = json_kind(v) == JSON_OBJECT ? it.key : json_str(it.value);
	return n;
}

/* *from and *to become what the server calls them. */
static struct err *agree(struct call *c, struct str *from, struct str *to)
{
	const struct json *all;
	struct str text, *codes;
	size_t n;

	TRY(reach_translation_languages(c, &text));
	if (json_parse(c->arena, text, &all))
		return FAIL_DEFAULT(c->arena, ERR_REMOTE);
	n = codes_of(c, all, &codes);
	*from = from->n ? reach__language_among(c, codes, n, *from) : STR("und");
	n = codes_of(c, json_get_str(all, *from), &codes);
	*to = to->n ? reach__language_among(c, codes, n, *to) : STR_NONE;
	if (!to->n || str_ieq(*from, *to))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	if (str_eqz(*from, "und"))
		*from = STR_NONE;
	return NULL;
}

/* What is translated, as HTML, in one order: content, warning, options, descriptions. */
static size_t gather(struct call *c, const struct translation_source *s, struct str *texts)
{
	struct str emojis = s->status->emojis;
	size_t n = 0;

	texts[n++] = reach__emojis_mark(c, s->status->content, emojis);
	texts[n++] = reach__emojis_mark(c, html_escape(c->arena, s->status->spoiler_text), emojis);
	for (size_t i = 0; i < s->options_n && n < TRANSLATION_TEXTS_MAX; i++)
		texts[n++] = reach__emojis_mark(c, html_escape(c->arena, s->options[i].title), emojis);
	for (size_t i = 0; i < s->media_n && n < TRANSLATION_TEXTS_MAX; i++)
		texts[n++] = html_escape(c->arena, s->media[i].description);
	return n;
}

static struct str plain(struct call *c, struct str html) { return html_to_text(c->arena, html); }

static void write_poll(struct call *c, const struct translation_source *s, const struct str *texts, size_t n, struct jw *w)
{
	jw_key(w, "poll");
	if (!s->options_n) {
		jw_null(w);
		return;
	}
	jw_obj(w);
	jw_kid(w, "id", s->status->poll.v);
	jw_key(w, "options");
	jw_arr(w);
	for (size_t i = 0; i < s->options_n && 2 + i < n; i++) {
		jw_obj(w);
		jw_kstr(w, "title", plain(c, texts[2 + i]));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static struct str entity(struct call *c, const struct translation_source *s, const struct str *texts, size_t n, struct str from, struct str to)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kid(&w, "id", s->status->id.v);
	jw_kstr(&w, "content", reach__emojis_unmark(c, html_sanitize(c->arena, texts[0], CONTENT_MAX)));
	jw_kstr(&w, "spoiler_text", plain(c, texts[1]));
	jw_kz(&w, "visibility", visibility_word(s->status->visibility));
	jw_kstr(&w, "language", to);
	write_poll(c, s, texts, n, &w);
	jw_key(&w, "media_attachments");
	jw_arr(&w);
	for (size_t i = 0; i < s->media_n && 2 + s->options_n + i < n; i++) {
		jw_obj(&w);
		jw_kid(&w, "id", s->media[i].id.v);
		jw_kstr(&w, "description", plain(c, texts[2 + s->options_n + i]));
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	jw_kstr(&w, "detected_source_language", from);
	jw_kz(&w, "provider", c->conf->translation_api == TRANSLATION_DEEPL ? "DeepL.com" : "LibreTranslate");
	jw_obj_end(&w);
	return buf_ok(&b) ? buf_str(&b) : STR_NONE;
}

/* What is empty stays so without being asked about. */
static struct err *ask(struct call *c, const struct translation_source *s, struct str from, struct str to, struct str *ret_json)
{
	struct str texts[TRANSLATION_TEXTS_MAX], sent[TRANSLATION_TEXTS_MAX], back[TRANSLATION_TEXTS_MAX], detected = STR_NONE;
	size_t n = gather(c, s, texts), sent_n = 0, k = 0;

	for (size_t i = 0; i < n; i++)
		if (texts[i].n)
			sent[sent_n++] = texts[i];
	if (sent_n)
		TRY(c->conf->translation_api == TRANSLATION_DEEPL ? reach__deepl_translate(c, sent, sent_n, from, to, back, &detected)
								  : reach__libre_translate(c, sent, sent_n, from, to, back, &detected));
	for (size_t i = 0; i < n; i++)
		texts[i] = texts[i].n ? back[k++] : STR("");
	*ret_json = entity(c, s, texts, n, from.n ? from : detected.n ? detected : STR("und"), to);
	return ret_json->n ? NULL : FAIL_DEFAULT(c->arena, ERR_REMOTE);
}

struct err *reach_translate(struct call *c, const struct viewer *v, status_id id, struct str language, struct str *ret_json)
{
	struct translation_source s;
	struct str from, to = language;

	if (!c->conf->translation_url.n)
		return not_found(c);
	TRY(view_translation_source(c, v, id, &s));
	from = s.status->language;
	TRY(agree(c, &from, &to));
	TRY(view_translation_kept(c, &s, to, ret_json));
	if (ret_json->n)
		return NULL;
	TRY(ask(c, &s, from, to, ret_json));
	return acts_translation_put(c, s.status->id, to, s.key, *ret_json);
}
