/* view/notification_policy.h: whose notifications somebody wants, and who asks. https://docs.joinmastodon.org/entities/NotificationPolicy/
 * and https://docs.joinmastodon.org/entities/NotificationRequest/ */
#pragma once
#include "base/call.h"
#include "model/viewer.h"
#include "view/notification.h"

/* booleans: the first version of the entity, filter_… instead of for_…. */
MUST struct err *view_notification_policy(struct call *c, account_id who, bool booleans, struct str *ret_json);

MUST struct err *view_notification_requests(struct call *c, const struct viewer *v, const struct page *p, struct notification_json *ret);
/* NOT_FOUND: there is none. */
MUST struct err *view_notification_request(struct call *c, const struct viewer *v, request_id id, struct str *ret_json);
/* {"merged": …}: everything that was accepted has been let in. */
MUST struct err *view_notifications_merged(struct call *c, account_id who, struct str *ret_json);
