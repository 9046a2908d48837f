/* Posts: making, reading, changing, deleting them, and what stands around them. https://docs.joinmastodon.org/methods/statuses/ */
#include "api/api_priv.h"

#include "acts/status.h"
#include "acts/thread.h"
#include "view/scheduled.h"
#include "view/card.h"
#include "view/refresh.h"
#include "view/status.h"
#include "view/thread.h"

enum { TEXT_MAX = 500000, WARNING_MAX = 100000, MANY_MAX = 20, EXPECTED_MAX = 320, THUMBNAILS_MAX = 16, JSON_MAX = 512 * 1024,
       CONTEXT_RETRY_S = 3 };
#define SLOW_ANSWER_US (2 * US_PER_S)

struct post_in {
	struct str status, spoiler_text, visibility, language, scheduled_at, quote_approval_policy, content_type;
	enum tri sensitive, local_only;
	int64_t in_reply_to_id, quoted_status_id;
	struct id_list media_ids, allowed_mentions;
	const struct param_value *poll, *allowed, *media_attributes;
};
static const struct param post_params[] = {
	PARAM_STR(struct post_in, status, "status", .max = TEXT_MAX),
	PARAM_STR(struct post_in, spoiler_text, "spoiler_text", .max = WARNING_MAX),
	PARAM_STR(struct post_in, visibility, "visibility", .max = 40),
	PARAM_STR(struct post_in, language, "language", .max = 40),
	PARAM_STR(struct post_in, scheduled_at, "scheduled_at", .max = 100),
	PARAM_TRI(struct post_in, sensitive, "sensitive"),
	PARAM_TRI(struct post_in, local_only, "local_only"),
	PARAM_STR(struct post_in, content_type, "content_type", .max = 100),
	PARAM_ID(struct post_in, in_reply_to_id, "in_reply_to_id"),
	PARAM_ID(struct post_in, quoted_status_id, "quoted_status_id"),
	PARAM_STR(struct post_in, quote_approval_policy, "quote_approval_policy", .max = 40),
	PARAM_IDS(struct post_in, media_ids, "media_ids"),
	PARAM_NODE(struct post_in, poll, "poll"),
	PARAM_NODE(struct post_in, allowed, "allowed_mentions"),
	PARAM_IDS(struct post_in, allowed_mentions, "allowed_mentions", .max = EXPECTED_MAX),
	PARAM_NODE(struct post_in, media_attributes, "media_attributes"),
};

/* poll{options[],expires_in,multiple,hide_totals}; NULL where none is given. */
static const struct poll_in *poll_of(struct call *c, const struct param_value *v)
{
	const struct param_value **items;
	struct poll_in *p = arena_new(c->arena, struct poll_in);
	struct str *options;
	size_t n;

	if (!v || v->kind != PARAM_HASH)
		return NULL;
	n = param_list(c->arena, param_at(v, "options"), &items);
	options = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		if (param_text(items[i]).n)
			options[p->n++] = param_text(items[i]);
	p->options = options;
	if (!param_i64(param_at(v, "expires_in"), &p->expires_in_s))
		p->expires_in_s = 0;
	p->multiple = param_bool(param_at(v, "multiple"), false);
	p->hide_totals = param_bool(param_at(v, "hide_totals"), false);
	return p;
}

/* media_attributes[]{id,description,focus,thumbnail} */
static void media_changes_of(struct call *c, const struct param_value *v, struct status_in *ret)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, v, &items);
	struct media_in *m = arena_array(c->arena, struct media_in, n + 1);

	ret->media_changes = m;
	for (size_t i = 0; i < n; i++) {
		int64_t id;

		if (!param_i64(param_at(items[i], "id"), &id))
			continue;
		m[ret->media_changes_n++] = (struct media_in){
			.id = ID(media_id, id), .words = { param_text(param_at(items[i], "description")), param_text(param_at(items[i], "focus")) } };
	}
}

