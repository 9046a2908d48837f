/* https://docs.joinmastodon.org/methods/oembed/ */
#include "api/api.h"
#include "view/oembed.h"

struct oembed_in {
	struct str url;
	int64_t maxwidth, maxheight;
};
static const struct param oembed_params[] = {
	PARAM_STR(struct oembed_in, url, "url", .max = 8192),
	PARAM_I64(struct oembed_in, maxwidth, "maxwidth"),
	PARAM_I64(struct oembed_in, maxheight, "maxheight"),
};

static struct err *show(struct call *c, struct req *r)
{
	const struct oembed_in *in = r->in;
	struct str json;

	TRY(view_oembed_json(c, in->url, in->maxwidth, in->maxheight, &json));
	req_header(r, "Cache-Control", STR("public, max-age=86400"));
	req_json(r, json);
	return NULL;
}

const struct endpoint oembed_endpoints[] = {
	{ METHOD_GET, "/api/oembed", auth_none, NULL, LIMIT_NONE, LANE_DB, show, PARAMS(struct oembed_in, oembed_params) },
	{ 0 },
};
