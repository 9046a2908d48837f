#include "model/annual.h"

#include <time.h>

enum { AVERAGE_A_YEAR = 113, DECEMBER = 11, FIRST_DAY = 10 };
#define US_PER_SECOND INT64_C(1000000)

enum archetype annual_archetype(const struct annual_numbers *n)
{
	if (n->standalone + n->replies + n->boosts < AVERAGE_A_YEAR)
		return ARCHETYPE_LURKER;
	if (n->boosts > n->standalone * 2)
		return ARCHETYPE_BOOSTER;
	if (n->polls * 10 > n->standalone)
		return ARCHETYPE_POLLSTER;
	return n->replies > n->standalone * 2 ? ARCHETYPE_REPLIER : ARCHETYPE_ORACLE;
}

int64_t annual_campaign(int64_t now_us)
{
	time_t now_s = now_us / US_PER_SECOND;
	struct tm t;

	gmtime_r(&now_s, &t);
	return t.tm_mon == DECEMBER && t.tm_mday >= FIRST_DAY ? t.tm_year + 1900 : 0;
}

void annual_months(int64_t year, int64_t ret_us[ANNUAL_MONTHS + 1])
{
	for (int i = 0; i <= ANNUAL_MONTHS; i++) {
		struct tm t = { .tm_year = (int)year - 1900, .tm_mon = i, .tm_mday = 1 };

		ret_us[i] = timegm(&t) * US_PER_SECOND;
	}
}
