/* Whom and what one does not want to see. https://docs.joinmastodon.org/methods/blocks/, .../mutes/ and .../domain_blocks/ */
#include "api/api_priv.h"

#include "acts/block.h"
#include "view/directory.h"

enum { PEOPLE_LIMIT = 40, PEOPLE_LIMIT_MAX = 80, DOMAINS_LIMIT = 100, DOMAINS_LIMIT_MAX = 200 };

static struct err *blocks(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	TRY(view_blocks(c, r->viewer.account, &p, &people));
	api__people(c, r, &people);
	return NULL;
}

static struct err *mutes(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	TRY(view_mutes(c, r->viewer.account, &p, &people));
	api__people(c, r, &people);
	return NULL;
}

static struct err *domains(struct call *c, struct req *r)
{
	struct page p = req_page(r, DOMAINS_LIMIT, DOMAINS_LIMIT_MAX);
	struct people_page list;

	TRY(view_hidden_domains(c, r->viewer.account, &p, &list));
	api__people(c, r, &list);
	return NULL;
}

struct domain_in { struct str domain; };
static const struct param domain_params[] = { PARAM_STR(struct domain_in, domain, "domain", .required = true, .max = 300) };

static struct err *hide(struct call *c, struct req *r)
{
	const struct domain_in *in = r->in;

	TRY(acts_domain_hide(c, r->viewer.account, in->domain));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *show(struct call *c, struct req *r)
{
	const struct domain_in *in = r->in;

	TRY(acts_domain_show(c, r->viewer.account, in->domain));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *preview(struct call *c, struct req *r)
{
	const struct domain_in *in = r->in;
	struct str json;

	TRY(view_domain_preview(c, r->viewer.account, in->domain, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint blocks_endpoints[] = {
	{ METHOD_GET, "/api/v1/blocks", auth_user, "read:blocks", LIMIT_NONE, LANE_DB, blocks },
	{ METHOD_GET, "/api/v1/mutes", auth_user, "read:mutes", LIMIT_NONE, LANE_DB, mutes },
	{ METHOD_GET, "/api/v1/domain_blocks", auth_user, "read:blocks", LIMIT_NONE, LANE_DB, domains },
	{ METHOD_GET, "/api/v1/domain_blocks/preview", auth_user, "write:blocks", LIMIT_NONE, LANE_DB, preview, PARAMS(struct domain_in, domain_params) },
	{ METHOD_POST, "/api/v1/domain_blocks", auth_user, "write:blocks", LIMIT_NONE, LANE_DB, hide, PARAMS(struct domain_in, domain_params) },
	{ METHOD_DELETE, "/api/v1/domain_blocks", auth_user, "write:blocks", LIMIT_NONE, LANE_DB, show, PARAMS(struct domain_in, domain_params) },
	{ 0 },
};
