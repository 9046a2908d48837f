/* store/quote.h: which post quotes which, and whether its author agreed (model/quote.h). */
#pragma once
#include "base/map.h"
#include "model/quote.h"
#include "store/store.h"

MUST struct err *quote_find(struct call *c, quote_id id, struct quote *ret, bool *ret_found);
MUST struct err *quote_of_status(struct call *c, status_id id, struct quote *ret, bool *ret_found);
/* By the id of the QuoteRequest. */
MUST struct err *quote_find_request(struct call *c, struct str request_uri, struct quote *ret, bool *ret_found);
/* By the authorization; at most max, all of one quoted author's (none: of anybody's). */
MUST struct err *quotes_approved_by(struct call *c, struct str approval_uri, account_id quoted_account, int max, struct quote **ret, size_t *ret_n);
/* Of these posts: map status.v -> struct quote *. At most 320 ids. */
MUST struct err *quotes_of_statuses(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_status);

/* Accepted quotes of a post, whose authors neither are blocked or muted by the viewer nor block the viewer; cursors are ids of quotes. */
struct quote_row { int64_t id, status; };
MUST struct err *quotes_page(struct call *c, status_id of, account_id viewer, const struct page *p, struct quote_row **ret, size_t *ret_n);
/* Accepted quotes by people of this server, after the quote `after`, in order of their ids. */
struct quoter { quote_id quote; status_id status; account_id account; };
MUST struct err *quoters_here(struct call *c, status_id of, quote_id after, int max, struct quoter **ret, size_t *ret_n);

/* In a transaction. */
MUST struct err *quote_add(struct call *c, const struct quote *q);
/* Writes quoted, quoted_account, quoted_uri, state, legacy, approval_uri, request_uri, due_us. *ret_took false: it has changed since q was read. */
MUST struct err *quote_put(struct call *c, const struct quote *q, bool *ret_took);
MUST struct err *quote_drop(struct call *c, quote_id id);
/* Adds to a post's counter and takes its row, so that the post cannot go before this transaction has ended. *ret_there: false where it has gone. */
MUST struct err *quotes_count(struct call *c, status_id quoted, int64_t by, bool *ret_there);
/* The post goes: what quotes it shows that it is deleted. */
MUST struct err *quotes_orphan(struct call *c, status_id quoted);
/* Those that are due, the longest first, at most max: they are due again at again_us, spread over a day. */
struct quote_due { quote_id id; struct str approval_uri; };
MUST struct err *quotes_due(struct call *c, int max, int64_t again_us, struct quote_due **ret, size_t *ret_n);
