/* acts/interact.h: what people do with posts: favourites, boosts, bookmarks, pins, muted conversations. All of it may be said twice: what
 * stands stays, what is not there is gone. A boost's id stands for what it boosts. Rules are Mastodon 4.6's. */
#pragma once
#include "base/call.h"
#include "model/status.h"
#include "model/viewer.h"

/* Fail: NOT_FOUND "Not Found": unknown, or hidden from who. */
MUST struct err *acts_favourite(struct call *c, account_id who, status_id id);
MUST struct err *acts_unfavourite(struct call *c, account_id who, status_id id);
MUST struct err *acts_bookmark(struct call *c, account_id who, status_id id);
MUST struct err *acts_unbookmark(struct call *c, account_id who, status_id id);
/* Also INVALID: not one's own, a boost, direct, or as many are pinned as may be. */
MUST struct err *acts_pin(struct call *c, account_id who, status_id id);
MUST struct err *acts_unpin(struct call *c, account_id who, status_id id);
MUST struct err *acts_mute_conversation(struct call *c, account_id who, status_id id);
MUST struct err *acts_unmute_conversation(struct call *c, account_id who, status_id id);
/* visibility: "public", "unlisted", "private", or none: as the author posts. *ret: the boost, which may have stood. Also FORBIDDEN: it may not be
 * boosted; LIMITED. */
MUST struct err *acts_reblog(struct call *c, const struct viewer *v, status_id id, struct str visibility, status_id *ret);
/* *ret_original: what was boosted, whether it was or not. */
MUST struct err *acts_unreblog(struct call *c, account_id who, status_id id, status_id *ret_original);

/* What people elsewhere did with a post that is known here. uri: of their activity, or none; what was undone before it came is not made. */
MUST struct err *acts_favourite_receive(struct call *c, account_id actor, status_id id, struct str uri);
MUST struct err *acts_favourite_undone(struct call *c, account_id actor, status_id id, struct str uri);
struct reblog_received {
	account_id actor;
	status_id of;
	struct str uri;
	int64_t published_us;         /* 0: now */
	enum visibility visibility;
};
/* *ret: the boost; none where it may not be, or was deleted before. Old ones (by published_us) come quietly. */
MUST struct err *acts_reblog_receive(struct call *c, const struct reblog_received *in, status_id *ret);
MUST struct err *acts_reblog_undone(struct call *c, account_id actor, status_id of);
