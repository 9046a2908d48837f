/* https://docs.joinmastodon.org/methods/tags/, .../methods/followed_tags/ and .../methods/featured_tags/ */
#include "api/api_priv.h"

#include "acts/tag.h"
#include "view/tag.h"

enum { FOLLOWED_LIMIT = 100, FOLLOWED_LIMIT_MAX = 200 };

static struct err *answer(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_tag_json(c, &r->viewer, r->path_arg[0], &json));
	req_json(r, json);
	return NULL;
}

static struct err *show(struct call *c, struct req *r) { return answer(c, r); }

/* ---- followed ---- */

static struct err *follow(struct call *c, struct req *r)
{
	TRY(acts_tag_follow(c, r->viewer.account, r->path_arg[0]));
	return answer(c, r);
}

static struct err *unfollow(struct call *c, struct req *r)
{
	TRY(acts_tag_unfollow(c, r->viewer.account, r->path_arg[0]));
	return answer(c, r);
}

static struct err *followed(struct call *c, struct req *r)
{
	struct page p = req_page(r, FOLLOWED_LIMIT, FOLLOWED_LIMIT_MAX);
	struct people_page tags;

	TRY(view_followed_tags(c, &r->viewer, &p, &tags));
	api__people(c, r, &tags);
	return NULL;
}

/* ---- featured ---- */

static struct err *feature(struct call *c, struct req *r)
{
	tag_id tag;

	TRY(acts_tag_feature(c, r->viewer.account, r->path_arg[0], &tag));
	return answer(c, r);
}

static struct err *unfeature(struct call *c, struct req *r)
{
	TRY(acts_tag_unfeature(c, r->viewer.account, r->path_arg[0]));
	return answer(c, r);
}

static struct err *answer_featured(struct call *c, struct req *r, account_id of)
{
	struct str json;

	TRY(view_featured_tags_json(c, of, &json));
	req_json(r, json);
	return NULL;
}

static struct err *featured(struct call *c, struct req *r) { return answer_featured(c, r, r->viewer.account); }
static struct err *featured_of(struct call *c, struct req *r) { return answer_featured(c, r, ID(account_id, req_id(r, "id"))); }

struct featured_in { struct str name; };
static const struct param featured_params[] = { PARAM_STR(struct featured_in, name, "name", .max = 500) };

static struct err *add_featured(struct call *c, struct req *r)
{
	const struct featured_in *in = r->in;
	struct str json;
	struct err *e;
	tag_id tag;

	if (!str_trim(in->name).n)
		return FAIL(c->arena, ERR_BAD_REQUEST, "param is missing or the value is empty: name");
	e = acts_tag_feature(c, r->viewer.account, str_trim(in->name), &tag);
	if (e && e->code == ERR_NOT_FOUND)
		return FAIL_FIELD(c->arena, "name", "ERR_INVALID", "is invalid");
	TRY(e);
	TRY(view_featured_tag_json(c, r->viewer.account, tag, &json));
	req_json(r, json);
	return NULL;
}

static struct err *drop_featured(struct call *c, struct req *r)
{
	TRY(acts_featured_tag_drop(c, r->viewer.account, req_id(r, "id")));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *suggested(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_featured_tags_suggested(c, &r->viewer, &json));
	req_json(r, json);
	return NULL;
}

#define ROW(method, path, auth, scope, fn) { method, "/api/v1/" path, auth, scope, LIMIT_NONE, LANE_DB, fn }
const struct endpoint tags_endpoints[] = {
	ROW(METHOD_GET, "tags/:name", auth_optional, NULL, show),
	ROW(METHOD_POST, "tags/:name/follow", auth_user, "write:follows", follow),
	ROW(METHOD_POST, "tags/:name/unfollow", auth_user, "write:follows", unfollow),
	ROW(METHOD_POST, "tags/:name/feature", auth_user, "write:accounts", feature),
	ROW(METHOD_POST, "tags/:name/unfeature", auth_user, "write:accounts", unfeature),
	ROW(METHOD_GET, "followed_tags", auth_user, "read:follows", followed),
	ROW(METHOD_GET, "featured_tags", auth_user, "read:accounts", featured),
	{ METHOD_POST, "/api/v1/featured_tags", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, add_featured,
	  PARAMS(struct featured_in, featured_params) },
	ROW(METHOD_GET, "featured_tags/suggestions", auth_user, "read:accounts", suggested),
	ROW(METHOD_DELETE, "featured_tags/:id", auth_user, "write:accounts", drop_featured),
	ROW(METHOD_GET, "accounts/:id/featured_tags", auth_optional, NULL, featured_of),
	{ 0 }
};
