/* What the server says of itself. https://docs.joinmastodon.org/methods/instance/ */
#include "acts/server_block.h"
#include "api/api.h"
#include "view/instance.h"
#include "view/instance_text.h"
#include "view/server_block.h"

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

static struct err *answer(struct req *r, struct err *e, struct str json)
{
	TRY(e);
	req_header(r, "Cache-Control", STR("public, max-age=60"));
	req_json(r, json);
	return NULL;
}

/* What is not told is an empty 404, which clients take for "not told here". */
static struct err *answer_told(struct req *r, struct err *e, struct str json)
{
	if (e || json.p)
		return answer(r, e, json);
	req_status(r, 404);
	req_body(r, "application/json", STR(""));
	return NULL;
}

#define ANSWERS(name, finish, view) \
	static struct err *name(struct call *c, struct req *r) \
	{ \
		struct str json; \
		struct err *e = view(c, &json); \
		return finish(r, e, json); \
	}
ANSWERS(rules, answer, view_rules_json)
ANSWERS(emojis, answer, view_custom_emojis_json)
ANSWERS(description, answer, view_extended_description_json)
ANSWERS(privacy, answer, view_privacy_policy_json)
ANSWERS(peers, answer_told, view_peers_json)
ANSWERS(activity, answer_told, view_activity_json)

/* ":date" is none without one in the path. */
static struct err *terms(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_terms_json(c, params_get(r->params, "date"), &json));
	return answer(r, NULL, json);
}

struct peers_in { struct str q; };
static const struct param peers_params[] = { PARAM_STR(struct peers_in, q, "q", .max = 300) };

static struct err *search_peers(struct call *c, struct req *r)
{
	const struct peers_in *in = r->in;
	struct str json;
	struct err *e = view_peers_search_json(c, in->q, &json);

	return answer_told(r, e, json);
}

static struct err *languages(struct call *c, struct req *r)
{
	return answer(r, NULL, view_languages_json(c));
}

static struct err *domain_blocks(struct call *c, struct req *r)
{
	struct server_blocks_told told;

	TRY(view_server_blocks(c, &r->viewer, &told));
	for (size_t i = 0; i < told.n; i++)
		told.v[i].digest = acts_domain_digest(c->arena, told.v[i].domain);
	return answer_told(r, NULL, told.told ? view_server_blocks_json(c, &told) : STR_NONE);
}

/* Nobody collects donations through this server. */
static struct err *donations(struct call *c, struct req *r)
{
	(void)c;
	req_status(r, 204);
	return NULL;
}

#define PUBLIC(path, fn) { METHOD_GET, path, auth_none, NULL, LIMIT_NONE, LANE_DB, fn }
const struct endpoint instance_endpoints[] = {
	{ METHOD_GET, "/api/v2/instance", auth_none, NULL, LIMIT_NONE, LANE_DB, show },
	{ METHOD_GET, "/api/v1/instance", auth_none, NULL, LIMIT_NONE, LANE_DB, show_v1 },
	PUBLIC("/api/v1/instance/rules", rules),
	PUBLIC("/api/v1/instance/extended_description", description),
	PUBLIC("/api/v1/instance/privacy_policy", privacy),
	PUBLIC("/api/v1/instance/terms_of_service", terms),
	PUBLIC("/api/v1/instance/terms_of_service/:date", terms),
	PUBLIC("/api/v1/instance/peers", peers),
	PUBLIC("/api/v1/instance/activity", activity),
	PUBLIC("/api/v1/instance/languages", languages),
	{ METHOD_GET, "/api/v1/instance/domain_blocks", auth_optional, NULL, LIMIT_NONE, LANE_DB, domain_blocks },
	{ METHOD_GET, "/api/v1/peers/search", auth_none, NULL, LIMIT_NONE, LANE_DB, search_peers, PARAMS(struct peers_in, peers_params) },
	{ METHOD_GET, "/api/v1/donation_campaigns", auth_user, NULL, LIMIT_NONE, LANE_DB, donations },
	{ METHOD_GET, "/api/v1/custom_emojis", auth_optional, NULL, LIMIT_NONE, LANE_DB, emojis },
	{ 0 },
};
