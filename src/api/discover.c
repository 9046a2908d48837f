/* Finding people, and recommending them. https://docs.joinmastodon.org/methods/directory/, .../suggestions/ and .../endorsements/ */
#include "api/api_priv.h"

#include "acts/endorse.h"
#include "view/account.h"
#include "view/directory.h"

enum { PEOPLE_LIMIT = 40, PEOPLE_LIMIT_MAX = 80, PEOPLE_ALL = 320 };

struct directory_in {
	struct str order;
	enum tri local;
	int64_t offset;
};
static const struct param directory_params[] = {
	PARAM_STR(struct directory_in, order, "order", .max = 20),
	PARAM_TRI(struct directory_in, local, "local"),
	PARAM_OFFSET(struct directory_in, offset, "offset"),
};

/* Beyond any list where it is negative or too large. */
static int offset_of(int64_t offset) { return offset < 0 || offset > DIRECTORY_OFFSET_MAX ? DIRECTORY_OFFSET_MAX + 1 : (int)offset; }

static struct err *directory(struct call *c, struct req *r)
{
	const struct directory_in *in = r->in;
	struct directory_how how = { .local = in->local == TRI_TRUE, .newest = str_eqz(in->order, "new"), .offset = offset_of(in->offset),
				     .limit = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX).limit };
	struct str json;

	TRY(view_directory(c, &r->viewer, &how, &json));
	req_json(r, json);
	return NULL;
}

struct suggestions_in { int64_t offset; };
static const struct param suggestions_params[] = { PARAM_OFFSET(struct suggestions_in, offset, "offset") };

static struct err *suggest(struct call *c, struct req *r, bool plain)
{
	const struct suggestions_in *in = r->in;
	struct str json;

	TRY(view_suggestions(c, r->viewer.account, req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX).limit, offset_of(in->offset), plain, &json));
	req_json(r, json);
	return NULL;
}

static struct err *suggestions(struct call *c, struct req *r) { return suggest(c, r, false); }

static struct err *suggestions_v1(struct call *c, struct req *r)
{
	req_header(r, "Deprecation", STR("@1621123200"));
	return suggest(c, r, true);
}

static struct err *dismiss(struct call *c, struct req *r)
{
	TRY(acts_suggestion_dismiss(c, r->viewer.account, ID(account_id, req_id(r, "account_id"))));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *endorse(struct call *c, struct req *r)
{
	account_id whom = ID(account_id, req_id(r, "id"));

	TRY(acts_endorse(c, r->viewer.account, whom));
	return api__relationship(c, r, whom);
}

static struct err *unendorse(struct call *c, struct req *r)
{
	account_id whom = ID(account_id, req_id(r, "id"));

	TRY(acts_unendorse(c, r->viewer.account, whom));
	return api__relationship(c, r, whom);
}

/* limit=0 asks for all of them: as many as one reply may hold. */
static struct err *endorsed(struct call *c, struct req *r, account_id of)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	if (str_eqz(params_get(r->params, "limit"), "0"))
		p = (struct page){ .limit = PEOPLE_ALL };
	TRY(view_endorsements(c, &r->viewer, of, &p, &people));
	api__people(c, r, &people);
	return NULL;
}

static struct err *endorsements_of(struct call *c, struct req *r) { return endorsed(c, r, ID(account_id, req_id(r, "id"))); }
static struct err *endorsements(struct call *c, struct req *r) { return endorsed(c, r, r->viewer.account); }

/* Proofs went out of Mastodon with 3.5 and of its profiles with them: nobody has any. */
static struct err *identity_proofs(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_account_json(c, r->viewer.account, ID(account_id, req_id(r, "id")), &json));
	req_header(r, "Deprecation", STR("@1648598400"));
	req_json(r, STR("[]"));
	return NULL;
}

#define ACT(name, fn) { METHOD_POST, "/api/v1/accounts/:id/" name, auth_user, "write:accounts", LIMIT_NONE, LANE_DB, fn }
#define SUGGESTIONS PARAMS(struct suggestions_in, suggestions_params)
const struct endpoint discover_endpoints[] = {
	{ METHOD_GET, "/api/v1/directory", auth_optional, NULL, LIMIT_NONE, LANE_DB, directory, PARAMS(struct directory_in, directory_params) },
	{ METHOD_GET, "/api/v2/suggestions", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, suggestions, SUGGESTIONS },
	{ METHOD_GET, "/api/v1/suggestions", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, suggestions_v1, SUGGESTIONS },
	{ METHOD_DELETE, "/api/v1/suggestions/:account_id", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, dismiss },
	ACT("endorse", endorse),
	ACT("pin", endorse),
	ACT("unendorse", unendorse),
	ACT("unpin", unendorse),
	{ METHOD_GET, "/api/v1/accounts/:id/endorsements", auth_optional, "read:accounts", LIMIT_NONE, LANE_DB, endorsements_of },
	{ METHOD_GET, "/api/v1/endorsements", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, endorsements },
	{ METHOD_GET, "/api/v1/accounts/:id/identity_proofs", auth_user, NULL, LIMIT_NONE, LANE_DB, identity_proofs },
	{ 0 },
};
