/* store/mention.h: whom a text means, and who of them is reached. */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct mention_row {
	account_id id;
	struct str username, domain, url;
	struct str handle;            /* the one that was asked for */
	bool local, blocked;          /* blocked: by the author */
};
/* handles: "<username_key>@<domain>", with nothing after the '@' for ours; at most 320. Without suspended and deleted ones. */
MUST struct err *mentions_resolve(struct call *c, account_id author, const struct str *handles, size_t n, struct mention_row **ret, size_t *ret_n);
/* Local accounts who follow this one and were here since active_us: whose open streams may show its posts. At most max, after `after`. */
MUST struct err *readers_here(struct call *c, account_id of, account_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n);
/* Of the others, those who follow a tag of this public post. */
MUST struct err *tag_readers_here(struct call *c, status_id post, account_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n);
