/* One's own account. https://docs.joinmastodon.org/methods/accounts/#verify_credentials, .../profile/ and .../preferences/ */
#include "api/api_priv.h"

#include "view/credential.h"

static struct err *credential(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_credential_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *profile(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_profile_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

static struct err *preferences(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_preferences_json(c, r->viewer.account, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint profile_endpoints[] = {
	{ METHOD_GET, "/api/v1/accounts/verify_credentials", auth_user, "read:accounts|profile", LIMIT_NONE, LANE_DB, credential },
	{ METHOD_GET, "/api/v1/profile", auth_user, "read:accounts|profile", LIMIT_NONE, LANE_DB, profile },
	{ METHOD_GET, "/api/v1/preferences", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, preferences },
	{ 0 },
};
