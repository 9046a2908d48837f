#include "view/trends.h"

#include "conf/conf.h"
#include "store/card.h"
#include "store/status.h"
#include "store/timeline.h"
#include "store/trend.h"
#include "view/card.h"
#include "view/status.h"
#include "view/tag.h"
#include "view/view_priv.h"
#include "wire/url.h"

enum { TRENDS_JSON_MAX = 8 << 20 };

static bool is_on(const struct call *c) { return c->conf->trends && c->conf->trendable_by_default; }

void view__history_write(struct call *c, const struct trend_day *days, size_t n, int64_t id, struct jw *w)
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

struct err *view_trends_tags(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret)
{
	struct tag *tags = NULL;
	size_t n = 0;

	if (is_on(c))
		TRY(trends_top_tags(c, limit, offset, &tags, &n));
	ret->full = n == (size_t)limit;
	return view_tags_json(c, v, tags, n, &ret->json);
}

static struct err *authors_of(struct call *c, const struct viewer *v, struct map *cards, const int64_t *ids, size_t n, struct account_page *ret)
{
	struct id_set authors = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct card *k = map_find_i64(cards, ids[i]);

		if (k && view_card_author_agrees(c, k))
			view__set_add(c, &authors, k->author.v);
	}
	return view_accounts_load_rendered(c, v->account, authors.v, authors.n, ret);
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
	TRY(authors_of(c, v, cards, ids, n, &accounts));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		const struct card *k = map_find_i64(cards, ids[i]);

		if (!view_card_shown(k))
			continue;
		jw_obj(&w);
		view_card_members(c, v, k, &accounts, &w);
		view__history_write(c, days, days_n, ids[i], &w);
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
