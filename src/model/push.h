/* model/push.h: what a device that is pushed to wants to hear of. */
#pragma once
#include "model/enums.h"
#include "model/ids.h"

/* "data" of a subscription. https://docs.joinmastodon.org/entities/WebPushSubscription/ */
struct push_wants {
	int64_t alerts;           /* bits: 1 << enum notification_type */
	enum push_policy policy;
};
