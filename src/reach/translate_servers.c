#include "base/buf.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "net/client.h"
#include "reach/translate_priv.h"
#include "wire/json.h"
#include "wire/url.h"

enum { ASK_MAX = 1 << 20, ANSWER_MAX = 2 << 20, TIMEOUT_MS = 20000, LANGUAGES_MAX = 300 };

static struct err *unreadable(struct call *c) { return FAIL(c->arena, ERR_REMOTE, "Remote data could not be fetched"); }

static struct err *judge(struct call *c, const struct fetched *f)
{
	if (f->outcome == FETCH_ANSWERED && f->status == 429)
		return FAIL(c->arena, ERR_REMOTE, "There have been too many requests to the translation service recently.");
	/* DeepL's 403 is about its key. */
	if (f->outcome == FETCH_ANSWERED && f->status == (c->conf->translation_api == TRANSLATION_DEEPL ? 456 : 403))
		return FAIL(c->arena, ERR_REMOTE, "The server-wide usage quota for the translation service has been exceeded.");
	return f->outcome == FETCH_ANSWERED && f->status == 200 ? NULL : unreadable(c);
}

/* body none: GET. type: the header's line. */
static struct err *ask(struct call *c, const char *path, struct str body, const char *type, const struct json **ret)
{
	struct str base = c->conf->translation_url, key = c->conf->translation_key;
	bool deepl = c->conf->translation_api == TRANSLATION_DEEPL && key.n;
	const char *headers[4] = { "Accept: application/json" };
	struct fetch f = { .headers = headers, .timeout_ms = TIMEOUT_MS, .body_max = ANSWER_MAX, .trusted_address = true, .body = body };
	struct fetched got;
	size_t n = 1;

	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	f.url = arena_concat(c->arena, base, str_z(path));
	if (body.n) {
		f.method = STR("POST");
		headers[n++] = type;
	}
	if (deepl)
		headers[n++] = arena_strz(c->arena, arena_concat(c->arena, STR("Authorization: DeepL-Auth-Key "), key));
	if (!c->house->client)
		return unreadable(c);
	TRY(client_fetch(c, c->house->client, &f, &got));
	metric_add(METRIC_fetches_total, got.outcome == FETCH_ANSWERED && got.status == 200 ? STR("ok") : STR("failed"), 1);
	TRY(judge(c, &got));
	return json_parse(c->arena, got.body, ret) ? unreadable(c) : NULL;
}

/* A member of the table: what this language can be made, itself left out. */
static void put_targets(struct jw *w, struct str source, const struct str *to, size_t n)
{
	jw_key_str(w, source);
	jw_arr(w);
	for (size_t i = 0; i < n; i++)
		if (!str_eq(to[i], source))
			jw_str(w, to[i]);
	jw_arr_end(w);
}

/* ---- LibreTranslate ---- */

struct languages {
	struct str v[LANGUAGES_MAX];
	size_t n;
};

static void add_code(struct languages *l, struct str code)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], code))
			return;
	if (code.n && l->n < LANGUAGES_MAX)
		l->v[l->n++] = code;
}

/* Each language says what it can be made; one that does not, all that there are. */
static void read_targets(const struct json *language, const struct languages *all, struct languages *ret)
{
	const struct json *said = json_get(language, "targets");

	ret->n = 0;
	if (json_kind(said) != JSON_ARRAY)
		*ret = *all;
	else
		for (size_t i = 0; i < json_len(said); i++)
			add_code(ret, json_str(json_at(said, i)));
}

struct err *reach__libre_languages(struct call *c, struct str *ret_json)
{
	struct languages *all = arena_new(c->arena, struct languages), *to = arena_new(c->arena, struct languages);
	struct languages *any = arena_new(c->arena, struct languages);
	struct buf b = buf_init(c->arena, ASK_MAX);
	struct jw w = jw_init(&b);
	const struct json *list;

	TRY(ask(c, "/languages", STR_NONE, NULL, &list));
	if (json_kind(list) != JSON_ARRAY)
		return unreadable(c);
	for (size_t i = 0; i < json_len(list); i++)
		add_code(all, json_get_s(json_at(list, i), "code"));
	jw_obj(&w);
	for (size_t i = 0; i < json_len(list) && i < LANGUAGES_MAX; i++) {
		struct str code = json_get_s(json_at(list, i), "code");

		read_targets(json_at(list, i), all, to);
		for (size_t k = 0; k < to->n; k++)
			add_code(any, to->v[k]);
		if (code.n)
			put_targets(&w, code, to->v, to->n);
	}
	put_targets(&w, STR("und"), any->v, any->n);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : unreadable(c);
}

