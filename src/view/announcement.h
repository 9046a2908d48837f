/* view/announcement.h: announcements as clients show them. https://docs.joinmastodon.org/entities/Announcement/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* All that are seen, for a person. Four queries at most. */
MUST struct err *view_announcements_json(struct call *c, account_id who, struct str *ret_json);
/* One, for nobody in particular, as streams tell it; none where nobody sees it. */
MUST struct err *view_announcement_stream(struct call *c, int64_t id, struct str *ret_json);
