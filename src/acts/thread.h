/* acts/thread.h: conversations of other servers' posts, whose answers never came here because nobody here follows who wrote them. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* As Mastodon 4.5: not before a post has had time to be answered, and not again while the last fetch is young. */
enum { THREAD_YOUNG_S = 300, THREAD_AGAIN_S = 900 };

/* Somebody opened it: has the answers fetched by a job (FETCH_REPLIES), once for however many open it: then *ret_begun. Nothing, and nothing is
 * written, where the post is ours, not for everybody, or was fetched a moment ago. */
MUST struct err *acts_thread_opened(struct call *c, status_id id, bool *ret_begun);
/* How that fetch goes: so many new posts have come; that was all. */
MUST struct err *acts_thread_fetched(struct call *c, status_id thread, int64_t found, bool ended);
