/* Quotes: which posts quote one's own, taking one's post out of them, who may quote it. https://docs.joinmastodon.org/methods/statuses/#quotes */
#include "api/api_priv.h"

#include "acts/quote.h"
#include "view/status.h"
#include "view/thread.h"

enum { POSTS_LIMIT = 20, POSTS_LIMIT_MAX = 40 };

static struct err *quotes(struct call *c, struct req *r)
{
	struct page p = req_page(r, POSTS_LIMIT, POSTS_LIMIT_MAX);
	struct people_page list;

	TRY(view_quotes(c, &r->viewer, ID(status_id, req_id(r, "id")), &p, &list));
	req_links(c, r, "since_id", list.first, list.last, list.full);
	req_json(r, list.json);
	return NULL;
}

static struct err *answer(struct call *c, struct req *r, status_id id)
{
	struct str json;

	TRY(view_status_json(c, &r->viewer, id, 0, &json));
	req_json(r, json);
	return NULL;
}

static struct err *revoke(struct call *c, struct req *r)
{
	status_id quoting = ID(status_id, req_id(r, "quoting_status_id"));

	TRY(acts_quote_revoke(c, &r->viewer, ID(status_id, req_id(r, "id")), quoting));
	return answer(c, r, quoting);
}

struct policy_in { struct str quote_approval_policy; };
static const struct param policy_params[] = { PARAM_STR(struct policy_in, quote_approval_policy, "quote_approval_policy", .max = 40) };

static struct err *policy(struct call *c, struct req *r)
{
	const struct policy_in *in = r->in;
	status_id id = ID(status_id, req_id(r, "id"));

	TRY(acts_interaction_policy(c, &r->viewer, id, in->quote_approval_policy));
	return answer(c, r, id);
}

#define ONE "/api/v1/statuses/:id"

const struct endpoint quotes_endpoints[] = {
	{ METHOD_GET, ONE "/quotes", auth_token, "read:statuses", LIMIT_NONE, LANE_DB, quotes },
	{ METHOD_POST, ONE "/quotes/:quoting_status_id/revoke", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, revoke },
	{ METHOD_PUT, ONE "/interaction_policy", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, policy, PARAMS(struct policy_in, policy_params) },
	{ 0 },
};
