#include "acts/test_posts_priv.h"

#include "acts/announcement.h"
#include "acts/report.h"
#include "acts/rule.h"
#include "store/announcement.h"
#include "store/report.h"

SQL(q_test_desk,
    "SELECT (SELECT count(*) FROM reports) * 10000 + (SELECT count(*) FROM report_statuses) * 1000 + (SELECT count(*) FROM report_rules) * 100"
    " + (SELECT count(*) FROM announcements) * 10 + (SELECT count(*) FROM announcement_reactions)");

static void a_report_stands_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	int64_t rule, id;

	NEED(f);
	s = post(f, BOB, SAYS("bad"));
	ok(acts_rule_put(&f->call, 0, STR("Be kind."), STR_NONE, &rule));
	SWEEP(f, acts_report(&f->call, ID(account_id, ALICE), &(struct report_in){ .target = ID(account_id, BOB), .statuses = &s->id.v, .statuses_n = 1,
					 .rules = &rule, .rules_n = 1, .comment = STR("look") }, &id));
	assert_int_equal(number(f, &q_test_desk, ARGS0), 11100);
	assert_int_equal(jobs(f, JOB_PLAN, "Flag"), 0);
	ok(acts_status_delete(&f->call, WHO(BOB), s->id, false));
	assert_null(found(f, s->id));
	assert_int_equal(account(f, BOB)->statuses_count, 0);
	assert_int_equal(number(f, &q_test_desk, ARGS0), 11100);      /* the post is gone, what it said is not */
}

static void a_report_from_elsewhere_is_one_for_its_id(void **state)
{
	struct fixture *f = *state;
	struct report_received in = { .from = { REMOTE }, .target = { BOB }, .uri = STRC("https://remote.example/flags/1"), .comment = STRC("rude") };

	NEED(f);
	for (int i = 0; i < 2; i++)
		ok(acts_report_receive(&f->call, &in));
	assert_int_equal(number(f, &q_test_desk, ARGS0), 10000);
	for (int i = 0; i < 2 * REPORTS_LIMIT; i++) {
		in.uri = arena_printf(f->arena, "https://remote.example/flags/x%d", i);
		ok(acts_report_receive(&f->call, &in));
	}
	assert_true(number(f, &q_test_desk, ARGS0) <= 10000 * REPORTS_LIMIT);
}

static void announcements_and_reactions_stand_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	account_id who = ID(account_id, ALICE);
	struct announcement_in in = { .text = STR("Hello @bob"), .all_day = -1 };
	int64_t id;

	NEED(f);
	SWEEP(f, acts_announcement_put(&f->call, 0, &in, &id));
	SWEEP(f, acts_announcement_react(&f->call, who, id, STR("\xf0\x9f\x91\x8d")));
	assert_int_equal(number(f, &q_test_desk, ARGS0), 11);
	SWEEP(f, acts_announcement_unreact(&f->call, who, id, STR("\xf0\x9f\x91\x8d")));
	says(acts_announcement_unreact(&f->call, who, id, STR("\xf0\x9f\x91\x8d")), ERR_NOT_FOUND, "Record not found");
	SWEEP(f, acts_announcement_drop(&f->call, id));
	assert_int_equal(number(f, &q_test_desk, ARGS0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_report_stands_whole_or_not_at_all),
		BOTH(a_report_from_elsewhere_is_one_for_its_id),
		BOTH(announcements_and_reactions_stand_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
