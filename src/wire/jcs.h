/* wire/jcs.h: JSON in its canonical form (RFC 8785), which is what integrity proofs are over: members in the order of their names'
 * UTF-16, numbers as ECMAScript writes a double, no more escapes than needed. */
#pragma once
#include "wire/json.h"

enum { JCS_MAX = 8 << 20 };               /* of text */

/* Of an object's own members: one left out, one put in instead of any of that name. NULL: none. */
struct jcs_change {
	const char *without, *with;
	const struct json *value;
	size_t max;               /* bytes of text, of a stranger's; 0: JCS_MAX */
};
/* Fails: INVALID  a name twice in one object, a text with a NUL in it, or more than max, which is where writing ends: a number costs many
 * times what it took to read. */
MUST struct err *jcs_write(struct arena *a, const struct json *v, const struct jcs_change *change, struct str *ret);
