/* store/move.h: rows of moves, and of those who have to do with somebody who moves. */
#pragma once
#include "store/relation.h"
#include "store/store.h"

struct account_move {
	int64_t id;
	account_id account, target;
	int64_t followers;            /* at that time */
	int64_t created_us;
};
/* In a transaction. */
MUST struct err *account_move_add(struct call *c, const struct account_move *m);
MUST struct err *account_move_last(struct call *c, account_id of, struct account_move *ret, bool *ret_found);
MUST struct err *account_move_find(struct call *c, int64_t id, struct account_move *ret, bool *ret_found);

/* The ledger: what a server with followers was told of a move. */
struct move_host {
	int64_t move;
	struct str host;
	int64_t followers;            /* that it had when it was first told */
	int64_t body;                 /* the activity that it was last told with */
	int64_t told_us, prompts, due_us;     /* when, how often again, and when next; due 0: no more */
	bool waiting;                 /* that activity has not arrived */
};
enum { MOVE_HOSTS_MAX = 10000 };
/* In a transaction. Told for the first time, or again: then followers, prompts and due_us stay. */
MUST struct err *move_host_told(struct call *c, const struct move_host *h);
MUST struct err *move_hosts_of(struct call *c, int64_t move, struct move_host **ret, size_t *ret_n);
/* Those that are due, by move. */
MUST struct err *move_hosts_due(struct call *c, int max, struct move_host **ret, size_t *ret_n);
/* In a transaction. due_us 0: not again; by: how many prompts more. */
MUST struct err *move_host_put_off(struct call *c, const struct move_host *h, int64_t by, int64_t due_us);
/* In a transaction: all of a move that are to be told again are due now. */
MUST struct err *move_hosts_hurry(struct call *c, int64_t move);

/* In a transaction. Where the account lives now; none: here. Raises version. */
MUST struct err *account_moved_put(struct call *c, account_id id, account_id to);
MUST struct err *account_aliases_put(struct call *c, account_id id, struct str also_known_as);

/* People here who follow, block or mute somebody, or wrote a note about them: those with ids below `before` (of the relation; of notes, of
 * whoever wrote it), the greatest first. */
enum acquaintance { ACQUAINTED_FOLLOWER, ACQUAINTED_NOTE, ACQUAINTED_BLOCK, ACQUAINTED_MUTE, ACQUAINTANCES };
struct acquaintance_row {
	int64_t id;
	account_id who;
	/* What who is to the new account: */
	bool follows_new, blocks_new, mutes_new;
	struct str note_new;
	struct str note;
	bool hide_notifications;      /* of a mute */
	int64_t expires_us;
};
MUST struct err *acquaintances(struct call *c, enum acquaintance kind, account_id of, account_id new_account, int64_t before, int max,
			       struct acquaintance_row **ret, size_t *ret_n);

/* In a transaction, as all that follows. Those of these who follow `of`, by their ids, and what stands between them and the new account. */
struct mover {
	struct follow old;
	bool follows_new;             /* or has asked to */
	bool hidden;                  /* one blocks the other, or who hides the domain: nothing is begun between them */
};
MUST struct err *movers(struct call *c, account_id of, const struct account *new_account, const int64_t *who, size_t n, struct mover **ret,
			size_t *ret_n);
/* New follows, or requests. The caller has looked, under relations_lock(), that they may be. */
MUST struct err *movers_follow(struct call *c, enum follow_kind kind, const struct follow *f, size_t n);
/* The lists of these that hold `of` hold the new account instead; all of their lists have to be built anew. */
MUST struct err *movers_lists(struct call *c, account_id of, account_id new_account, const int64_t *who, size_t n);
/* They follow `of` no longer: rows, endorsements, notifications of it. Counters are the caller's. */
MUST struct err *movers_unfollow(struct call *c, account_id of, const int64_t *who, size_t n);
/* One followed account less for each of these. */
MUST struct err *movers_count(struct call *c, const int64_t *who, size_t n);
/* Notes about one account, each in place of an earlier one. */
struct note_row { account_id who; struct str comment; };
MUST struct err *account_notes_put(struct call *c, account_id about, const struct note_row *notes, size_t n);
