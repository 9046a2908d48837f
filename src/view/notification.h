/* view/notification.h: notifications as the client API gives them, one by one (v1) or folded into groups (v2). Those about a post
 * that the viewer may not see any more are left out. https://docs.joinmastodon.org/methods/grouped_notifications/ */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"

struct notification_query {
	struct page page;
	int64_t types;            /* bits: 1 << enum notification_type */
	account_id from;          /* none: anybody */
	int64_t grouped;          /* v2: bits of the types that are folded */
	bool filtered;            /* those that the policy holds back too */
	int64_t unknown;          /* bits of the types that the client does not know: they come with a fallback */
	bool partial_avatars;     /* v2: all but each group's newest account in a short form */
};
struct notification_json {
	struct str json;
	int64_t first, last;      /* cursors of the page's ends; 0 where it is empty */
	bool full;                /* as many as were asked for */
};

/* Those named by these words; all where there are none; without those of `without`. */
int64_t view_notification_types(const struct str *words, size_t n, const struct str *without, size_t without_n);

/* One line that says what happened, in English: "Bob follows you". */
struct str view_notification_title(struct arena *a, enum notification_type type, struct str name);

MUST struct err *view_notifications(struct call *c, const struct viewer *v, const struct notification_query *q, struct notification_json *ret);
MUST struct err *view_notification(struct call *c, const struct viewer *v, notification_id id, struct str *ret_json);
MUST struct err *view_notification_groups(struct call *c, const struct viewer *v, const struct notification_query *q, struct notification_json *ret);
MUST struct err *view_notification_group(struct call *c, const struct viewer *v, struct str key, bool partial_avatars, struct str *ret_json);
MUST struct err *view_notification_group_accounts(struct call *c, const struct viewer *v, struct str key, const struct page *p,
						  struct notification_json *ret);
/* {"count": n}: newer than the marker, at most page.limit. */
MUST struct err *view_notifications_unread(struct call *c, const struct viewer *v, const struct notification_query *q, bool grouped,
					   struct str *ret_json);

/* Markers of these timelines ("home", "notifications"), {} where there are none. */
MUST struct err *view_markers(struct call *c, const struct viewer *v, const struct str *timelines, size_t n, struct str *ret_json);
