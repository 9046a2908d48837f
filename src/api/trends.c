/* What is talked about. https://docs.joinmastodon.org/methods/trends/ */
#include "api/api.h"
#include "view/trends.h"

enum { TAGS_DEFAULT = 10, TAGS_MAX = 20, STATUSES_DEFAULT = 20, STATUSES_MAX = 40, OFFSET_MAX = 10000 };

struct trends_in { int64_t offset; };
static const struct param trends_params[] = { PARAM_OFFSET(struct trends_in, offset, "offset") };

typedef struct err *trends_fn(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret);

static struct err *answer(struct call *c, struct req *r, trends_fn *fn, int limit_default, int limit_max)
{
	const struct trends_in *in = r->in;
	int limit = req_page(r, limit_default, limit_max).limit;
	int64_t offset = in->offset < 0 ? 0 : in->offset > OFFSET_MAX ? OFFSET_MAX : in->offset;
	struct trends_page page;

	TRY(fn(c, &r->viewer, limit, (int)offset, &page));
	req_offset_links(c, r, offset, limit, page.full);
	req_json(r, page.json);
	return NULL;
}

static struct err *tags(struct call *c, struct req *r) { return answer(c, r, view_trends_tags, TAGS_DEFAULT, TAGS_MAX); }
static struct err *links(struct call *c, struct req *r) { return answer(c, r, view_trends_links, TAGS_DEFAULT, TAGS_MAX); }
static struct err *statuses(struct call *c, struct req *r) { return answer(c, r, view_trends_statuses, STATUSES_DEFAULT, STATUSES_MAX); }

/* Its older name. */
static struct err *tags_deprecated(struct call *c, struct req *r)
{
	req_header(r, "Deprecation", STR("@1648598400"));
	return tags(c, r);
}

#define TRENDS(fn) auth_optional, NULL, LIMIT_NONE, LANE_DB, fn, PARAMS(struct trends_in, trends_params)

const struct endpoint trends_endpoints[] = {
	{ METHOD_GET, "/api/v1/trends", TRENDS(tags_deprecated) },
	{ METHOD_GET, "/api/v1/trends/tags", TRENDS(tags) },
	{ METHOD_GET, "/api/v1/trends/links", TRENDS(links) },
	{ METHOD_GET, "/api/v1/trends/statuses", TRENDS(statuses) },
	{ 0 },
};
