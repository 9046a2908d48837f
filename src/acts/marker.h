/* acts/marker.h: how far somebody has read, kept for all their clients. https://docs.joinmastodon.org/methods/markers/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

struct marker_change {
	const char *timeline;     /* "home", "notifications" */
	int64_t last_read_id;
};
/* Fails: CONFLICT another client changed one of them in the same moment; nothing is changed then. */
MUST struct err *acts_markers_put(struct call *c, account_id who, const struct marker_change *v, size_t n);
