/* acts/undo_priv.h: an end that comes before what it ends. */
#pragma once
#include "base/call.h"

/* In a transaction: what comes under this id later is not taken. Each is a row for ninety days, and ids cost nothing to make up: of one registered
 * domain about ENDS_DAY_MAX are kept a day, and of what it ends beyond those it may come, if it does come after its end. */
enum { ENDS_DAY_MAX = 20000 };
MUST struct err *acts__end_foretold(struct call *c, struct str uri);
