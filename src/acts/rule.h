/* acts/rule.h: the rules of this server. https://docs.joinmastodon.org/entities/Rule/ */
#pragma once
#include "base/call.h"

enum { RULE_CHARS_MAX = 300, RULE_HINT_CHARS_MAX = 2000 };

/* id 0: a new one, at the end. text or hint none: as it is. INVALID: too long, empty, too many. NOT_FOUND: no such rule. */
MUST struct err *acts_rule_put(struct call *c, int64_t id, struct str text, struct str hint, int64_t *ret_id);
/* It is in force no more; reports that name it keep it. */
MUST struct err *acts_rule_drop(struct call *c, int64_t id);
/* The rule in another language; text none: that translation goes. INVALID: no language, too long. */
MUST struct err *acts_rule_translate(struct call *c, int64_t id, struct str language, struct str text, struct str hint);

/* A version of the terms of service that takes effect on this day ("2026-12-24"; none: today). INVALID: no day, a day past, or one that has
 * a version. ret_day may be NULL. */
MUST struct err *acts_terms_publish(struct call *c, struct str text, struct str day, struct str *ret_day);
