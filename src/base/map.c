/* Open addressing, a power of two of slots, at most half full. A number is kept as an eight-byte key of its own. */
#include "base/map.h"

struct slot {
	struct str key;
	void *value;
};

struct map {
	struct arena *arena;
	struct slot *slots;
	size_t n, cap;
};

struct map *map_create(struct arena *a)
{
	struct map *m = arena_new(a, struct map);

	m->arena = a;
	m->cap = 16;
	m->slots = arena_array(a, struct slot, m->cap);
	return m;
}

static struct slot *slot_of(const struct map *m, struct str key)
{
	size_t i = (size_t)str_hash(key) & (m->cap - 1);

	while (m->slots[i].key.p && !str_eq(m->slots[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

void *map_find(const struct map *m, struct str key)
{
	return key.p ? slot_of(m, key)->value : NULL;
}

static void grow(struct map *m)
{
	struct slot *old = m->slots;
	size_t cap = m->cap;

	m->cap *= 2;
	m->slots = arena_array(m->arena, struct slot, m->cap);
	for (size_t i = 0; i < cap; i++)
		if (old[i].key.p)
			*slot_of(m, old[i].key) = old[i];
}

void map_put(struct map *m, struct str key, void *value)
{
	struct slot *s;

	if (!key.p)
		key.p = "";
	s = slot_of(m, key);
	if (s->key.p) {
		s->value = value;
		return;
	}
	*s = (struct slot){ key, value };
	if (++m->n * 2 > m->cap)
		grow(m);
}

void *map_find_i64(const struct map *m, int64_t key)
{
	return map_find(m, str_of((const char *)&key, sizeof key));
}

void map_put_i64(struct map *m, int64_t key, void *value)
{
	map_put(m, arena_dup(m->arena, str_of((const char *)&key, sizeof key)), value);
}

size_t map_count(const struct map *m) { return m->n; }
