/* view/timeline.h: timelines as the client API gives them: a page of posts for a viewer, with the cursors of its ends.
 * https://docs.joinmastodon.org/methods/timelines/ */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"

struct timeline_json {
	struct str json;          /* an array of Status */
	int64_t first, last;      /* ids of the page's ends; 0 where it is empty */
};

/* The viewer is a person whose home is ready (acts/home.h). */
MUST struct err *view_home(struct call *c, const struct viewer *v, const struct page *p, struct timeline_json *ret);

/* The list is the viewer's and ready (acts/home.h). */
MUST struct err *view_list(struct call *c, const struct viewer *v, list_id id, const struct page *p, struct timeline_json *ret);

/* Direct posts of the viewer's conversations. */
MUST struct err *view_direct(struct call *c, const struct viewer *v, const struct page *p, struct timeline_json *ret);

struct feed_options {
	bool local, remote, only_media;
};
MUST struct err *view_public(struct call *c, const struct viewer *v, const struct feed_options *how, const struct page *p, struct timeline_json *ret);

/* Names of tags as people write them. */
struct tag_names {
	struct str name;
	const struct str *any, *all, *none;
	size_t any_n, all_n, none_n;      /* the first four of each count */
	struct feed_options how;
};
MUST struct err *view_tag(struct call *c, const struct viewer *v, const struct tag_names *what, const struct page *p, struct timeline_json *ret);

struct account_feed {
	account_id author;
	bool pinned, only_media, exclude_replies, exclude_reblogs, exclude_direct;
	struct str tagged;        /* none: all */
};
/* NOT_FOUND: no such account. */
MUST struct err *view_account_feed(struct call *c, const struct viewer *v, const struct account_feed *what, const struct page *p,
				   struct timeline_json *ret);
