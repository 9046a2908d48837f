#include "base/world.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static int64_t offset_us(void)
{
#ifdef HOWDAH_FAULTS
	static int64_t offset = -1;

	if (offset < 0) {
		const char *s = getenv("HOWDAH_CLOCK_OFFSET_S");

		offset = s ? (int64_t)strtoll(s, NULL, 10) * US_PER_S : 0;
	}
	return offset;
#else
	return 0;
#endif
}

static int64_t real_now_us(struct world *w)
{
	(void)w;
	return clock_us(CLOCK_REALTIME) + offset_us();
}

static void real_random(struct world *w, void *p, size_t n)
{
	unsigned char *at = p;

	(void)w;
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0)
			continue;      /* only EINTR can happen once the kernel's pool is seeded */
		at += got;
		n -= (size_t)got;
	}
}

struct world world_real = { real_now_us, real_random };

int64_t world_monotonic_us(void) { return clock_us(CLOCK_MONOTONIC); }
int64_t world_thread_cpu_us(void) { return clock_us(CLOCK_THREAD_CPUTIME_ID); }

uint64_t world_seed(void)
{
	static uint64_t seed;

	while (seed == 0)
		real_random(NULL, &seed, sizeof seed);
	return seed;
}
