/* store/media.h: rows of attachments. The files themselves are the room media's business. */
#pragma once
#include "model/status.h"
#include "store/store.h"

MUST struct err *media_of_statuses(struct call *c, const int64_t *status_ids, size_t n, struct media **ret, size_t *ret_n);
MUST struct err *media_find(struct call *c, media_id id, struct media *ret, bool *ret_found);
MUST struct err *media_by_ids(struct call *c, const int64_t *ids, size_t n, struct media **ret, size_t *ret_n);
MUST struct err *media_add(struct call *c, const struct media *m);           /* in a transaction */
/* Writes description, focus, files, state, sizes, blurhash. */
MUST struct err *media_put(struct call *c, const struct media *m);
/* What came of a conversion: state, files, sizes, times. Words are left alone; only of one that waits: *ret_took says whether it did. */
MUST struct err *media_put_converted(struct call *c, const struct media *m, bool *ret_took);
/* Another server's picture at this address is a film from now on: type, sizes, times. *ret_took: it was a picture, and that one. */
MUST struct err *media_put_gifv(struct call *c, const struct media *m, bool *ret_took);
/* Another server's film at this address makes no sound: it is a gifv from now on. *ret_took: it was a film, and that one. */
MUST struct err *media_put_silent(struct call *c, media_id id, struct str remote_url, bool *ret_took);
MUST struct err *media_original_gone(struct call *c, media_id id);
/* Attaches these, in this order, to a status of their owner; only loose ones or those it has already. *ret_n: how many took. */
MUST struct err *media_attach(struct call *c, account_id owner, status_id to, const media_id *ids, size_t n, int64_t *ret_n);
/* They are loose from now on: created_us says since when, so that whoever deletes a post to write it anew has them for a day. */
MUST struct err *media_detach_all(struct call *c, status_id from);
/* Writes description and focus of one that no post has yet, or its preview; *ret_took says whether it was so. In a transaction. */
MUST struct err *media_put_words(struct call *c, const struct media *m, bool *ret_took);
MUST struct err *media_put_preview(struct call *c, media_id id, const struct media_preview *p);
/* Only a loose one; *ret_took says whether it was. In a transaction. */
MUST struct err *media_drop_loose(struct call *c, media_id id, bool *ret_took);
/* Those of this post count as uploaded long ago: once loose, the next cleaning takes them. */
MUST struct err *media_expire(struct call *c, status_id of);
/* Uploaded and never attached, oldest first: what the cleaner takes. */
MUST struct err *media_loose_before(struct call *c, int64_t before_us, int max, struct media **ret, size_t *ret_n);
