#include "view/notification.h"

#include <stdlib.h>

#include "store/notification.h"
#include "view/view_priv.h"

enum { PAGE_JSON_MAX = 16 * 1024 * 1024, ROUNDS_MAX = 10, ROUND = 160, GROUPS_MAX = 80 };

static const struct str ungrouped = STRC("ungrouped-");

int64_t view_notification_types(const struct str *words, size_t n, const struct str *without, size_t without_n)
{
	int64_t bits = n ? 0 : NOTIFICATION_TYPES_ALL;
	enum notification_type t;

	for (size_t i = 0; i < n; i++)
		if (notification_type_parse(words[i], &t))
			bits |= INT64_C(1) << t;
	for (size_t i = 0; i < without_n; i++)
		if (notification_type_parse(without[i], &t))
			bits &= ~(INT64_C(1) << t);
	return bits;
}

static struct notification_choice choice(const struct viewer *v, const struct notification_query *q)
{
	return (struct notification_choice){ v->account, q->from, q->types, q->filtered };
}

/* ---- one by one ---- */

static struct err *load_statuses(struct call *c, const struct viewer *v, const struct notification *list, size_t n, struct status_page *ret)
{
	struct id_set ids = { 0 };

	for (size_t i = 0; i < n; i++)
		if (list[i].status.v)
			view__set_add(c, &ids, list[i].status.v);
	return view_statuses_load(c, v, ids.v, ids.n, 0, CONTEXT_NOTIFICATIONS, ret);
}

static bool shown(const struct status_page *posts, const struct notification *n)
{
	return !n->status.v || view_status_visible(posts, n->status);
}

/* What a page of them is written from. */
struct telling {
	struct account_page people;
	struct status_page posts;
	struct notified subjects;
	int64_t unknown;
};

static void write_one(struct call *c, const struct telling *t, const struct notification *n, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", n->id.v);
	jw_kz(w, "type", notification_type_word(n->type));
	jw_ktime(w, "created_at", n->created_us);
	jw_kstr(w, "group_key", n->group_key);
	if (n->filtered)
		jw_kbool(w, "filtered", true);
	jw_key(w, "account");
	view_account_write(c, &t->people, n->from, w);
	if (n->status.v) {
		jw_key(w, "status");
		view_status_write(c, &t->posts, n->status, w);
	}
	view__subject_write(c, &t->subjects, &t->people, n, w);
	if (t->unknown >> n->type & 1)
		view__fallback_write(c, &t->people, n, w);
	jw_obj_end(w);
}

static struct err *write_list(struct call *c, const struct viewer *v, const struct notification *list, size_t n, int64_t unknown, struct jw *w)
{
	struct telling t = { .unknown = unknown };
	struct id_set ids = { 0 };

	for (size_t i = 0; i < n; i++)
		view__set_add(c, &ids, list[i].from.v);
	TRY(view_accounts_load(c, v->account, ids.v, ids.n, &t.people));
	TRY(load_statuses(c, v, list, n, &t.posts));
	TRY(view__subjects_load(c, v, list, n, &t.subjects));
	for (size_t i = 0; i < n; i++)
		if (shown(&t.posts, &list[i]) && view_account_of(&t.people, list[i].from))
			write_one(c, &t, &list[i], w);
	return NULL;
}

struct err *view_notifications(struct call *c, const struct viewer *v, const struct notification_query *q, struct notification_json *ret)
{
	struct notification_choice what = choice(v, q);
	struct buf b = buf_init(c->arena, PAGE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct notification *list;
	size_t n;

	TRY(notifications_page(c, &what, &q->page, &list, &n));
	jw_arr(&w);
	TRY(write_list(c, v, list, n, q->unknown, &w));
	jw_arr_end(&w);
	*ret = (struct notification_json){ buf_str(&b), n ? list[0].id.v : 0, n ? list[n - 1].id.v : 0, n == (size_t)q->page.limit };
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of notifications outgrew its bound");
}

struct err *view_notification(struct call *c, const struct viewer *v, notification_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, PAGE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct notification n;
	bool found;

	TRY(notification_find(c, v->account, id, &n, &found));
	if (found)
		TRY(write_list(c, v, &n, 1, 0, &w));
	*ret_json = buf_str(&b);
	return ret_json->n ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

/* ---- groups ---- */

/* A page of groups: the newest notification of each, and what the whole of it holds. */
struct folded {
	struct notification *top;
	struct notification_group *groups;
	size_t n;
};

static struct str key_of(struct call *c, const struct notification_query *q, const struct notification *n)
{
	if (q->grouped >> n->type & 1)
		return n->group_key;
	return arena_printf(c->arena, STR_FMT "%lld", STR_ARG(ungrouped), (long long)n->id.v);
}

static bool seen(const struct folded *f, struct str key)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->top[i].group_key, key))
			return true;
	return false;
}

