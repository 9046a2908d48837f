#include <stdlib.h>

#include "wire/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct params *p = params_create(a);

	if (params_add_multipart(p, STR("B"), str_of((const char *)data, n)))
		return 0;
	for (size_t i = 0; i < params_root(p)->n; i++)
		if (!str_is_utf8(params_root(p)->keys[i]))
			abort();
	return 0;
}