struct err *reach__libre_translate(struct call *c, const struct str *texts, size_t n, struct str from, struct str to, struct str *ret_texts,
				   struct str *ret_detected)
{
	struct buf b = buf_init(c->arena, ASK_MAX);
	struct jw w = jw_init(&b);
	const struct json *got, *list;

	jw_obj(&w);
	jw_key(&w, "q");
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		jw_str(&w, texts[i]);
	jw_arr_end(&w);
	jw_kstr(&w, "source", from.n ? from : STR("auto"));
	jw_kstr(&w, "target", to);
	jw_kz(&w, "format", "html");
	if (c->conf->translation_key.n)
		jw_kstr(&w, "api_key", c->conf->translation_key);
	jw_obj_end(&w);
	if (!buf_ok(&b))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(ask(c, "/translate", buf_str(&b), "Content-Type: application/json", &got));
	list = json_get(got, "translatedText");
	if (json_len(list) != n)
		return unreadable(c);
	for (size_t i = 0; i < n; i++)
		ret_texts[i] = json_str(json_at(list, i));
	list = json_get(got, "detectedLanguage");
	*ret_detected = json_get_s(json_kind(list) == JSON_ARRAY ? json_at(list, 0) : list, "language");
	return NULL;
}

/* ---- DeepL ---- */

static struct err *deepl_codes(struct call *c, const char *path, struct str *ret, size_t *ret_n)
{
	const struct json *list;

	*ret_n = 0;
	TRY(ask(c, path, STR_NONE, NULL, &list));
	if (json_kind(list) != JSON_ARRAY)
		return unreadable(c);
	for (size_t i = 0; i < json_len(list) && *ret_n < LANGUAGES_MAX - 2; i++)
		if (json_get_s(json_at(list, i), "language").n)
			ret[(*ret_n)++] = json_get_s(json_at(list, i), "language");
	return NULL;
}

/* "EN-US" is "en-US" to clients. */
static struct str client_code(struct call *c, struct str code)
{
	size_t dash = str_find(code, '-');

	return arena_concat(c->arena, arena_lower(c->arena, str_upto(code, dash)), str_from(code, dash));
}

struct err *reach__deepl_languages(struct call *c, struct str *ret_json)
{
	struct str from[LANGUAGES_MAX], to[LANGUAGES_MAX];
	struct buf b = buf_init(c->arena, ASK_MAX);
	struct jw w = jw_init(&b);
	size_t from_n, to_n;

	TRY(deepl_codes(c, "/v2/languages?type=source", from, &from_n));
	TRY(deepl_codes(c, "/v2/languages?type=target", to, &to_n));
	for (size_t i = 0; i < to_n; i++)
		to[i] = client_code(c, to[i]);
	/* It wants a region for these two; people do not. */
	to[to_n++] = STR("en");
	to[to_n++] = STR("pt");
	jw_obj(&w);
	for (size_t i = 0; i < from_n; i++)
		put_targets(&w, client_code(c, from[i]), to, to_n);
	put_targets(&w, STR("und"), to, to_n);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : unreadable(c);
}

/* "en-US" is "EN-US" to it, and "en" without a region is not among its targets. */
static struct str deepl_code(struct call *c, struct str code)
{
	char *p = arena_alloc(c->arena, code.n + 1);

	for (size_t i = 0; i < code.n; i++)
		p[i] = code.p[i] >= 'a' && code.p[i] <= 'z' ? (char)(code.p[i] - 'a' + 'A') : code.p[i];
	return str_eqz(code, "en") ? STR("EN-US") : str_eqz(code, "pt") ? STR("PT-PT") : str_of(p, code.n);
}

static void field(struct call *c, struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s%s=", b->n ? "&" : "", name);
	buf_add(b, url_encode(c->arena, value));
}

struct err *reach__deepl_translate(struct call *c, const struct str *texts, size_t n, struct str from, struct str to, struct str *ret_texts,
				   struct str *ret_detected)
{
	struct buf b = buf_init(c->arena, 2 * ASK_MAX);
	const struct json *got, *list;

	for (size_t i = 0; i < n; i++)
		field(c, &b, "text", texts[i]);
	if (from.n)
		field(c, &b, "source_lang", str_upto(deepl_code(c, from), str_find(from, '-')));
	field(c, &b, "target_lang", deepl_code(c, to));
	field(c, &b, "tag_handling", STR("html"));
	if (!buf_ok(&b))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(ask(c, "/v2/translate", buf_str(&b), "Content-Type: application/x-www-form-urlencoded", &got));
	list = json_get(got, "translations");
	if (json_len(list) != n || n == 0)
		return unreadable(c);
	for (size_t i = 0; i < n; i++)
		ret_texts[i] = json_get_s(json_at(list, i), "text");
	*ret_detected = arena_lower(c->arena, json_get_s(json_at(list, 0), "detected_source_language"));
	return NULL;
}
