#include "view/announcement.h"

#include "store/announcement.h"
#include "store/instance.h"
#include "view/account.h"
#include "view/view_priv.h"

enum { ANNOUNCEMENTS_JSON_MAX = 8 * 1024 * 1024 };

/* What stands around the announcements of a page. */
struct around {
	account_id who;           /* none: nobody in particular */
	struct announcement_status *statuses;
	struct announcement_reaction *reactions;
	struct emoji_row *custom;
	size_t statuses_n, reactions_n, custom_n;
};

static struct err *load(struct call *c, const struct announcement *v, size_t n, struct around *ret)
{
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	struct str *names;

	for (size_t i = 0; i < n; i++)
		ids[i] = v[i].id;
	TRY(announcement_statuses_of(c, ids, n, &ret->statuses, &ret->statuses_n));
	TRY(announcement_reactions_of(c, ret->who, ids, n, &ret->reactions, &ret->reactions_n));
	names = arena_array(c->arena, struct str, ret->reactions_n + 1);
	for (size_t i = 0; i < ret->reactions_n; i++)
		names[i] = ret->reactions[i].name;
	if (ret->reactions_n)
		TRY(custom_emojis_named(c, names, ret->reactions_n < VIEW_SET_MAX ? ret->reactions_n : VIEW_SET_MAX, &ret->custom, &ret->custom_n));
	return NULL;
}

static void write_reaction(struct call *c, const struct around *r, const struct announcement_reaction *a, struct jw *w)
{
	jw_obj(w);
	jw_kstr(w, "name", a->name);
	jw_ki64(w, "count", a->count);
	if (r->who.v)
		jw_kbool(w, "me", a->mine);
	for (size_t i = 0; i < r->custom_n; i++)
		if (str_eq(r->custom[i].shortcode, a->name)) {
			jw_kstr(w, "url", view_media_url(c, r->custom[i].file));
			jw_kstr(w, "static_url", view_media_url(c, r->custom[i].static_file));
		}
	jw_obj_end(w);
}

static void write_around(struct call *c, const struct around *r, int64_t of, struct jw *w)
{
	jw_key(w, "statuses");
	jw_arr(w);
	for (size_t i = 0; i < r->statuses_n; i++) {
		if (r->statuses[i].announcement != of)
			continue;
		jw_obj(w);
		jw_kid(w, "id", r->statuses[i].status.v);
		jw_kstr(w, "url", r->statuses[i].url);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_key(w, "reactions");
	jw_arr(w);
	for (size_t i = 0; i < r->reactions_n; i++)
		if (r->reactions[i].announcement == of)
			write_reaction(c, r, &r->reactions[i], w);
	jw_arr_end(w);
}

static void write(struct call *c, const struct around *r, const struct announcement *a, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", a->id);
	jw_kstr(w, "content", a->content);
	jw_ktime(w, "starts_at", a->starts_us);
	jw_ktime(w, "ends_at", a->ends_us);
	jw_kbool(w, "all_day", a->all_day);
	jw_ktime(w, "published_at", a->published_us);
	jw_ktime(w, "updated_at", a->updated_us);
	if (r->who.v)
		jw_kbool(w, "read", a->read);
	jw_kraw(w, "mentions", a->mentions);
	jw_kraw(w, "tags", a->tags);
	jw_kraw(w, "emojis", a->emojis);
	write_around(c, r, a->id, w);
	jw_obj_end(w);
}

struct err *view_announcements_json(struct call *c, account_id who, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, ANNOUNCEMENTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct around r = { .who = who };
	struct announcement *v;
	size_t n;

	TRY(announcements_all(c, who, false, &v, &n));
	TRY(load(c, v, n, &r));
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		write(c, &r, &v[i], &w);
	jw_arr_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "announcements outgrew their bound");
}

struct err *view_announcement_stream(struct call *c, int64_t id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, ANNOUNCEMENTS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct around r = { 0 };
	struct announcement a;
	bool found;

	*ret_json = STR_NONE;
	TRY(announcement_find(c, ID_NONE(account_id), id, &a, &found));
	if (!found || !a.published_us)
		return NULL;
	TRY(load(c, &a, 1, &r));
	write(c, &r, &a, &w);
	if (buf_ok(&b))
		*ret_json = buf_str(&b);
	return NULL;
}
