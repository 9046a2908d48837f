/* https://docs.joinmastodon.org/methods/annual_reports/ */
#include "acts/annual_report.h"
#include "api/api.h"
#include "view/annual_report.h"

static struct err *answer(struct call *c, struct req *r, int64_t year)
{
	struct str json;

	TRY(view_annual_reports(c, &r->viewer, year, &json));
	req_json(r, json);
	return NULL;
}

static struct err *all(struct call *c, struct req *r) { return answer(c, r, 0); }

static struct err *show(struct call *c, struct req *r)
{
	int64_t year = req_id(r, "year");

	return year ? answer(c, r, year) : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

static struct err *state(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_annual_report_state(c, &r->viewer, req_id(r, "year"), &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer_nothing(struct req *r, struct err *e)
{
	if (!e)
		req_json(r, STR("{}"));
	return e;
}

static struct err *generate(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_annual_report_make(c, r->viewer.account, req_id(r, "year")));
}

static struct err *read(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_annual_report_read(c, r->viewer.account, req_id(r, "year")));
}

#define ROW(method, path, scope, fn) { method, "/api/v1/annual_reports" path, auth_user, scope, LIMIT_NONE, LANE_DB, fn }
const struct endpoint annual_reports_endpoints[] = {
	ROW(METHOD_GET, "", "read:accounts", all),
	ROW(METHOD_GET, "/:year", "read:accounts", show),
	ROW(METHOD_GET, "/:year/state", "read:accounts", state),
	ROW(METHOD_POST, "/:year/generate", "write:accounts", generate),
	ROW(METHOD_POST, "/:year/read", "write:accounts", read),
	{ 0 }
};
