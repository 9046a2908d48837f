/* view/instance.h: what the server says of itself. https://docs.joinmastodon.org/entities/Instance/ */
#pragma once
#include "base/call.h"

#define VIEW_MASTODON_VERSION "4.6.5"     /* whose API this is; clients read the leading numbers */

MUST struct err *view_instance_json(struct call *c, struct str *ret_json);           /* /api/v2/instance */
MUST struct err *view_instance_v1_json(struct call *c, struct str *ret_json);
MUST struct err *view_custom_emojis_json(struct call *c, struct str *ret_json);

/* Local people, those of the last 30 and 180 days, local posts, known servers. Counted by a recurring job (acts/usage.h). */
struct instance_counts {
	int64_t users, active_month, active_halfyear, statuses, domains;
};
MUST struct err *view_instance_counts(struct call *c, struct instance_counts *ret);
/* The VAPID public key (base64url), as clients want it for Web Push. */
MUST struct err *view_vapid_key(struct call *c, struct str *ret);
