/* Accounts as everybody sees them. https://docs.joinmastodon.org/methods/accounts/ */
#include "api/api_priv.h"

#include "view/account.h"

enum { PEOPLE_LIMIT = 40, PEOPLE_LIMIT_MAX = 80 };

static account_id account(const struct req *r) { return ID(account_id, req_id(r, "id")); }

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_account_json(c, r->viewer.account, account(r), &json));
	req_json(r, json);
	return NULL;
}

struct several_in { struct id_list id; };
static const struct param several_params[] = { PARAM_IDS(struct several_in, id, "id", .max = PEOPLE_LIMIT) };

static struct err *several(struct call *c, struct req *r)
{
	const struct several_in *in = r->in;
	struct str json;

	TRY(view_accounts_json(c, r->viewer.account, in->id.v, in->id.n, &json));
	req_json(r, json);
	return NULL;
}

struct lookup_in { struct str acct; };
static const struct param lookup_params[] = { PARAM_STR(struct lookup_in, acct, "acct", .required = true, .max = 2400) };

static struct err *lookup(struct call *c, struct req *r)
{
	const struct lookup_in *in = r->in;
	struct account *found;
	struct str json;

	TRY(view_account_lookup(c, in->acct, &found));
	TRY(view_account_json(c, r->viewer.account, found->id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *followers(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	TRY(view_followers(c, &r->viewer, account(r), &p, &people));
	api__people(c, r, &people);
	return NULL;
}

static struct err *following(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	TRY(view_following(c, &r->viewer, account(r), &p, &people));
	api__people(c, r, &people);
	return NULL;
}

void api__people(struct call *c, struct req *r, const struct people_page *p)
{
	req_links(c, r, "since_id", p->first, p->last, p->full);
	req_json(r, p->json);
}

const struct endpoint accounts_endpoints[] = {
	{ METHOD_GET, "/api/v1/accounts", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, several, PARAMS(struct several_in, several_params) },
	{ METHOD_GET, "/api/v1/accounts/lookup", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, lookup,
	  PARAMS(struct lookup_in, lookup_params) },
	{ METHOD_GET, "/api/v1/accounts/:id", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, show },
	{ METHOD_GET, "/api/v1/accounts/:id/followers", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, followers },
	{ METHOD_GET, "/api/v1/accounts/:id/following", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, following },
	{ 0 },
};
