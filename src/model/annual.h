/* model/annual.h: what somebody's year was like, as Mastodon 4.6 tells it (its second schema): when it may be made, and the kind of person that
 * the numbers make of them. https://docs.joinmastodon.org/methods/annual_reports/ */
#pragma once
#include "model/enums.h"
#include "model/ids.h"

enum { ANNUAL_SCHEMA = 2, ANNUAL_MONTHS = 12 };

/* What is counted of a year. */
struct annual_numbers {
	int64_t standalone;           /* posts of one's own that answer nobody */
	int64_t replies;              /* answers to others */
	int64_t boosts;
	int64_t polls;                /* among the standalone ones and the answers */
	int64_t posts[ANNUAL_MONTHS]; /* all of them, by month */
	int64_t followers[ANNUAL_MONTHS];     /* those of today who came in that month */
};
enum archetype annual_archetype(const struct annual_numbers *n);

/* The year whose reports may be made at that time: from 10 to 31 December, in UTC; else 0. */
int64_t annual_campaign(int64_t now_us);
/* When the months of a year begin: 12, and the beginning of the next year. */
void annual_months(int64_t year, int64_t ret_us[ANNUAL_MONTHS + 1]);
