/* view/directory.h: finding people to follow. https://docs.joinmastodon.org/methods/directory/ and .../suggestions/ */
#pragma once
#include "base/call.h"
#include "model/viewer.h"

struct directory_how {
	bool local, newest;           /* newest: by when they came, else by their last post */
	int limit, offset;            /* past DIRECTORY_OFFSET_MAX: nobody */
};
enum { DIRECTORY_OFFSET_MAX = 10000 };
/* An array of Account. NOT_FOUND: this server keeps no directory. */
MUST struct err *view_directory(struct call *c, const struct viewer *v, const struct directory_how *how, struct str *ret_json);

/* An array of Suggestion, or with `plain` of Account. Those the server features first, then friends of friends, then those with the most
 * followers; who is named by several stands once. */
MUST struct err *view_suggestions(struct call *c, account_id me, int limit, int offset, bool plain, struct str *ret_json);

/* {"following_count", "followers_count"}: whom of a domain one would lose by hiding it. INVALID: no domain. */
MUST struct err *view_domain_preview(struct call *c, account_id me, struct str domain, struct str *ret_json);
