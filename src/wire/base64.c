#include "wire/base64.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str encode(struct arena *a, struct str s, const char *alphabet, bool pad)
{
	char *out = arena_alloc(a, (s.n + 2) / 3 * 4 + 1), *at = out;
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0u);

		*at++ = alphabet[v >> 18];
		*at++ = alphabet[v >> 12 & 63];
		if (left > 1 || pad)
			*at++ = left > 1 ? alphabet[v >> 6 & 63] : '=';
		if (left > 2 || pad)
			*at++ = left > 2 ? alphabet[v & 63] : '=';
	}
	return str_of(out, (size_t)(at - out));
}

static int value(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

/* s is without padding. */
static bool decode(struct arena *a, struct str s, const char *alphabet, struct str *ret)
{
	char *out, *at;
	unsigned bits = 0;
	int have = 0, v;

	if (s.n % 4 == 1)
		return false;
	out = at = arena_alloc(a, s.n / 4 * 3 + 3);
	for (size_t i = 0; i < s.n; i++) {
		v = value(s.p[i], alphabet);
		if (v < 0)
			return false;
		bits = (bits << 6 | (unsigned)v) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*at++ = (char)(bits >> have & 0xff);
		}
	}
	if (bits & ((1u << have) - 1))
		return false;
	*ret = str_of(out, (size_t)(at - out));
	return true;
}

static struct str without_padding(struct str s)
{
	for (int i = 0; i < 2 && s.n && s.p[s.n - 1] == '='; i++)
		s.n--;
	return s;
}

struct str base64_encode(struct arena *a, struct str bytes) { return encode(a, bytes, plain, true); }
struct str base64url_encode(struct arena *a, struct str bytes) { return encode(a, bytes, url, false); }

bool base64_decode(struct arena *a, struct str text, struct str *ret)
{
	return text.n % 4 == 0 && decode(a, without_padding(text), plain, ret);
}

bool base64url_decode(struct arena *a, struct str text, struct str *ret)
{
	struct str bare = without_padding(text);

	return (bare.n == text.n || text.n % 4 == 0) && decode(a, bare, url, ret);
}

struct str hex_encode(struct arena *a, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(a, bytes.n * 2 + 1);

	for (size_t i = 0; i < bytes.n; i++) {
		out[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
		out[2 * i + 1] = digits[bytes.p[i] & 15];
	}
	return str_of(out, bytes.n * 2);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct arena *a, struct str text, struct str *ret)
{
	char *out = arena_alloc(a, text.n / 2 + 1);

	if (text.n % 2)
		return false;
	for (size_t i = 0; i < text.n; i += 2) {
		int high = nibble(text.p[i]), low = nibble(text.p[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (char)(high << 4 | low);
	}
	*ret = str_of(out, text.n / 2);
	return true;
}
