/* https://docs.joinmastodon.org/methods/push/ */
#include "acts/push.h"
#include "api/api.h"
#include "view/push.h"

struct push_in {
	struct str endpoint, p256dh, auth;
	enum tri standard;
	struct str policy;
	const struct param_value *alerts;
};
static const struct param push_params[] = {
	PARAM_STR(struct push_in, endpoint, "subscription[endpoint]"),
	PARAM_STR(struct push_in, p256dh, "subscription[keys][p256dh]", .max = 200),
	PARAM_STR(struct push_in, auth, "subscription[keys][auth]", .max = 200),
	PARAM_TRI(struct push_in, standard, "subscription[standard]"),
	PARAM_STR(struct push_in, policy, "data[policy]", .max = 100),
	PARAM_NODE(struct push_in, alerts, "data[alerts]"),
};

/* What is not said is not wanted; a policy of no known name is "all", as with Mastodon. */
static struct push_wants wants(const struct push_in *in)
{
	struct push_wants w = { .policy = PUSH_POLICY_ALL };

	for (enum notification_type t = 0; t < NOTIFICATION_COUNT; t++)
		if (param_bool(param_at(in->alerts, notification_type_word(t)), false))
			w.alerts |= INT64_C(1) << t;
	if (!push_policy_parse(in->policy, &w.policy))
		w.policy = PUSH_POLICY_ALL;
	return w;
}

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_push_json(c, r->viewer.token, &json));
	req_json(r, json);
	return NULL;
}

static struct err *subscribe(struct call *c, struct req *r)
{
	const struct push_in *in = r->in;
	struct push_endpoint to = { in->endpoint, in->p256dh, in->auth, in->standard == TRI_TRUE, r->token };
	struct push_wants w = wants(in);

	if (!params_has(r->params, "subscription"))
		return FAIL(c->arena, ERR_BAD_REQUEST, "param is missing or the value is empty: subscription");
	TRY(acts_push_subscribe(c, &r->viewer, &to, &w));
	return show(c, r);
}

static struct err *change(struct call *c, struct req *r)
{
	struct push_wants w = wants(r->in);

	TRY(acts_push_change(c, r->viewer.token, &w));
	return show(c, r);
}

static struct err *unsubscribe(struct call *c, struct req *r)
{
	TRY(acts_push_unsubscribe(c, r->viewer.token));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *ticket(struct call *c, struct req *r)
{
	TRY(acts_push_ticket_used(c, r->path_arg[0]));
	req_body(r, "text/plain", STR(""));
	return NULL;
}

#define ROW(method, fn) { method, "/api/v1/push/subscription", auth_user, "push", LIMIT_NONE, LANE_DB, fn }
#define ROW_IN(method, fn) { method, "/api/v1/push/subscription", auth_user, "push", LIMIT_NONE, LANE_DB, fn, PARAMS(struct push_in, push_params) }
const struct endpoint push_endpoints[] = {
	ROW(METHOD_GET, show),
	ROW_IN(METHOD_POST, subscribe),
	ROW_IN(METHOD_PUT, change),
	ROW(METHOD_DELETE, unsubscribe),
	{ METHOD_DELETE, "/api/web/push_subscriptions/:id", auth_none, NULL, LIMIT_NONE, LANE_DB, ticket },
	{ 0 }
};
