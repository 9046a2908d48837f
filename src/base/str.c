#include "base/str.h"

#include <limits.h>

#include "base/world.h"

static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c); }
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool str_ihas_prefix(struct str s, struct str pre)
{
	if (s.n < pre.n)
		return false;
	for (size_t i = 0; i < pre.n; i++)
		if (lower(s.p[i]) != lower(pre.p[i]))
			return false;
	return true;
}

bool str_ieq(struct str a, struct str b)
{
	return a.n == b.n && str_ihas_prefix(a, b);
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t str_find(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_rfind(struct str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_find_str(struct str s, struct str what)
{
	const char *at = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

bool str_contains(struct str s, struct str what)
{
	return what.n == 0 || str_find_str(s, what) < s.n;
}

bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_tail)
{
	size_t at = str_find(s, c);

	*ret_head = str_upto(s, at);
	*ret_tail = str_from(s, at < s.n ? at + 1 : s.n);
	return at < s.n;
}

bool str_next(struct str *rest, char c, struct str *ret_piece)
{
	if (!rest->p)
		return false;
	if (!str_cut(*rest, c, ret_piece, rest))
		rest->p = NULL;
	return true;
}

bool str_i64(struct str s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v = 0;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	if (s.n == 0 || s.n > 19)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (v > (uint64_t)INT64_MAX + minus)
		return false;
	*ret = (int64_t)(minus ? 0 - v : v);
	return true;
}

bool str_eq_secret(struct str a, struct str b)
{
	unsigned char diff = a.n != b.n;
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned char)(a.p[i] ^ b.p[i]);
	return diff == 0;
}

uint64_t str_hash(struct str s)
{
	uint64_t h = 14695981039346656037u ^ world_seed();

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h ^ (h >> 29);
}

/* Length of the sequence at p, 0 if it is malformed, overlong or a surrogate. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

	if (p[0] == 0 || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

struct str str_wider_domain(struct str s)
{
	size_t colon = str_rfind(s, ':'), dot = str_find(s, '.');

	if (colon < s.n)
		return str_upto(s, colon);
	return dot < s.n ? str_from(s, dot + 1) : STR_NONE;
}

bool str_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0, len; i < s.n; i += len)
		if ((len = utf8_len(p + i, s.n - i)) == 0)
			return false;
	return true;
}

struct str str_utf8_upto(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_upto(s, max);
}

static int least(int a, int b) { return a < b ? a : b; }

int str_distance(struct str a, struct str b)
{
	enum { LONGEST = 64, FAR = 1000 };
	int rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *now = rows[2];

	if (a.n > LONGEST || b.n > LONGEST)
		return FAR;
	for (size_t j = 0; j <= b.n; j++)
		before[j] = FAR, last[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int *spare = before;

		now[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);

			now[j] = least(last[j - 1] + (x != y), least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == lower(b.p[j - 2]) && lower(a.p[i - 2]) == y)
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last, last = now, now = spare;
	}
	return last[b.n];
}
