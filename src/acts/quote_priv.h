/* acts/quote_priv.h: quotes, for those who write posts. */
#pragma once
#include "acts/status_priv.h"

/* By the post's policy; what the account may see of it is decided before. */
MUST struct err *acts__quote_allowed(struct call *c, account_id who, const struct status *s, bool *ret);
/* What a post here quotes, while it is there: d->quoted. */
MUST struct err *acts__quoted_by(struct call *c, const struct status *s, struct draft *d);
/* Of a new post of ours: the quote's row, and its author's place in the audience. */
void acts__quote_fill(struct call *c, const struct draft *d, struct status_whole *w, struct quote *q);
/* In a transaction: the row, counted where it is agreed to; the author is told, or asked. NOT_FOUND: the quoted post has gone. */
MUST struct err *acts__quote_add(struct call *c, const struct quote *q, bool ours);
/* In a transaction: the quoting post goes, or quotes no longer. */
MUST struct err *acts__quote_forget(struct call *c, const struct status *quoting);
/* In a transaction: another server's post quotes as it says from now on. *s gets its quote; the caller writes the post. *ret_changed: something is
 * other than it was. */
struct remote_status;
MUST struct err *acts__quote_receive(struct call *c, const struct remote_status *in, struct status *s, bool *ret_changed);
