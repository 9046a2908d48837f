/* view/trends.h: what is talked about, as the client API shows it. https://docs.joinmastodon.org/methods/trends/ */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"
#include "view/timeline.h"

/* A page of a list that has no cursors. */
struct trends_page {
	struct str json;
	bool full;                /* perhaps there are more */
};
/* Arrays of Tag, Trends::Link, Status, highest score first; empty while conf.trends or conf.trendable_by_default is off. */
MUST struct err *view_trends_tags(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret);
MUST struct err *view_trends_links(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret);
MUST struct err *view_trends_statuses(struct call *c, const struct viewer *v, int limit, int offset, struct trends_page *ret);

/* Public posts that lead to a trending page, of authors who want to be found. NOT_FOUND: that page does not trend. */
MUST struct err *view_link_timeline(struct call *c, const struct viewer *v, struct str url, const struct page *p, struct timeline_json *ret);
