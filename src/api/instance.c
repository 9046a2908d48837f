/* What the server says of itself. https://docs.joinmastodon.org/methods/instance/ */
#include "api/api.h"
#include "view/instance.h"

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_instance_json(c, &json));
	req_header(r, "Cache-Control", STR("public, max-age=60"));
	req_json(r, json);
	return NULL;
}

static struct err *show_v1(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_instance_v1_json(c, &json));
	req_header(r, "Deprecation", STR("@1668384000"));
	req_header(r, "Cache-Control", STR("public, max-age=60"));
	req_json(r, json);
	return NULL;
}

static struct err *rules(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_rules_json(c, &json));
	req_json(r, json);
	return NULL;
}

static struct err *emojis(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_custom_emojis_json(c, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint instance_endpoints[] = {
	{ METHOD_GET, "/api/v2/instance", auth_none, NULL, LIMIT_NONE, LANE_DB, show },
	{ METHOD_GET, "/api/v1/instance", auth_none, NULL, LIMIT_NONE, LANE_DB, show_v1 },
	{ METHOD_GET, "/api/v1/instance/rules", auth_none, NULL, LIMIT_NONE, LANE_DB, rules },
	{ METHOD_GET, "/api/v1/custom_emojis", auth_optional, NULL, LIMIT_NONE, LANE_DB, emojis },
	{ 0 },
};
