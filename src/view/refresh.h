/* view/refresh.h: what is being fetched or built while a client has an answer already: it is given the name of that, to ask how it goes.
 * https://docs.joinmastodon.org/entities/AsyncRefresh/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"
#include "model/viewer.h"

/* "home-<person>": a home that is being built. */
struct str view_home_refresh(struct call *c, const struct viewer *v);
/* "context-<post>": the answers of a conversation, which are being fetched. */
struct str view_context_refresh(struct call *c, status_id id);
/* A fetch that has not said in a quarter of an hour that it ended will not say so any more. */
struct context_refresh {
	bool running;
	int64_t found;            /* posts that have come so far */
};
/* Whoever may see the post. */
MUST struct err *view_context_refreshing(struct call *c, status_id id, struct context_refresh *ret);

/* {"async_refresh":…}. NOT_FOUND: no such name, another's, about a post that the viewer may not see, or an hour old. */
MUST struct err *view_refresh_json(struct call *c, const struct viewer *v, struct str name, struct str *ret_json);
