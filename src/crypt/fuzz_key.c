/* A stranger's public key: refused with a reason or accepted within our bounds; either way a signature check ends. As PEM, as a Multikey's
 * bytes, and as those bytes' text. */
#include <stdlib.h>

#include "crypt/key.h"
#include "wire/multibase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void multikey(struct arena *a, struct str bytes)
{
	struct str pem, again;

	if (!key_public_from_multikey(a, bytes, &pem) && (key_public_multikey(a, pem, &again) || again.n < 34))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct str text = str_of((const char *)data, n), bytes;
	const struct key_public *k;
	struct err *e = key_public_parse(a, text, &k);

	if (e ? e->text.n == 0 || e->code != ERR_INVALID : key_verify(k, text, text))
		abort();
	multikey(a, text);
	if (!multibase_decode(a, text, &bytes))
		return 0;
	if (text.p[0] == 'z' && !str_eq(multibase_encode(a, bytes), text))
		abort();
	multikey(a, bytes);
	return 0;
}
