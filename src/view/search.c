#include "view/search.h"

#include "base/map.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/search.h"
#include "store/status.h"
#include "view/relation.h"
#include "view/status.h"
#include "view/view_priv.h"
#include "wire/acct.h"
#include "wire/html.h"
#include "wire/text.h"

enum { SEARCH_JSON_MAX = 8 << 20, TEXTS_AT_ONCE = 1000, TEXTS_MAX = 4 * SEARCH_EACH, WORDS_MAX = 16, HISTORY_DAYS = 7, FOUND_MAX = 320 };

static bool is_url(struct str q) { return str_ihas_prefix(q, STR("https://")) || str_ihas_prefix(q, STR("http://")); }

static bool is_ours(struct call *c, struct str domain)
{
	return !domain.n || str_eq(domain, c->conf->domain) || str_eq(domain, c->conf->web_domain);
}

/* People */

static struct err *found_accounts(struct call *c, const struct viewer *v, const struct search *how, int64_t **ret, size_t *ret_n)
{
	struct account_search s = {
		.key = text_fold(c->arena, how->q), .name_key = STRC(""), .domain = STRC(""), .following = how->following,
		.viewer = v->kind == VIEWER_PERSON ? v->account : ID_NONE(account_id), .limit = how->limit, .offset = how->offset,
	};
	struct acct handle;
	struct str bare = how->q.n && how->q.p[0] == '@' ? str_from(how->q, 1) : how->q;

	*ret_n = 0;
	if (how->account.v) {
		*ret = arena_array(c->arena, int64_t, 1);
		(*ret)[(*ret_n)++] = how->account.v;
		return NULL;
	}
	/* Strangers may not list everybody by single letters. */
	if (!bare.n || (v->kind != VIEWER_PERSON && text_graphemes(c->arena, bare) < 3))
		return NULL;
	s.key = text_fold(c->arena, bare);
	if (acct_parse(c->arena, bare, &handle)) {
		s.name_key = text_fold(c->arena, handle.name);
		s.domain = is_ours(c, handle.domain) ? STR("") : handle.domain;
	}
	return accounts_search(c, &s, ret, ret_n);
}

struct err *view_account_search_json(struct call *c, const struct viewer *v, const struct search *how, struct str *ret_json)
{
	int64_t *ids;
	size_t n;

	TRY(found_accounts(c, v, how, &ids, &n));
	return view_accounts_json(c, ids, n, ret_json);
}

/* Hashtags */

static void write_history(struct call *c, const struct tag_day *days, size_t n, tag_id tag, struct jw *w)
{
	int64_t today_us = c->now_us - c->now_us % US_PER_DAY;

	jw_key(w, "history");
	jw_arr(w);
	for (int i = 0; i < HISTORY_DAYS; i++) {
		int64_t day_us = today_us - i * US_PER_DAY;
		const struct tag_day *day = NULL;

		for (size_t k = 0; k < n && !day; k++)
			if (id_eq(days[k].tag, tag) && days[k].day_us == day_us)
				day = &days[k];
		jw_obj(w);
		jw_kstr(w, "day", arena_printf(c->arena, "%lld", (long long)(day_us / US_PER_S)));
		jw_kstr(w, "uses", arena_printf(c->arena, "%lld", day ? (long long)day->uses : 0));
		jw_kstr(w, "accounts", arena_printf(c->arena, "%lld", day ? (long long)day->accounts : 0));
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static struct err *write_tags(struct call *c, const struct viewer *v, const struct search *how, struct jw *w)
{
	struct str key = text_tag_key(c->arena, how->q.n && how->q.p[0] == '#' ? str_from(how->q, 1) : how->q);
	struct tag_found *tags = NULL;
	struct tag_day *days = NULL;
	size_t n = 0, days_n = 0;
	int64_t *ids;

	if (key.n && !is_url(how->q))
		TRY(tags_search(c, key, how->limit, how->offset, &tags, &n));
	ids = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		ids[i] = tags[i].id.v;
	TRY(tags_history(c, ids, n, c->now_us - c->now_us % US_PER_DAY - (HISTORY_DAYS - 1) * US_PER_DAY, &days, &days_n));
	jw_arr(w);
	for (size_t i = 0; i < n; i++) {
		jw_obj(w);
		jw_kid(w, "id", tags[i].id.v);
		jw_kstr(w, "name", tags[i].name);
		jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), view__tag_path(c, tags[i].name)));
		write_history(c, days, days_n, tags[i].id, w);
		if (v->kind == VIEWER_PERSON) {
			jw_kbool(w, "following", false);
			jw_kbool(w, "featuring", false);
		}
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return NULL;
}

/* Posts */

struct words {
	struct str v[WORDS_MAX];
	size_t n;
};

static struct words words_of(struct call *c, struct str q)
{
	struct str rest = text_fold(c->arena, q), one;
	struct words w = { .n = 0 };

	while (w.n < WORDS_MAX && str_next(&rest, ' ', &one))
		if (one.n)
			w.v[w.n++] = one;
	return w;
}

