#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/job_forecast.h"

/* ---- the policy as a text ---- */

static void what_a_policy_says_is_read_back(void **state)
{
	AUTO_ARENA(a);
	struct job_policy p = job_policy_default();
	struct job_policy_read r;

	(void)state;
	p.of[JOB_LANE_PUSH] = (struct job_share){ 3, 12, 60 };
	p.of[JOB_LANE_FORWARD] = (struct job_share){ 0, 1000, 100 };
	job_policy_read(a, job_policy_text(a, &p), &r);
	job_policy_check_whole(a, &r);
	job_policy_check_workers(a, &r, 16, STR("node 1"));
	assert_int_equal(r.problems_n, 0);
	assert_memory_equal(&r.policy, &p, sizeof p);
	assert_true(str_eq(job_policy_text(a, &r.policy), job_policy_text(a, &p)));
	/* Tabs, small letters and what an editor elsewhere leaves behind. */
	job_policy_read(a, STR("# mine\r\n\r\npush\t3 12  60\r\n  forward 0 1000 100"), &r);
	assert_int_equal(r.problems_n, 0);
	assert_memory_equal(&r.policy, &p, sizeof p);
	assert_int_equal(r.lines[JOB_LANE_PUSH], 3);
	assert_int_equal(r.lines[JOB_LANE_FORWARD], 4);
}

static void what_cannot_be_is_told_with_its_line_and_field(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *field, *why;
	} cases[] = {
		{ "PULS 1 1 50", 1, "class", "there is no 'PULS'" },
		{ "#\nPUSH 1 1 50\npush 1 1 50", 3, "class", "PUSH stands in line 2 already" },
		{ "PUSH 1 0 50", 1, "weight", "'0' is no number from 1 to 1000" },
		{ "PUSH -1 1 50", 1, "reserve", "'-1' is no number from 0 to 256" },
		{ "PUSH 1 1 101", 1, "ceiling", "'101' is no number from 1 to 100" },
		{ "PUSH 1 many 50", 1, "weight", "'many' is no number from 1 to 1000" },
		{ "PUSH", 1, "reserve", "it is missing" },
		{ "PUSH 1 1", 1, "ceiling", "it is missing" },
		{ "PUSH 1 1 50 %", 1, "ceiling", "nothing may follow it" },
		{ "PUSH 1 1 50 60 70 80 90 100 110", 1, "ceiling", "nothing may follow it" },
		{ "\nPUSH 5 1 25", 2, "ceiling", "25 percent of the 16 workers of node 3 are 4, fewer than the reserve of 5" },
		{ "INGRESS 8 4 75\nPUSH 8 6 75\nMAIL 0 2 25", 2, "reserve", "with this one 18 workers are kept together, but node 3 has 16" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);
		struct job_policy_read r;

		job_policy_read(a, str_z(cases[i].text), &r);
		job_policy_check_workers(a, &r, 16, STR("node 3"));
		if (r.problems_n != 1 || r.problems[0].line != cases[i].line || !str_eqz(str_z(r.problems[0].field), cases[i].field) ||
		    !str_eqz(r.problems[0].why, cases[i].why))
			fail_msg("case %zu: %zu, line %d, %s: %.*s", i, r.problems_n, r.problems[0].line, r.problems[0].field, STR_ARG(r.problems[0].why));
	}
}

static void a_text_of_another_version_is_read_as_far_as_it_goes(void **state)
{
	AUTO_ARENA(a);
	struct job_policy p = job_policy_default();
	struct job_policy_read r;

	(void)state;
	p.of[JOB_LANE_MAIL].weight = 9;
	job_policy_read(a, STR("TELEGRAMS 1 1 50\nMAIL 0 9 25\nMEDIA 0 0 50\n"), &r);
	assert_memory_equal(&r.policy, &p, sizeof p);
	assert_int_equal(r.problems_n, 2);
	job_policy_check_whole(a, &r);
	assert_int_equal(r.problems_n, 2 + JOB_LANES - 2);
	for (int i = 0; i < 100; i++)
		job_policy_read(a, STR("A\nB\nC\nD\nE\nF\nG\nH\nI\nJ\nK\nL\nM\nN\nO\nP\nQ\nR\nS\nT\nU\nV\nW"), &r);
	assert_int_equal(r.problems_n, JOB_POLICY_PROBLEMS_MAX);
}

/* ---- whose turn it is ---- */

enum { ALL_LANES = (1 << JOB_LANES) - 1 };

static bool always(void *arg, enum job_lane lane) { return arg ? (*(unsigned *)arg >> lane & 1) != 0 : true; }

