/* An id: milliseconds << 16 | node << 10 | sequence. The sequence runs on within a millisecond and borrows from the next one
 * when it is used up, so ids of a node only grow, even where the clock stands or steps back. */
#include <stdatomic.h>

#include "store/store.h"

struct ids {
	int64_t node_bits;
	_Atomic int64_t last;      /* milliseconds << 10 | sequence */
};

struct ids *ids_create(struct arena *a, int node)
{
	struct ids *ids = arena_new(a, struct ids);

	ids->node_bits = (int64_t)(node & 63) << 10;
	return ids;
}

int64_t id_next(struct call *c)
{
	int64_t floor = (c->world->now_us(c->world) / 1000) << 10, last = atomic_load(&c->ids->last), next;

	do
		next = last + 1 > floor ? last + 1 : floor;
	while (!atomic_compare_exchange_weak(&c->ids->last, &last, next));
	return (next >> 10) << 16 | c->ids->node_bits | (next & 1023);
}

int64_t id_at(struct call *c, int64_t us)
{
	uint16_t low;

	if (us > c->now_us)
		us = c->now_us;
	if (us < 1000)
		us = 1000;
	call_random(c, &low, sizeof low);
	return (us / 1000) << 16 | low;
}
