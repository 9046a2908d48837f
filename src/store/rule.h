/* store/rule.h: the rules of this server, with their translations. */
#pragma once
#include "store/store.h"

enum { RULES_MAX = 50, RULE_LANGUAGES_MAX = 50 };

struct rule { int64_t id, position; struct str text, hint; };
struct rule_translation { int64_t rule; struct str language, text, hint; };
struct rules {
	struct rule *v;
	struct rule_translation *translations;        /* by rule, then language */
	size_t n, translations_n;
};

/* Those in force, in their order. Two queries at most. */
MUST struct err *rules_all(struct call *c, struct rules *ret);
/* Of these, which exist, dropped ones too, in their order. At most 320. */
MUST struct err *rules_known(struct call *c, const int64_t *ids, size_t n, int64_t **ret, size_t *ret_n);

/* In a transaction. put: adds, or changes what is there. */
MUST struct err *rule_put(struct call *c, const struct rule *r);
MUST struct err *rule_drop(struct call *c, int64_t id, bool *ret_was);
MUST struct err *rule_translation_put(struct call *c, const struct rule_translation *t);
MUST struct err *rule_translation_drop(struct call *c, int64_t rule, struct str language, bool *ret_was);
