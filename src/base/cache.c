/* SHARDS tables of SLOTS, two places a key. Memory is bounded by a byte count a shard: when it is reached, places are given up
 * in turn until there is room. */
#include "base/cache.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 16, SLOTS = 2048 };

struct slot {
	struct cache_key key;
	char *text;               /* NULL: free */
	uint32_t n, used_at;
};

static struct shard {
	pthread_mutex_t lock;
	struct slot *slots;       /* guarded by lock, made on first use */
	size_t bytes, hand;
	uint32_t tick;
} shards[SHARDS] = { [0 ... SHARDS - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER } };

static uint64_t mix(struct cache_key k)
{
	uint64_t h = ((uint64_t)k.id ^ (uint64_t)k.kind << 56) * 0x9e3779b97f4a7c15u;

	return h ^ (h >> 31);
}

static bool same(struct cache_key a, struct cache_key b) { return a.id == b.id && a.kind == b.kind; }

static void drop(struct shard *sh, struct slot *s)
{
	sh->bytes -= s->n;
	free(s->text);
	*s = (struct slot){ 0 };
}

struct str cache_find(struct arena *a, struct cache_key key)
{
	uint64_t h = mix(key);
	struct shard *sh = &shards[h % SHARDS];
	struct str found = STR_NONE;

	pthread_mutex_lock(&sh->lock);
	for (size_t i = 0; sh->slots && i < 2; i++) {
		struct slot *s = &sh->slots[(h / SHARDS + i) % SLOTS];

		if (s->text && same(s->key, key) && s->key.version == key.version) {
			s->used_at = ++sh->tick;
			found = arena_dup(a, str_of(s->text, s->n));
		}
	}
	pthread_mutex_unlock(&sh->lock);
	return found;
}

/* The place of the same key, a free one, or the one used longest ago. */
static struct slot *place(struct shard *sh, uint64_t h, struct cache_key key)
{
	struct slot *a = &sh->slots[(h / SHARDS) % SLOTS], *b = &sh->slots[(h / SHARDS + 1) % SLOTS];

	if (a->text && same(a->key, key))
		return a;
	if ((b->text && same(b->key, key)) || (a->text && !b->text))
		return b;
	return a->text && b->used_at < a->used_at ? b : a;
}

void cache_put(struct cache_key key, struct str text)
{
	uint64_t h = mix(key);
	struct shard *sh = &shards[h % SHARDS];
	char *copy;
	struct slot *s;

	if (text.n > CACHE_TEXT_MAX || !(copy = malloc(text.n + 1)))
		return;
	memcpy(copy, text.p ? text.p : "", text.n);
	pthread_mutex_lock(&sh->lock);
	if (!sh->slots && !(sh->slots = calloc(SLOTS, sizeof(struct slot)))) {
		pthread_mutex_unlock(&sh->lock);
		free(copy);
		return;
	}
	s = place(sh, h, key);
	if (s->text)
		drop(sh, s);
	for (size_t i = 0; i < SLOTS && sh->bytes + text.n > CACHE_BYTES_MAX / SHARDS; i++, sh->hand = (sh->hand + 1) % SLOTS)
		if (sh->slots[sh->hand].text)
			drop(sh, &sh->slots[sh->hand]);
	*s = (struct slot){ key, copy, (uint32_t)text.n, ++sh->tick };
	sh->bytes += text.n;
	pthread_mutex_unlock(&sh->lock);
}
