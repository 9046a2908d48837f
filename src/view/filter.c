#include "view/filter.h"

#include "store/filter.h"
#include "view/view_priv.h"
#include "wire/html.h"
#include "wire/text.h"

struct filter_rule {
	struct filter_row row;
	struct str *folded;       /* keywords as they are compared */
	struct str *keywords;
	bool *whole;
	size_t n;
	int64_t *statuses;
	size_t statuses_n;
};

static struct filter_rule rule_of(struct call *c, const struct filter_rows *all, const struct filter_row *row)
{
	struct filter_rule rule = { .row = *row };

	rule.folded = arena_array(c->arena, struct str, all->keywords_n + 1);
	rule.keywords = arena_array(c->arena, struct str, all->keywords_n + 1);
	rule.whole = arena_array(c->arena, bool, all->keywords_n + 1);
	rule.statuses = arena_array(c->arena, int64_t, all->statuses_n + 1);
	for (size_t i = 0; i < all->keywords_n; i++)
		if (id_eq(all->keywords[i].filter, row->id)) {
			rule.keywords[rule.n] = all->keywords[i].keyword;
			rule.folded[rule.n] = text_fold(c->arena, all->keywords[i].keyword);
			rule.whole[rule.n++] = all->keywords[i].whole_word;
		}
	for (size_t i = 0; i < all->statuses_n; i++)
		if (id_eq(all->statuses[i].filter, row->id))
			rule.statuses[rule.statuses_n++] = all->statuses[i].status.v;
	return rule;
}

struct err *view_filters_load(struct call *c, account_id who, enum filter_context context, struct filter_set *ret)
{
	struct filter_rows all;
	VEC(struct filter_rule) rules = { 0 };

	*ret = (struct filter_set){ 0 };
	if (context == CONTEXT_COUNT)
		return NULL;
	TRY(filters_of(c, who, &all));
	for (size_t i = 0; i < all.filters_n; i++) {
		const struct filter_row *f = &all.filters[i];

		if ((f->contexts >> context & 1) && (!f->expires_us || f->expires_us > c->now_us))
			vec_push(c->arena, &rules, rule_of(c, &all, f));
	}
	*ret = (struct filter_set){ rules.v, rules.n };
	return NULL;
}

static bool word_byte(struct str text, size_t i)
{
	unsigned char b = i < text.n ? (unsigned char)text.p[i] : ' ';

	return b >= 0x80 || b == '_' || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

/* A whole word is bounded where the keyword itself begins or ends with a letter or digit (as Mastodon does it). */
static bool contains(struct str text, struct str keyword, bool whole)
{
	size_t from = 0;

	if (!keyword.n)
		return false;
	while (from + keyword.n <= text.n) {
		size_t at = from + str_find_str(str_from(text, from), keyword), end = at + keyword.n;

		if (end > text.n)
			return false;
		if (!whole || ((!word_byte(keyword, 0) || at == 0 || !word_byte(text, at - 1)) &&
			       (!word_byte(keyword, keyword.n - 1) || !word_byte(text, end))))
			return true;
		from = at + 1;
	}
	return false;
}

void view__filter_context(const struct filter_row *f, struct jw *w)
{
	jw_key(w, "context");
	jw_arr(w);
	for (enum filter_context x = 0; x < CONTEXT_COUNT; x++)
		if (f->contexts >> x & 1)
			jw_str(w, str_z(filter_context_word(x)));
	jw_arr_end(w);
}

void view__filter_members(const struct filter_row *f, struct jw *w)
{
	jw_kid(w, "id", f->id.v);
	jw_kstr(w, "title", f->title);
	view__filter_context(f, w);
	jw_ktime(w, "expires_at", f->expires_us);
	jw_kz(w, "filter_action", filter_action_word(f->action));
}

static void write_filter(const struct filter_row *f, struct jw *w)
{
	jw_obj(w);
	view__filter_members(f, w);
	jw_obj_end(w);
}

static void write_result(const struct filter_rule *rule, struct str text, status_id id, struct jw *w)
{
	bool words = false, post = false;

	for (size_t i = 0; i < rule->n; i++)
		words |= contains(text, rule->folded[i], rule->whole[i]);
	for (size_t i = 0; i < rule->statuses_n; i++)
		post |= rule->statuses[i] == id.v;
	if (!words && !post)
		return;
	jw_obj(w);
	jw_key(w, "filter");
	write_filter(&rule->row, w);
	jw_key(w, "keyword_matches");
	if (words) {
		jw_arr(w);
		for (size_t i = 0; i < rule->n; i++)
			if (contains(text, rule->folded[i], rule->whole[i]))
				jw_str(w, rule->keywords[i]);
		jw_arr_end(w);
	} else {
		jw_null(w);
	}
	jw_key(w, "status_matches");
	if (post) {
		jw_arr(w);
		jw_id(w, id.v);
		jw_arr_end(w);
	} else {
		jw_null(w);
	}
	jw_obj_end(w);
}

void view_filters_write(struct call *c, const struct filter_set *set, const struct status *s, struct str more, struct jw *w)
{
	struct str text = STR("");

	if (set->n)
		text = text_fold(c->arena, arena_concat(c->arena, s->spoiler_text, STR("\n"), html_to_text(c->arena, s->content), STR("\n"), more));
	jw_arr(w);
	for (size_t i = 0; i < set->n; i++)
		write_result(&set->rules[i], text, s->id, w);
	jw_arr_end(w);
}
