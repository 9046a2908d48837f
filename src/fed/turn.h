/* fed/turn.h: equal fetches are made once. Who wants what this process is just asking for waits until that has ended, and looks whether it is
 * known now: a post that a hundred people boost in one second is asked for by the first of them. */
#pragma once
#include "fed/fetch.h"

enum { FED_TURNS_MAX = 64, FED_TURN_WAIT_MS = 15000 };
enum fed_turn {
	FED_TURN_NONE,            /* ask, with nobody waiting for it */
	FED_TURN_MINE,            /* ask, and say fed_turn_end() */
	FED_TURN_OVER,            /* another has asked meanwhile, and it ended well */
};

/* Before something is asked for at this address. NONE where FED_TURNS_MAX go on, where the other's turn took longer than FED_TURN_WAIT_MS or ended in
 * a way that says nothing about ours, and where this thread has the turn already; or this chain asks nobody, or with a token of its own.
 * Fails as the other's did, where that was because of who was asked: REMOTE, NOT_FOUND, GONE. */
MUST struct err *fed_turn_begin(struct call *c, const struct fed_budget *b, struct str address, enum fed_turn *ret);
/* e is what it ended with, and is returned. Does nothing where the turn is not MINE. */
MUST struct err *fed_turn_end(enum fed_turn turn, struct str address, struct err *e);