/* Walks the notifications until `limit` groups have shown up; top's group_key becomes the one that is shown. */
static struct err *walk(struct call *c, const struct viewer *v, const struct notification_query *q, struct folded *f)
{
	struct notification_choice what = choice(v, q);
	size_t limit = q->page.limit < GROUPS_MAX ? (size_t)q->page.limit : GROUPS_MAX;
	struct page p = q->page;

	f->top = arena_array(c->arena, struct notification, limit + 1);
	p.limit = ROUND;
	for (int round = 0; round < ROUNDS_MAX && f->n < limit; round++) {
		struct notification *list;
		size_t n;

		TRY(notifications_page(c, &what, &p, &list, &n));
		for (size_t i = 0; i < n && f->n < limit; i++) {
			const struct notification *one = &list[p.min_id ? n - 1 - i : i];
			struct str key = key_of(c, q, one);

			if (seen(f, key))
				continue;
			f->top[f->n] = *one;
			f->top[f->n++].group_key = key;
		}
		if (n < ROUND)
			return NULL;
		if (p.min_id)
			p.min_id = list[0].id.v;
		else
			p.max_id = list[n - 1].id.v;
	}
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	const struct notification *x = a, *y = b;

	return x->id.v < y->id.v ? 1 : x->id.v > y->id.v ? -1 : 0;
}

/* What each holds within the page's bounds; alone in its group: itself. */
static struct err *fill(struct call *c, const struct viewer *v, const struct notification_query *q, struct folded *f)
{
	struct notification_choice what = choice(v, q);
	struct id_range between = { q->page.min_id ? q->page.min_id : q->page.since_id, q->page.max_id ? q->page.max_id : INT64_MAX };
	struct notification_group *groups = arena_array(c->arena, struct notification_group, f->n + 1);
	struct str *keys = arena_array(c->arena, struct str, f->n + 1);
	size_t n = 0;

	f->groups = arena_array(c->arena, struct notification_group, f->n + 1);
	for (size_t i = 0; i < f->n; i++)
		if (!str_has_prefix(f->top[i].group_key, ungrouped))
			keys[n++] = f->top[i].group_key;
	TRY(notification_groups(c, &what, between, keys, n, groups));
	for (size_t i = 0; i < f->n; i++) {
		const struct notification *t = &f->top[i];

		f->groups[i] = (struct notification_group){ t->group_key, 1, t->id.v, t->id.v, t->created_us, { t->from }, 1 };
		for (size_t k = 0; k < n; k++)
			if (groups[k].count && str_eq(groups[k].key, t->group_key))
				f->groups[i] = groups[k];
		f->top[i].id.v = f->groups[i].newest;
	}
	return NULL;
}

static void write_group(struct call *c, const struct telling *all, const struct notification *t, const struct notification_group *g, struct jw *w)
{
	jw_obj(w);
	jw_kstr(w, "group_key", g->key);
	jw_ki64(w, "notifications_count", g->count);
	jw_kz(w, "type", notification_type_word(t->type));
	jw_ki64(w, "most_recent_notification_id", g->newest);
	jw_kid(w, "page_min_id", g->oldest);
	jw_kid(w, "page_max_id", g->newest);
	jw_ktime(w, "latest_page_notification_at", g->newest_us);
	jw_key(w, "sample_account_ids");
	jw_arr(w);
	for (size_t i = 0; i < g->samples_n; i++)
		jw_id(w, g->samples[i].v);
	jw_arr_end(w);
	if (t->status.v)
		jw_kid(w, "status_id", t->status.v);
	view__subject_write(c, &all->subjects, &all->people, t, w);
	if (all->unknown >> t->type & 1)
		view__fallback_write(c, &all->people, t, w);
	jw_obj_end(w);
}

