#include "view/thread.h"

#include "store/edit.h"
#include "store/interact.h"
#include "store/media.h"
#include "store/quote.h"
#include "store/status.h"
#include "store/thread.h"
#include "view/status.h"
#include "view/view_priv.h"

enum { CONTEXT_JSON_MAX = 32 * 1024 * 1024, HISTORY_JSON_MAX = 4 * 1024 * 1024, HISTORY_MAX = 100, MARKS_JSON_MAX = 8 * 1024 * 1024 };

/* ---- the conversation ---- */

static bool is_wanted(const struct status_page *p, status_id id)
{
	const struct status *s = map_find_i64(p->statuses, id.v);
	const struct see_row *row = s && p->sees ? map_find_i64(p->sees, id.v) : NULL;
	const struct account *author = s ? view_account_of(&p->accounts, s->account) : NULL;

	if (!row || !author)
		return false;
	if (row->see.is_author)
		return true;
	if (row->see.viewer_blocks_author || row->viewer_mutes_author || row->viewer_mutes_domain)
		return false;
	return !author->silenced_us || row->see.is_follower;
}

/* Writes those of a list that are to be shown, as many at once as one query takes. */
static struct err *write_list(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, struct jw *w)
{
	jw_arr(w);
	for (size_t from = 0; from < n; from += VIEW_STATUSES_MAX) {
		size_t many = n - from < VIEW_STATUSES_MAX ? n - from : VIEW_STATUSES_MAX;
		struct status_page p;

		TRY(view_statuses_load(c, v, ids + from, many, 0, CONTEXT_THREAD, &p));
		for (size_t i = 0; i < many; i++)
			if (is_wanted(&p, ID(status_id, ids[from + i])))
				view_status_write(c, &p, ID(status_id, ids[from + i]), w);
	}
	jw_arr_end(w);
	return NULL;
}

/* Depth first by id. Rows come level by level; next[] and first[] make them a tree, whose depth is bounded by their number. */
static size_t walk(struct call *c, const struct thread_row *rows, size_t n, status_id root, const struct thread_row **ret)
{
	struct map *at = map_create(c->arena);
	size_t *stack = arena_array(c->arena, size_t, n + 1), *last = arena_array(c->arena, size_t, n + 2);
	size_t *before = arena_array(c->arena, size_t, n + 1), depth = 0, out = 0;

	/* last[i]: one more than the last child of row i (of the root at [n]); before[k]: one more than the sibling before row k. */
	for (size_t i = 0; i < n; i++) {
		const size_t *parent = map_find_i64(at, rows[i].reply_to.v);
		size_t p = id_eq(rows[i].reply_to, root) ? n : parent ? *parent : n + 1;
		size_t *self = arena_new(c->arena, size_t);

		*self = i;
		if (p > n || map_find_i64(at, rows[i].id.v))
			continue;             /* a circle, or a level that was cut off */
		map_put_i64(at, rows[i].id.v, self);
		before[i] = last[p];
		last[p] = i + 1;
	}
	for (size_t k = last[n]; k; k = before[k - 1])
		stack[depth++] = k - 1;
	while (depth) {
		size_t i = stack[--depth];

		ret[out++] = &rows[i];
		for (size_t k = last[i]; k; k = before[k - 1])
			stack[depth++] = k - 1;
	}
	return out;
}

/* People going on with their own answers come first, then the others, both in the order of the tree. */
static size_t arrange(struct call *c, const struct thread_row *rows, size_t n, status_id root, int64_t *ret)
{
	const struct thread_row **ordered = arena_array(c->arena, const struct thread_row *, n + 1);
	size_t found = walk(c, rows, n, root, ordered), out = 0;

	for (size_t i = 0; i < found; i++)
		if (id_eq(ordered[i]->account, ordered[i]->reply_to_account))
			ret[out++] = ordered[i]->id.v;
	for (size_t i = 0; i < found; i++)
		if (!id_eq(ordered[i]->account, ordered[i]->reply_to_account))
			ret[out++] = ordered[i]->id.v;
	return out;
}

struct err *view_context_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json)
{
	bool person = v->kind == VIEWER_PERSON;
	struct buf b = buf_init(c->arena, CONTEXT_JSON_MAX);
	struct jw w = jw_init(&b);
	struct thread_row *rows;
	struct status *s;
	int64_t *up, *down;
	size_t up_n, rows_n;