static struct status_in said(struct call *c, const struct req *r)
{
	const struct post_in *in = r->in;
	struct status_in s = {
		.text = in->status, .spoiler_text = in->spoiler_text, .visibility = in->visibility, .language = in->language,
		.sensitive = in->sensitive == TRI_UNSET ? -1 : in->sensitive == TRI_TRUE, .in_reply_to = in->in_reply_to_id, .media = in->media_ids.v,
		.media_n = in->media_ids.n, .poll = poll_of(c, in->poll), .only_allowed = in->allowed != NULL, .allowed = in->allowed_mentions.v,
		.allowed_n = in->allowed_mentions.n, .key = req_said(r, "Idempotency-Key"), .scheduled_at = in->scheduled_at,
		.quoted = in->quoted_status_id, .quote_policy = in->quote_approval_policy, .local_only = in->local_only == TRI_TRUE,
		.content_type = in->content_type,
	};

	media_changes_of(c, in->media_attributes, &s);
	return s;
}

static struct err *answer(struct call *c, struct req *r, status_id id, int flags)
{
	struct str json;

	TRY(view_status_json(c, &r->viewer, id, flags, &json));
	req_json(r, json);
	return NULL;
}

/* Nothing was posted: it would have reached others than the client expects. */
static struct err *refuse_unexpected(struct call *c, struct req *r, const struct status_posted *posted)
{
	struct buf b = buf_init(c->arena, JSON_MAX);
	struct jw w = jw_init(&b);
	struct str accounts;

	TRY(view_accounts_json(c, r->viewer.account, posted->unexpected, posted->unexpected_n, &accounts));
	jw_obj(&w);
	jw_kz(&w, "error", "Post would be sent to unexpected accounts");
	jw_kraw(&w, "unexpected_accounts", accounts);
	jw_obj_end(&w);
	req_status(r, 422);
	req_json(r, buf_str(&b));
	return NULL;
}

static struct err *answer_later(struct call *c, struct req *r, scheduled_id id)
{
	struct str json;

