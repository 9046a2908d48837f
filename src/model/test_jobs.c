#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/job_turns.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_policy_says_is_read_back),
		cmocka_unit_test(what_cannot_be_is_told_with_its_line_and_field),
		cmocka_unit_test(a_text_of_another_version_is_read_as_far_as_it_goes),
		cmocka_unit_test(turns_go_by_weight_between_reserve_and_ceiling),
		cmocka_unit_test(another_policy_holds_from_the_next_worker_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
