#include "model/version.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The next number of the dotted part, which it is cut from; 0 where there is none left. Too large ones are all the same. */
static int64_t take_number(struct str *s)
{
	int64_t n = 0;

	while (s->n && !is_digit(s->p[0]) && s->p[0] != '-' && s->p[0] != '+')
		*s = str_from(*s, 1);
	for (; s->n && is_digit(s->p[0]); *s = str_from(*s, 1))
		n = n < 1000000000000 ? n * 10 + (s->p[0] - '0') : n;
	return n;
}

static bool has_number(struct str s) { return s.n && s.p[0] != '-' && s.p[0] != '+'; }

int version_compare(struct str a, struct str b)
{
	if (a.n == 0 || b.n == 0)
		return (a.n > 0) - (b.n > 0);
	while (has_number(a) || has_number(b)) {
		int64_t one = take_number(&a), other = take_number(&b);

		if (one != other)
			return one < other ? -1 : 1;
	}
	a = str_upto(a, str_find(a, '+'));
	b = str_upto(b, str_find(b, '+'));
	if (a.n == 0 || b.n == 0)
		return (a.n == 0) - (b.n == 0);
	return str_cmp(a, b);
}
