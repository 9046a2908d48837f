/* base/cache.h: a bounded cache of rendered texts, sharded, safe from any thread. A key is a kind, an id and a version that was read
 * in the same unit of work: nothing stale is ever found, old versions are overwritten. Full: the slot's older text goes. */
#pragma once
#include "base/arena.h"

struct cache_key {
	int64_t id, version;
	uint32_t kind;
};

/* The text, copied into the arena; none if it is not there. */
struct str cache_find(struct arena *a, struct cache_key key);
/* Keeps a copy. Texts over CACHE_TEXT_MAX are not kept. */
void cache_put(struct cache_key key, struct str text);

enum { CACHE_TEXT_MAX = 16 * 1024, CACHE_BYTES_MAX = 64 * 1024 * 1024 };
