#include <stdlib.h>

#include "wire/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void walk(const struct param_value *v, int depth)
{
	if (depth > PARAMS_DEPTH_MAX || (v->kind == PARAM_TEXT && !str_is_utf8(v->text)))
		abort();
	for (size_t i = 0; i < v->n; i++)
		walk(v->values[i], depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct params *p = params_create(a);
	struct str s = str_of((const char *)data, n), type, body;

	/* The first line is the Content-Type, so that one target reaches every reader. */
	str_cut(s, '\n', &type, &body);
	if (params_add_query(p, s) || params_add_body(p, type, body))
		return 0;
	walk(params_root(p), 0);
	return 0;
}
