/* store/thread.h: conversations: what a post answers, and what answers it. */
#pragma once
#include "model/status.h"
#include "store/store.h"

/* What it answers, up to max posts upwards, oldest first. */
MUST struct err *thread_ancestors(struct call *c, status_id of, int max, int64_t **ret, size_t *ret_n);

struct thread_row {
	status_id id, reply_to;
	account_id account, reply_to_account;
};
/* What answers it, and what answers that, down to `depth` levels, nearest levels first, within a level by id. At most max. */
MUST struct err *thread_descendants(struct call *c, status_id of, int max, int depth, struct thread_row **ret, size_t *ret_n);

/* The last fetch of a conversation, because somebody opened it: when it was asked for (0: never), when it ended (0: not yet), what it brought. */
struct thread_fetch {
	int64_t fetched_us, ended_us, found;
};
/* Of the conversation of this post, or of what it boosts. */
MUST struct err *thread_fetched(struct call *c, status_id of, struct thread_fetch *ret);
/* In a transaction: it is fetched now, unless it was after before_us; then *ret is false. */
MUST struct err *thread_fetch_note(struct call *c, status_id thread, int64_t before_us, bool *ret);
/* In a transaction. ended_us 0: it goes on. */
MUST struct err *thread_fetch_goes(struct call *c, status_id thread, int64_t found, int64_t ended_us);

/* In a transaction: posts that answer s's URI and came before it are linked to it now, with what answers them; s counts them.
 * Who muted what they began mutes the whole. */
MUST struct err *status_adopt(struct call *c, const struct status *s);
