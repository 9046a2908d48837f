/* acts/reseal.h: everything that stands sealed in the database, sealed anew under the current key (crypt/seal.h): how a rotation ends. */
#pragma once
#include "base/call.h"

/* May be cut off and begun again, and run on two nodes at once. Fails: INTERNAL where a text opens with no key of the ring, and what
 * stands after it is as it was. */
MUST struct err *acts_reseal(struct call *c, int64_t *ret_n);
