#include "view/filter_list.h"

#include "store/filter.h"
#include "view/view_priv.h"

enum { FILTERS_JSON_MAX = 4 * 1024 * 1024 };

static void write_keyword(const struct filter_keyword_row *k, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", k->id);
	jw_kstr(w, "keyword", k->keyword);
	jw_kbool(w, "whole_word", k->whole_word);
	jw_obj_end(w);
}

static void write_status(const struct filter_status_row *s, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", s->id);
	jw_kid(w, "status_id", s->status.v);
	jw_obj_end(w);
}

static void write_keywords(const struct filter_rows *all, filter_id of, struct jw *w)
{
	jw_arr(w);
	for (size_t i = 0; i < all->keywords_n; i++)
		if (id_eq(all->keywords[i].filter, of))
			write_keyword(&all->keywords[i], w);
	jw_arr_end(w);
}

static void write_statuses(const struct filter_rows *all, filter_id of, struct jw *w)
{
	jw_arr(w);
	for (size_t i = 0; i < all->statuses_n; i++)
		if (id_eq(all->statuses[i].filter, of))
			write_status(&all->statuses[i], w);
	jw_arr_end(w);
}

static void write_whole(const struct filter_rows *all, const struct filter_row *f, struct jw *w)
{
	jw_obj(w);
	view__filter_members(f, w);
	jw_key(w, "keywords");
	write_keywords(all, f->id, w);
	jw_key(w, "statuses");
	write_statuses(all, f->id, w);
	jw_obj_end(w);
}

static const struct filter_row *find(const struct filter_rows *all, filter_id id)
{
	for (size_t i = 0; i < all->filters_n; i++)
		if (id_eq(all->filters[i].id, id))
			return &all->filters[i];
	return NULL;
}

static struct err *finish(struct call *c, const struct buf *b, struct str *ret)
{
	*ret = buf_str(b);
	if (!buf_ok(b))
		return FAIL(c->arena, ERR_INTERNAL, "the filters outgrew their bound");
	return ret->n ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_filter_list(struct call *c, account_id who, enum filter_part part, filter_id of, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, FILTERS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	if (part == FILTER_WHOLE) {
		jw_arr(&w);
		for (size_t i = 0; i < all.filters_n; i++)
			write_whole(&all, &all.filters[i], &w);
		jw_arr_end(&w);
	} else if (find(&all, of)) {
		if (part == FILTER_KEYWORDS)
			write_keywords(&all, of, &w);
		else
			write_statuses(&all, of, &w);
	}
	return finish(c, &b, ret_json);
}

struct err *view_filter_one(struct call *c, account_id who, enum filter_part part, int64_t id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, FILTERS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	if (part == FILTER_WHOLE && find(&all, ID(filter_id, id)))
		write_whole(&all, find(&all, ID(filter_id, id)), &w);
	for (size_t i = 0; part == FILTER_KEYWORDS && i < all.keywords_n; i++)
		if (all.keywords[i].id == id)
			write_keyword(&all.keywords[i], &w);
	for (size_t i = 0; part == FILTER_STATUSES && i < all.statuses_n; i++)
		if (all.statuses[i].id == id)
			write_status(&all.statuses[i], &w);
	return finish(c, &b, ret_json);
}

static void write_v1(const struct filter_row *f, const struct filter_keyword_row *k, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", k->id);
	jw_kstr(w, "phrase", k->keyword);
	view__filter_context(f, w);
	jw_kbool(w, "whole_word", k->whole_word);
	jw_ktime(w, "expires_at", f->expires_us);
	jw_kbool(w, "irreversible", f->action == FILTER_HIDE);
	jw_obj_end(w);
}

struct err *view_filters_v1(struct call *c, account_id who, int64_t id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, FILTERS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct filter_rows all;

	TRY(filters_of(c, who, &all));
	if (!id)
		jw_arr(&w);
	for (size_t i = 0; i < all.keywords_n; i++)
		if ((!id || all.keywords[i].id == id) && find(&all, all.keywords[i].filter))
			write_v1(find(&all, all.keywords[i].filter), &all.keywords[i], &w);
	if (!id)
		jw_arr_end(&w);
	return finish(c, &b, ret_json);
}