static bool holds_all(struct arena *a, const struct text_found *t, const struct words *w)
{
	struct str text = text_fold(a, arena_concat(a, t->spoiler_text, STR("\n"), html_to_text(a, t->content)));

	for (size_t i = 0; i < w->n; i++)
		if (!str_contains(text, w->v[i]))
			return false;
	return true;
}

/* One step down: the ids among the next texts that hold all words. The texts end with the step's arena. */
static struct err *step(struct call *c, const struct viewer *v, const struct search *how, const struct words *w, int64_t *before, struct id_set *ret)
{
	AUTO_ARENA(tmp);
	struct call inner = *c;
	struct text_found *texts;
	struct err *e;
	size_t n;

	inner.arena = tmp;
	e = statuses_of_ones_own(&inner, v->account, how->by, *before, TEXTS_AT_ONCE, &texts, &n);
	c->queries = inner.queries;
	if (e)
		return FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text));
	for (size_t i = 0; i < n; i++)
		if (holds_all(tmp, &texts[i], w))
			view__set_add(c, ret, texts[i].id.v);
	*before = n < TEXTS_AT_ONCE ? 0 : texts[n - 1].id.v;
	return NULL;
}

static struct err *found_statuses(struct call *c, const struct viewer *v, const struct search *how, struct id_set *ret)
{
	struct words w = words_of(c, how->q);
	size_t wanted = (size_t)how->limit + (size_t)how->offset;
	struct id_set all = { 0 };
	int64_t before = INT64_MAX;

	if (how->status.v) {
		view__set_add(c, ret, how->status.v);
		return NULL;
	}
	if (v->kind != VIEWER_PERSON || w.n == 0 || is_url(how->q))
		return NULL;
	for (int looked = 0; before && looked < TEXTS_MAX && all.n < wanted && all.n < FOUND_MAX; looked += TEXTS_AT_ONCE)
		TRY(step(c, v, how, &w, &before, &all));
	for (size_t i = (size_t)how->offset; i < all.n && i < wanted; i++)
		view__set_add(c, ret, all.v[i]);
	return NULL;
}

/* Ours, by the address of its page: "<base_url>/@name/<id>". */
static struct err *own_page(struct call *c, struct str url, struct status **ret)
{
	int64_t id;

	*ret = NULL;
	if (!str_has_prefix(url, arena_concat(c->arena, c->conf->base_url, STR("/@"))) || !str_i64(str_from(url, str_rfind(url, '/') + 1), &id))
		return NULL;
	TRY(status_find(c, ID(status_id, id), ret));
	if (*ret && !str_eq((*ret)->url, url))
		*ret = NULL;
	return NULL;
}

/* An address names what it names, and nothing else. */
static struct err *by_address(struct call *c, struct search *how)
{
	struct account *a;
	struct status *s;

	if (!is_url(how->q) || how->account.v || how->status.v)
		return NULL;
	TRY(own_page(c, how->q, &s));
	if (!s)
		TRY(status_find_uri(c, how->q, &s));
	if (s) {
		how->status = s->id;
		return NULL;
	}
	TRY(account_find_uri(c, how->q, &a));
	if (a) {
		how->account = a->id;
		return NULL;
	}
	return search_by_url(c, how->q, &how->account, &how->status);
}

struct err *view_search_json(struct call *c, const struct viewer *v, const struct search *asked, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, SEARCH_JSON_MAX);
	struct jw w = jw_init(&b);
	struct search how = *asked;
	struct str accounts = STR("[]"), statuses = STR("[]");
	struct id_set ids = { 0 };

	TRY(by_address(c, &how));
	if (how.type == SEARCH_ALL || how.type == SEARCH_ACCOUNTS)
		if (how.account.v || !is_url(how.q))
			TRY(view_account_search_json(c, v, &how, &accounts));
	if (how.type == SEARCH_ALL || how.type == SEARCH_STATUSES) {
		TRY(found_statuses(c, v, &how, &ids));
		TRY(view_statuses_json(c, v, ids.v, ids.n, 0, CONTEXT_COUNT, &statuses));
	}
	jw_obj(&w);
	jw_kraw(&w, "accounts", accounts);
	jw_kraw(&w, "statuses", statuses);
	jw_key(&w, "hashtags");
	if (how.type == SEARCH_ALL || how.type == SEARCH_HASHTAGS)
		TRY(write_tags(c, v, &how, &w));
	else
		jw_raw(&w, STR("[]"));
	jw_kraw(&w, "collections", STR("[]"));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_search_unknown(struct call *c, struct str q, bool *ret_is_url, bool *ret_is_handle)
{
	struct search how = { .q = q };
	struct acct handle;
	struct account *a;

	*ret_is_handle = false;
	TRY(by_address(c, &how));
	*ret_is_url = is_url(q) && !how.account.v && !how.status.v;
	if (is_url(q) || !acct_parse(c->arena, q, &handle) || is_ours(c, handle.domain))
		return NULL;
	TRY(account_find_handle(c, text_fold(c->arena, handle.name), handle.domain, &a));
	*ret_is_handle = a == NULL;
	return NULL;
}
