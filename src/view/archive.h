/* view/archive.h: somebody's archive, and what goes into one: all that is theirs, whoever else may see it. For its owner alone. */
#pragma once
#include "model/archive.h"
#include "view/federation.h"

enum { VIEW_ARCHIVE_POSTS = 80, VIEW_ARCHIVE_ROWS = 500 };

MUST struct err *view_archive(struct call *c, account_id who, struct own_archive *ret, bool *ret_found);

/* Posts and boosts of theirs after that id, oldest first, VIEW_ARCHIVE_POSTS at most; a page costs a fixed number of queries, and one
 * more for every 320 people mentioned. Boosts of what is gone are left out: *ret_last is where to go on, 0: that was all. */
MUST struct err *view_own_notes(struct call *c, const struct account *who, int64_t after, struct note **ret, size_t *ret_n, int64_t *ret_last);
/* Files of attachments that stand in storage, VIEW_ARCHIVE_ROWS at most. *ret_last as above. */
MUST struct err *view_own_files(struct call *c, account_id who, int64_t after, struct str **ret, size_t *ret_n, int64_t *ret_last);
/* URIs of what they like, or have among their bookmarks; the same. */
MUST struct err *view_own_marks(struct call *c, account_id who, bool likes, int64_t after, struct uri_page *ret);
