/* https://docs.joinmastodon.org/methods/filters/ */
#include "acts/filter.h"
#include "api/api.h"
#include "view/filter_list.h"
#include "view/status.h"

/* ---- reading ---- */

static struct err *answer_one(struct call *c, struct req *r, enum filter_part part, int64_t id)
{
	struct str json;

	TRY(view_filter_one(c, r->viewer.account, part, id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer_list(struct call *c, struct req *r, enum filter_part part)
{
	struct str json;

	TRY(view_filter_list(c, r->viewer.account, part, ID(filter_id, req_id(r, "filter_id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer_nothing(struct req *r, struct err *e)
{
	if (!e)
		req_json(r, STR("{}"));
	return e;
}

static struct err *list(struct call *c, struct req *r) { return answer_list(c, r, FILTER_WHOLE); }
static struct err *list_keywords(struct call *c, struct req *r) { return answer_list(c, r, FILTER_KEYWORDS); }
static struct err *list_statuses(struct call *c, struct req *r) { return answer_list(c, r, FILTER_STATUSES); }
static struct err *show(struct call *c, struct req *r) { return answer_one(c, r, FILTER_WHOLE, req_id(r, "id")); }
static struct err *show_keyword(struct call *c, struct req *r) { return answer_one(c, r, FILTER_KEYWORDS, req_id(r, "id")); }
static struct err *show_status(struct call *c, struct req *r) { return answer_one(c, r, FILTER_STATUSES, req_id(r, "id")); }

/* ---- changing ---- */

struct filter_in {
	struct str title, filter_action;
	struct str_list context;
	int64_t expires_in;
	const struct param_value *keywords_attributes;
};
static const struct param filter_params[] = {
	PARAM_STR(struct filter_in, title, "title"),
	PARAM_STR(struct filter_in, filter_action, "filter_action", .max = 100),
	PARAM_STRS(struct filter_in, context, "context"),
	PARAM_I64(struct filter_in, expires_in, "expires_in"),
	PARAM_NODE(struct filter_in, keywords_attributes, "keywords_attributes"),
};

static struct filter_keyword_change keyword_change(const struct param_value *v)
{
	const struct param_value *whole = param_at(v, "whole_word");
	struct filter_keyword_change k = { .keyword = param_text(param_at(v, "keyword")), .destroy = param_bool(param_at(v, "_destroy"), false) };

	k.whole_word = whole ? param_bool(whole, true) : -1;
	if (!param_i64(param_at(v, "id"), &k.id))
		k.id = 0;
	return k;
}

static struct err *put(struct call *c, struct req *r)
{
	const struct filter_in *in = r->in;
	const struct param_value **attributes;
	struct filter_change what = { .title = in->title, .action = in->filter_action, .contexts = in->context.v, .contexts_n = in->context.n,
				      .has_contexts = params_has(r->params, "context"), .has_expiry = params_has(r->params, "expires_in"),
				      .expires_in_s = in->expires_in };
	struct filter_keyword_change *keywords;
	filter_id id;

	what.keywords_n = param_list(c->arena, in->keywords_attributes, &attributes);
	keywords = arena_array(c->arena, struct filter_keyword_change, what.keywords_n + 1);
	for (size_t i = 0; i < what.keywords_n; i++)
		keywords[i] = keyword_change(attributes[i]);
	what.keywords = keywords;
	id = ID(filter_id, r->http->method == METHOD_POST ? 0 : req_id(r, "id"));
	if (r->http->method != METHOD_POST && id.v <= 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_filter_put(c, r->viewer.account, id, &what, &id));
	return answer_one(c, r, FILTER_WHOLE, id.v);
}

static struct err *drop(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_filter_drop(c, r->viewer.account, ID(filter_id, req_id(r, "id"))));
}

static struct err *put_keyword(struct call *c, struct req *r)
{
	struct filter_keyword_change what = keyword_change(params_root(r->params));
	int64_t id;

	what.id = r->http->method == METHOD_POST ? 0 : req_id(r, "id");
	if (r->http->method != METHOD_POST && what.id <= 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_filter_keyword_put(c, r->viewer.account, ID(filter_id, req_id(r, "filter_id")), &what, &id));
	return answer_one(c, r, FILTER_KEYWORDS, id);
}

static struct err *drop_keyword(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_filter_keyword_drop(c, r->viewer.account, req_id(r, "id")));
}

static struct err *add_status(struct call *c, struct req *r)
{
	struct status *post;
	int64_t id;

	TRY(view_status_get(c, &r->viewer, ID(status_id, req_id(r, "status_id")), &post));
	TRY(acts_filter_status_add(c, r->viewer.account, ID(filter_id, req_id(r, "filter_id")), post->id, &id));
	return answer_one(c, r, FILTER_STATUSES, id);
}

static struct err *drop_status(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_filter_status_drop(c, r->viewer.account, req_id(r, "id")));
}

#define READ(path, fn) { METHOD_GET, "/api/v2/filters" path, auth_user, "read:filters", LIMIT_NONE, LANE_DB, fn }
#define WRITE(method, path, fn) { method, "/api/v2/filters" path, auth_user, "write:filters", LIMIT_NONE, LANE_DB, fn }
const struct endpoint filters_endpoints[] = {
	READ("", list),
	{ METHOD_POST, "/api/v2/filters", auth_user, "write:filters", LIMIT_NONE, LANE_DB, put, PARAMS(struct filter_in, filter_params) },
	READ("/:id", show),
	{ METHOD_PUT, "/api/v2/filters/:id", auth_user, "write:filters", LIMIT_NONE, LANE_DB, put, PARAMS(struct filter_in, filter_params) },
	WRITE(METHOD_DELETE, "/:id", drop),
	READ("/:filter_id/keywords", list_keywords),
	WRITE(METHOD_POST, "/:filter_id/keywords", put_keyword),
	READ("/keywords/:id", show_keyword),
	WRITE(METHOD_PUT, "/keywords/:id", put_keyword),
	WRITE(METHOD_DELETE, "/keywords/:id", drop_keyword),
	READ("/:filter_id/statuses", list_statuses),
	WRITE(METHOD_POST, "/:filter_id/statuses", add_status),
	READ("/statuses/:id", show_status),
	WRITE(METHOD_DELETE, "/statuses/:id", drop_status),
	{ 0 }
};
