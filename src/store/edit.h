/* store/edit.h: how a post read before its edits: one row for each state that is past. */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct status_edit {
	status_id status;
	struct str text;              /* local: what was typed */
	enum content_type content_type;
	struct str content, spoiler_text;
	bool sensitive;
	struct str media;             /* JSON [{"id","description"}], in display order */
	struct str poll;              /* JSON [{"title"}], or none */
	struct str emojis;
	int64_t created_us;           /* when it began to read so */
};
MUST struct err *status_edit_add(struct call *c, const struct status_edit *e);       /* in a transaction */
/* Oldest first, at most max. */
MUST struct err *status_edits(struct call *c, status_id of, int max, struct status_edit **ret, size_t *ret_n);
