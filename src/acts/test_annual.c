/* A year's report, as an act: made once, in its time, of what there is. */
#include "acts/test_posts_priv.h"

#include <time.h>

#include "acts/annual_report.h"
#include "store/annual_report.h"
#include "wire/json.h"

/* Ids tell the time by the real clock: the year is this one. */
static int64_t year;

static void in_december(struct fixture *f, int day)
{
	time_t now_s = world_real.now_us(&world_real) / US_PER_S;
	int64_t months[ANNUAL_MONTHS + 1];
	struct tm t;

	gmtime_r(&now_s, &t);
	year = t.tm_year + 1900;
	annual_months(year, months);
	f->call.now_us = months[11] + (day - 1) * US_PER_DAY;
	f->conf.annual_reports = true;
}

static size_t reports(struct fixture *f, struct annual_report **ret)
{
	size_t n;

	ok(annual_reports_of(&f->call, ID(account_id, ALICE), year, ret, &n));
	return n;
}

static int64_t posts_in(const struct json *data)
{
	int64_t n, sum = 0;

	for (size_t i = 0; i < ANNUAL_MONTHS; i++) {
		assert_true(json_i64(json_get(json_at(json_get(data, "time_series"), i), "statuses"), &n));
		sum += n;
	}
	return sum;
}

static struct err *make(struct fixture *f) { return acts_annual_report_make(&f->call, ID(account_id, ALICE), year); }

static void a_report_is_made_in_its_time_of_what_there_is(void **state)
{
	struct fixture *f = *state;
	struct annual_report *r;
	const struct json *data;

	NEED(f);
	in_december(f, 9);
	post(f, ALICE, SAYS("of #cats"));
	ok(make(f));
	assert_int_equal(reports(f, &r), 0);
	in_december(f, 10);
	f->conf.annual_reports = false;
	ok(make(f));
	f->conf.annual_reports = true;
	ok(acts_annual_report_make(&f->call, ID(account_id, BOB), year));
	assert_int_equal(reports(f, &r), 0);
	SWEEP(f, make(f));
	assert_int_equal(reports(f, &r), 1);
	ok(json_parse(f->arena, r[0].data, &data));
	same(json_get_s(data, "archetype"), "lurker");
	same(json_get_s(json_at(json_get(data, "top_hashtags"), 0), "name"), "cats");
	assert_int_equal(posts_in(data), 1);
	/* It stays as it was made. */
	post(f, ALICE, SAYS("one more"));
	ok(make(f));
	assert_int_equal(reports(f, &r), 1);
	assert_int_equal(r[0].read_us, 0);
	ok(acts_annual_report_read(&f->call, ID(account_id, ALICE), year));
	assert_int_equal(reports(f, &r), 1);
	assert_true(r[0].read_us > 0);
	says(acts_annual_report_read(&f->call, ID(account_id, ALICE), year - 1), ERR_NOT_FOUND, "Record not found");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_report_is_made_in_its_time_of_what_there_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
