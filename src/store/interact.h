/* store/interact.h: what people do with posts: favourites, boosts, bookmarks, pins, muted conversations, and pages of them. Adding what
 * stands and dropping what does not changes nothing. */
#pragma once
#include "model/status.h"
#include "store/store.h"

/* In a transaction, as all that adds or drops. uri: of the activity, or none. */
MUST struct err *favourite_add(struct call *c, int64_t id, account_id who, status_id what, struct str uri, bool *ret_new);
MUST struct err *favourite_drop(struct call *c, account_id who, status_id what, struct str *ret_uri, bool *ret_was);
MUST struct err *favourite_find_uri(struct call *c, struct str uri, account_id *ret_who, status_id *ret_what, bool *ret_found);
MUST struct err *bookmark_add(struct call *c, account_id who, status_id what);
MUST struct err *bookmark_drop(struct call *c, account_id who, status_id what);
/* *ret_full: not pinned, because max are. */
MUST struct err *pin_add(struct call *c, account_id who, status_id what, int64_t max, bool *ret_new, bool *ret_full);
MUST struct err *pin_drop(struct call *c, account_id who, status_id what, bool *ret_was);
/* The posts that stand pinned, as ids. At most max. */
MUST struct err *pins_of(struct call *c, account_id who, int max, int64_t **ret, size_t *ret_n);
MUST struct err *thread_mute_add(struct call *c, account_id who, status_id thread);
MUST struct err *thread_mute_drop(struct call *c, account_id who, status_id thread);

/* The boost that this account made of a post; none where there is none. */
MUST struct err *boost_find(struct call *c, account_id who, status_id of, status_id *ret);
/* In a transaction, before a post is dropped: those who boosted it have one post less. */
MUST struct err *boosters_uncount(struct call *c, status_id of);

/* Pages, newest first; the cursors are the rows' ids (of boosts: the boost's). */
enum mark_list { MARK_FAVOURITES, MARK_BOOKMARKS, MARK_FAVOURITED_BY, MARK_REBLOGGED_BY, MARK_LISTS };
struct mark_row {
	int64_t id;
	int64_t other;                /* the post of FAVOURITES and BOOKMARKS, the account of the others */
};
/* of: the account of FAVOURITES and BOOKMARKS, the post of the others. Those who did are without the suspended, and for a viewer without
 * whom the viewer blocks or mutes or who blocks the viewer. Only boosts that anybody may see are counted among them. */
MUST struct err *marks_page(struct call *c, enum mark_list list, int64_t of, account_id viewer, const struct page *p, struct mark_row **ret,
			    size_t *ret_n);
