/* What people do with posts: favourites, boosts, bookmarks, pins, muted conversations. https://docs.joinmastodon.org/methods/statuses/ */
#include "api/api_priv.h"

#include "acts/interact.h"
#include "view/status.h"
#include "view/thread.h"

enum { PEOPLE_LIMIT = 40, PEOPLE_LIMIT_MAX = 80, POSTS_LIMIT = 20, POSTS_LIMIT_MAX = 40 };

static struct err *answer(struct call *c, struct req *r, status_id id)
{
	struct str json;

	TRY(view_status_json(c, &r->viewer, id, 0, &json));
	req_json(r, json);
	return NULL;
}

/* The acts that take a person and a post, and answer with the post as it then stands. */
typedef struct err *mark_fn(struct call *c, account_id who, status_id id);

static struct err *mark(struct call *c, struct req *r, mark_fn *act)
{
	status_id id = ID(status_id, req_id(r, "id"));

	TRY(act(c, r->viewer.account, id));
	return answer(c, r, id);
}

static struct err *favourite(struct call *c, struct req *r) { return mark(c, r, acts_favourite); }
static struct err *unfavourite(struct call *c, struct req *r) { return mark(c, r, acts_unfavourite); }
static struct err *bookmark(struct call *c, struct req *r) { return mark(c, r, acts_bookmark); }
static struct err *unbookmark(struct call *c, struct req *r) { return mark(c, r, acts_unbookmark); }
static struct err *pin(struct call *c, struct req *r) { return mark(c, r, acts_pin); }
static struct err *unpin(struct call *c, struct req *r) { return mark(c, r, acts_unpin); }
static struct err *mute(struct call *c, struct req *r) { return mark(c, r, acts_mute_conversation); }
static struct err *unmute(struct call *c, struct req *r) { return mark(c, r, acts_unmute_conversation); }

struct reblog_in { struct str visibility; };
static const struct param reblog_params[] = { PARAM_STR(struct reblog_in, visibility, "visibility", .max = 40) };

static struct err *reblog(struct call *c, struct req *r)
{
	const struct reblog_in *in = r->in;
	status_id boost;

	TRY(acts_reblog(c, &r->viewer, ID(status_id, req_id(r, "id")), in->visibility, &boost));
	return answer(c, r, boost);
}

static struct err *unreblog(struct call *c, struct req *r)
{
	status_id original;

	TRY(acts_unreblog(c, r->viewer.account, ID(status_id, req_id(r, "id")), &original));
	return answer(c, r, original);
}

static struct err *favourited_by(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page list;

	TRY(view_favourited_by(c, &r->viewer, ID(status_id, req_id(r, "id")), &p, &list));
	api__people(c, r, &list);
	return NULL;
}

static struct err *reblogged_by(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page list;

	TRY(view_reblogged_by(c, &r->viewer, ID(status_id, req_id(r, "id")), &p, &list));
	api__people(c, r, &list);
	return NULL;
}

static struct err *favourites(struct call *c, struct req *r)
{
	struct page p = req_page(r, POSTS_LIMIT, POSTS_LIMIT_MAX);
	struct people_page list;

	TRY(view_favourites(c, &r->viewer, &p, &list));
	req_links(c, r, "min_id", list.first, list.last, list.full);
	req_json(r, list.json);
	return NULL;
}

static struct err *bookmarks(struct call *c, struct req *r)
{
	struct page p = req_page(r, POSTS_LIMIT, POSTS_LIMIT_MAX);
	struct people_page list;

	TRY(view_bookmarks(c, &r->viewer, &p, &list));
	req_links(c, r, "min_id", list.first, list.last, list.full);
	req_json(r, list.json);
	return NULL;
}

#define ONE "/api/v1/statuses/:id"

const struct endpoint interactions_endpoints[] = {
	{ METHOD_POST, ONE "/favourite", auth_user, "write:favourites", LIMIT_NONE, LANE_DB, favourite },
	{ METHOD_POST, ONE "/unfavourite", auth_user, "write:favourites", LIMIT_NONE, LANE_DB, unfavourite },
	{ METHOD_POST, ONE "/reblog", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, reblog, PARAMS(struct reblog_in, reblog_params) },
	{ METHOD_POST, ONE "/unreblog", auth_user, "write:statuses", LIMIT_DELETE, LANE_DB, unreblog },
	{ METHOD_POST, ONE "/bookmark", auth_user, "write:bookmarks", LIMIT_NONE, LANE_DB, bookmark },
	{ METHOD_POST, ONE "/unbookmark", auth_user, "write:bookmarks", LIMIT_NONE, LANE_DB, unbookmark },
	{ METHOD_POST, ONE "/pin", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, pin },
	{ METHOD_POST, ONE "/unpin", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, unpin },
	{ METHOD_POST, ONE "/mute", auth_user, "write:mutes", LIMIT_NONE, LANE_DB, mute },
	{ METHOD_POST, ONE "/unmute", auth_user, "write:mutes", LIMIT_NONE, LANE_DB, unmute },
	{ METHOD_GET, ONE "/favourited_by", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, favourited_by },
	{ METHOD_GET, ONE "/reblogged_by", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, reblogged_by },
	{ METHOD_GET, "/api/v1/favourites", auth_user, "read:favourites", LIMIT_NONE, LANE_DB, favourites },
	{ METHOD_GET, "/api/v1/bookmarks", auth_user, "read:bookmarks", LIMIT_NONE, LANE_DB, bookmarks },
	{ 0 },
};
