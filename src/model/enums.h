/* model/enums.h: the closed sets of enums.def as C enums, with their words. For each set `t`: enum t, T_COUNT values,
 * const char *t_word(enum t) and bool t_parse(struct str, enum t *ret). */
#pragma once
#include "base/str.h"

#define ENUM_VALUE(PREFIX, NAME, word) PREFIX##_##NAME,
#define ENUM(type, PREFIX, values) \
	enum type { values(ENUM_VALUE) PREFIX##_COUNT }; \
	const char *type##_word(enum type v); \
	bool type##_parse(struct str word, enum type *ret);
#include "model/enums.def"
#undef ENUM_VALUE
