/* view/thread.h: what stands around a post: its conversation, its history, its source, and who liked or shared it. */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"
#include "view/relation.h"

/* What anybody gets, and a person. */
enum { CONTEXT_ANCESTORS_ANYBODY = 40, CONTEXT_DESCENDANTS_ANYBODY = 60, CONTEXT_DEPTH_ANYBODY = 20, CONTEXT_MAX_PERSON = 4096 };

/* The Context entity: ancestors oldest first, descendants depth first with answers of people to themselves before others. Left out: what the
 * viewer may not see, people the viewer blocks, mutes or whose server the viewer hides, and silenced strangers. NOT_FOUND "Not Found". */
MUST struct err *view_context_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json);
/* The array of StatusEdit, the original first. NOT_FOUND "Not Found". */
MUST struct err *view_history_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json);
/* The StatusSource entity. NOT_FOUND "Not Found". */
MUST struct err *view_source_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json);

/* Accounts that favourited or boosted this post. NOT_FOUND "Not Found". */
MUST struct err *view_favourited_by(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret);
MUST struct err *view_reblogged_by(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret);
/* Posts that the viewer favourited or bookmarked. */
MUST struct err *view_favourites(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret);
/* The posts that quote it with consent, as far as the viewer may see them; cursors are ids of quotes. */
MUST struct err *view_quotes(struct call *c, const struct viewer *v, status_id id, const struct page *p, struct people_page *ret);
MUST struct err *view_bookmarks(struct call *c, const struct viewer *v, const struct page *p, struct people_page *ret);
