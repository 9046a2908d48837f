/* The queue, for whoever runs the server: the numbers of `howdah jobs` as JSON, and the second yes to a deletion of many. */
#include "acts/jobs.h"
#include "api/api.h"
#include "view/federation.h"
#include "view/jobs.h"

static struct err *queues(struct call *c, struct req *r)
{
	struct str json;

	if (r->viewer.role < ROLE_ADMIN)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(view_jobs_json(c, &json));
	req_json(r, json);
	return NULL;
}

static struct err *confirm(struct call *c, struct req *r)
{
	struct account *who;
	struct jobs_done done;

	if (r->viewer.role < ROLE_ADMIN)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(view_account_by_id(c, r->viewer.account, &who));
	if (!who)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(acts_jobs_confirm(c, req_id(r, "id"), arena_concat(c->arena, STR("@"), who->username), &done));
	req_json(r, arena_printf(c->arena, "{\"deleted\":%lld}", (long long)done.n));
	return NULL;
}

const struct endpoint admin_queues_endpoints[] = {
	{ METHOD_GET, "/api/v1/admin/queues", auth_user, "admin:read", LIMIT_NONE, LANE_DB, queues },
	{ METHOD_POST, "/api/v1/admin/queues/deletions/:id/confirm", auth_user, "admin:write", LIMIT_NONE, LANE_DB, confirm },
	{ 0 },
};
