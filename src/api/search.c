/* Search. https://docs.joinmastodon.org/methods/search/ and https://docs.joinmastodon.org/methods/accounts/#search */
#include "api/api_priv.h"

#include "fed/resolve.h"
#include "view/search.h"

enum { SEARCH_LIMIT = 20, SEARCH_LIMIT_MAX = 40, ACCOUNTS_LIMIT = 40, ACCOUNTS_LIMIT_MAX = 80, OFFSET_MAX = 10000, Q_MAX = 2400, BEHIND_SAID_S = 5 };

struct search_in {
	struct str q, type;
	enum tri resolve, following, exclude_unreviewed;
	int64_t offset, account_id, max_id, min_id;
};
static const struct param search_params[] = {
	PARAM_STR(struct search_in, q, "q", .max = Q_MAX),
	PARAM_STR(struct search_in, type, "type", .max = 100),
	PARAM_TRI(struct search_in, resolve, "resolve"),
	PARAM_TRI(struct search_in, following, "following"),
	PARAM_TRI(struct search_in, exclude_unreviewed, "exclude_unreviewed"),
	PARAM_OFFSET(struct search_in, offset, "offset"),
	PARAM_ID(struct search_in, account_id, "account_id"),
	PARAM_ID(struct search_in, max_id, "max_id"),
	PARAM_ID(struct search_in, min_id, "min_id"),
};

/* What is not known here and can be fetched is fetched, on the lane for that; where it cannot be had, it is just not found. */
static struct err *resolve(struct call *c, struct req *r, struct search *how, bool *ret_again)
{
	bool url, handle;
	enum fed_found kind;
	struct err *e = NULL;
	int64_t id = 0;

	*ret_again = false;
	TRY(view_search_unknown(c, how->q, &url, &handle));
	if (!url && !handle)
		return NULL;
	if (!r->http->state) {
		static char on_fetch;

		r->http->state = &on_fetch;
		r->out->again = *ret_again = true;
		r->out->again_on = LANE_FETCH;
		return NULL;
	}
	if (handle)
		e = fed_resolve_handle(c, how->q, &how->account);
	else if (!(e = fed_resolve_uri(c, how->q, &kind, &id)) && kind == FED_FOUND_STATUS)
		how->status = ID(status_id, id);
	else if (!e && kind == FED_FOUND_COLLECTION)
		how->collection = ID(collection_id, id);
	else if (!e)
		how->account = ID(account_id, id);
	return e && (e->code == ERR_INTERNAL || e->code == ERR_BUSY) ? e : NULL;
}

static int64_t offset_of(const struct search_in *in) { return in->offset < OFFSET_MAX ? in->offset : OFFSET_MAX; }

/* Clients that know the header can say it; all others lose nothing. */
static struct err *say_behind(struct call *c, struct req *r)
{
	int64_t seconds;

	TRY(view_search_behind(c, &seconds));
	if (seconds >= BEHIND_SAID_S)
		req_header(r, "X-Search-Behind", arena_printf(c->arena, "%lld", (long long)seconds));
	return NULL;
}

static struct err *search_for(struct call *c, struct req *r, bool names_only)
{
	const struct search_in *in = r->in;
	bool known = r->viewer.kind == VIEWER_PERSON, again = false;
	struct search how = { .q = str_trim(in->q), .following = in->following == TRI_TRUE, .by = ID(account_id, in->account_id > 0 ? in->account_id : 0),
			      .exclude_unreviewed = in->exclude_unreviewed == TRI_TRUE, .names_only = names_only, .max_id = in->max_id,
			      .min_id = in->min_id, .limit = req_page(r, SEARCH_LIMIT, SEARCH_LIMIT_MAX).limit };
	struct str json;

	if (!in->q.p)
		return FAIL(c->arena, ERR_BAD_REQUEST, "param is missing or the value is empty: q");
	if (!known && in->offset)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Search queries pagination is not supported without authentication");
	if (!known && in->resolve == TRI_TRUE)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Search queries that resolve remote resources are not supported without authentication");
	if (in->offset < 0)
		return FAIL(c->arena, ERR_BAD_REQUEST, "offset must not be negative");
	if (str_eqz(in->type, "accounts"))
		how.type = SEARCH_ACCOUNTS;
	else if (str_eqz(in->type, "hashtags"))
		how.type = SEARCH_HASHTAGS;
	else if (str_eqz(in->type, "statuses"))
		how.type = SEARCH_STATUSES;
	else if (str_eqz(in->type, "collections"))
		how.type = SEARCH_COLLECTIONS;
	else if (in->type.n)
		how.type = SEARCH_OTHER;
	how.offset = how.type == SEARCH_ALL ? 0 : (int)offset_of(in);
	if (in->resolve == TRI_TRUE && how.type != SEARCH_HASHTAGS && how.type != SEARCH_OTHER)
		TRY(resolve(c, r, &how, &again));
	if (again)
		return NULL;
	TRY(view_search_json(c, &r->viewer, &how, &json));
	if (known && (how.type == SEARCH_ALL || how.type == SEARCH_STATUSES))
		TRY(say_behind(c, r));
	req_json(r, json);
	return NULL;
}

static struct err *search(struct call *c, struct req *r) { return search_for(c, r, false); }

/* Gone from Mastodon since 3.0, and still asked by old clients. */
static struct err *search_v1(struct call *c, struct req *r) { return search_for(c, r, true); }

static struct err *accounts(struct call *c, struct req *r)
{
	const struct search_in *in = r->in;
	struct search how = { .q = str_trim(in->q), .following = in->following == TRI_TRUE, .offset = in->offset > 0 ? (int)offset_of(in) : 0,
			      .limit = req_page(r, ACCOUNTS_LIMIT, ACCOUNTS_LIMIT_MAX).limit };
	bool again = false;
	struct str json;

	if (in->resolve == TRI_TRUE)
		TRY(resolve(c, r, &how, &again));
	if (again)
		return NULL;
	TRY(view_account_search_json(c, &r->viewer, &how, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint search_endpoints[] = {
	{ METHOD_GET, "/api/v2/search", auth_optional, "read:search", LIMIT_NONE, LANE_DB, search, PARAMS(struct search_in, search_params) },
	{ METHOD_GET, "/api/v1/search", auth_user, "read:search", LIMIT_NONE, LANE_DB, search_v1, PARAMS(struct search_in, search_params) },
	{ METHOD_GET, "/api/v1/accounts/search", auth_user, "read:accounts", LIMIT_NONE, LANE_DB, accounts, PARAMS(struct search_in, search_params) },
	{ 0 },
};
