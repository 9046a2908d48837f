/* https://docs.joinmastodon.org/methods/markers/ */
#include "acts/marker.h"
#include "api/api.h"
#include "view/notification.h"

struct show_in {
	struct str_list timeline;
};
static const struct param show_params[] = { PARAM_STRS(struct show_in, timeline, "timeline") };

static struct err *show(struct call *c, struct req *r)
{
	const struct show_in *in = r->in;
	struct str json;

	TRY(view_markers(c, &r->viewer, in->timeline.v, in->timeline.n, &json));
	req_json(r, json);
	return NULL;
}

struct put_in {
	int64_t home, notifications;
};
static const struct param put_params[] = {
	PARAM_ID(struct put_in, home, "home[last_read_id]"),
	PARAM_ID(struct put_in, notifications, "notifications[last_read_id]"),
};

static struct err *put(struct call *c, struct req *r)
{
	const struct put_in *in = r->in;
	struct marker_change v[2];
	struct str names[2], json;
	size_t n = 0;

	if (in->home > 0)
		v[n++] = (struct marker_change){ "home", in->home };
	if (in->notifications > 0)
		v[n++] = (struct marker_change){ "notifications", in->notifications };
	TRY(acts_markers_put(c, r->viewer.account, v, n));
	for (size_t i = 0; i < n; i++)
		names[i] = str_z(v[i].timeline);
	TRY(view_markers(c, &r->viewer, names, n, &json));
	req_json(r, json);
	return NULL;
}

const struct endpoint markers_endpoints[] = {
	{ METHOD_GET, "/api/v1/markers", auth_user, "read:statuses", LIMIT_NONE, LANE_DB, show, PARAMS(struct show_in, show_params) },
	{ METHOD_POST, "/api/v1/markers", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, put, PARAMS(struct put_in, put_params) },
	{ 0 }
};
