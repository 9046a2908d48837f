#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/annual.h"
#include "model/collection.h"
#include "model/jobs.h"
#include "model/policy.h"
#include "model/quote.h"
#include "model/rules.h"
#include "model/scope.h"
#include "model/trend.h"
#include "model/version.h"

static void scopes_are_hierarchical(void **state)
{
	(void)state;
	assert_true(scopes_allow(STR("read write"), STR("read:statuses")));
	assert_true(scopes_allow(STR("follow"), STR("write:mutes")));
	assert_false(scopes_allow(STR("read:statuses"), STR("read")));
	assert_false(scopes_allow(STR("read"), STR("reader")));
	assert_false(scopes_allow(STR("write"), STR("admin:write")));
	assert_true(scopes_allow(STR("admin:read"), STR("admin:read:accounts")));
	assert_true(scopes_allow_any(STR("profile"), STR("read:accounts|profile")));
	assert_true(scopes_subset(STR("read:statuses follow"), STR("read write follow")));
	assert_false(scopes_subset(STR("push"), STR("read write")));
	assert_false(scopes_known(STR("read nonsense")));
	assert_false(scopes_known(STR("  ")));
}

static void a_private_post_is_for_followers_and_those_mentioned(void **state)
{
	struct see_facts f = { .viewer_is_person = true };

	(void)state;
	assert_false(rule_may_see(VISIBILITY_PRIVATE, &f));
	f.is_follower = true;
	assert_true(rule_may_see(VISIBILITY_PRIVATE, &f));
	assert_false(rule_may_see(VISIBILITY_DIRECT, &f));
	f.author_blocks_viewer = true;
	assert_false(rule_may_see(VISIBILITY_PUBLIC, &f));
	assert_false(rule_may_see(VISIBILITY_PRIVATE, &f));
	assert_false(rule_may_see(VISIBILITY_PUBLIC, &(struct see_facts){ .viewer_is_person = true, .is_follower = true, .stays_home = true }));
}

static void quotes_need_consent(void **state)
{
	struct quote_facts anybody = { .is_person = true }, follower = { .is_person = true, .follows_author = true };
	struct quote_facts author = { .is_person = true, .is_author = true };
	int64_t open = quote_policy_of(QUOTE_POLICY_PUBLIC), followers = quote_policy_of(QUOTE_POLICY_FOLLOWERS);

	(void)state;
	assert_int_equal(rule_quote(VISIBILITY_PUBLIC, open, &anybody), QUOTE_RIGHT_AUTOMATIC);
	assert_int_equal(rule_quote(VISIBILITY_PUBLIC, open, &(struct quote_facts){ 0 }), QUOTE_RIGHT_DENIED);
	assert_int_equal(rule_quote(VISIBILITY_PRIVATE, open, &follower), QUOTE_RIGHT_DENIED);
	assert_int_equal(rule_quote(VISIBILITY_PRIVATE, 0, &author), QUOTE_RIGHT_AUTOMATIC);
	assert_int_equal(rule_quote(VISIBILITY_DIRECT, open, &author), QUOTE_RIGHT_DENIED);
	assert_int_equal(rule_quote(VISIBILITY_UNLISTED, followers, &anybody), QUOTE_RIGHT_DENIED);
	assert_int_equal(rule_quote(VISIBILITY_UNLISTED, followers, &follower), QUOTE_RIGHT_AUTOMATIC);
	assert_int_equal(rule_quote(VISIBILITY_PUBLIC, quote_policy_bits(QUOTE_FOLLOWERS, QUOTE_PUBLIC), &anybody), QUOTE_RIGHT_MANUAL);
	assert_int_equal(rule_quote(VISIBILITY_PUBLIC, quote_policy_bits(QUOTE_UNSUPPORTED, 0), &anybody), QUOTE_RIGHT_UNKNOWN);
}

