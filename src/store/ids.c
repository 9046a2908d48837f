/* An id: milliseconds << 16 | node << 10 | sequence. The sequence runs on within a millisecond and borrows from the next one
 * when it is used up, so ids of a node only grow, even where the clock stands or steps back. Short ones: milliseconds since 2020 << 12 |
 * node << 6 | sequence, which stays below 2^53 until 2089. */
#include <stdatomic.h>

#include "store/store.h"
#include "store/store_priv.h"

struct ids {
	int64_t node;
	_Atomic int64_t last;      /* milliseconds << 10 | sequence */
	_Atomic int64_t last_short; /* milliseconds since 2020 << 6 | sequence */
	_Atomic int64_t search_due_us;
};
#define SHORT_EPOCH_MS INT64_C(1577836800000)

struct ids *ids_create(struct arena *a, int node)
{
	struct ids *ids = arena_new(a, struct ids);

	ids->node = node & 63;
	return ids;
}

/* The next of `last`, whose low bits are the sequence: not below floor, and never again. */
static int64_t advance(_Atomic int64_t *last, int64_t floor)
{
	int64_t was = atomic_load(last), next;

	do
		next = was + 1 > floor ? was + 1 : floor;
	while (!atomic_compare_exchange_weak(last, &was, next));
	return next;
}

int64_t id_next(struct call *c)
{
	int64_t next = advance(&c->ids->last, (c->world->now_us(c->world) / 1000) << 10);

	return (next >> 10) << 16 | c->ids->node << 10 | (next & 1023);
}

int64_t id_next_short(struct call *c)
{
	int64_t next = advance(&c->ids->last_short, (c->world->now_us(c->world) / 1000 - SHORT_EPOCH_MS) << 6);

	return (next >> 6) << 12 | c->ids->node << 6 | (next & 63);
}

int64_t ids__search_due_us(const struct ids *ids) { return atomic_load(&ids->search_due_us); }
void ids__set_search_due_us(struct ids *ids, int64_t due_us) { atomic_store(&ids->search_due_us, due_us); }

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
