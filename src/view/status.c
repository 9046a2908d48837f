#include "view/status.h"

#include "base/cache.h"
#include "conf/conf.h"
#include "store/card.h"
#include "store/media.h"
#include "store/status.h"
#include "store/token.h"
#include "view/card.h"
#include "view/view_priv.h"

enum { STATUS_JSON_USUAL = 3072, STATUS_JSON_MAX = 512 * 1024, PAGE_JSON_MAX = 16 * 1024 * 1024 };

/* ---- loading ---- */

/* The ids of what these boost, and of everybody who wrote any of it. */
static void gather(struct call *c, const struct status_page *p, const int64_t *ids, size_t n, struct id_set *boosted, struct id_set *authors)
{
	for (size_t i = 0; i < n; i++) {
		const struct status *s = map_find_i64(p->statuses, ids[i]);

		if (!s)
			continue;
		if (boosted && s->reblog_of.v)
			view__set_add(c, boosted, s->reblog_of.v);
		view__set_add(c, authors, s->account.v);
	}
}

struct err *view__statuses_more(struct call *c, struct status_page *p, const struct id_set *more)
{
	struct map *found;

	if (more->n == 0)
		return NULL;
	TRY(statuses_by_ids(c, more->v, more->n, &found));
	for (size_t i = 0; i < more->n; i++)
		if (map_find_i64(found, more->v[i]))
			map_put_i64(p->statuses, more->v[i], map_find_i64(found, more->v[i]));
	return NULL;
}

static void add_all(struct call *c, struct id_set *set, const struct id_set *more)
{
	for (size_t i = 0; i < more->n; i++)
		view__set_add(c, set, more->v[i]);
}

/* What may be seen of these, and of what is only named. */
static struct err *load_sees(struct call *c, struct status_page *p, const struct id_set *judged, const struct id_set *deep)
{
	struct map *more;

	if (judged->n == 0)
		return NULL;
	TRY(status_see(c, p->viewer.account, judged->v, judged->n, &p->sees));
	if (deep->n == 0)
		return NULL;
	TRY(status_see(c, p->viewer.account, deep->v, deep->n, &more));
	for (size_t i = 0; i < deep->n; i++)
		if (map_find_i64(more, deep->v[i]))
			map_put_i64(p->sees, deep->v[i], map_find_i64(more, deep->v[i]));
	return NULL;
}

/* The pages that these lead to, whose authors are shown with them. */
static struct err *load_cards(struct call *c, struct status_page *p, const struct id_set *all, struct id_set *authors)
{
	struct id_set cards = { 0 };

	for (size_t i = 0; i < all->n; i++) {
		const struct status *s = map_find_i64(p->statuses, all->v[i]);

		if (s && s->card.v)
			view__set_add(c, &cards, s->card.v);
	}
	if (cards.n == 0)
		return NULL;
	TRY(cards_by_ids(c, cards.v, cards.n, &p->cards));
	for (size_t i = 0; i < cards.n; i++) {
		const struct card *k = map_find_i64(p->cards, cards.v[i]);

		if (view_card_shown(k) && view_card_author_agrees(c, k))
			view__set_add(c, authors, k->author.v);
	}
	return NULL;
}

static struct err *load_polls(struct call *c, struct status_page *p, const struct id_set *all)
{
	struct id_set with_poll = { 0 };
	struct status_parts parts;

	for (size_t i = 0; i < all->n; i++) {
		const struct status *s = map_find_i64(p->statuses, all->v[i]);

		if (s && s->poll.v)
			view__set_add(c, &with_poll, s->id.v);
	}
	p->polls = map_create(c->arena);
	if (with_poll.n == 0)
		return NULL;
	TRY(polls_of(c, with_poll.v, with_poll.n, &parts));
	return view__polls_gather(c, &p->viewer, &parts, p->polls);
}

struct err *view_statuses_load(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, int flags, enum filter_context context,
			       struct status_page *ret)
{
	struct id_set boosted = { 0 }, quoted = { 0 }, deep = { 0 }, authors = { 0 }, all = { 0 }, judge = { 0 };

	*ret = (struct status_page){ .viewer = *v, .with_text = flags & VIEW_WITH_TEXT };
	TRY(statuses_by_ids(c, ids, n, &ret->statuses));
	gather(c, ret, ids, n, &boosted, &authors);
	TRY(view__statuses_more(c, ret, &boosted));
	gather(c, ret, boosted.v, boosted.n, NULL, &authors);
	for (size_t i = 0; i < n; i++)
		view__set_add(c, &all, ids[i]);
	add_all(c, &all, &boosted);
	TRY(view__quotes_load(c, ret, &all, &quoted, &deep));
	gather(c, ret, quoted.v, quoted.n, NULL, &authors);
	add_all(c, &all, &quoted);
	TRY(load_cards(c, ret, &all, &authors));
	TRY(view_accounts_load_rendered(c, v->account, authors.v, authors.n, &ret->accounts));
	add_all(c, &judge, flags & VIEW_JUDGED ? &boosted : &all);
	add_all(c, &judge, &quoted);
	TRY(load_sees(c, ret, &judge, &deep));
	if (v->kind == VIEWER_PERSON)
		TRY(status_facts(c, v->account, all.v, all.n, &ret->facts));
	if (v->kind == VIEWER_PERSON && !v->no_filters)
		TRY(view_filters_load(c, v->account, context, &ret->filters));
	if (ret->filters.n)
		TRY(media_of_statuses(c, all.v, all.n, &ret->media, &ret->media_n));
	TRY(load_polls(c, ret, &all));
	TRY(view__tagged_load(c, ret, &all));
	return view__texts_load(c, ret, &all);
}

