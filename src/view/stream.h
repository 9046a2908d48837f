/* view/stream.h: what open streams are told: events of other processes, and posts rendered for those who listen. A post that may not be
 * shown is none. */
#pragma once
#include "base/call.h"
#include "model/event.h"
#include "model/status.h"
#include "model/viewer.h"

/* Oldest first, at most max; without those that only the machinery hears. */
MUST struct err *view_events_after(struct call *c, int64_t after_id, int max, struct event **ret, size_t *ret_n);

/* A public post, rendered once for everybody. */
struct stream_post {
	const struct status *status;
	struct str json;          /* none: it is not public, or gone, or only rendered for each */
	bool for_each;            /* it quotes what some may shun, or is not for everybody */
	struct str more;          /* what filters search beside its text */
};
MUST struct err *view_stream_post(struct call *c, status_id id, struct stream_post *ret);
/* Of these people those who do not get it: blocks, mutes, hidden domains. */
MUST struct err *view_stream_shunned(struct call *c, status_id id, const int64_t *people, size_t n, int64_t **ret, size_t *ret_n);
/* One that is rendered for each, for this person. none: not theirs to see. */
MUST struct err *view_stream_for(struct call *c, const struct stream_post *p, account_id who, struct str *ret_json);
/* The same text with "filtered" by this person's filters. *ret_any: whether they have any filters there. */
MUST struct err *view_stream_filtered(struct call *c, const struct stream_post *p, account_id who, struct str *ret_json, bool *ret_any);

/* A post in somebody's own stream: rendered for them, unless they may not see it or mute its author. */
MUST struct err *view_stream_own(struct call *c, const struct viewer *v, status_id id, struct str *ret_json);
