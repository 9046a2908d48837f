/* A stranger's public key: refused with a reason or accepted within our bounds; either way a signature check ends. */
#include <stdlib.h>

#include "crypt/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	const struct key_public *k;
	struct err *e = key_public_parse(a, str_of((const char *)data, n), &k);

	struct str pem, bytes;

	if (!key_public_from_multikey(a, str_of((const char *)data, n), &pem) && (key_public_multikey(a, pem, &bytes) || bytes.n < 34))
		abort();
	if (e ? e->text.n == 0 || e->code != ERR_INVALID : key_verify(k, str_of((const char *)data, n), str_of((const char *)data, n)))
		abort();
	return 0;
}
