/* acts/people_priv.h: what acts about two people share. */
#pragma once
#include "model/account.h"
#include "store/relation.h"

enum { FOLLOWS_A_DAY = 400 };         /* of people and of tags together */

/* NOT_FOUND: unknown or deleted; for acts that begin something new also: suspended, or not let in yet. */
MUST struct err *acts__person(struct call *c, account_id id, bool must_stand, const struct account **ret);

enum sever {
	SEVER_TELL = 1,               /* tell the other server: Undo of a Follow of ours, Reject of one of theirs */
	SEVER_REQUESTS = 2,           /* only what is asked for, not what stands */
};
/* In a transaction, the pair being locked: `from` no longer follows, nor asks to follow, `to`. Counters, notifications and the home
 * timeline follow. *ret_was: there was something to end. */
MUST struct err *acts__sever(struct call *c, const struct account *from, const struct account *to, int flags, bool *ret_was);

/* In a transaction. Some of the follows and requests from and to somebody who is gone end without a word; *ret_more: there are more. */
MUST struct err *acts__follows_end(struct call *c, account_id who, bool *ret_more);

/* In a transaction: one follow more (1) or less (-1). */
MUST struct err *acts__follow_counted(struct call *c, account_id follower, account_id target, int by);

/* Says yes to everybody who asks to follow an account that is open now; those who are silenced go on waiting. In transactions of its own. */
MUST struct err *acts__requests_admit(struct call *c, account_id who);

/* In a transaction. What somebody's home shows of an author has to be looked through; it has to be filled up from those one follows. Both
 * are jobs, and nothing where the reader is not one of ours. */
MUST struct err *acts__home_clean(struct call *c, const struct account *reader, account_id author);
MUST struct err *acts__home_fill(struct call *c, const struct account *reader);