/* ---- judging ---- */

static bool may_see(const struct status_page *p, status_id id)
{
	const struct see_row *row = p->sees ? map_find_i64(p->sees, id.v) : NULL;
	const struct status *s = map_find_i64(p->statuses, id.v);

	if (!s || (s->local_only && p->viewer.kind != VIEWER_PERSON))
		return false;
	return !row || rule_may_see(row->visibility, &row->see);
}

bool view_status_visible(const struct status_page *p, status_id id)
{
	const struct status *s = map_find_i64(p->statuses, id.v);

	return s && may_see(p, id) && (!s->reblog_of.v || may_see(p, s->reblog_of));
}

/* ---- writing ---- */

static void write_card(struct call *c, const struct status_page *p, const struct status *s, struct jw *w)
{
	const struct card *k = s->card.v && p->cards ? map_find_i64(p->cards, s->card.v) : NULL;

	if (!view_card_shown(k)) {
		jw_knull(w, "card");
		return;
	}
	jw_key(w, "card");
	jw_obj(w);
	view_card_members(c, &p->viewer, k, &p->accounts, w);
	jw_obj_end(w);
}

static void write_facts(struct call *c, const struct status_page *p, const struct status *outer, const struct status *s, struct jw *w)
{
	const struct status_facts *f = p->facts ? map_find_i64(p->facts, s->id.v) : NULL;
	bool own = p->viewer.account.v && s->account.v == p->viewer.account.v;

	if (!p->facts)
		return;
	jw_kbool(w, "favourited", f && f->favourited);
	jw_kbool(w, "reblogged", f && f->reblogged);
	jw_kbool(w, "muted", f && f->muted);
	jw_kbool(w, "bookmarked", f && f->bookmarked);
	if (own && outer == s && s->visibility != VISIBILITY_DIRECT && s->visibility != VISIBILITY_LIMITED)
		jw_kbool(w, "pinned", f && f->pinned);
	jw_key(w, "filtered");
	view_filters_write(c, &p->filters, s, view__filter_text(c, p, s), w);
}

void view__status_write(struct call *c, const struct status_page *p, const struct status *s, bool quoted, struct jw *w)
{
	const struct status *inner = s->reblog_of.v ? map_find_i64(p->statuses, s->reblog_of.v) : NULL;
	const struct status *shown = inner ? inner : s;
	const struct str *text = map_find_i64(p->texts, s->id.v);
	const struct poll_view *poll = shown->poll.v ? map_find_i64(p->polls, shown->poll.v) : NULL;

	jw_obj(w);
	view__jw_members(w, text ? *text : STR(""));
	if (!inner)
		jw_kstr(w, p->with_text ? "text" : "content", p->with_text ? (s->text.p ? s->text : STR("")) : s->content);
	else
		jw_kstr(w, p->with_text ? "text" : "content", p->with_text ? (inner->text.p ? inner->text : STR("")) : inner->content);
	if (p->with_text)
		jw_kz(w, "content_type", content_type_word(shown->content_type));
	jw_key(w, "account");
	view_account_write(c, &p->accounts, s->account, w);
	jw_ki64(w, "replies_count", shown->replies_count);
	jw_ki64(w, "reblogs_count", shown->reblogs_count);
	jw_ki64(w, "favourites_count", shown->favourites_count);
	jw_ki64(w, "quotes_count", shown->quotes_count);
	view__quote_write(c, p, s, quoted, w);
	view__quote_approval_write(p, shown, w);
	view__tagged_write(c, p, shown, w);
	write_card(c, p, shown, w);
	write_facts(c, p, s, shown, w);
	jw_key(w, "poll");
	if (poll && !inner)
		view_poll_write(c, poll, view__emojis_of(c, &p->accounts, shown, shown->emojis), w);
	else
		jw_null(w);
	jw_key(w, "reblog");
	if (inner)
		view__status_write(c, p, inner, false, w);
	else
		jw_null(w);
	jw_obj_end(w);
}

bool view_status_write(struct call *c, const struct status_page *p, status_id id, struct jw *w)
{
	if (!view_status_visible(p, id))
		return false;
	view__status_write(c, p, map_find_i64(p->statuses, id.v), false, w);
	return true;
}

struct err *view_statuses_json(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, int flags, enum filter_context context,
			       struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PAGE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct status_page p;
	int64_t began;

	TRY(view_statuses_load(c, v, ids, n, flags, context, &p));
	began = world_thread_cpu_us();      /* once a page: asking costs as much as writing a small post */
	buf_reserve(&b, n * STATUS_JSON_USUAL);
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		view_status_write(c, &p, ID(status_id, ids[i]), &w);
	jw_arr_end(&w);
	c->spent_us[SPENT_RENDER] += world_thread_cpu_us() - began;
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of posts outgrew its bound");
}

struct err *view_status_json(struct call *c, const struct viewer *v, status_id id, int flags, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, STATUS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct status_page p;

	TRY(view_statuses_load(c, v, &id.v, 1, flags, CONTEXT_THREAD, &p));
	if (!view_status_write(c, &p, id, &w))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_status_get(struct call *c, const struct viewer *v, status_id id, struct status **ret)
{
	struct map *statuses, *sees;
	const struct see_row *row;

	TRY(statuses_by_ids(c, &id.v, 1, &statuses));
	*ret = map_find_i64(statuses, id.v);
	if (*ret)
		TRY(status_see(c, v->account, &id.v, 1, &sees));
	row = *ret ? map_find_i64(sees, id.v) : NULL;
	if (!row || !rule_may_see(row->visibility, &row->see))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	return NULL;
}
