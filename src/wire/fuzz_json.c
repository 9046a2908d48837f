#include <stdlib.h>

#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	const struct json *v, *again;
	struct str text;

	if (json_parse(a, str_of((const char *)data, n), &v))
		return 0;
	text = json_write(a, v);
	/* What was read can be written, and reads as the same. */
	if (json_parse(a, text, &again) || !str_eq(json_write(a, again), text))
		abort();
	return 0;
}