static void turns_go_by_weight_between_reserve_and_ceiling(void **state)
{
	struct job_policy p = job_policy_default();
	struct job_turns t;
	int turns[JOB_LANES] = { 0 };
	enum job_lane lane;

	(void)state;
	job_turns_init(&t, &p, 16, ALL_LANES);
	/* One worker after the other comes free, with work for two classes: they take it eight to six. */
	for (int i = 0; i < 1400; i++) {
		assert_true(job_turns_take(&t, 1u << JOB_LANE_DEFAULT | 1u << JOB_LANE_PUSH, always, NULL, &lane));
		turns[lane]++;
		job_turns_give(&t, lane);
	}
	assert_in_range(turns[JOB_LANE_DEFAULT], 798, 802);
	assert_in_range(turns[JOB_LANE_PUSH], 598, 602);
	/* Work for one: it has its ceiling, and what others have reserved stays free. */
	for (int i = 0; i < 12; i++)
		assert_true(job_turns_take(&t, 1u << JOB_LANE_PUSH, always, NULL, &lane));
	assert_false(job_turns_take(&t, 1u << JOB_LANE_PUSH, always, NULL, &lane));
	assert_true(job_turns_take(&t, 1u << JOB_LANE_PULL, always, NULL, &lane));       /* its own reserve */
	assert_true(job_turns_take(&t, 1u << JOB_LANE_PULL, always, NULL, &lane));       /* the last that nobody has reserved */
	assert_false(job_turns_take(&t, 1u << JOB_LANE_PULL | 1u << JOB_LANE_MAIL, always, NULL, &lane));
	assert_true(job_turns_take(&t, ALL_LANES, always, NULL, &lane) && lane == JOB_LANE_INGRESS);
	assert_int_equal(t.running, 15);
}

static void another_policy_holds_from_the_next_worker_on(void **state)
{
	struct job_policy p = job_policy_default();
	struct job_turns t;
	enum job_lane lane;
	unsigned begins = 1u << JOB_LANE_MAIL;

	(void)state;
	job_turns_init(&t, &p, 16, ALL_LANES & ~(1u << JOB_LANE_INGRESS));
	assert_int_equal(t.of[JOB_LANE_INGRESS].reserve, 0);              /* not served here */
	for (int i = 0; i < 12; i++)
		assert_true(job_turns_take(&t, 1u << JOB_LANE_PUSH, always, NULL, &lane));
	p.of[JOB_LANE_PUSH].ceiling_percent = 50;
	p.of[JOB_LANE_MAIL].reserve = 4;
	job_turns_change(&t, &p);
	assert_int_equal(t.running, 12);
	job_turns_give(&t, JOB_LANE_PUSH);
	assert_false(job_turns_take(&t, 1u << JOB_LANE_PUSH, always, NULL, &lane));      /* eleven run, eight may */
	assert_true(job_turns_take(&t, ALL_LANES, always, &begins, &lane) && lane == JOB_LANE_MAIL);
	assert_int_equal(t.of[JOB_LANE_MAIL].reserve, 4);
}

/* ---- the forecast ---- */

/* Sixteen workers, one class with so many jobs of so many seconds; what else it says is up to the test. */
static struct job_forecast_how *one_class(struct arena *a, enum job_lane lane, double jobs, double work_s)
{
	struct job_forecast_how *how = arena_new(a, struct job_forecast_how);

	*how = (struct job_forecast_how){ .policy = job_policy_default(), .workers = { 16 }, .nodes = 1, .steps_max = 100000 };
	for (int i = 0; i < JOB_LANES; i++)
		how->flows[i].groups_n = 1;
	how->flows[lane].groups[0] = (struct job_flow_group){ .waits = jobs, .work_s = work_s };
	return how;
}

static struct job_forecast foretold(struct arena *a, const struct job_forecast_how *how)
{
	struct job_forecast f;

	job_forecast(a, how, &f);
	return f;
}

#define assert_near(is, should) do { \
		if ((is) < (should) * 0.99 - 0.001 || (is) > (should) * 1.01 + 0.001) \
			fail_msg("%s is %.3f, not %.3f", #is, (double)(is), (double)(should)); \
	} while (0)

static void what_waits_takes_its_rounds(void **state)
{
	AUTO_ARENA(a);
	struct job_forecast_how *how = one_class(a, JOB_LANE_PUSH, 1200, 0.5);

	(void)state;
	/* Its ceiling is twelve: a hundred rounds of half a second. */
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 50);
	assert_near(foretold(a, how).drained_s[JOB_LANE_PULL], 0);
	how->workers[1] = 8;
	how->nodes = 2;
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 35.5);       /* of eight it has five: three are kept for others */
	how->nodes = 1;
	how->policy.of[JOB_LANE_PUSH].ceiling_percent = 25;
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 150);
	/* Two of one host at once; on the wire no worker is held. */
	how->policy = job_policy_default();
	how->flows[JOB_LANE_PUSH].groups[0].host_max = 2;
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 300);
	how->flows[JOB_LANE_PUSH].groups[0] = (struct job_flow_group){ .waits = 1200, .work_s = 0.012, .wire_s = 2 };
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 6.19);
}

