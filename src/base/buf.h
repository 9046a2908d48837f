/* base/buf.h: a growing text, born with its maximum. Reaching the maximum sets a sticky flag and keeps what
 * fitted; check buf_ok() once at the end. Lives in its arena. */
#pragma once
#include <stdarg.h>
#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n, cap, max;
	bool overflow;
};

struct buf buf_init(struct arena *a, size_t max);
/* Makes room for n more bytes at once, where it may; so that a text of a known size does not grow by doubling. */
void buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_i64(struct buf *b, int64_t v);
static inline bool buf_ok(const struct buf *b) { return !b->overflow; }
static inline struct str buf_str(const struct buf *b) { return str_of(b->p ? b->p : "", b->n); }