	TRY(view_status_get(c, v, id, &s));
	if (s->reblog_of.v)
		id = s->reblog_of;
	TRY(thread_ancestors(c, id, person ? CONTEXT_MAX_PERSON : CONTEXT_ANCESTORS_ANYBODY, &up, &up_n));
	TRY(thread_descendants(c, id, person ? CONTEXT_MAX_PERSON : CONTEXT_DESCENDANTS_ANYBODY,
			       person ? CONTEXT_MAX_PERSON : CONTEXT_DEPTH_ANYBODY, &rows, &rows_n));
	down = arena_array(c->arena, int64_t, rows_n + 1);
	jw_obj(&w);
	jw_key(&w, "ancestors");
	TRY(write_list(c, v, up, up_n, &w));
	jw_key(&w, "descendants");
	TRY(write_list(c, v, down, arrange(c, rows, rows_n, id, down), &w));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a conversation outgrew its bound");
}

/* ---- history and source ---- */

struct history {
	const struct status *s;
	struct status_page page;      /* it alone: what it quotes does not change with edits */
	struct account_page accounts;
	struct map *media;            /* id.v -> struct media *: all that any state had */
};

static struct err *load_media(struct call *c, const struct status_edit *edits, size_t n, struct history *h)
{
	struct id_set ids = { 0 };
	struct media *v;
	size_t found = 0;

	h->media = map_create(c->arena);
	for (size_t i = 0; i < n; i++) {
		const struct json *list;

		if (json_parse(c->arena, edits[i].media, &list))
			continue;
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			int64_t id;

			if (json_i64(json_get(it.value, "id"), &id))
				view__set_add(c, &ids, id);
		}
	}
	if (ids.n)
		TRY(media_by_ids(c, ids.v, ids.n, &v, &found));
	for (size_t i = 0; i < found; i++)
		map_put_i64(h->media, v[i].id.v, &v[i]);
	return NULL;
}

static void write_old_media(struct call *c, const struct history *h, struct str list, struct jw *w)
{
	const struct json *v = NULL;

	jw_key(w, "media_attachments");
	jw_arr(w);
	if (!json_parse(c->arena, list, &v))
		for (struct json_iter it = json_iter(v); json_next(&it);) {
			int64_t id = 0;
			const struct media *m = json_i64(json_get(it.value, "id"), &id) ? map_find_i64(h->media, id) : NULL;
			struct media then;

			if (!m)
				continue;
			then = *m;
			then.description = json_get_s(it.value, "description");
			view__media_write_of(c, h->s, then, w);
		}
	jw_arr_end(w);
}

static void write_state(struct call *c, const struct history *h, const struct status_edit *e, struct jw *w)
{
	jw_obj(w);
	jw_kstr(w, "content", e->content);
	jw_kstr(w, "spoiler_text", e->spoiler_text);
	jw_kbool(w, "sensitive", e->sensitive);
	jw_ktime(w, "created_at", e->created_us);
	jw_key(w, "account");
	view_account_write(c, &h->accounts, h->s->account, w);
	if (e->poll.n) {
		jw_key(w, "poll");
		jw_obj(w);
		jw_kraw(w, "options", e->poll);
		jw_obj_end(w);
	}
	write_old_media(c, h, e->media, w);
	jw_kraw(w, "emojis", view__emojis_of(c, &h->accounts, h->s, e->emojis));
	view__quote_write(c, &h->page, h->s, true, w);
	jw_obj_end(w);
}

/* As it reads now, in the form of a past state. */
static struct err *present_state(struct call *c, const struct status *s, struct status_edit *ret)
{
	struct buf media = buf_init(c->arena, HISTORY_JSON_MAX), poll = buf_init(c->arena, HISTORY_JSON_MAX);
	struct jw m = jw_init(&media), o = jw_init(&poll);
	struct status_parts parts;

	TRY(status_parts(c, &s->id.v, 1, &parts));
	jw_arr(&m);
	for (size_t i = 0; i < parts.media_n; i++) {
		jw_obj(&m);
		jw_kid(&m, "id", parts.media[i].id.v);
		jw_kstr(&m, "description", parts.media[i].description);
		jw_obj_end(&m);
	}
	jw_arr_end(&m);
	jw_arr(&o);
	for (size_t i = 0; i < parts.options_n; i++) {
		jw_obj(&o);
		jw_kstr(&o, "title", parts.options[i].title);
		jw_obj_end(&o);
	}
	jw_arr_end(&o);
	*ret = (struct status_edit){ .status = s->id, .content = s->content, .spoiler_text = s->spoiler_text, .sensitive = s->sensitive,
				     .media = buf_str(&media), .poll = parts.polls_n ? buf_str(&poll) : STR_NONE, .emojis = s->emojis,
				     .created_us = s->edited_us ? s->edited_us : s->created_us };
	return NULL;
}

