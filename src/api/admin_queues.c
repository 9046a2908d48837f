/* The queue, for whoever runs the server: the numbers of `howdah jobs` as JSON. */
#include "api/api.h"
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

const struct endpoint admin_queues_endpoints[] = {
	{ METHOD_GET, "/api/v1/admin/queues", auth_user, "admin:read", LIMIT_NONE, LANE_DB, queues },
	{ 0 },
};
