/* store/archive.h: rows of archives, and what goes into one: somebody's own posts, files and marks, a page at a time. */
#pragma once
#include "model/archive.h"
#include "model/status.h"
#include "store/store.h"

MUST struct err *archive_find(struct call *c, account_id who, struct own_archive *ret, bool *ret_found);
/* In a transaction. *ret_took: false where one was asked for after again_us. The old file's name stays until archive_name(). */
MUST struct err *archive_ask(struct call *c, account_id who, int64_t again_us, bool *ret_took);
/* In a transaction. Names the file of the one that was asked for then and is not ready. */
MUST struct err *archive_name(struct call *c, account_id who, int64_t asked_us, struct str file, bool *ret_took);
/* In a transaction. a->file is ready; *ret_took: false where the row has another file, or is gone. */
MUST struct err *archive_ready(struct call *c, const struct own_archive *a, bool *ret_took);
/* Asked for before that moment, oldest first. */
MUST struct err *archives_before(struct call *c, int64_t before_us, int max, struct own_archive **ret, size_t *ret_n);
/* In a transaction. */
MUST struct err *archive_drop(struct call *c, account_id who, int64_t asked_us);

/* Ids of all posts and boosts of theirs after that one, oldest first. */
MUST struct err *archive_posts(struct call *c, account_id of, int64_t after, int max, int64_t **ret, size_t *ret_n);
/* Attachments of their posts after that one, in order of their ids, that stand in storage. */
struct archive_file { int64_t id; struct str file; };
MUST struct err *archive_files(struct call *c, account_id of, int64_t after, int max, struct archive_file **ret, size_t *ret_n);
/* URIs of what they like, or keep, after that mark, oldest first; id is the mark's. */
struct archive_mark { int64_t id; struct str uri; };
MUST struct err *archive_marks(struct call *c, account_id of, bool likes, int64_t after, int max, struct archive_mark **ret, size_t *ret_n);
