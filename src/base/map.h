/* base/map.h: a hash map in an arena, from a slice or a number to a pointer. Keys are not copied. */
#pragma once
#include "base/arena.h"

struct map;

struct map *map_create(struct arena *a);
void *map_find(const struct map *m, struct str key);          /* NULL where there is none */
void map_put(struct map *m, struct str key, void *value);
void *map_find_i64(const struct map *m, int64_t key);
void map_put_i64(struct map *m, int64_t key, void *value);
size_t map_count(const struct map *m);
