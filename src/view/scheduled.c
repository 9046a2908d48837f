#include "view/scheduled.h"

#include "store/scheduled.h"
#include "view/view_priv.h"

enum { SCHEDULED_JSON_MAX = 16 * 1024 * 1024 };

/* What the posts of a page hold. */
struct held {
	struct media *media;
	int64_t *of;
	size_t n;
};

static void write(struct call *c, const struct scheduled *s, const struct held *held, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", s->id.v);
	jw_ktime(w, "scheduled_at", s->scheduled_us);
	jw_kraw(w, "params", s->params);
	jw_key(w, "media_attachments");
	jw_arr(w);
	for (size_t i = 0; i < held->n; i++)
		if (held->of[i] == s->id.v)
			view_media_write(c, &held->media[i], w);
	jw_arr_end(w);
	jw_obj_end(w);
}

static struct err *load_held(struct call *c, const struct scheduled *rows, size_t n, struct held *ret)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].id.v;
	return scheduled_media_of(c, ids, n, &ret->media, &ret->of, &ret->n);
}

static struct err *finish(struct call *c, const struct buf *b, struct str *ret)
{
	*ret = buf_str(b);
	return buf_ok(b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "posts for later outgrew their bound");
}

struct err *view_scheduled_json(struct call *c, account_id who, scheduled_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, SCHEDULED_JSON_MAX);
	struct jw w = jw_init(&b);
	struct scheduled row;
	struct held held;
	bool found;

	TRY(scheduled_find(c, who, id, &row, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(load_held(c, &row, 1, &held));
	write(c, &row, &held, &w);
	return finish(c, &b, ret_json);
}

struct err *view_scheduled_list(struct call *c, account_id who, const struct page *p, struct scheduled_list *ret)
{
	struct buf b = buf_init(c->arena, SCHEDULED_JSON_MAX);
	struct jw w = jw_init(&b);
	struct scheduled *rows;
	struct held held;
	size_t n;

	TRY(scheduled_page(c, who, p, &rows, &n));
	TRY(load_held(c, rows, n, &held));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write(c, &rows[i], &held, &w);
	jw_arr_end(&w);
	*ret = (struct scheduled_list){ .full = n == (size_t)p->limit };
	if (n) {
		ret->first = rows[0].id.v;
		ret->last = rows[n - 1].id.v;
	}
	return finish(c, &b, &ret->json);
}
