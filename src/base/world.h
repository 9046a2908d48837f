/* base/world.h: the clock and the source of randomness, injected so that tests can stand time still and repeat. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Times are microseconds since 1970 UTC, in 64 bits, named _us. */
#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MIN (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MIN)
#define US_PER_DAY (24 * US_PER_HOUR)

struct world {
	int64_t (*now_us)(struct world *w);
	void (*random)(struct world *w, void *p, size_t n);
};

/* The real one: CLOCK_REALTIME and getrandom(2). HOWDAH_CLOCK_OFFSET_S (builds with faults only) shifts its clock. */
extern struct world world_real;

int64_t world_monotonic_us(void);                             /* for measuring how long something took */
int64_t world_thread_cpu_us(void);                            /* CPU time of this thread */
uint64_t world_seed(void);                                    /* per process, for hash tables */
