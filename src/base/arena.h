/* base/arena.h: memory by lifetime. One unit of work (a request, a job, an event) owns one arena; nothing in
 * it is freed by hand. Memory comes zeroed. Running out of memory aborts: sizes are bounded before they are
 * asked for (bodies, pages, buffers are born with a maximum), so that never depends on a stranger.
 *
 * Owned by one thread at a time. */
#pragma once
#include <stdarg.h>
#include "base/str.h"

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *a);                          /* NULL is fine; runs what was deferred first */
void arena_cleanup_(struct arena **a);
/* An arena that ends with the block: AUTO_ARENA(tmp); */
#define AUTO_ARENA(name) __attribute__((cleanup(arena_cleanup_))) struct arena *name = arena_create()
/* Empties it for the next unit of work, keeping its first block. */
void arena_reset(struct arena *a);
size_t arena_used(const struct arena *a);                     /* bytes handed out since the last reset */

void *arena_alloc(struct arena *a, size_t n);                 /* n bytes, zeroed, aligned for anything */
#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_calloc((a), (n), sizeof(T)))
void *arena_calloc(struct arena *a, size_t count, size_t size); /* aborts where count*size overflows */

struct str arena_dup(struct arena *a, struct str s);          /* a copy; none stays none */
const char *arena_strz(struct arena *a, struct str s);        /* a NUL-terminated copy, for a C library's door */
struct str arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
struct str arena_lower(struct arena *a, struct str s);        /* ASCII letters in lower case */
struct str arena_concat_(struct arena *a, const struct str *parts, size_t n);
#define arena_concat(a, ...) \
	arena_concat_((a), (const struct str[]){ __VA_ARGS__ }, sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* Runs fn(arg) when the arena is reset or destroyed, last deferred first: files, handles and leases end with the work. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

/* A growable array in an arena:  VEC(struct str) v = {0};  vec_push(a, &v, s);  v.v[i], v.n */
#define VEC(T) struct { T *v; size_t n, cap; }
#define vec_push(a, vec, ...) \
	do { \
		if ((vec)->n == (vec)->cap) \
			(vec)->v = arena_vec_grow_((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v); \
		(vec)->v[(vec)->n++] = (__VA_ARGS__); \
	} while (0)
void *arena_vec_grow_(struct arena *a, void *v, size_t n, size_t *cap, size_t size);
