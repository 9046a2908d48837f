/* Policy and requests: https://docs.joinmastodon.org/methods/notifications/#get-policy and what follows there. The boolean policy of
 * /api/v1 is what clients of the time before 4.3 was released speak. */
#include "acts/notification_policy.h"
#include "api/api.h"
#include "view/notification_policy.h"

enum { REQUESTS_DEFAULT = 40, REQUESTS_MAX = 80 };

/* ---- the policy ---- */

static const struct param policy_params[] = {
	PARAM_STR(struct policy_change, not_following, "for_not_following", .max = 20),
	PARAM_STR(struct policy_change, not_followers, "for_not_followers", .max = 20),
	PARAM_STR(struct policy_change, new_accounts, "for_new_accounts", .max = 20),
	PARAM_STR(struct policy_change, private_mentions, "for_private_mentions", .max = 20),
	PARAM_STR(struct policy_change, limited_accounts, "for_limited_accounts", .max = 20),
	PARAM_STR(struct policy_change, bots, "for_bots", .max = 20),
};

struct booleans_in { enum tri not_following, not_followers, new_accounts, private_mentions; };
static const struct param booleans_params[] = {
	PARAM_TRI(struct booleans_in, not_following, "filter_not_following"),
	PARAM_TRI(struct booleans_in, not_followers, "filter_not_followers"),
	PARAM_TRI(struct booleans_in, new_accounts, "filter_new_accounts"),
	PARAM_TRI(struct booleans_in, private_mentions, "filter_private_mentions"),
};

static struct err *answer(struct call *c, struct req *r, bool booleans)
{
	struct str json;

	TRY(view_notification_policy(c, r->viewer.account, booleans, &json));
	req_json(r, json);
	return NULL;
}

static struct err *show(struct call *c, struct req *r) { return answer(c, r, false); }
static struct err *show_booleans(struct call *c, struct req *r) { return answer(c, r, true); }

static struct err *put(struct call *c, struct req *r)
{
	TRY(acts_notification_policy_put(c, r->viewer.account, r->in));
	return answer(c, r, false);
}

static struct str action(enum tri t)
{
	return t == TRI_UNSET ? STR_NONE : str_z(policy_action_word(t == TRI_TRUE ? POLICY_FILTER : POLICY_ACCEPT));
}

static struct err *put_booleans(struct call *c, struct req *r)
{
	const struct booleans_in *in = r->in;
	struct policy_change what = { .not_following = action(in->not_following), .not_followers = action(in->not_followers),
				      .new_accounts = action(in->new_accounts), .private_mentions = action(in->private_mentions) };

	TRY(acts_notification_policy_put(c, r->viewer.account, &what));
	return answer(c, r, true);
}

/* ---- requests ---- */

struct many_in { struct id_list ids; };
static const struct param many_params[] = { PARAM_IDS(struct many_in, ids, "id") };

static struct err *list(struct call *c, struct req *r)
{
	struct page p = req_page(r, REQUESTS_DEFAULT, REQUESTS_MAX);
	struct notification_json page;

	TRY(view_notification_requests(c, &r->viewer, &p, &page));
	req_links(c, r, "min_id", page.first, page.last, page.full);
	req_json(r, page.json);
	return NULL;
}

static struct err *show_request(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_notification_request(c, &r->viewer, ID(request_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *merged(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_notifications_merged(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *nothing(struct req *r, struct err *e)
{
	if (!e)
		req_json(r, STR("{}"));
	return e;
}

static struct err *accept_one(struct call *c, struct req *r)
{
	int64_t id = req_id(r, "id");

	return nothing(r, acts_notification_requests_accept(c, r->viewer.account, &id, 1, true));
}

static struct err *dismiss_one(struct call *c, struct req *r)
{
	int64_t id = req_id(r, "id");

	return nothing(r, acts_notification_requests_dismiss(c, r->viewer.account, &id, 1, true));
}

static struct err *accept_many(struct call *c, struct req *r)
{
	const struct many_in *in = r->in;

	return nothing(r, acts_notification_requests_accept(c, r->viewer.account, in->ids.v, in->ids.n, false));
}

static struct err *dismiss_many(struct call *c, struct req *r)
{
	const struct many_in *in = r->in;

	return nothing(r, acts_notification_requests_dismiss(c, r->viewer.account, in->ids.v, in->ids.n, false));
}

#define READ(path, fn) { METHOD_GET, path, auth_user, "read:notifications", LIMIT_NONE, LANE_DB, fn }
#define WRITE(method, path, fn, ...) { method, path, auth_user, "write:notifications", LIMIT_NONE, LANE_DB, fn, __VA_ARGS__ }
const struct endpoint notification_policy_endpoints[] = {
	READ("/api/v2/notifications/policy", show),
	WRITE(METHOD_PUT, "/api/v2/notifications/policy", put, PARAMS(struct policy_change, policy_params)),
	READ("/api/v1/notifications/policy", show_booleans),
	WRITE(METHOD_PUT, "/api/v1/notifications/policy", put_booleans, PARAMS(struct booleans_in, booleans_params)),
	READ("/api/v1/notifications/requests", list),
	READ("/api/v1/notifications/requests/merged", merged),
	WRITE(METHOD_POST, "/api/v1/notifications/requests/accept", accept_many, PARAMS(struct many_in, many_params)),
	WRITE(METHOD_POST, "/api/v1/notifications/requests/dismiss", dismiss_many, PARAMS(struct many_in, many_params)),
	READ("/api/v1/notifications/requests/:id", show_request),
	WRITE(METHOD_POST, "/api/v1/notifications/requests/:id/accept", accept_one),
	WRITE(METHOD_POST, "/api/v1/notifications/requests/:id/dismiss", dismiss_one),
	{ 0 }
};
