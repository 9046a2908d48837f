#include <stdlib.h>

#include "wire/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str header(void *arg, struct str name)
{
	(void)arg;
	return name.n % 2 ? STR_NONE : STR(" value ");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct signature_request r = { STR("POST"), STR("/inbox?x"), STR("https"), STR("a.example"), header, NULL };
	struct str input, sig, text, digest;
	struct signature s, again;

	/* Two lines: Signature-Input and Signature. The first alone is also tried as a draft header. */
	str_cut(str_of((const char *)data, n), '\n', &input, &sig);
	if (!signature_parse(a, input, &s)) {
		(void)!signature_string(a, &s, &r, &text);
		if (str_find(s.key_id, '"') == s.key_id.n && str_find(s.key_id, '\\') == s.key_id.n && str_find(input, '"') < input.n &&
		    str_find(input, '\\') == input.n && signature_format(a, &s).n < SIGNATURE_HEADER_MAX &&
		    (signature_parse(a, signature_format(a, &s), &again) || !str_eq(again.bytes, s.bytes)))
			abort();
	}
	if (!signature_parse_rfc9421(a, input, sig, &s))
		(void)!signature_string(a, &s, &r, &text);
	(void)digest_parse(a, input, &digest);
	(void)content_digest_parse(a, input, &digest);
	return 0;
}