/* The post, or what it boosts. */
static struct err *get_original(struct call *c, const struct viewer *v, status_id id, struct status **ret)
{
	TRY(view_status_get(c, v, id, ret));
	return (*ret)->reblog_of.v ? view_status_get(c, v, (*ret)->reblog_of, ret) : NULL;
}

struct err *view_history_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, HISTORY_JSON_MAX);
	struct jw w = jw_init(&b);
	struct history h = { 0 };
	struct status_edit *edits;
	struct status *s;
	size_t n;

	TRY(get_original(c, v, id, &s));
	h.s = s;
	TRY(view_accounts_load(c, v->account, &s->account.v, 1, &h.accounts));
	TRY(view_statuses_load(c, v, &s->id.v, 1, 0, CONTEXT_COUNT, &h.page));
	TRY(status_edits(c, s->id, HISTORY_MAX, &edits, &n));
	TRY(present_state(c, s, &edits[n++]));
	TRY(load_media(c, edits, n, &h));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write_state(c, &h, &edits[i], &w);
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a post's history outgrew its bound");
}

struct err *view_source_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, HISTORY_JSON_MAX);
	struct jw w = jw_init(&b);
	struct status *s;

	TRY(get_original(c, v, id, &s));
	jw_obj(&w);
	jw_kid(&w, "id", s->id.v);
	jw_kstr(&w, "text", s->text.p ? s->text : STR(""));
	jw_kstr(&w, "spoiler_text", s->spoiler_text);
	jw_kz(&w, "content_type", content_type_word(s->content_type));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

/* ---- who did, and what one did ---- */

/* Whose, seen by whom: the rows of one page, and the ids to be shown. */
static struct err *load_marks(struct call *c, enum mark_list list, int64_t of, const struct viewer *v, const struct page *p, struct id_set *ids,
			      struct people_page *ret)
{
	struct mark_row *rows;
	size_t n;

	TRY(marks_page(c, list, of, v->account, p, &rows, &n));
	*ret = (struct people_page){ .full = n > 0 && n == (size_t)p->limit };
	for (size_t i = 0; i < n; i++)
		view__set_add(c, ids, rows[i].other);
	if (n) {
		ret->first = rows[0].id;
		ret->last = rows[n - 1].id;
	}
	return NULL;
}

static struct err *marked_by(struct call *c, const struct viewer *v, enum mark_list list, status_id id, const struct page *p, struct people_page *ret)
{
	struct id_set ids = { 0 };
	struct status *s;

	TRY(view_status_get(c, v, id, &s));
	TRY(load_marks(c, list, s->reblog_of.v ? s->reblog_of.v : id.v, v, p, &ids, ret));
	return view_accounts_json(c, v->account, ids.v, ids.n, &ret->json);
}

struct err *view_favourited_by(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret)
{
	return marked_by(c, v, MARK_FAVOURITED_BY, id, p, ret);
}

struct err *view_reblogged_by(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret)
{
	return marked_by(c, v, MARK_REBLOGGED_BY, id, p, ret);
}

struct err *view_quotes(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret)
{
	struct id_set ids = { 0 };
	struct quote_row *rows;
	struct status *s;
	size_t n;

	TRY(get_original(c, v, id, &s));
	TRY(quotes_page(c, s->id, v->account, p, &rows, &n));
	for (size_t i = 0; i < n; i++)
		view__set_add(c, &ids, rows[i].status);
	*ret = (struct people_page){ .first = n ? rows[0].id : 0, .last = n ? rows[n - 1].id : 0, .full = n > 0 && n == (size_t)p->limit };
	return view_statuses_json(c, v, ids.v, ids.n, 0, CONTEXT_COUNT, &ret->json);
}

static struct err *marks(struct call *c, const struct viewer *v, enum mark_list list, const struct page *p, struct people_page *ret)
{
	struct id_set ids = { 0 };

	TRY(load_marks(c, list, v->account.v, v, p, &ids, ret));
	return view_statuses_json(c, v, ids.v, ids.n, 0, CONTEXT_COUNT, &ret->json);
}

struct err *view_favourites(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret)
{
	return marks(c, v, MARK_FAVOURITES, p, ret);
}

struct err *view_bookmarks(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret)
{
	return marks(c, v, MARK_BOOKMARKS, p, ret);
}
