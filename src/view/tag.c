#include "view/tag.h"

#include "conf/conf.h"
#include "store/account.h"
#include "store/status.h"
#include "store/tag.h"
#include "store/trend.h"
#include "view/view_priv.h"
#include "wire/date.h"
#include "wire/text.h"

enum { TAGS_JSON_MAX = 1024 * 1024, SUGGESTED_MAX = 10 };

/* Tags with what all of them need. */
struct tag_page {
	bool person;
	struct map *facts;
	struct trend_day *days;
	size_t days_n;
};

static struct err *load(struct call *c, const struct viewer *v, const struct tag *tags, size_t n, struct tag_page *ret)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = tags[i].id.v;
	ret->person = v->kind == VIEWER_PERSON;
	if (ret->person)
		TRY(tags_facts(c, v->account, ids, n, &ret->facts));
	return trend_tags_history(c, ids, n, c->now_us / US_PER_DAY - TREND_DAYS, &ret->days, &ret->days_n);
}

static void write_one(struct call *c, const struct tag_page *p, const struct tag *t, struct jw *w)
{
	const struct tag_facts *f = p->person ? map_find_i64(p->facts, t->id.v) : NULL;

	jw_obj(w);
	jw_kstr(w, "id", t->id.v ? arena_printf(c->arena, "%lld", (long long)t->id.v) : STR(""));
	jw_kstr(w, "name", t->name);
	jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), view__tag_path(c, t->name)));
	view__history_write(c, p->days, p->days_n, t->id.v, w);
	if (p->person) {
		jw_kbool(w, "following", f && f->following);
		jw_kbool(w, "featuring", f && f->featuring);
	}
	jw_obj_end(w);
}

struct err *view_tags_write(struct call *c, const struct viewer *v, const struct tag *tags, size_t n, struct jw *w)
{
	struct tag_page p = { 0 };

	TRY(load(c, v, tags, n, &p));
	jw_arr(w);
	for (size_t i = 0; i < n; i++)
		write_one(c, &p, &tags[i], w);
	jw_arr_end(w);
	return NULL;
}

struct err *view_tags_json(struct call *c, const struct viewer *v, const struct tag *tags, size_t n, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TAGS_JSON_MAX);
	struct jw w = jw_init(&b);

	TRY(view_tags_write(c, v, tags, n, &w));
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_tag_json(struct call *c, const struct viewer *v, struct str name, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TAGS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct tag t = { .name = name };
	struct tag_page p = { 0 };
	struct str key, written;
	bool found;

	if (name.n && name.p[0] == '#')
		t.name = name = str_from(name, 1);
	key = text_tag_key(c->arena, name);
	if (!text_tag_ok(name) || !key.n)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(tag_find(c, key, &t.id, &written, &found));
	if (found)
		t.name = written;
	TRY(load(c, v, &t, found ? 1 : 0, &p));
	write_one(c, &p, &t, &w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_followed_tags(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret)
{
	struct tag_follow *rows;
	struct tag *tags;
	size_t n;

	TRY(tag_follows_page(c, v->account, p, &rows, &n));
	tags = arena_array(c->arena, struct tag, n + 1);
	for (size_t i = 0; i < n; i++)
		tags[i] = (struct tag){ rows[i].tag, rows[i].name };
	*ret = (struct people_page){ .first = n ? rows[0].id : 0, .last = n ? rows[n - 1].id : 0, .full = n > 0 && n == (size_t)p->limit };
	return view_tags_json(c, v, tags, n, &ret->json);
}

/* ---- featured ---- */

static struct str url_of(struct call *c, const struct account *a, const struct featured_tag *t)
{
	struct str path = view__tag_path(c, t->name);

	return arena_printf(c->arena, STR_FMT "/@" STR_FMT "/tagged/" STR_FMT, STR_ARG(c->conf->base_url), STR_ARG(view_acct(c->arena, a)),
			    STR_ARG(path));
}

static void write_featured(struct call *c, const struct account *a, const struct featured_tag *t, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", t->id);
	jw_kstr(w, "name", t->name);
	jw_kstr(w, "url", url_of(c, a, t));
	jw_kstr(w, "statuses_count", arena_printf(c->arena, "%lld", (long long)t->statuses_count));
	if (t->last_status_us)
		jw_kstr(w, "last_status_at", date_day(c->arena, t->last_status_us));
	else
		jw_knull(w, "last_status_at");
	jw_obj_end(w);
}

/* tag none: all of them. */
static struct err *featured(struct call *c, account_id of, tag_id tag, struct jw *w, size_t *ret_n)
{
	struct featured_tag *tags;
	struct account *a;
	size_t n;

	*ret_n = 0;
	TRY(account_find(c, of, &a));
	if (!a || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(featured_tags_of(c, of, &tags, &n));
	for (size_t i = 0; i < n && !a->suspended_us; i++)
		if (!tag.v || id_eq(tags[i].tag, tag)) {
			write_featured(c, a, &tags[i], w);
			++*ret_n;
		}
	return NULL;
}

struct err *view_featured_tags_json(struct call *c, account_id of, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TAGS_JSON_MAX);
	struct jw w = jw_init(&b);
	size_t n;

	jw_arr(&w);
	TRY(featured(c, of, ID_NONE(tag_id), &w, &n));
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_featured_tags(struct call *c, const struct account *of, struct str **ret_names, size_t *ret_n)
{
	struct featured_tag *tags;

	TRY(featured_tags_of(c, of->id, &tags, ret_n));
	*ret_names = arena_array(c->arena, struct str, *ret_n + 1);
	*ret_n = of->suspended_us ? 0 : *ret_n;
	for (size_t i = 0; i < *ret_n; i++)
		(*ret_names)[i] = tags[i].name;
	return NULL;
}

struct err *view_featured_tag_json(struct call *c, account_id of, tag_id tag, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, TAGS_JSON_MAX);
	struct jw w = jw_init(&b);
	size_t n;

	TRY(featured(c, of, tag, &w, &n));
	*ret_json = buf_str(&b);
	return n ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_featured_tags_suggested(struct call *c, const struct viewer *v, struct str *ret_json)
{
	struct tag *tags;
	size_t n;

	TRY(featured_tags_suggested(c, v->account, SUGGESTED_MAX, &tags, &n));
	return view_tags_json(c, v, tags, n, ret_json);
}
