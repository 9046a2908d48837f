/* Filters: a line is a keyword with the filter it stands in, by the filter's title. What the first line of a title says of the filter makes it;
 * where the file replaces what stands, every line says how it is to be. */
#include "acts/filter.h"
#include "acts/import_priv.h"
#include "base/map.h"
#include "store/filter.h"
#include "wire/csv.h"
#include "wire/date.h"
#include "wire/json.h"

enum { LINE_MAX_BYTES = 8192 };

static const struct filter_row *titled(const struct filter_rows *all, struct str title)
{
	for (size_t i = 0; i < all->filters_n; i++)
		if (str_eq(all->filters[i].title, title))
			return &all->filters[i];
	return NULL;
}

static const struct filter_keyword_row *keyword_in(const struct filter_rows *all, filter_id of, struct str keyword)
{
	for (size_t i = 0; i < all->keywords_n; i++)
		if (id_eq(all->keywords[i].filter, of) && str_eq(all->keywords[i].keyword, keyword))
			return &all->keywords[i];
	return NULL;
}

/* "home, public" → its words. */
static struct err *contexts(struct call *c, struct str text, struct filter_change *ret)
{
	struct str *words = arena_array(c->arena, struct str, CONTEXT_COUNT), one;

	while (str_next(&text, ',', &one)) {
		if (ret->contexts_n == CONTEXT_COUNT)
			return FAIL_FIELD(c->arena, "context", "ERR_INVALID", "None or invalid context supplied");
		words[ret->contexts_n++] = str_trim(one);
	}
	ret->contexts = words;
	ret->has_contexts = true;
	return NULL;
}

/* As dates are written here, and as Ruby prints them: "2026-08-01 12:35:00 UTC". */
static struct err *expiry(struct call *c, struct str text, struct filter_change *ret)
{
	int64_t at;

	ret->has_expiry = true;
	if (!text.n)
		return NULL;
	if (str_has_suffix(text, STR(" UTC")) && text.n == 23)
		text = arena_concat(c->arena, str_upto(text, 10), STR("T"), str_upto(str_from(text, 11), 8), STR("Z"));
	if (!date_parse(text, &at))
		return FAIL_FIELD(c->arena, "expires_at", "ERR_INVALID", "is no time");
	ret->expires_in_s = (at - c->now_us) / US_PER_S;
	return ret->expires_in_s > 0 ? NULL : FAIL_FIELD(c->arena, "expires_at", "ERR_INVALID", "is over");
}

struct err *acts__import_filter(struct call *c, const struct import *i, const struct import_line *line)
{
	struct filter_keyword_change keyword = { .keyword = line->keyword, .whole_word = line->whole_word };
	struct filter_change what = { .title = line->title, .action = line->action, .keywords = &keyword, .keywords_n = line->keyword.n > 0 };
	const struct filter_row *stands;
	const struct filter_keyword_row *word = NULL;
	struct filter_rows all;
	filter_id id;

	TRY(contexts(c, line->contexts, &what));
	TRY(expiry(c, line->expires, &what));
	TRY(filters_of(c, i->account, &all));
	stands = titled(&all, line->title);
	if (stands)
		word = keyword_in(&all, stands->id, line->keyword);
	if (stands && !i->overwrite) {
		if (word || !line->keyword.n)
			return NULL;
		return acts_filter_keyword_put(c, i->account, stands->id, &keyword, &(int64_t){ 0 });
	}
	keyword.id = word ? word->id : 0;
	return acts_filter_put(c, i->account, stands ? stands->id : ID_NONE(filter_id), &what, &id);
}

struct str acts__import_filter_key(struct call *c, struct str title, struct str keyword)
{
	return arena_concat(c->arena, title, STR("\n"), keyword);
}

struct err *acts__import_filters_prune(struct call *c, const struct import *i, const struct map *keys, const struct map *titles)
{
	struct filter_rows all;

	TRY(filters_of(c, i->account, &all));
	for (size_t k = 0; k < all.filters_n; k++)
		if (!map_find(titles, all.filters[k].title))
			TRY(acts_filter_drop(c, i->account, all.filters[k].id));
	for (size_t k = 0; k < all.keywords_n; k++)
		for (size_t f = 0; f < all.filters_n; f++) {
			struct str title = all.filters[f].title;

			if (id_eq(all.filters[f].id, all.keywords[k].filter) && map_find(titles, title) &&
			    !map_find(keys, acts__import_filter_key(c, title, all.keywords[k].keyword)))
				TRY(acts_filter_keyword_drop(c, i->account, all.keywords[k].id));
		}
	return NULL;
}

/* ---- Mastodon's own file ---- */

static struct str joined(struct call *c, const struct json *words)
{
	struct buf b = buf_init(c->arena, LINE_MAX_BYTES);

	for (struct json_iter it = json_iter(words); json_next(&it);) {
		buf_addz(&b, b.n ? ", " : "");
		buf_add(&b, json_str(it.value));
	}
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

static struct err *put_line(struct call *c, struct buf *b, const struct json *filter, struct str words, const struct json *keyword)
{
	struct str title = json_get_s(filter, "title"), expires = json_get_s(filter, "expires_at"), f[6];

	if (!expires.n)
		expires = json_get_s(filter, "expire_at");
	if (!title.n || !words.n)
		return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "is a file of another kind");
	f[0] = title;
	f[1] = words;
	f[2] = json_get_s(keyword, "keyword");
	f[3] = json_bool(json_get(keyword, "whole_word"), true) ? STR("true") : STR("false");
	f[4] = expires;
	f[5] = json_get_s(filter, "action");
	csv_put(b, f, 6);
	return NULL;
}

struct err *acts__import_filters_json(struct call *c, struct str text, struct str *ret)
{
	struct buf b = buf_init(c->arena, IMPORT_FILE_MAX);
	const struct json *v;

	if (json_parse(c->arena, text, &v) || json_kind(json_get(v, "custom_filters")) != JSON_ARRAY)
		return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "is a file of another kind");
	for (struct json_iter it = json_iter(json_get(v, "custom_filters")); json_next(&it);) {
		const struct json *keywords = json_get(it.value, "keywords_attributes");
		struct str words = joined(c, json_get(it.value, "context"));

		if (!json_len(keywords))
			TRY(put_line(c, &b, it.value, words, NULL));
		for (struct json_iter k = json_iter(keywords); json_next(&k);)
			TRY(put_line(c, &b, it.value, words, k.value));
	}
	if (!buf_ok(&b))
		return FAIL_FIELD(c->arena, "data", "ERR_INVALID", "is too large");
	*ret = buf_str(&b);
	return NULL;
}
