/* The queue, for whoever runs the server: the numbers of `howdah jobs` as JSON, the second yes to a deletion of many, and how one is taken
 * back. */
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

/* Who does it, as the audit log shows it. */
static struct err *operator(struct call *c, const struct req *r, struct str *ret)
{
	struct account *who;

	if (r->viewer.role < ROLE_ADMIN)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(view_account_by_id(c, r->viewer.account, &who));
	if (!who)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	*ret = arena_concat(c->arena, STR("@"), who->username);
	return NULL;
}

static struct err *confirm(struct call *c, struct req *r)
{
	struct jobs_done done;
	struct str by;

	TRY(operator(c, r, &by));
	TRY(acts_jobs_confirm(c, req_id(r, "id"), by, &done));
	req_json(r, arena_printf(c->arena, "{\"deleted\":%lld,\"undo\":\"%lld\"}", (long long)done.n, (long long)done.line));
	return NULL;
}

static struct err *undelete(struct call *c, struct req *r)
{
	struct str by;
	int64_t n;

	TRY(operator(c, r, &by));
	TRY(acts_jobs_undelete(c, req_id(r, "id"), by, &n));
	req_json(r, arena_printf(c->arena, "{\"undeleted\":%lld}", (long long)n));
	return NULL;
}

const struct endpoint admin_queues_endpoints[] = {
	{ METHOD_GET, "/api/v1/admin/queues", auth_user, "admin:read", LIMIT_NONE, LANE_DB, queues },
	{ METHOD_POST, "/api/v1/admin/queues/deletions/:id/confirm", auth_user, "admin:write", LIMIT_NONE, LANE_DB, confirm },
	{ METHOD_POST, "/api/v1/admin/queues/deleted/:id/undo", auth_user, "admin:write", LIMIT_NONE, LANE_DB, undelete },
	{ 0 },
};
