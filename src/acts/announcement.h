/* acts/announcement.h: announcements to everybody here, and reactions to them. Open streams of everybody are told of each change.
 * https://docs.joinmastodon.org/methods/announcements/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/jobs.h"

enum { ANNOUNCEMENT_CHARS_MAX = 10000 };

/* What is said or changed; texts that are none stay as they are, empty ones are taken away. Times as in ISO 8601. */
struct announcement_in {
	struct str text, starts, ends;
	int all_day;              /* -1: as it is. Only with both times, which then mean whole days */
	struct str at;            /* when it is to be published; none: at once, unless it is a draft */
	bool draft;
};
/* id 0: a new one. Until its `ends` it is seen by everybody, once it is published. INVALID, NOT_FOUND. */
MUST struct err *acts_announcement_put(struct call *c, int64_t id, const struct announcement_in *in, int64_t *ret_id);
MUST struct err *acts_announcement_publish(struct call *c, int64_t id, bool publish);
MUST struct err *acts_announcement_drop(struct call *c, int64_t id);

/* NOT_FOUND: there is none, or nobody sees it. */
MUST struct err *acts_announcement_dismiss(struct call *c, account_id who, int64_t id);
/* name: an emoji of Unicode, or the shortcode of one of ours. Done twice it changes nothing. INVALID: it is neither, or there are eight
 * others. NOT_FOUND: no announcement, or (dropped) no such reaction of theirs. */
MUST struct err *acts_announcement_react(struct call *c, account_id who, int64_t id, struct str name);
MUST struct err *acts_announcement_unreact(struct call *c, account_id who, int64_t id, struct str name);

job_fn acts_job_announcement;     /* ref_id: the announcement whose time to be seen, or to be seen no more, has come */
