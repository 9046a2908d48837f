/* Blocks double up to BLOCK_MAX; a request larger than a block gets a block of its own. reset() keeps the
 * first block, so a worker in steady state allocates nothing. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_FIRST = 16 * 1024, BLOCK_MAX = 1024 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;                                       /* the one before it */
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *top;
	struct deferred *deferred;
	size_t used;
};

static void *must(void *p)
{
	if (!p) {
		fputs("howdah: out of memory\n", stderr);
		abort();
	}
	return p;
}

static struct block *block_create(size_t size, struct block *next)
{
	struct block *b = must(malloc(sizeof *b + size));

	*b = (struct block){ .next = next, .size = size };
	return b;
}

struct arena *arena_create(void)
{
	return must(calloc(1, sizeof(struct arena)));
}

static void run_deferred(struct arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->arg);
	}
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	while (a->top && a->top->next) {
		struct block *b = a->top;

		a->top = b->next;
		free(b);
	}
	if (a->top)
		a->top->used = 0;
	a->used = 0;
}

void arena_destroy(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->top);
	free(a);
}

void arena_cleanup_(struct arena **a) { arena_destroy(*a); }
size_t arena_used(const struct arena *a) { return a->used; }

void *arena_alloc(struct arena *a, size_t n)
{
	size_t want = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	void *p;

	if (want < n) {
		must(NULL);
	}
	if (!a->top || a->top->size - a->top->used < want) {
		size_t size = a->top ? a->top->size * 2 : BLOCK_FIRST;

		if (size > BLOCK_MAX)
			size = BLOCK_MAX;
		a->top = block_create(want > size ? want : size, a->top);
	}
	p = a->top->bytes + a->top->used;
	a->top->used += want;
	a->used += want;
	return memset(p, 0, n);
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		must(NULL);
	return arena_alloc(a, n);
}

struct str arena_dup(struct arena *a, struct str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return str_of(p, s.n);
}

const char *arena_strz(struct arena *a, struct str s)
{
	return arena_dup(a, s.p ? s : STR("")).p;
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	int n;
	char *p, none[1];

	va_copy(again, ap);
	n = vsnprintf(none, sizeof none, fmt, again);
	va_end(again);
	if (n < 0)
		must(NULL);
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return str_of(p, (size_t)n);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	struct str s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

struct str arena_lower(struct arena *a, struct str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	return str_of(p, s.n);
}

struct str arena_concat_(struct arena *a, const struct str *parts, size_t n)
{
	size_t total = 0, at = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		total += parts[i].n;
	p = arena_alloc(a, total + 1);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(p + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return str_of(p, total);
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct deferred *d = arena_new(a, struct deferred);

	*d = (struct deferred){ a->deferred, fn, arg };
	a->deferred = d;
}

void *arena_vec_grow_(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap ? *cap * 2 : 8;
	void *grown = arena_calloc(a, want, size);

	if (n)
		memcpy(grown, v, n * size);
	*cap = want;
	return grown;
}