static void what_comes_meanwhile_is_counted(void **state)
{
	AUTO_ARENA(a);
	struct job_forecast_how *how = one_class(a, JOB_LANE_PUSH, 1200, 0.5);
	struct job_flow *f = &how->flows[JOB_LANE_PUSH];
	struct job_forecast told;

	(void)state;
	f->comes = 12;                        /* twenty-four a second go */
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 100);
	f->comes = 30;
	told = foretold(a, how);
	assert_true(told.drained_s[JOB_LANE_PUSH] < 0);
	assert_near(told.grows[JOB_LANE_PUSH], 6);
	f->groups[0].waits = 0;               /* nothing waits yet, but it will */
	told = foretold(a, how);
	assert_true(told.drained_s[JOB_LANE_PUSH] < 0);
	assert_near(told.grows[JOB_LANE_PUSH], 6);
	f->comes = 20;
	assert_true(foretold(a, how).drained_s[JOB_LANE_PUSH] == 0);
	/* More than there is patience for is told by how it goes. */
	f->comes = 12;
	f->groups[0].waits = 12000000;
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 1000000);
}

static void what_comes_is_for_the_hosts_that_wait(void **state)
{
	AUTO_ARENA(a);
	struct job_forecast_how *how = one_class(a, JOB_LANE_PUSH, 0, 0.01);
	struct job_flow *f = &how->flows[JOB_LANE_PUSH];

	(void)state;
	/* Twenty hosts, each takes four at once and two seconds for each: forty a second. */
	for (int g = 0; g < 20; g++)
		f->groups[g] = (struct job_flow_group){ .waits = 100, .work_s = 0.01, .wire_s = 1.99, .host_max = 4 };
	f->groups_n = 21;
	f->groups[20] = (struct job_flow_group){ .work_s = 0.01, .wire_s = 1.99 };
	assert_in_range(foretold(a, how).drained_s[JOB_LANE_PUSH], 49, 52);
	f->comes = 10;
	assert_in_range(foretold(a, how).drained_s[JOB_LANE_PUSH], 60, 70);
	f->comes = 50;
	assert_near(foretold(a, how).grows[JOB_LANE_PUSH], 10);
}

static void what_is_held_back_is_counted(void **state)
{
	AUTO_ARENA(a);
	struct job_forecast_how *how = one_class(a, JOB_LANE_PUSH, 1200, 0.5);

	(void)state;
	how->flows[JOB_LANE_PUSH].begins_max = 10;
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 120.4);
	how->flows[JOB_LANE_PUSH].held = true;
	assert_true(foretold(a, how).drained_s[JOB_LANE_PUSH] < 0);
	assert_true(foretold(a, how).grows[JOB_LANE_PUSH] == 0);
	how->flows[JOB_LANE_PUSH].held = false;
	how->nodes = 0;
	assert_true(foretold(a, how).drained_s[JOB_LANE_PUSH] < 0);
}

static void what_was_slower_than_its_workers_allow_stays_so(void **state)
{
	AUTO_ARENA(a);
	struct job_forecast_how *how = one_class(a, JOB_LANE_PUSH, 12000, 0.5);
	double seen[JOB_LANES] = { [JOB_LANE_PUSH] = 6 };

	(void)state;
	job_forecast_pace(a, how, seen);
	assert_near(how->flows[JOB_LANE_PUSH].groups[0].work_s, 2);
	assert_near(foretold(a, how).drained_s[JOB_LANE_PUSH], 2000);
	seen[JOB_LANE_PUSH] = 100;            /* faster than that is no reason to hurry */
	job_forecast_pace(a, how, seen);
	assert_near(how->flows[JOB_LANE_PUSH].groups[0].work_s, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_policy_says_is_read_back),
		cmocka_unit_test(what_cannot_be_is_told_with_its_line_and_field),
		cmocka_unit_test(a_text_of_another_version_is_read_as_far_as_it_goes),
		cmocka_unit_test(turns_go_by_weight_between_reserve_and_ceiling),
		cmocka_unit_test(another_policy_holds_from_the_next_worker_on),
		cmocka_unit_test(what_waits_takes_its_rounds),
		cmocka_unit_test(what_comes_meanwhile_is_counted),
		cmocka_unit_test(what_comes_is_for_the_hosts_that_wait),
		cmocka_unit_test(what_is_held_back_is_counted),
		cmocka_unit_test(what_was_slower_than_its_workers_allow_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
