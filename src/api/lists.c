/* https://docs.joinmastodon.org/methods/lists/ */
#include "api/api_priv.h"

#include "acts/list.h"
#include "view/list.h"

enum { PEOPLE_LIMIT = 40, PEOPLE_LIMIT_MAX = 80 };

static list_id which(const struct req *r) { return ID(list_id, req_id(r, "id")); }

/* ---- lists ---- */

static struct err *answer(struct call *c, struct req *r, list_id id)
{
	struct str json;

	TRY(view_list_json(c, r->viewer.account, id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer_all(struct call *c, struct req *r, account_id with)
{
	struct str json;

	TRY(view_lists_json(c, r->viewer.account, with, &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer_nothing(struct req *r, struct err *e)
{
	if (!e)
		req_json(r, STR("{}"));
	return e;
}

static struct err *all(struct call *c, struct req *r) { return answer_all(c, r, ID_NONE(account_id)); }
static struct err *show(struct call *c, struct req *r) { return answer(c, r, which(r)); }

static struct err *with(struct call *c, struct req *r)
{
	account_id who = ID(account_id, req_id(r, "id"));

	return who.v > 0 ? answer_all(c, r, who) : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct list_in {
	struct str title, replies_policy;
	enum tri exclusive;
};
static const struct param list_params[] = {
	PARAM_STR(struct list_in, title, "title"),
	PARAM_STR(struct list_in, replies_policy, "replies_policy", .max = 100),
	PARAM_TRI(struct list_in, exclusive, "exclusive"),
};

static struct err *put(struct call *c, struct req *r)
{
	const struct list_in *in = r->in;
	struct list_change what = { in->title, in->replies_policy, in->exclusive != TRI_UNSET, in->exclusive == TRI_TRUE };
	list_id id = ID(list_id, r->http->method == METHOD_POST ? 0 : req_id(r, "id"));

	if (r->http->method != METHOD_POST && id.v <= 0)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	TRY(acts_list_put(c, r->viewer.account, id, &what, &id));
	return answer(c, r, id);
}

static struct err *drop(struct call *c, struct req *r) { return answer_nothing(r, acts_list_drop(c, r->viewer.account, which(r))); }

/* ---- who is in them ---- */

static struct err *members(struct call *c, struct req *r)
{
	struct page p = req_page(r, PEOPLE_LIMIT, PEOPLE_LIMIT_MAX);
	struct people_page people;

	if (str_eqz(params_get(r->params, "limit"), "0")) {
		TRY(view_list_members(c, r->viewer.account, which(r), &(struct page){ 0 }, &people));
		req_json(r, people.json);
		return NULL;
	}
	TRY(view_list_members(c, r->viewer.account, which(r), &p, &people));
	api__people(c, r, &people);
	return NULL;
}

struct members_in { struct id_list account_ids; };
static const struct param members_params[] = { PARAM_IDS(struct members_in, account_ids, "account_ids", .max = LIST_MEMBERS_AT_ONCE + 1) };

static struct err *change_members(struct call *c, struct req *r,
				  struct err *(*act)(struct call *, account_id, list_id, const int64_t *, size_t))
{
	const struct members_in *in = r->in;

	return answer_nothing(r, act(c, r->viewer.account, which(r), in->account_ids.v, in->account_ids.n));
}

static struct err *add_members(struct call *c, struct req *r) { return change_members(c, r, acts_list_members_add); }
static struct err *drop_members(struct call *c, struct req *r) { return change_members(c, r, acts_list_members_drop); }

#define READ(path, fn) { METHOD_GET, "/api/v1/" path, auth_user, "read:lists", LIMIT_NONE, LANE_DB, fn }
#define WRITE(method, path, fn, ...) { method, "/api/v1/lists" path, auth_user, "write:lists", LIMIT_NONE, LANE_DB, fn, __VA_ARGS__ }
const struct endpoint lists_endpoints[] = {
	READ("lists", all),
	WRITE(METHOD_POST, "", put, PARAMS(struct list_in, list_params)),
	READ("lists/:id", show),
	WRITE(METHOD_PUT, "/:id", put, PARAMS(struct list_in, list_params)),
	{ METHOD_DELETE, "/api/v1/lists/:id", auth_user, "write:lists", LIMIT_NONE, LANE_DB, drop },
	READ("lists/:id/accounts", members),
	WRITE(METHOD_POST, "/:id/accounts", add_members, PARAMS(struct members_in, members_params)),
	WRITE(METHOD_DELETE, "/:id/accounts", drop_members, PARAMS(struct members_in, members_params)),
	READ("accounts/:id/lists", with),
	{ 0 }
};
