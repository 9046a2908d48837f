/* store/poll.h: polls and votes. A post's poll comes with the post (store/status.h). */
#pragma once
#include "model/status.h"
#include "store/store.h"

struct poll_vote {
	poll_id poll;
	int position;
};
/* One account's votes in these polls. */
MUST struct err *poll_votes_of(struct call *c, account_id voter, const int64_t *poll_ids, size_t n, struct poll_vote **ret, size_t *ret_n);
MUST struct err *poll_status(struct call *c, poll_id id, status_id *ret, bool *ret_found);

/* With its options, in their order. */
MUST struct err *poll_find(struct call *c, poll_id id, struct poll *ret, struct poll_option **ret_options, size_t *ret_n, bool *ret_found);

/* All of these in a transaction. */
/* Votes in one poll happen one after another, here and on other nodes. */
MUST struct err *poll_lock(struct call *c, poll_id id);
/* *ret_new: false where this account has voted so already. Counts the vote, and the voter where it is the first. */
MUST struct err *poll_vote_add(struct call *c, account_id voter, poll_id id, int position, struct str uri, bool *ret_new);
MUST struct err *poll_voter_count(struct call *c, poll_id id);
/* Writes the poll's own columns; options that differ replace the old ones, and the votes go. */
MUST struct err *poll_put(struct call *c, const struct poll *p);
MUST struct err *poll_options_replace(struct call *c, poll_id id, const struct poll_option *o, size_t n);
/* Counts as another server says them; options in their order. */
MUST struct err *poll_counts_put(struct call *c, poll_id id, int64_t voters, const int64_t *votes, size_t n);
MUST struct err *poll_drop(struct call *c, poll_id id);
/* *ret_closed: false where it was closed before. */
MUST struct err *poll_close(struct call *c, poll_id id, bool *ret_closed);
/* Local accounts who voted, after `after`, at most max. */
MUST struct err *poll_voters_here(struct call *c, poll_id id, account_id after, int max, account_id **ret, size_t *ret_n);
