#include "model/trend.h"

#include <math.h>

static const struct {
	double half_life_us, least;
} kinds[TREND_KINDS] = {
	[TREND_TAG] = { 4 * 3600e6, 1 },
	[TREND_LINK] = { 8 * 3600e6, 1 },
	[TREND_STATUS] = { 2 * 3600e6, 0.3 },
};

double trend_score(double expected, double observed)
{
	if (expected < 1)
		expected = 1;
	if (expected > observed || observed < TREND_OBSERVED_MIN)
		return 0;
	return (observed - expected) * (observed - expected) / expected;
}

double trend_decayed(enum trend_kind kind, double score, int64_t age_us)
{
	return score * exp2(-(double)(age_us > 0 ? age_us : 0) / kinds[kind].half_life_us);
}

int trend_is_shown(enum trend_kind kind, double score) { return score >= kinds[kind].least; }