static void write_partial(struct call *c, const struct account *a, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", a->id.v);
	jw_kstr(w, "acct", view_acct(c->arena, a));
	jw_kbool(w, "locked", a->locked);
	jw_kbool(w, "bot", a->bot);
	jw_kstr(w, "url", a->url.n ? a->url : a->uri);
	jw_kstr(w, "avatar", view_avatar_url(c, a));
	jw_kstr(w, "avatar_static", view_avatar_still_url(c, a));
	jw_kstr(w, "avatar_description", a->avatar_description.p ? a->avatar_description : STR(""));
	jw_obj_end(w);
}

static bool has(const struct id_set *set, int64_t id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i] == id)
			return true;
	return false;
}

static struct err *write_people(struct call *c, const struct viewer *v, const struct folded *f, bool partial, struct telling *t, struct jw *w)
{
	struct id_set whole = { 0 }, all = { 0 };

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; shown(&t->posts, &f->top[i]) && k < f->groups[i].samples_n; k++) {
			view__set_add(c, &all, f->groups[i].samples[k].v);
			if (k == 0 || !partial)
				view__set_add(c, &whole, f->groups[i].samples[k].v);
		}
	TRY(view_accounts_load(c, v->account, all.v, all.n, &t->people));
	jw_key(w, "accounts");
	jw_arr(w);
	for (size_t i = 0; i < whole.n; i++)
		if (view_account_of(&t->people, ID(account_id, whole.v[i])))
			view_account_write(c, &t->people, ID(account_id, whole.v[i]), w);
	jw_arr_end(w);
	if (!partial)
		return NULL;
	jw_key(w, "partial_accounts");
	jw_arr(w);
	for (size_t i = 0; i < all.n; i++)
		if (!has(&whole, all.v[i]) && view_account_of(&t->people, ID(account_id, all.v[i])))
			write_partial(c, view_account_of(&t->people, ID(account_id, all.v[i])), w);
	jw_arr_end(w);
	return NULL;
}

static struct err *write_folded(struct call *c, const struct viewer *v, const struct folded *f, const struct notification_query *q, struct str *ret)
{
	struct buf b = buf_init(c->arena, PAGE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct telling t = { .unknown = q->unknown };
	struct id_set written = { 0 };

	TRY(load_statuses(c, v, f->top, f->n, &t.posts));
	TRY(view__subjects_load(c, v, f->top, f->n, &t.subjects));
	jw_obj(&w);
	TRY(write_people(c, v, f, q->partial_avatars, &t, &w));
	jw_key(&w, "statuses");
	jw_arr(&w);
	for (size_t i = 0; i < f->n; i++)
		if (f->top[i].status.v && !has(&written, f->top[i].status.v) && view_status_write(c, &t.posts, f->top[i].status, &w))
			view__set_add(c, &written, f->top[i].status.v);
	jw_arr_end(&w);
	jw_key(&w, "notification_groups");
	jw_arr(&w);
	for (size_t i = 0; i < f->n; i++)
		if (shown(&t.posts, &f->top[i]))
			write_group(c, &t, &f->top[i], &f->groups[i], &w);
	jw_arr_end(&w);
	jw_obj_end(&w);
	*ret = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of notifications outgrew its bound");
}

struct err *view_notification_groups(struct call *c, const struct viewer *v, const struct notification_query *q, struct notification_json *ret)
{
	struct folded f = { 0 };

