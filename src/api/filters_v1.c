/* The first version of filters, for older apps: https://docs.joinmastodon.org/methods/filters/#v1. The rows are those of the second. */
#include "acts/filter.h"
#include "api/api.h"
#include "view/filter_list.h"

struct filter_v1_in {
	struct str phrase;
	struct str_list context;
	enum tri irreversible, whole_word;
	int64_t expires_in;
};
static const struct param filter_v1_params[] = {
	PARAM_STR(struct filter_v1_in, phrase, "phrase"),
	PARAM_STRS(struct filter_v1_in, context, "context"),
	PARAM_TRI(struct filter_v1_in, irreversible, "irreversible"),
	PARAM_TRI(struct filter_v1_in, whole_word, "whole_word"),
	PARAM_I64(struct filter_v1_in, expires_in, "expires_in"),
};

static struct err *answer(struct call *c, struct req *r, int64_t id)
{
	struct str json;

	req_header(r, "Deprecation", STR("@1668384000"));
	TRY(view_filters_v1(c, r->viewer.account, id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *list(struct call *c, struct req *r) { return answer(c, r, 0); }

static struct err *show(struct call *c, struct req *r)
{
	int64_t id = req_id(r, "id");

	return answer(c, r, id > 0 ? id : -1);
}

static struct err *put(struct call *c, struct req *r)
{
	const struct filter_v1_in *in = r->in;
	bool is_new = r->http->method == METHOD_POST;
	struct filter_keyword_change keyword = { .id = is_new ? 0 : req_id(r, "id"), .keyword = in->phrase,
						 .whole_word = in->whole_word == TRI_UNSET ? -1 : in->whole_word == TRI_TRUE };
	struct filter_change what = { .contexts = in->context.v, .contexts_n = in->context.n, .has_contexts = params_has(r->params, "context"),
				      .has_expiry = params_has(r->params, "expires_in"), .expires_in_s = in->expires_in, .keywords = &keyword,
				      .keywords_n = 1 };
	int64_t id;

	if (in->irreversible != TRI_UNSET)
		what.action = str_z(filter_action_word(in->irreversible == TRI_TRUE ? FILTER_HIDE : FILTER_WARN));
	if (!is_new && keyword.id <= 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_filter_v1_put(c, r->viewer.account, &what, &id));
	return answer(c, r, id);
}

static struct err *drop(struct call *c, struct req *r)
{
	req_header(r, "Deprecation", STR("@1668384000"));
	TRY(acts_filter_v1_drop(c, r->viewer.account, req_id(r, "id")));
	req_json(r, STR("{}"));
	return NULL;
}

#define V1 "/api/v1/filters"
#define IN PARAMS(struct filter_v1_in, filter_v1_params)
const struct endpoint filters_v1_endpoints[] = {
	{ METHOD_GET, V1, auth_user, "read:filters", LIMIT_NONE, LANE_DB, list },
	{ METHOD_POST, V1, auth_user, "write:filters", LIMIT_NONE, LANE_DB, put, IN },
	{ METHOD_GET, V1 "/:id", auth_user, "read:filters", LIMIT_NONE, LANE_DB, show },
	{ METHOD_PUT, V1 "/:id", auth_user, "write:filters", LIMIT_NONE, LANE_DB, put, IN },
	{ METHOD_DELETE, V1 "/:id", auth_user, "write:filters", LIMIT_NONE, LANE_DB, drop },
	{ 0 }
};
