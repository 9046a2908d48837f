#include "acts/trends.h"

#include "acts/status_priv.h"
#include "base/map.h"
#include "store/trend.h"

enum { CLEAN_BATCHES_MAX = 500 };
/* How far back a refresh looks for posts that were marked: longer than it takes until the next one. */
#define MARKED_US US_PER_HOUR

struct err *acts__trends_used(struct call *c, const struct status_whole *w, const tag_id *tags, size_t n)
{
	int64_t day = c->now_us / US_PER_DAY;

	if (w->quiet || w->s.visibility != VISIBILITY_PUBLIC || !w->author || w->author->silenced_us)
		return NULL;
	if (w->s.reblog_of.v)
		return trend_link_used(c, w->s.account, w->s.reblog_of, day);
	TRY(trend_tags_used(c, w->s.account, tags, n, day));
	return w->s.card.v ? trend_link_used(c, w->s.account, w->s.id, day) : NULL;
}

/* ---- scoring ---- */

struct scored {
	enum trend_kind kind;
	struct trend_row *rows;
	size_t n;
};

static void score_one(struct call *c, enum trend_kind kind, const struct trend_candidate *k, struct trend_row *row)
{
	double now = trend_score(k->expected, k->observed);

	row->language = k->language;
	row->account = k->account;
	if (kind == TREND_STATUS) {
		/* A post is as old as it is: its score falls from the beginning. */
		row->peak = now;
		row->peak_us = k->created_us;
	} else if (now > row->peak || row->peak_us < c->now_us - TREND_PEAK_KEPT_S * US_PER_S) {
		row->peak = now;
		row->peak_us = c->now_us;
	}
}

/* What trends and what might, each once, scored anew. A post that is no candidate any more is let go. */
static struct err *score(struct call *c, enum trend_kind kind, const struct trend_candidate *list, size_t n, struct scored *ret)
{
	struct map *by_id = map_create(c->arena);
	struct trend_row *old;
	size_t old_n, kept = 0;

	TRY(trends_of(c, kind, &old, &old_n));
	*ret = (struct scored){ .kind = kind, .rows = arena_array(c->arena, struct trend_row, old_n + n + 1) };
	for (size_t i = 0; i < old_n && kind != TREND_STATUS; i++) {
		ret->rows[ret->n] = old[i];
		map_put_i64(by_id, old[i].ref_id, &ret->rows[ret->n++]);
	}
	for (size_t i = 0; i < n; i++) {
		struct trend_row *row = map_find_i64(by_id, list[i].ref_id);

		if (!row) {
			row = &ret->rows[ret->n++];
			*row = (struct trend_row){ .ref_id = list[i].ref_id };
		}
		score_one(c, kind, &list[i], row);
	}
	for (size_t i = 0; i < ret->n; i++) {
		struct trend_row r = ret->rows[i];

		r.score = trend_decayed(kind, r.peak, c->now_us - r.peak_us);
		if (!trend_is_shown(kind, r.score))
			r.score = 0;
		/* A peak is remembered for a while, so that the same again is no news. */
		if (r.score > 0 || (kind != TREND_STATUS && r.peak > 0 && r.peak_us > c->now_us - TREND_PEAK_KEPT_S * US_PER_S))
			ret->rows[kept++] = r;
	}
	ret->n = kept < 2 * TREND_CANDIDATES_MAX ? kept : 2 * TREND_CANDIDATES_MAX;
	return NULL;
}

static struct err *replace(struct call *c, void *arg)
{
	const struct scored *s = arg;

	return trends_replace(c, s->kind, s->rows, s->n);
}

struct err *acts_trends_refresh(struct call *c)
{
	int64_t day = c->now_us / US_PER_DAY;

	for (int kind = 0; kind < TREND_KINDS; kind++) {
		struct trend_candidate *list;
		struct scored s;
		size_t n;

		if (kind == TREND_TAG)
			TRY(trend_tags_candidates(c, day, &list, &n));
		else if (kind == TREND_LINK)
			TRY(trend_links_candidates(c, day, &list, &n));
		else
			TRY(trend_statuses_candidates(c, c->now_us - MARKED_US, &list, &n));
		TRY(score(c, (enum trend_kind)kind, list, n, &s));
		TRY(store_tx(c, replace, &s));
	}
	return NULL;
}

/* ---- the end of days ---- */

struct sweep {
	int64_t day, n;
};

static struct err *drop(struct call *c, void *arg)
{
	struct sweep *s = arg;

	return trend_uses_drop(c, s->day, &s->n);
}

struct err *acts_clean_trends(struct call *c)
{
	struct sweep s = { .day = c->now_us / US_PER_DAY - TREND_DAYS, .n = 1 };

	for (int i = 0; i < CLEAN_BATCHES_MAX && s.n > 0; i++)
		TRY(store_tx(c, drop, &s));
	return NULL;
}