	*ret = (struct notification_json){ 0 };
	TRY(walk(c, v, q, &f));
	if (q->page.min_id)
		qsort(f.top, f.n, sizeof *f.top, newest_first);
	ret->last = f.n ? f.top[f.n - 1].id.v : 0;
	TRY(fill(c, v, q, &f));
	ret->first = f.n ? f.top[0].id.v : 0;
	ret->full = f.n == (size_t)q->page.limit;
	return write_folded(c, v, &f, q, &ret->json);
}

/* The newest of a group, by its key. */
static struct err *find_group(struct call *c, const struct viewer *v, struct str key, struct notification **ret, size_t *ret_n)
{
	struct page p = { .limit = 1 };
	notification_id id;
	bool found;

	if (!str_has_prefix(key, ungrouped))
		return notifications_of_group(c, v->account, key, &p, ret, ret_n);
	*ret = arena_new(c->arena, struct notification);
	*ret_n = 0;
	if (!str_i64(str_from(key, ungrouped.n), &id.v))
		return NULL;
	TRY(notification_find(c, v->account, id, *ret, &found));
	*ret_n = found;
	(*ret)->group_key = key;
	return NULL;
}

struct err *view_notification_group(struct call *c, const struct viewer *v, struct str key, bool partial_avatars, struct str *ret_json)
{
	struct notification_query q = { .types = NOTIFICATION_TYPES_ALL, .filtered = true, .partial_avatars = partial_avatars,
				       .page = { .limit = 1 } };
	struct folded f = { 0 };

	TRY(find_group(c, v, key, &f.top, &f.n));
	if (f.n == 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(fill(c, v, &q, &f));
	return write_folded(c, v, &f, &q, ret_json);
}

struct err *view_notification_group_accounts(struct call *c, const struct viewer *v, struct str key, const struct page *p,
					     struct notification_json *ret)
{
	struct buf b = buf_init(c->arena, PAGE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct account_page people;
	struct notification *list;
	struct id_set ids = { 0 };
	size_t n;

	if (str_has_prefix(key, ungrouped))
		TRY(find_group(c, v, key, &list, &n));
	else
		TRY(notifications_of_group(c, v->account, key, p, &list, &n));
	for (size_t i = 0; i < n; i++)
		view__set_add(c, &ids, list[i].from.v);
	TRY(view_accounts_load(c, v->account, ids.v, ids.n, &people));
	jw_arr(&w);
	for (size_t i = 0; i < ids.n; i++)
		if (view_account_of(&people, ID(account_id, ids.v[i])))
			view_account_write(c, &people, ID(account_id, ids.v[i]), &w);
	jw_arr_end(&w);
	*ret = (struct notification_json){ buf_str(&b), n ? list[0].id.v : 0, n ? list[n - 1].id.v : 0, n == (size_t)p->limit };
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a page of accounts outgrew its bound");
}

struct err *view_notifications_unread(struct call *c, const struct viewer *v, const struct notification_query *q, bool grouped, struct str *ret_json)
{
	struct notification_choice what = choice(v, q);
	struct marker *markers;
	int64_t read_id = 0, count;
	size_t n;

	TRY(markers_of(c, v->account, &markers, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eqz(markers[i].timeline, "notifications"))
			read_id = markers[i].last_read_id;
	TRY(notifications_unread(c, &what, read_id, q->page.limit, grouped, &count));
	*ret_json = arena_printf(c->arena, "{\"count\":%lld}", (long long)count);
	return NULL;
}

struct err *view_markers(struct call *c, const struct viewer *v, const struct str *timelines, size_t n, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, 4096);
	struct jw w = jw_init(&b);
	struct marker *markers;
	size_t have;

	TRY(markers_of(c, v->account, &markers, &have));
	jw_obj(&w);
	for (size_t i = 0; i < have; i++)
		for (size_t k = 0; k < n; k++) {
			if (!str_eq(markers[i].timeline, timelines[k]))
				continue;
			jw_key_str(&w, markers[i].timeline);
			jw_obj(&w);
			jw_kid(&w, "last_read_id", markers[i].last_read_id);
			jw_ki64(&w, "version", markers[i].version);
			jw_ktime(&w, "updated_at", markers[i].updated_us);
			jw_obj_end(&w);
			break;
		}
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
