#include "acts/language.h"

static const struct str known[] = {
#define LANGUAGE(code, name) STRC(code),
#include "model/languages.def"
};

struct str acts_language(struct str code)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_ieq(known[i], code))
			return known[i];
	return STR_NONE;
}
