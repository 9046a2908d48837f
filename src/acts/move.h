/* acts/move.h: living at another address: aliases, moving away and coming from elsewhere. https://docs.joinmastodon.org/user/moving/
 * A move counts only where both sides agree: who moves says where to, and the new account names the old one among its aliases. Those here
 * who follow the old account are taken over by jobs, a bounded number each. */
#pragma once
#include "base/call.h"
#include "model/account.h"
#include "model/jobs.h"

enum { ALIASES_MAX = 100, MOVE_COOLDOWN_DAYS = 30, MOVE_AGAIN_DAYS = 7 };

/* Does a say, among its aliases, that it is also known as this URI? */
bool acts_alias_claims(struct call *c, const struct account *a, struct str uri);
/* who says that they are also known as other, and that they are not (any more). Others are told by an Update.
 * Fails: INVALID  field "acct": it is who, or there are ALIASES_MAX. */
MUST struct err *acts_alias_add(struct call *c, account_id who, account_id other);
MUST struct err *acts_alias_remove(struct call *c, account_id who, struct str uri);

/* who moves to `to`, whose document has just been read again. Fails: INVALID  fields "acct" and "current_password"; LIMITED; BUSY. */
MUST struct err *acts_move_out(struct call *c, account_id who, account_id to, struct str password);
/* who lives here again; followers that were taken over do not come back by themselves. */
MUST struct err *acts_move_end(struct call *c, account_id who);
/* Somebody elsewhere has said that they moved. Nothing where `to` does not claim to be them too, or they moved within MOVE_AGAIN_DAYS. */
MUST struct err *acts_move_receive(struct call *c, account_id from, account_id to);

/* The ledger of a move of one of ours: which servers were told, and how many of their followers went along. A server acknowledges a Move by
 * its people following elsewhere; where after a day some have not, it is told again, in growing intervals, five times.
 * acts_move_told: the servers of these inboxes were told with the activity `body`; hosts: theirs, each as often as it has inboxes. */
MUST struct err *acts_move_told(struct call *c, account_id who, int64_t body, const struct str *hosts, size_t n);
/* Recurring: tells those again that are due. */
MUST struct err *acts_moves_prompt(struct call *c);
/* All that are still to be told again are told now. NOT_FOUND: who has not moved. */
MUST struct err *acts_move_prompt(struct call *c, account_id who);

/* JOB_MOVE. ref_id: the old account; arg: the new one's id; payload: "KIND BEFORE", where to go on (store/move.h). */
job_fn acts_job_move;
