/* store/move.h: rows of moves, and of those who have to do with somebody who moves. */
#pragma once
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
/* In a transaction. Where the account lives now; none: here. Raises version. */
MUST struct err *account_moved_put(struct call *c, account_id id, account_id to);
MUST struct err *account_aliases_put(struct call *c, account_id id, struct str also_known_as);

/* People here who follow, block or mute somebody, or wrote a note about them: those with ids below `before` (of the relation; of notes, of
 * whoever wrote it), the greatest first. */
enum acquaintance { ACQUAINTED_FOLLOWER, ACQUAINTED_NOTE, ACQUAINTED_BLOCK, ACQUAINTED_MUTE, ACQUAINTANCES };
struct acquaintance_row {
	int64_t id;
	account_id who;
	struct str note;
	bool hide_notifications;      /* of a mute */
	int64_t expires_us;
};
MUST struct err *acquaintances(struct call *c, enum acquaintance kind, account_id of, int64_t before, int max, struct acquaintance_row **ret,
			       size_t *ret_n);
