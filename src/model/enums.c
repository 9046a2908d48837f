#include "model/enums.h"

static bool parse(struct str word, const char *const *words, int n, int *ret)
{
	for (int i = 0; i < n; i++)
		if (str_eqz(word, words[i])) {
			*ret = i;
			return true;
		}
	return false;
}

#define ENUM_WORD(PREFIX, NAME, word) word,
#define ENUM(type, PREFIX, values) \
	static const char *const type##_words[] = { values(ENUM_WORD) }; \
	const char *type##_word(enum type v) { return v < PREFIX##_COUNT ? type##_words[v] : "?"; } \
	bool type##_parse(struct str word, enum type *ret) \
	{ \
		int i; \
		if (!parse(word, type##_words, PREFIX##_COUNT, &i)) \
			return false; \
		*ret = (enum type)i; \
		return true; \
	}
#include "model/enums.def"
