#include "wire/multibase.h"

#include "wire/base64.h"

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/* 138 digits hold 100 bytes. */
enum { DIGITS_MAX = MULTIBASE_BYTES_MAX * 138 / 100 + 1 };

/* number := number * times + plus, for a number in that base, its least place first. */
static void grow(uint8_t *number, size_t *n, unsigned base, unsigned times, unsigned plus)
{
	unsigned carry = plus;

	for (size_t i = 0; i < *n; i++) {
		carry += number[i] * times;
		number[i] = (uint8_t)(carry % base);
		carry /= base;
	}
	for (; carry; carry /= base)
		number[(*n)++] = (uint8_t)(carry % base);
}

/* A zero in front is a place of its own in both. */
static size_t zeros(struct str s, char zero)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == zero)
		n++;
	return n;
}

struct str multibase_encode(struct arena *a, struct str bytes)
{
	size_t lead = zeros(bytes, 0), n = 0;
	uint8_t *digits;
	char *out;

	if (bytes.n > MULTIBASE_BYTES_MAX)
		return STR_NONE;
	digits = arena_alloc(a, DIGITS_MAX);
	for (size_t i = lead; i < bytes.n; i++)
		grow(digits, &n, 58, 256, (unsigned char)bytes.p[i]);
	out = arena_alloc(a, 1 + lead + n);
	out[0] = 'z';
	memset(out + 1, alphabet[0], lead);
	for (size_t i = 0; i < n; i++)
		out[1 + lead + i] = alphabet[digits[n - 1 - i]];
	return str_of(out, 1 + lead + n);
}

static bool base58_decode(struct arena *a, struct str text, struct str *ret)
{
	size_t lead = zeros(text, alphabet[0]), n = 0;
	uint8_t *bytes;
	char *out;

	if (text.n > DIGITS_MAX)
		return false;
	bytes = arena_alloc(a, DIGITS_MAX);
	for (size_t i = lead; i < text.n; i++) {
		const char *at = text.p[i] ? strchr(alphabet, text.p[i]) : NULL;

		if (!at)
			return false;
		grow(bytes, &n, 256, 58, (unsigned)(at - alphabet));
	}
	if (lead + n > MULTIBASE_BYTES_MAX)
		return false;
	out = arena_alloc(a, lead + n + 1);
	memset(out, 0, lead);
	for (size_t i = 0; i < n; i++)
		out[lead + i] = (char)bytes[n - 1 - i];
	*ret = str_of(out, lead + n);
	return true;
}

bool multibase_decode(struct arena *a, struct str text, struct str *ret)
{
	if (text.n < 2)
		return false;
	if (text.p[0] == 'z')
		return base58_decode(a, str_from(text, 1), ret);
	return text.p[0] == 'u' && text.n <= 2 * MULTIBASE_BYTES_MAX && base64url_decode(a, str_from(text, 1), ret) && ret->n <= MULTIBASE_BYTES_MAX;
}