static void being_put_into_a_collection_needs_consent(void **state)
{
	struct feature_facts anybody = { .is_person = true }, follower = { .is_person = true, .follows = true };
	struct feature_facts followed = { .is_person = true, .followed_by = true }, blocked = { .is_person = true, .blocked = true };
	struct account ours = { .local = true, .discoverable = true }, theirs = { 0 };

	(void)state;
	assert_int_equal(rule_feature(&ours, &anybody), FEATURE_RIGHT_AUTOMATIC);
	assert_int_equal(rule_feature(&ours, &(struct feature_facts){ 0 }), FEATURE_RIGHT_DENIED);
	assert_int_equal(rule_feature(&ours, &blocked), FEATURE_RIGHT_DENIED);
	ours.locked = true;
	assert_int_equal(rule_feature(&ours, &anybody), FEATURE_RIGHT_DENIED);
	assert_int_equal(rule_feature(&ours, &follower), FEATURE_RIGHT_AUTOMATIC);
	assert_int_equal(rule_feature(&ours, &(struct feature_facts){ .is_person = true, .is_self = true }), FEATURE_RIGHT_AUTOMATIC);
	ours.discoverable = false;
	assert_int_equal(rule_feature(&ours, &follower), FEATURE_RIGHT_DENIED);
	/* Discoverable or not: others say it in their policy, or it is not known. */
	theirs.discoverable = true;
	assert_int_equal(rule_feature(&theirs, &anybody), FEATURE_RIGHT_MISSING);
	theirs.feature_policy = quote_policy_bits(QUOTE_FOLLOWERS, QUOTE_PUBLIC);
	assert_int_equal(rule_feature(&theirs, &anybody), FEATURE_RIGHT_MANUAL);
	assert_int_equal(rule_feature(&theirs, &follower), FEATURE_RIGHT_AUTOMATIC);
	theirs.feature_policy = quote_policy_bits(0, QUOTE_FOLLOWING);
	assert_int_equal(rule_feature(&theirs, &anybody), FEATURE_RIGHT_DENIED);
	assert_int_equal(rule_feature(&theirs, &followed), FEATURE_RIGHT_MANUAL);
	theirs.feature_policy = quote_policy_bits(QUOTE_UNSUPPORTED, 0);
	assert_int_equal(rule_feature(&theirs, &anybody), FEATURE_RIGHT_UNKNOWN);
	theirs.suspended_us = 1;
	assert_int_equal(rule_feature(&theirs, &anybody), FEATURE_RIGHT_DENIED);
}

