#include "api/api.h"

/* One line a noun; each table stands at the foot of its file. */
extern const struct endpoint accounts_create_endpoints[];
extern const struct endpoint accounts_endpoints[];
extern const struct endpoint admin_queues_endpoints[];
extern const struct endpoint announcements_endpoints[];
extern const struct endpoint annual_reports_endpoints[];
extern const struct endpoint apps_endpoints[];
extern const struct endpoint blocks_endpoints[];
extern const struct endpoint discover_endpoints[];
extern const struct endpoint collections_endpoints[];
extern const struct endpoint conversations_endpoints[];
extern const struct endpoint files_endpoints[];
extern const struct endpoint instance_endpoints[];
extern const struct endpoint interactions_endpoints[];
extern const struct endpoint lists_endpoints[];
extern const struct endpoint media_endpoints[];
extern const struct endpoint missing_endpoints[];
extern const struct endpoint oauth_endpoints[];
extern const struct endpoint oembed_endpoints[];
extern const struct endpoint polls_endpoints[];
extern const struct endpoint profile_endpoints[];
extern const struct endpoint push_endpoints[];
extern const struct endpoint quotes_endpoints[];
extern const struct endpoint relationships_endpoints[];
extern const struct endpoint reports_endpoints[];
extern const struct endpoint scheduled_endpoints[];
extern const struct endpoint search_endpoints[];
extern const struct endpoint filters_endpoints[];
extern const struct endpoint filters_v1_endpoints[];
extern const struct endpoint markers_endpoints[];
extern const struct endpoint notification_policy_endpoints[];
extern const struct endpoint notifications_endpoints[];
extern const struct endpoint tags_endpoints[];
extern const struct endpoint timelines_endpoints[];
extern const struct endpoint translate_endpoints[];
extern const struct endpoint trends_endpoints[];
extern const struct endpoint statuses_endpoints[];

const struct endpoint *const api_tables[] = {
	accounts_create_endpoints,
	accounts_endpoints,
	admin_queues_endpoints,
	announcements_endpoints,
	annual_reports_endpoints,
	apps_endpoints,
	blocks_endpoints,
	discover_endpoints,
	collections_endpoints,
	conversations_endpoints,
	files_endpoints,
	instance_endpoints,
	interactions_endpoints,
	lists_endpoints,
	media_endpoints,
	missing_endpoints,
	oauth_endpoints,
	oembed_endpoints,
	polls_endpoints,
	profile_endpoints,
	push_endpoints,
	quotes_endpoints,
	relationships_endpoints,
	reports_endpoints,
	scheduled_endpoints,
	search_endpoints,
	filters_endpoints,
	filters_v1_endpoints,
	markers_endpoints,
	notification_policy_endpoints,
	notifications_endpoints,
	tags_endpoints,
	timelines_endpoints,
	translate_endpoints,
	trends_endpoints,
	statuses_endpoints,
	NULL,
};
