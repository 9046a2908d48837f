#include "view/trends.h"

#include "conf/conf.h"
#include "store/card.h"
#include "store/search.h"
#include "store/status.h"
#include "store/timeline.h"
#include "store/trend.h"
#include "view/card.h"
#include "view/status.h"
#include "view/view_priv.h"
#include "wire/url.h"

enum { TRENDS_JSON_MAX = 8 << 20 };

static bool is_on(const struct call *c) { return c->conf->trends && c->conf->trendable_by_default; }

static void write_history(struct call *c, const struct trend_day *days, size_t n, int64_t id, struct jw *w)
{
	int64_t today = c->now_us / US_PER_DAY;

	jw_key(w, "history");
	jw_arr(w);
	for (int64_t day = today; day > today - TREND_DAYS; day--) {
		const struct trend_day *found = NULL;

		for (size_t i = 0; i < n && !found; i++)
			if (days[i].ref_id == id && days[i].day == day)
				found = &days[i];
		jw_obj(w);
		jw_kstr(w, "day", arena_printf(c->arena, "%lld", (long long)day * 86400));
		jw_kstr(w, "uses", arena_printf(c->arena, "%lld", found ? (long long)found->uses : 0));
		jw_kstr(w, "accounts", arena_printf(c->arena, "%lld", found ? (long long)found->accounts : 0));
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* The uses of tags, as those of links are told. */
static struct err *tags_days(struct call *c, const struct trend_tag *tags, size_t n, struct trend_day **ret, size_t *ret_n)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1), today_us = c->now_us - c->now_us % US_PER_DAY;
	struct tag_day *days;

	for (size_t i = 0; i < n; i++)
		ids[i] = tags[i].id.v;
	TRY(tags_history(c, ids, n, today_us - (TREND_DAYS - 1) * US_PER_DAY, &days, ret_n));
	*ret = arena_array(c->arena, struct trend_day, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++)
		(*ret)[i] = (struct trend_day){ days[i].tag.v, days[i].day_us / US_PER_DAY, days[i].uses, days[i].accounts };
	return NULL;
}

struct err *view_trends_tags(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret)
{
	struct buf b = buf_init(c->arena, TRENDS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct trend_tag *tags = NULL;
	struct trend_day *days = NULL;
	size_t n = 0, days_n = 0;

	if (is_on(c))
		TRY(trends_top_tags(c, v->account, limit, offset, &tags, &n));
	TRY(tags_days(c, tags, n, &days, &days_n));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		jw_obj(&w);
		jw_kid(&w, "id", tags[i].id.v);
		jw_kstr(&w, "name", tags[i].name);
		jw_kstr(&w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), view__tag_path(c, tags[i].name)));
		write_history(c, days, days_n, tags[i].id.v, &w);
		if (v->kind == VIEWER_PERSON) {
			jw_kbool(&w, "following", tags[i].following);
			jw_kbool(&w, "featuring", tags[i].featuring);
		}
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret = (struct trends_page){ buf_str(&b), n == (size_t)limit };
	return NULL;
}

static struct err *authors_of(struct call *c, struct map *cards, const int64_t *ids, size_t n, struct account_page *ret)
{
	struct id_set authors = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct card *k = map_find_i64(cards, ids[i]);

		if (k && view_card_author_agrees(c, k))
			view__set_add(c, &authors, k->author.v);
	}
	return view_accounts_load_rendered(c, authors.v, authors.n, ret);
}

struct err *view_trends_links(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret)
{
	struct buf b = buf_init(c->arena, TRENDS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page accounts;
	struct trend_day *days;
	struct map *cards;
	int64_t *ids = NULL;
	size_t n = 0, days_n;

	*ret = (struct trends_page){ .json = STR("[]") };
	if (is_on(c))
		TRY(trends_top(c, TREND_LINK, limit, offset, &ids, &n));
	if (n == 0)
		return NULL;
	TRY(cards_by_ids(c, ids, n, &cards));
	TRY(trend_links_history(c, ids, n, c->now_us / US_PER_DAY - TREND_DAYS, &days, &days_n));
	TRY(authors_of(c, cards, ids, n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		const struct card *k = map_find_i64(cards, ids[i]);

		if (!view_card_shown(k))
			continue;
		jw_obj(&w);
		view_card_members(c, v, k, &accounts, &w);
		write_history(c, days, days_n, ids[i], &w);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret = (struct trends_page){ buf_str(&b), n == (size_t)limit };
	return NULL;
}

struct err *view_trends_statuses(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret)
{
	int64_t *ids = NULL;
	size_t n = 0;

	if (is_on(c))
		TRY(trends_top_statuses(c, v->account, limit, offset, &ids, &n));
	ret->full = n == (size_t)limit;
	return view_statuses_json(c, v, ids, n, 0, CONTEXT_PUBLIC, &ret->json);
}

struct err *view_link_timeline(struct call *c, const struct viewer *v, struct str url, const struct page *p, struct timeline_json *ret)
{
	card_id card = ID_NONE(card_id);
	struct url u;
	int64_t *ids;
	size_t n;

	if (is_on(c) && url_parse(c->arena, url, &u))
		TRY(trend_link_find(c, u.text, &card));
	if (!card.v)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(timeline_link(c, v->account, card, p, &ids, &n));
	*ret = (struct timeline_json){ .first = n ? ids[0] : 0, .last = n ? ids[n - 1] : 0 };
	return view_statuses_json(c, v, ids, n, VIEW_JUDGED, CONTEXT_PUBLIC, &ret->json);
}
