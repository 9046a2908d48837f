/* Posts for later. https://docs.joinmastodon.org/methods/scheduled_statuses/ */
#include "acts/scheduled.h"
#include "api/api.h"
#include "view/scheduled.h"

enum { SCHEDULED_LIMIT = 20, SCHEDULED_LIMIT_MAX = 40 };

static struct err *list(struct call *c, struct req *r)
{
	struct page p = req_page(r, SCHEDULED_LIMIT, SCHEDULED_LIMIT_MAX);
	struct scheduled_list posts;

	TRY(view_scheduled_list(c, r->viewer.account, &p, &posts));
	req_json(r, posts.json);
	if (posts.full)
		req_links(c, r, "min_id", posts.first, posts.last, true);
	return NULL;
}

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_scheduled_json(c, r->viewer.account, ID(scheduled_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

struct move_in { struct str scheduled_at; };
static const struct param move_params[] = { PARAM_STR(struct move_in, scheduled_at, "scheduled_at", .max = 100) };

/* What names no time changes nothing. */
static struct err *move(struct call *c, struct req *r)
{
	const struct move_in *in = r->in;

	if (in->scheduled_at.n)
		TRY(acts_scheduled_move(c, r->viewer.account, ID(scheduled_id, req_id(r, "id")), in->scheduled_at));
	return show(c, r);
}

static struct err *drop(struct call *c, struct req *r)
{
	TRY(acts_scheduled_drop(c, r->viewer.account, ID(scheduled_id, req_id(r, "id"))));
	req_json(r, STR("{}"));
	return NULL;
}

#define LIST "/api/v1/scheduled_statuses"
#define ONE LIST "/:id"
const struct endpoint scheduled_endpoints[] = {
	{ METHOD_GET, LIST, auth_user, "read:statuses", LIMIT_NONE, LANE_DB, list },
	{ METHOD_GET, ONE, auth_user, "read:statuses", LIMIT_NONE, LANE_DB, show },
	{ METHOD_PUT, ONE, auth_user, "write:statuses", LIMIT_NONE, LANE_DB, move, PARAMS(struct move_in, move_params) },
	{ METHOD_DELETE, ONE, auth_user, "write:statuses", LIMIT_NONE, LANE_DB, drop },
	{ 0 },
};