static void the_numbers_of_a_year_make_a_kind_of_person(void **state)
{
	struct { struct annual_numbers n; enum archetype is; } rows[] = {
		{ { .standalone = 100, .replies = 10, .boosts = 2 }, ARCHETYPE_LURKER }, { { .standalone = 50, .boosts = 101 }, ARCHETYPE_BOOSTER },
		{ { .standalone = 200, .polls = 21 }, ARCHETYPE_POLLSTER }, { { .standalone = 50, .replies = 101 }, ARCHETYPE_REPLIER },
		{ { .standalone = 200, .polls = 20, .replies = 400, .boosts = 400 }, ARCHETYPE_ORACLE },
	};
	int64_t months[ANNUAL_MONTHS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(annual_archetype(&rows[i].n), rows[i].is);
	annual_months(2024, months);
	assert_int_equal(months[0], INT64_C(1704067200000000));
	assert_int_equal(months[2] - months[1], INT64_C(29) * 86400 * 1000000);
	assert_int_equal(annual_campaign(months[11] + INT64_C(9) * 86400 * 1000000), 2024);
	assert_int_equal(annual_campaign(months[11] + INT64_C(9) * 86400 * 1000000 - 1), 0);
	assert_int_equal(annual_campaign(months[12] - 1), 2024);
	assert_int_equal(annual_campaign(months[12]), 0);
}

static void nobody_boosts_what_is_direct(void **state)
{
	struct see_facts f = { .viewer_is_person = true, .is_author = true };

	(void)state;
	assert_true(rule_may_reblog(VISIBILITY_PRIVATE, &f));
	assert_false(rule_may_reblog(VISIBILITY_DIRECT, &f));
	assert_int_equal(rule_reblog_visibility(VISIBILITY_PUBLIC, VISIBILITY_PRIVATE), VISIBILITY_PRIVATE);
}

static void words_and_numbers_of_an_enum_agree(void **state)
{
	enum visibility v;

	(void)state;
	for (enum visibility i = 0; i < VISIBILITY_COUNT; i++)
		assert_true(visibility_parse(str_z(visibility_word(i)), &v) && v == i);
	assert_false(visibility_parse(STR("everyone"), &v));
}

static void every_job_has_a_lane(void **state)
{
	(void)state;
	for (enum job_kind k = 0; k < JOB_KINDS; k++)
		assert_true(job_lane_of(k) < JOB_LANES && job_tries_max(k) > 0 && job_kind_name(k));
}

static enum policy_action judged(struct notification_policy p, struct policy_facts f, enum notification_type type)
{
	return policy_judge(&p, &f, type);
}

static void a_policy_takes_the_strictest_rule_that_applies(void **state)
{
	struct notification_policy strict = { POLICY_FILTER, POLICY_ACCEPT, POLICY_DROP, POLICY_FILTER, POLICY_FILTER, POLICY_DROP };

	(void)state;
	assert_int_equal(judged(policy_default, (struct policy_facts){ .unsolicited = true }, NOTIFICATION_MENTION), POLICY_FILTER);
	assert_int_equal(judged(policy_default, (struct policy_facts){ .limited = true }, NOTIFICATION_FAVOURITE), POLICY_FILTER);
	assert_int_equal(judged(policy_default, (struct policy_facts){ .bot = true, .new_account = true }, NOTIFICATION_MENTION), POLICY_ACCEPT);
	assert_int_equal(judged(strict, (struct policy_facts){ 0 }, NOTIFICATION_QUOTE), POLICY_FILTER);
	assert_int_equal(judged(strict, (struct policy_facts){ .bot = true }, NOTIFICATION_FOLLOW), POLICY_DROP);
	assert_int_equal(judged(strict, (struct policy_facts){ .new_account = true }, NOTIFICATION_REBLOG), POLICY_DROP);
}

static void some_pass_every_policy(void **state)
{
	struct notification_policy none = { POLICY_DROP, POLICY_DROP, POLICY_DROP, POLICY_DROP, POLICY_DROP, POLICY_DROP };

	(void)state;
	assert_int_equal(judged(none, (struct policy_facts){ 0 }, NOTIFICATION_POLL), POLICY_ACCEPT);
	assert_int_equal(judged(none, (struct policy_facts){ 0 }, NOTIFICATION_STATUS), POLICY_ACCEPT);
	assert_int_equal(judged(none, (struct policy_facts){ .permitted = true }, NOTIFICATION_MENTION), POLICY_ACCEPT);
	assert_int_equal(judged(none, (struct policy_facts){ .staff = true }, NOTIFICATION_MENTION), POLICY_ACCEPT);
	assert_int_equal(judged(none, (struct policy_facts){ .staff = true }, NOTIFICATION_FOLLOW), POLICY_DROP);
	assert_int_equal(judged(none, (struct policy_facts){ .following = true }, NOTIFICATION_MENTION), POLICY_DROP);
	assert_int_equal(judged(none, (struct policy_facts){ .following = true, .follower = true, .bot = true }, NOTIFICATION_MENTION),
			 POLICY_ACCEPT);
}

static void more_than_yesterday_trends_and_fades(void **state)
{
	(void)state;
	assert_true(trend_score(0, 4) == 0);                  /* too few */
	assert_true(trend_score(0, 6) == 25);                 /* nothing yesterday counts as one */
	assert_true(trend_score(10, 20) == 10);
	assert_true(trend_score(20, 10) == 0);
	assert_true(trend_decayed(TREND_TAG, 16, INT64_C(4) * 3600 * 1000000) == 8);
	assert_true(trend_decayed(TREND_LINK, 16, INT64_C(8) * 3600 * 1000000) == 8);
	assert_true(trend_decayed(TREND_STATUS, 16, -5) == 16);
	assert_true(trend_is_shown(TREND_TAG, 1) && !trend_is_shown(TREND_TAG, 0.9) && trend_is_shown(TREND_STATUS, 0.3));
}

static void versions_are_compared_as_people_number_them(void **state)
{
	static const char *const rising[] = { "", "0.9", "0.12.4", "0.12.5", "4.3.0-alpha.1", "4.3.0-rc1", "4.3.0", "4.3.1", "4.10.0", "2026.1" };

	(void)state;
	for (size_t i = 0; i < sizeof rising / sizeof *rising; i++)
		for (size_t k = 0; k < sizeof rising / sizeof *rising; k++)
			assert_int_equal(version_compare(str_z(rising[i]), str_z(rising[k])) < 0, i < k);
	assert_int_equal(version_compare(STR("4.3"), STR("4.3.0+glitch")), 0);
	assert_int_equal(version_compare(STR("v4.3.0"), STR("4.3.0")), 0);
	assert_true(version_compare(STR("99999999999999999999.1"), STR("5")) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes_are_hierarchical),
		cmocka_unit_test(a_private_post_is_for_followers_and_those_mentioned),
		cmocka_unit_test(quotes_need_consent),
		cmocka_unit_test(being_put_into_a_collection_needs_consent),
		cmocka_unit_test(the_numbers_of_a_year_make_a_kind_of_person),
		cmocka_unit_test(nobody_boosts_what_is_direct),
		cmocka_unit_test(words_and_numbers_of_an_enum_agree),
		cmocka_unit_test(every_job_has_a_lane),
		cmocka_unit_test(a_policy_takes_the_strictest_rule_that_applies),
		cmocka_unit_test(some_pass_every_policy),
		cmocka_unit_test(versions_are_compared_as_people_number_them),
		cmocka_unit_test(more_than_yesterday_trends_and_fades),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
