#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "view/jobs.h"

static void what_is_left_is_what_waits_at_the_pace_it_goes(void **state)
{
	const struct call c = { .now_us = 1000 * US_PER_S };
	static const struct {
		struct job_class_stats s;
		int64_t eta_s;
	} cases[] = {
		{ { .due = 0, .gone = 100 }, 0 },
		{ { .due = 600, .gone = 600, .going_us = 900 * US_PER_S }, 60 },
		{ { .due = 590, .leased = 10, .came = 300, .gone = 600, .going_us = 900 * US_PER_S }, 120 },
		{ { .due = 600, .gone = 200, .going_us = 980 * US_PER_S }, 60 },            /* ten a second, for twenty seconds */
		{ { .due = 600, .gone = 100, .going_us = 999 * US_PER_S }, 60 },            /* what is counted comes slot by slot */
		{ { .due = 10, .came = 50, .gone = 50, .going_us = 900 * US_PER_S }, -1 },
		{ { .due = 10 }, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (view_jobs_class_eta_s(&c, &cases[i].s) != cases[i].eta_s)
			fail_msg("case %zu: %lld", i, (long long)view_jobs_class_eta_s(&c, &cases[i].s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_is_what_waits_at_the_pace_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
