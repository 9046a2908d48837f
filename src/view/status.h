/* view/status.h: posts as the client API shows them, always for a viewer, a page at a time in a fixed number of queries.
 * https://docs.joinmastodon.org/entities/Status/ */
#pragma once
#include "base/call.h"
#include "base/map.h"
#include "model/status.h"
#include "model/viewer.h"
#include "view/account.h"
#include "view/filter.h"

/* What a page of posts holds once it is loaded. */
struct status_page {
	struct viewer viewer;
	struct map *statuses;         /* id.v -> struct status *, boosted and quoted ones included */
	struct map *sees;             /* id.v -> struct see_row * of store; NULL where the caller's query has judged already */
	struct map *facts;            /* id.v -> struct status_facts *; NULL without a person */
	struct map *texts;            /* id.v -> struct str *: the lasting part, rendered */
	struct map *polls;            /* poll id.v -> struct poll_view * */
	struct map *cards;            /* card id.v -> struct card *; NULL where no post leads to a page */
	struct map *quotes;           /* quoting post's id.v -> struct quote * */
	struct tagged_collections *tagged;    /* the collections that these link to; NULL where none does */
	struct account_page accounts;
	struct media *media;          /* what filters read the descriptions of; none where no filter applies */
	size_t media_n;
	struct filter_set filters;    /* the viewer's, for the context; none where they do not apply */
	bool with_text;               /* "text" instead of "content": answers to DELETE */
};

enum view_status_flags {
	VIEW_JUDGED = 1,              /* the query that found the ids has applied the rules to them (not to what they boost) */
	VIEW_WITH_TEXT = 2,
};

/* Loads these and what they boost and quote. Filters apply in `context` (FILTER_CONTEXT_COUNT: in none). Queries: statuses, boosted ones
 * if any, quotes and what they quote if any, what may be seen unless judged, cards if any, accounts, facts for a person, polls if any,
 * collections that they link to if any, filters for a person and, where one applies, media; and for what is not in the render cache: media,
 * mentions, tags, applications. At most VIEW_STATUSES_MAX, so that one query takes them with all that they quote. */
enum { VIEW_STATUSES_MAX = 160 };
MUST struct err *view_statuses_load(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, int flags, enum filter_context context,
				    struct status_page *ret);
/* May the viewer see it, and what it boosts? False too where it is not in the page. */
bool view_status_visible(const struct status_page *p, status_id id);
/* The Status entity; false, and nothing is written, where it may not be seen. */
bool view_status_write(struct call *c, const struct status_page *p, status_id id, struct jw *w);

/* An array of the visible ones in this order. */
MUST struct err *view_statuses_json(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, int flags, enum filter_context context,
				    struct str *ret_json);
/* One. NOT_FOUND ("Not Found"): unknown or hidden from the viewer, which nobody can tell apart. */
MUST struct err *view_status_json(struct call *c, const struct viewer *v, status_id id, int flags, struct str *ret_json);
/* The struct, judged by the same rule; NOT_FOUND likewise. */
MUST struct err *view_status_get(struct call *c, const struct viewer *v, status_id id, struct status **ret);

void view_media_write(struct call *c, const struct media *m, struct jw *w);     /* the MediaAttachment entity */

/* A poll with its options and what the viewer voted. */
struct poll_view {
	struct poll poll;
	struct poll_option *options;
	size_t n;
	bool known_voter, voted;
	int64_t *own;
	size_t own_n;
};
void view_poll_write(struct call *c, const struct poll_view *p, struct str emojis, struct jw *w);
/* NOT_FOUND ("Record not found"): unknown, or its post is hidden from the viewer. */
MUST struct err *view_poll_json(struct call *c, const struct viewer *v, poll_id id, struct str *ret_json);
