/* Announcements. https://docs.joinmastodon.org/methods/announcements/ */
#include "acts/announcement.h"
#include "api/api.h"
#include "view/announcement.h"

static struct err *list(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_announcements_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *done(struct req *r, struct err *e)
{
	if (!e)
		req_json(r, STR("{}"));
	return e;
}

static struct err *dismiss(struct call *c, struct req *r)
{
	return done(r, acts_announcement_dismiss(c, r->viewer.account, req_id(r, "id")));
}

static struct err *react(struct call *c, struct req *r)
{
	return done(r, acts_announcement_react(c, r->viewer.account, req_id(r, "id"), params_get(r->params, "name")));
}

static struct err *unreact(struct call *c, struct req *r)
{
	return done(r, acts_announcement_unreact(c, r->viewer.account, req_id(r, "id"), params_get(r->params, "name")));
}

#define LIST "/api/v1/announcements"
const struct endpoint announcements_endpoints[] = {
	{ METHOD_GET, LIST, auth_user, NULL, LIMIT_NONE, LANE_DB, list },
	{ METHOD_POST, LIST "/:id/dismiss", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, dismiss },
	{ METHOD_PUT, LIST "/:id/reactions/:name", auth_user, "write:favourites", LIMIT_NONE, LANE_DB, react },
	{ METHOD_DELETE, LIST "/:id/reactions/:name", auth_user, "write:favourites", LIMIT_NONE, LANE_DB, unreact },
	{ 0 },
};
