/* view/push.h: Web Push subscriptions as their clients see them, and what a message to a device is made of.
 * https://docs.joinmastodon.org/entities/WebPushSubscription/ */
#pragma once
#include "base/call.h"
#include "model/push.h"
#include "model/viewer.h"

/* Of this token. NOT_FOUND ("Not Found"): it has none. */
MUST struct err *view_push_json(struct call *c, token_id token, struct str *ret_json);

struct push_draft {
	struct str endpoint, p256dh, auth;
	bool standard;
	token_id token;
	struct str token_sealed;          /* acts/push.h says for what */
	struct str vapid_public, vapid_sealed;
	struct str locale;                /* the person's */
	enum notification_type type;
	struct str name, icon;            /* who caused it: the name to show, a picture's address */
	struct str text;                  /* the post's warning or text, else the profile's; plain */
};
/* *ret_found: false where the subscription or the notification is gone, or its person may not see what it is about any more. */
MUST struct err *view_push_draft(struct call *c, push_id id, notification_id about, struct push_draft *ret, bool *ret_found);
