/* acts/answered.h: which posts' first answers are known to have arrived, whole and quickly. Noted in memory, on whatever thread saw
 * the answer go, and written in batches; what is lost on the way, or does not fit, counts as not answered, which is the safe side:
 * a repeat of such a post then returns it (docs/decisions/0003-answers-noted-in-memory.md). Safe from any thread; bounded. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { ANSWERED_MAX = 1024 };

/* What an endpoint leaves in its request until the answer went out. */
struct answer_note {
	int64_t post;                 /* a post's id, or that of one for later; 0: nothing to note */
	account_id author;
};
/* Takes only memory: for I/O threads. */
void acts_answered(const struct answer_note *note);
/* Writes what is noted, if this author is among it or much has gathered: before the author's next post is judged. Author none: writes all,
 * as app does at each tick, so that other nodes know it and little is lost. */
MUST struct err *acts_answers_flush(struct call *c, account_id author);
