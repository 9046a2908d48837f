/* https://docs.joinmastodon.org/methods/notifications/ and https://docs.joinmastodon.org/methods/grouped_notifications/ */
#include "acts/notify.h"
#include "api/api.h"
#include "view/notification.h"

enum { LIST_DEFAULT = 40, LIST_MAX = 80, COUNT_DEFAULT = 100, COUNT_MAX = 1000 };

struct list_in {
	struct str_list types, exclude_types, grouped_types, supported_types;
	int64_t account_id;
	enum tri include_filtered;
	struct str expand_accounts;
};
static const struct param list_params[] = {
	PARAM_STRS(struct list_in, types, "types"),
	PARAM_STRS(struct list_in, exclude_types, "exclude_types"),
	PARAM_STRS(struct list_in, grouped_types, "grouped_types"),
	PARAM_STRS(struct list_in, supported_types, "supported_types"),
	PARAM_ID(struct list_in, account_id, "account_id"),
	PARAM_TRI(struct list_in, include_filtered, "include_filtered"),
	PARAM_STR(struct list_in, expand_accounts, "expand_accounts", .max = 100),
};

static struct err *partial(struct call *c, struct str expand_accounts, bool *ret)
{
	*ret = str_eqz(expand_accounts, "partial_avatars");
	if (expand_accounts.n && !*ret && !str_eqz(expand_accounts, "full"))
		return FAIL(c->arena, ERR_BAD_REQUEST, "Invalid value for 'expand_accounts': '" STR_FMT "', allowed values are 'full' and 'partial_avatars'",
			    STR_ARG(expand_accounts));
	return NULL;
}

static struct err *query(struct call *c, const struct req *r, struct notification_query *ret)
{
	const struct list_in *in = r->in;

	*ret = (struct notification_query){
		.page = req_page(r, LIST_DEFAULT, LIST_MAX), .from = ID(account_id, in->account_id),
		.filtered = in->include_filtered == TRI_TRUE || in->account_id,
		.unknown = ~view_notification_types(in->supported_types.v, in->supported_types.n, NULL, 0),
		.types = view_notification_types(in->types.v, in->types.n, in->exclude_types.v, in->exclude_types.n),
		.grouped = view_notification_types(in->grouped_types.v, in->grouped_types.n, NULL, 0),
	};
	return partial(c, in->expand_accounts, &ret->partial_avatars);
}

static struct err *list(struct call *c, struct req *r)
{
	struct notification_query q;
	struct notification_json page;

	TRY(query(c, r, &q));
	TRY(view_notifications(c, &r->viewer, &q, &page));
	req_links(c, r, "min_id", page.first, page.last, true);
	req_json(r, page.json);
	return NULL;
}

static struct err *groups(struct call *c, struct req *r)
{
	struct notification_query q;
	struct notification_json page;

	TRY(query(c, r, &q));
	TRY(view_notification_groups(c, &r->viewer, &q, &page));
	req_links(c, r, "min_id", page.first, page.last, true);
	req_json(r, page.json);
	return NULL;
}

static struct err *count(struct call *c, struct req *r, bool grouped)
{
	struct notification_query q;
	struct str json;

	TRY(query(c, r, &q));
	q.page = req_page(r, COUNT_DEFAULT, COUNT_MAX);
	TRY(view_notifications_unread(c, &r->viewer, &q, grouped, &json));
	req_json(r, json);
	return NULL;
}

static struct err *unread(struct call *c, struct req *r) { return count(c, r, false); }
static struct err *unread_groups(struct call *c, struct req *r) { return count(c, r, true); }

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_notification(c, &r->viewer, ID(notification_id, req_id(r, "id")), &json));
	req_json(r, json);
	return NULL;
}

static struct err *show_group(struct call *c, struct req *r)
{
	const struct list_in *in = r->in;
	struct str json;
	bool short_form;

	TRY(partial(c, in->expand_accounts, &short_form));
	TRY(view_notification_group(c, &r->viewer, r->path_arg[0], short_form, &json));
	req_json(r, json);
	return NULL;
}

static struct err *group_accounts(struct call *c, struct req *r)
{
	struct page p = req_page(r, LIST_DEFAULT, LIST_MAX);
	struct notification_json page;

	TRY(view_notification_group_accounts(c, &r->viewer, r->path_arg[0], &p, &page));
	req_links(c, r, "min_id", page.first, page.last, page.full);
	req_json(r, page.json);
	return NULL;
}

static struct err *clear(struct call *c, struct req *r)
{
	TRY(acts_notifications_clear(c, r->viewer.account));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *dismiss(struct call *c, struct req *r)
{
	TRY(acts_notification_dismiss(c, r->viewer.account, ID(notification_id, req_id(r, "id"))));
	req_json(r, STR("{}"));
	return NULL;
}

struct many_in { struct id_list ids; };
static const struct param many_params[] = { PARAM_IDS(struct many_in, ids, "ids", .max = 320) };

static struct err *dismiss_many(struct call *c, struct req *r)
{
	const struct many_in *in = r->in;

	TRY(acts_notifications_dismiss(c, r->viewer.account, in->ids.v, in->ids.n));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *dismiss_group(struct call *c, struct req *r)
{
	TRY(acts_notification_group_dismiss(c, r->viewer.account, r->path_arg[0]));
	req_json(r, STR("{}"));
	return NULL;
}

#define LIST_PARAMS PARAMS(struct list_in, list_params)
const struct endpoint notifications_endpoints[] = {
	{ METHOD_GET, "/api/v1/notifications", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, list, LIST_PARAMS },
	{ METHOD_GET, "/api/v1/notifications/unread_count", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, unread, LIST_PARAMS },
	{ METHOD_POST, "/api/v1/notifications/clear", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, clear },
	/* The id in the body: as it was before 1.3. The two below it: as glitch-soc has them. */
	{ METHOD_POST, "/api/v1/notifications/dismiss", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, dismiss },
	{ METHOD_DELETE, "/api/v1/notifications/destroy_multiple", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, dismiss_many,
	  PARAMS(struct many_in, many_params) },
	{ METHOD_DELETE, "/api/v1/notifications/:id", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, dismiss },
	{ METHOD_GET, "/api/v1/notifications/:id", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, show },
	{ METHOD_POST, "/api/v1/notifications/:id/dismiss", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, dismiss },
	{ METHOD_GET, "/api/v2/notifications", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, groups, LIST_PARAMS },
	{ METHOD_GET, "/api/v2/notifications/unread_count", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, unread_groups, LIST_PARAMS },
	{ METHOD_POST, "/api/v2/notifications/clear", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, clear },
	{ METHOD_GET, "/api/v2/notifications/:group_key", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, show_group, LIST_PARAMS },
	{ METHOD_POST, "/api/v2/notifications/:group_key/dismiss", auth_user, "write:notifications", LIMIT_NONE, LANE_DB, dismiss_group },
	{ METHOD_GET, "/api/v2/notifications/:group_key/accounts", auth_user, "read:notifications", LIMIT_NONE, LANE_DB, group_accounts },
	{ 0 }
};
