#include "base/buf.h"

#include <stdio.h>

struct buf buf_init(struct arena *a, size_t max)
{
	return (struct buf){ .arena = a, .max = max };
}

/* Makes room for n more bytes and a NUL, or sets the flag. */
static bool room(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->overflow || n > b->max - b->n) {
		b->overflow = true;
		return false;
	}
	if (b->n + n < b->cap)
		return true;
	cap = b->cap ? b->cap * 2 : 256;
	while (cap < b->n + n + 1)
		cap *= 2;
	p = arena_alloc(b->arena, cap);
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_reserve(struct buf *b, size_t n)
{
	if (n > 0 && !b->overflow && n <= b->max - b->n)
		room(b, n);
}

void buf_add(struct buf *b, struct str s)
{
	if (s.n == 0 || !room(b, s.n))
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
}

void buf_addz(struct buf *b, const char *z) { buf_add(b, str_z(z)); }

void buf_addc(struct buf *b, char c)
{
	if (room(b, 1))
		b->p[b->n++] = c;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof small) {
		buf_add(b, str_of(small, (size_t)n));
		return;
	}
	va_start(ap, fmt);
	buf_add(b, arena_vprintf(b->arena, fmt, ap));
	va_end(ap);
}

void buf_i64(struct buf *b, int64_t v)
{
	char tmp[24];
	size_t at = sizeof tmp;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		tmp[--at] = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		tmp[--at] = '-';
	buf_add(b, str_of(tmp + at, sizeof tmp - at));
}
