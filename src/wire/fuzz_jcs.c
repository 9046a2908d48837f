#include <stdlib.h>

#include "wire/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	const struct jcs_change change = { .without = "proof", .with = "@context" };
	const struct json *v, *again;
	struct str text, same;

	if (json_parse(a, str_of((const char *)data, n), &v) || jcs_write(a, v, NULL, &text))
		return 0;
	/* It reads as JSON, and is its own canonical form. */
	if (json_parse(a, text, &again) || jcs_write(a, again, NULL, &same) || !str_eq(text, same))
		abort();
	if (jcs_write(a, v, &change, &text) || jcs_write(a, again, &change, &same) || !str_eq(text, same))
		abort();
	return 0;
}
