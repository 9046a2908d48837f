#include "acts/usage.h"

#include "store/usage.h"

/* Steps of a run: twelve weeks of days, when nothing has been counted before. */
enum { STEPS_MAX = 7 * USAGE_WEEKS + 2 };
/* A post's id is made before it is stored: what is younger than this may still be on its way. */
#define SETTLED_US US_PER_MIN

struct step { int64_t from_us, until_us; };

/* The first of January 1970 was a Thursday. */
int64_t acts_week_of(int64_t us)
{
	return us - (us + 3 * US_PER_DAY) % (7 * US_PER_DAY);
}

static struct err *count(struct call *c, void *arg)
{
	const struct step *s = arg;

	TRY(usage_week_count(c, acts_week_of(s->until_us - 1), s->from_us, s->until_us));
	return usage_count(c, s->until_us);
}

struct err *acts_usage_count(struct call *c)
{
	int64_t end = c->now_us - SETTLED_US, first = acts_week_of(c->now_us - 7 * (USAGE_WEEKS - 1) * US_PER_DAY);
	struct usage_counts have;
	struct step s;

	TRY(usage_counts(c, &have));
	s.from_us = have.counted_us > first ? have.counted_us : first;
	for (int i = 0; i < STEPS_MAX && s.from_us < end; i++) {
		int64_t next_day = s.from_us - s.from_us % US_PER_DAY + US_PER_DAY;

		s.until_us = next_day < end ? next_day : end;
		TRY(store_tx(c, count, &s));
		s.from_us = s.until_us;
	}
	return NULL;
}