	TRY(view_scheduled_json(c, r->viewer.account, id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *post(struct call *c, struct req *r)
{
	struct status_in in = said(c, r);
	struct status_posted posted;
	struct answer_note *note = arena_new(r->http->arena, struct answer_note);

	TRY(acts_status_post(c, &r->viewer, &in, &posted));
	if (posted.unexpected_n)
		return refuse_unexpected(c, r, &posted);
	*note = posted.note;
	r->http->state = note;
	return posted.later.v ? answer_later(c, r, posted.later) : answer(c, r, posted.id, 0);
}

/* What arrived whole and quickly is known to have arrived: a repeat is then meant (acts/answered.h). */
static void post_sent(void *state, int status, bool whole, int64_t took_us)
{
	if (state && whole && status == 200 && took_us <= SLOW_ANSWER_US)
		acts_answered(state);
}

struct thumbnails {
	struct thumbnail v[THUMBNAILS_MAX];
	size_t n;
};

/* Those of the attributes go into the changes; *ret is to be settled even after an error. */
static struct err *take_thumbnails(struct call *c, struct req *r, struct status_in *in, struct thumbnails *ret)
{
	const struct post_in *raw = r->in;
	struct media_in *changes = arena_array(c->arena, struct media_in, in->media_changes_n + 1);
	const struct param_value **items;
	size_t n = param_list(c->arena, raw->media_attributes, &items);
	int64_t id;

	for (size_t k = 0; k < in->media_changes_n; k++)
		changes[k] = in->media_changes[k];
	in->media_changes = changes;
	for (size_t i = 0; i < n && ret->n < THUMBNAILS_MAX; i++) {
		const struct upload *file = param_file(param_at(items[i], "thumbnail"));

		if (!file || !param_i64(param_at(items[i], "id"), &id))
			continue;
		TRY(api__thumbnail_take(c, r->viewer.account, ID(media_id, id), file, &ret->v[ret->n]));
		for (size_t k = 0; k < in->media_changes_n; k++)
			if (changes[k].id.v == id)
				changes[k].preview = ret->v[ret->n].made;
		ret->n++;
	}
	return NULL;
}

static struct err *edit(struct call *c, struct req *r)
{
	struct status_in in = said(c, r);
	status_id id = ID(status_id, req_id(r, "id"));
	struct thumbnails t = { 0 };
	struct err *e = take_thumbnails(c, r, &in, &t);

	if (!e)
		e = acts_status_edit(c, &r->viewer, id, &in);
	for (size_t i = 0; i < t.n; i++)
		api__thumbnail_settle(c, &t.v[i]);
	TRY(e);
	return answer(c, r, id, 0);
}

static struct err *show(struct call *c, struct req *r)
{
	return answer(c, r, ID(status_id, req_id(r, "id")), 0);
}

struct many_in { struct id_list id; };
static const struct param many_params[] = { PARAM_IDS(struct many_in, id, "id", .max = MANY_MAX) };

static struct err *show_many(struct call *c, struct req *r)
{
	const struct many_in *in = r->in;
	struct str json;

	TRY(view_statuses_json(c, &r->viewer, in->id.v, in->id.n, 0, CONTEXT_COUNT, &json));
	req_json(r, json);
	return NULL;
}

struct delete_in { enum tri delete_media; };
static const struct param delete_params[] = { PARAM_TRI(struct delete_in, delete_media, "delete_media") };

/* The answer is what a client needs to begin anew: the text as typed, the media, the poll. */
static struct err *drop(struct call *c, struct req *r)
{
	const struct delete_in *in = r->in;
	status_id id = ID(status_id, req_id(r, "id"));
	struct str json = STR_NONE;
	struct err *hidden = view_status_json(c, &r->viewer, id, VIEW_WITH_TEXT, &json);

	TRY(acts_status_delete(c, &r->viewer, id, in->delete_media == TRI_TRUE));
	TRY(hidden);
	req_json(r, json);
	return NULL;
}

/* Whether more is on its way is read before what is there: what comes between is not missed by who then asks no more. */
static struct err *context(struct call *c, struct req *r)
{
	status_id id = ID(status_id, req_id(r, "id"));
	struct context_refresh more;
	bool begun = false;
	struct str json;

	TRY(view_context_refreshing(c, id, &more));
	TRY(view_context_json(c, &r->viewer, id, &json));
	if (r->viewer.kind == VIEWER_PERSON)
		TRY(acts_thread_opened(c, id, &begun));
	if (more.running || begun)
		req_header(r, "Mastodon-Async-Refresh",
			   arena_printf(c->arena, "id=\"" STR_FMT "\", retry=%d, result_count=%lld", STR_ARG(view_context_refresh(c, id)),
					CONTEXT_RETRY_S, begun ? 0LL : (long long)more.found));
	req_json(r, json);
	return NULL;
}

static struct err *history(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_history_json(c, &r->viewer, ID(status_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *source(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_source_json(c, &r->viewer, ID(status_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *card(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_status_card_json(c, &r->viewer, ID(status_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

#define ONE "/api/v1/statuses/:id"

const struct endpoint statuses_endpoints[] = {
	{ METHOD_POST, "/api/v1/statuses", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, post, PARAMS(struct post_in, post_params),
	  .sent = post_sent },
	{ METHOD_GET, "/api/v1/statuses", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, show_many, PARAMS(struct many_in, many_params) },
	{ METHOD_GET, ONE, auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, show },
	{ METHOD_PUT, ONE, auth_user, "write:statuses", LIMIT_NONE, LANE_DB, edit, PARAMS(struct post_in, post_params) },
	{ METHOD_DELETE, ONE, auth_user, "write:statuses", LIMIT_DELETE, LANE_DB, drop, PARAMS(struct delete_in, delete_params) },
	{ METHOD_GET, ONE "/card", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, card },
	{ METHOD_GET, ONE "/context", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, context },
	{ METHOD_GET, ONE "/history", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, history },
	{ METHOD_GET, ONE "/source", auth_token, "read:statuses", LIMIT_NONE, LANE_DB, source },
	{ 0 },
};
