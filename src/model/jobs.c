#include "model/jobs.h"

static const struct {
	const char *name;
	enum job_lane lane;
	int tries;
} kinds[JOB_KINDS] = {
#define JOB(KIND, handler, lane, tries, what) [JOB_##KIND] = { #KIND, JOB_LANE_##lane, tries },
#include "model/jobs.def"
};

static const char *const lane_names[JOB_LANES] = {
#define LANE(NAME, min, weight, ceiling, late) #NAME,
#include "model/lanes.def"
};

static const struct job_lane_row lane_rows[JOB_LANES] = {
#define LANE(NAME, min, weight, ceiling, late) { min, weight, ceiling, late },
#include "model/lanes.def"
};

const char *job_kind_name(enum job_kind kind) { return kinds[kind].name; }
const char *job_lane_name(enum job_lane lane) { return lane_names[lane]; }
/* Deliveries are tried for three days where their host answers with an error, and wait longer for one that is silent. */
int64_t job_age_max_us(enum job_kind kind)
{
	static const int64_t most[JOB_KINDS] = {
		[JOB_DELIVER] = 7 * US_PER_DAY, [JOB_RESOLVE] = US_PER_DAY, [JOB_FETCH_THREAD] = US_PER_DAY, [JOB_REFRESH_ACTOR] = US_PER_DAY,
		[JOB_VERIFY_QUOTE] = 2 * US_PER_DAY, [JOB_CARD] = US_PER_DAY, [JOB_CARD_AUTHOR] = US_PER_DAY, [JOB_FETCH_FEATURED] = US_PER_DAY,
		[JOB_FETCH_REPLIES] = US_PER_HOUR, [JOB_FILM_TRACKS] = US_PER_DAY, [JOB_FORWARD] = US_PER_DAY,
		[JOB_FETCH_COLLECTIONS] = US_PER_DAY, [JOB_VERIFY_ITEMS] = US_PER_DAY, [JOB_INBOUND_LOOKUP] = 2 * US_PER_DAY,
	};

	return most[kind];
}

enum job_lane job_lane_of(enum job_kind kind) { return kinds[kind].lane; }
int job_tries_max(enum job_kind kind) { return kinds[kind].tries; }
struct job_lane_row job_lane_row(enum job_lane lane) { return lane_rows[lane]; }

bool job_kind_parse(struct str name, enum job_kind *ret)
{
	for (*ret = 0; *ret < JOB_KINDS; (*ret)++)
		if (str_ieq(name, str_z(job_kind_name(*ret))))
			return true;
	return false;
}

bool job_lane_parse(struct str name, enum job_lane *ret)
{
	for (*ret = 0; *ret < JOB_LANES; (*ret)++)
		if (str_ieq(name, str_z(job_lane_name(*ret))))
			return true;
	return false;
}
