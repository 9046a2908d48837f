/* model/trend.h: what is talked about more than it was: Mastodon's formulas, so that the same days give the same lists. */
#pragma once
#include <stdint.h>

enum trend_kind { TREND_TAG, TREND_LINK, TREND_STATUS, TREND_KINDS };

/* What fewer people used today is no trend; nor is one whose score has fallen under this. A peak counts for this long. */
enum { TREND_OBSERVED_MIN = 5, TREND_PEAK_KEPT_S = 2 * 86400, TREND_DAYS = 7 };

/* How much more than expected was observed: people today against yesterday, of a post its boosts and favourites against 1. 0: not more. */
double trend_score(double expected, double observed);
/* What is left of a score after that time: half after each half-life of the kind (tags 4 hours, links 8, posts 2). */
double trend_decayed(enum trend_kind kind, double score, int64_t age_us);
/* May something with this score be shown? */
int trend_is_shown(enum trend_kind kind, double score);
