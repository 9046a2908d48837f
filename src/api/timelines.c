/* https://docs.joinmastodon.org/methods/timelines/ and https://docs.joinmastodon.org/methods/accounts/#statuses */
#include "acts/home.h"
#include "api/api.h"
#include "conf/conf.h"
#include "view/refresh.h"
#include "view/timeline.h"
#include "view/trends.h"

enum { STATUSES_DEFAULT = 20, STATUSES_MAX = 40, HOME_RETRY_S = 5 };

static struct err *answer(struct call *c, struct req *r, const struct timeline_json *t)
{
	req_links(c, r, "min_id", t->first, t->last, true);
	req_json(r, t->json);
	return NULL;
}

static struct err *home(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	struct timeline_json t;
	bool ready;

	TRY(acts_home_ready(c, &r->viewer, &ready));
	if (!ready) {
		req_status(r, 206);
		req_header(r, "Mastodon-Async-Refresh",
			   arena_printf(c->arena, "id=\"" STR_FMT "\", retry=%d", STR_ARG(view_home_refresh(c, &r->viewer)), HOME_RETRY_S));
	}
	TRY(view_home(c, &r->viewer, &p, &t));
	return answer(c, r, &t);
}

static struct err *refresh(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_refresh_json(c, &r->viewer, r->path_arg[0], &json));
	req_json(r, json);
	return NULL;
}

static struct err *list(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	list_id id = ID(list_id, req_id(r, "list_id"));
	struct timeline_json t;

	TRY(acts_list_ready(c, r->viewer.account, id));
	TRY(view_list(c, &r->viewer, id, &p, &t));
	return answer(c, r, &t);
}

/* Mastodon's own until 3.0, and glitch-soc's still. */
static struct err *direct(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	struct timeline_json t;

	TRY(view_direct(c, &r->viewer, &p, &t));
	return answer(c, r, &t);
}

struct feed_in {
	enum tri local, remote, only_media;
	struct str_list any, all, none;
};
static const struct param feed_params[] = {
	PARAM_TRI(struct feed_in, local, "local"),
	PARAM_TRI(struct feed_in, remote, "remote"),
	PARAM_TRI(struct feed_in, only_media, "only_media"),
	PARAM_STRS(struct feed_in, any, "any"),
	PARAM_STRS(struct feed_in, all, "all"),
	PARAM_STRS(struct feed_in, none, "none"),
};

/* *ret_empty: whoever signs in sees nothing, because these timelines are turned off. */
static struct err *may_read(struct call *c, const struct req *r, bool *ret_empty)
{
	*ret_empty = c->conf->timelines_public == TIMELINES_DISABLED;
	if (r->viewer.kind != VIEWER_PERSON && c->conf->timelines_public != TIMELINES_PUBLIC)
		return FAIL(c->arena, ERR_INVALID, "This method requires an authenticated user");
	return NULL;
}

static struct feed_options options(const struct feed_in *in)
{
	return (struct feed_options){ in->local == TRI_TRUE, in->remote == TRI_TRUE, in->only_media == TRI_TRUE };
}

static struct err *public(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	struct feed_options how = options(r->in);
	struct timeline_json t = { .json = STR("[]") };
	bool empty;

	TRY(may_read(c, r, &empty));
	if (!empty)
		TRY(view_public(c, &r->viewer, &how, &p, &t));
	return answer(c, r, &t);
}

static struct err *tag(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	const struct feed_in *in = r->in;
	struct tag_names what = { .name = r->path_arg[0], .any = in->any.v, .any_n = in->any.n, .all = in->all.v, .all_n = in->all.n,
				  .none = in->none.v, .none_n = in->none.n, .how = options(in) };
	struct timeline_json t = { .json = STR("[]") };
	bool empty;

	TRY(may_read(c, r, &empty));
	if (!empty)
		TRY(view_tag(c, &r->viewer, &what, &p, &t));
	return answer(c, r, &t);
}

struct link_in { struct str url; };
static const struct param link_params[] = { PARAM_STR(struct link_in, url, "url", .max = 8192) };

static struct err *link_posts(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	struct timeline_json t = { .json = STR("[]") };
	bool empty;

	TRY(may_read(c, r, &empty));
	if (!empty)
		TRY(view_link_timeline(c, &r->viewer, ((const struct link_in *)r->in)->url, &p, &t));
	return answer(c, r, &t);
}

struct account_in {
	enum tri pinned, only_media, exclude_replies, exclude_reblogs, exclude_direct;
	struct str tagged;
};
static const struct param account_params[] = {
	PARAM_TRI(struct account_in, pinned, "pinned"),
	PARAM_TRI(struct account_in, only_media, "only_media"),
	PARAM_TRI(struct account_in, exclude_replies, "exclude_replies"),
	PARAM_TRI(struct account_in, exclude_reblogs, "exclude_reblogs"),
	PARAM_TRI(struct account_in, exclude_direct, "exclude_direct"),
	PARAM_STR(struct account_in, tagged, "tagged", .max = 500),
};

static struct err *account(struct call *c, struct req *r)
{
	struct page p = req_page(r, STATUSES_DEFAULT, STATUSES_MAX);
	const struct account_in *in = r->in;
	struct account_feed what = { .author = ID(account_id, req_id(r, "id")), .pinned = in->pinned == TRI_TRUE,
				     .only_media = in->only_media == TRI_TRUE, .exclude_replies = in->exclude_replies == TRI_TRUE,
				     .exclude_reblogs = in->exclude_reblogs == TRI_TRUE, .exclude_direct = in->exclude_direct == TRI_TRUE,
				     .tagged = in->tagged };
	struct timeline_json t;

	TRY(view_account_feed(c, &r->viewer, &what, &p, &t));
	return answer(c, r, &t);
}

const struct endpoint timelines_endpoints[] = {
	{ METHOD_GET, "/api/v1/timelines/home", auth_user, "read:statuses", LIMIT_NONE, LANE_DB, home },
	{ METHOD_GET, "/api/v1_alpha/async_refreshes/:name", auth_user, "read", LIMIT_NONE, LANE_DB, refresh },
	{ METHOD_GET, "/api/v1/timelines/direct", auth_user, "read:statuses", LIMIT_NONE, LANE_DB, direct },
	{ METHOD_GET, "/api/v1/timelines/list/:list_id", auth_user, "read:lists", LIMIT_NONE, LANE_DB, list },
	{ METHOD_GET, "/api/v1/timelines/public", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, public, PARAMS(struct feed_in, feed_params) },
	{ METHOD_GET, "/api/v1/timelines/tag/:hashtag", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, tag, PARAMS(struct feed_in, feed_params) },
	{ METHOD_GET, "/api/v1/timelines/link", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, link_posts, PARAMS(struct link_in, link_params) },
	{ METHOD_GET, "/api/v1/accounts/:id/statuses", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, account,
	  PARAMS(struct account_in, account_params) },
	{ 0 }
};
