/* Reports. https://docs.joinmastodon.org/methods/reports/ */
#include "acts/report.h"
#include "api/api.h"
#include "view/report.h"

struct report_params_in {
	int64_t account_id;
	struct id_list status_ids, collection_ids, rule_ids;
	struct str category, comment;
	enum tri forward;
	struct str_list forward_to_domains;
};
static const struct param report_params[] = {
	PARAM_ID(struct report_params_in, account_id, "account_id"),
	PARAM_IDS(struct report_params_in, status_ids, "status_ids"),
	PARAM_IDS(struct report_params_in, collection_ids, "collection_ids"),
	PARAM_IDS(struct report_params_in, rule_ids, "rule_ids"),
	PARAM_STR(struct report_params_in, category, "category", .max = 40),
	PARAM_STR(struct report_params_in, comment, "comment"),
	PARAM_TRI(struct report_params_in, forward, "forward"),
	PARAM_STRS(struct report_params_in, forward_to_domains, "forward_to_domains"),
};

static struct err *report(struct call *c, struct req *r)
{
	const struct report_params_in *in = r->in;
	struct report_in what = { .target = ID(account_id, in->account_id), .statuses = in->status_ids.v, .statuses_n = in->status_ids.n,
				  .collections = in->collection_ids.v, .collections_n = in->collection_ids.n,
				  .rules = in->rule_ids.v, .rules_n = in->rule_ids.n, .category = in->category, .comment = in->comment,
				  .forward = in->forward == TRI_TRUE, .only_domains = in->forward_to_domains.n > 0,
				  .domains = in->forward_to_domains.v, .domains_n = in->forward_to_domains.n };
	struct str json;
	int64_t id;

	TRY(acts_report(c, r->viewer.account, &what, &id));
	TRY(view_report_json(c, r->viewer.account, id, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint reports_endpoints[] = {
	{ METHOD_POST, "/api/v1/reports", auth_user, "write:reports", LIMIT_NONE, LANE_DB, report, PARAMS(struct report_params_in, report_params) },
	{ 0 },
};
