/* media/storage.h: where files live, behind one face. A backend is a struct storage as the first member of its own struct.
 * Safe from any thread: a backend keeps no state between calls, or guards it.
 *
 * A key names a file: segments of [a-z0-9], the last with one extension, "ab/cd/ab..ef.jpg". Keys are checked at the door;
 * a bad one is an error of ours (INTERNAL) when writing, and NOT_FOUND when reading, as it comes from a URL. */
#pragma once
#include "base/call.h"
#include "media/types.h"

enum { STORAGE_KEY_MAX = 128 };

struct storage {
	const char *name;             /* "disk" */

	/* Stores all of from_fd (read from its start) under key, replacing what was there. Once it returns NULL the file survives
	 * a power cut; after an error there is no trace of it. Fails: LATER (no space, no access, broken medium). */
	struct err *(*put)(struct call *c, struct storage *s, struct str key, int from_fd);
	/* The caller closes *ret_fd. Fails: NOT_FOUND, LATER. */
	struct err *(*open)(struct call *c, struct storage *s, struct str key, int *ret_fd, int64_t *ret_size);
	/* Dropping what is not there is fine. Fails: LATER. */
	struct err *(*drop)(struct call *c, struct storage *s, struct str key);
};

MUST struct err *storage_put(struct call *c, struct storage *s, struct str key, int from_fd);
MUST struct err *storage_open(struct call *c, struct storage *s, struct str key, int *ret_fd, int64_t *ret_size);
MUST struct err *storage_drop(struct call *c, struct storage *s, struct str key);

/* A new key that nobody can guess (128 random bits), in c's arena. */
struct str storage_key_make(struct call *c, enum file_type type);
/* The same for a file that is never served: no row of types.def has its extension. */
struct str storage_key_make_hidden(struct call *c);
bool storage_key_ok(struct str key);

/* The twin that fails: calls go to inner, but the fail_at-th call from now (1 is the next) answers LATER without reaching it, once.
 * For tests. */
struct storage *storage_faulty(struct arena *a, struct storage *inner, int fail_at);
