#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "view/jobs.h"

static void a_hosts_work_is_done_at_the_pace_it_goes(void **state)
{
	static const struct { int64_t waiting, came, gone, eta_s; } cases[] = {
		{ 0, 0, 100, 0 }, { 600, 0, 600, 60 }, { 600, 300, 600, 120 }, { 601, 0, 600, 61 }, { 10, 50, 50, -1 }, { 10, 0, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (view_jobs_eta_s(cases[i].waiting, cases[i].came, cases[i].gone) != cases[i].eta_s)
			fail_msg("case %zu: %lld", i, (long long)view_jobs_eta_s(cases[i].waiting, cases[i].came, cases[i].gone));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hosts_work_is_done_at_the_pace_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
