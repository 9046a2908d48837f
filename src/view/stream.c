#include "view/stream.h"

#include "store/event.h"
#include "store/media.h"
#include "store/status.h"
#include "store/timeline.h"
#include "view/view_priv.h"

enum { POST_JSON_MAX = 512 * 1024 };

struct err *view_events_after(struct call *c, int64_t after_id, int max, struct event **ret, size_t *ret_n)
{
	return events_after(c, after_id, max, ret, ret_n);
}

struct err *view_stream_post(struct call *c, status_id id, struct stream_post *ret)
{
	struct viewer anybody = VIEWER_ANYBODY;
	struct buf b = buf_init(c->arena, POST_JSON_MAX);
	struct jw w = jw_init(&b);
	struct status_page page;

	*ret = (struct stream_post){ 0 };
	TRY(view_statuses_load(c, &anybody, &id.v, 1, 0, CONTEXT_COUNT, &page));
	ret->status = map_find_i64(page.statuses, id.v);
	if (!ret->status || ret->status->visibility != VISIBILITY_PUBLIC)
		return NULL;
	ret->for_each = ret->status->quote.v || ret->status->local_only;
	if (!view_status_write(c, &page, id, &w) || !buf_ok(&b))
		return NULL;
	ret->json = buf_str(&b);
	TRY(media_of_statuses(c, &id.v, 1, &page.media, &page.media_n));
	page.filters.n = 1;       /* nobody's, but somebody's will be asked */
	ret->more = view__filter_text(c, &page, ret->status);
	return NULL;
}

struct err *view_stream_shunned(struct call *c, status_id id, const int64_t *people, size_t n, int64_t **ret, size_t *ret_n)
{
	return timeline_shunned(c, id, people, n, ret, ret_n);
}

static struct err *write_own(struct call *c, const struct viewer *v, status_id id, enum filter_context context, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, POST_JSON_MAX);
	struct jw w = jw_init(&b);
	struct status_page page;
	const struct see_row *see;

	*ret_json = STR_NONE;
	TRY(view_statuses_load(c, v, &id.v, 1, 0, context, &page));
	see = map_find_i64(page.sees, id.v);
	if (see && !see->viewer_mutes_author && view_status_write(c, &page, id, &w) && buf_ok(&b))
		*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_stream_for(struct call *c, const struct stream_post *p, account_id who, struct str *ret_json)
{
	return write_own(c, &(struct viewer){ .kind = VIEWER_PERSON, .account = who }, p->status->id, CONTEXT_PUBLIC, ret_json);
}

struct err *view_stream_filtered(struct call *c, const struct stream_post *p, account_id who, struct str *ret_json, bool *ret_any)
{
	struct buf b = buf_init(c->arena, POST_JSON_MAX);
	struct jw w = jw_init(&b);
	struct filter_set set;

	TRY(view_filters_load(c, who, CONTEXT_PUBLIC, &set));
	*ret_any = set.n > 0;
	*ret_json = p->json;
	if (set.n == 0)
		return NULL;
	view_filters_write(c, &set, p->status, p->more, &w);
	*ret_json = arena_concat(c->arena, str_upto(p->json, p->json.n - 1), STR(",\"filtered\":"), buf_str(&b), STR("}"));
	return NULL;
}

struct err *view_stream_own(struct call *c, const struct viewer *v, status_id id, struct str *ret_json)
{
	return write_own(c, v, id, CONTEXT_HOME, ret_json);
}
