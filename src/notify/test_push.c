#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/call.h"
#include "crypt/webpush.h"
#include "notify/push.h"

static void an_answer_decides_what_becomes_of_job_and_subscription(void **state)
{
	static const struct { int status; enum job_result result; bool gone; } rows[] = {
		{ 201, JOB_DONE, false }, { 202, JOB_DONE, false }, { 301, JOB_DROP, false }, { 400, JOB_DROP, true }, { 404, JOB_DROP, true },
		{ 408, JOB_RETRY, false }, { 410, JOB_DROP, true }, { 429, JOB_RETRY, false }, { 500, JOB_RETRY, false }, { 503, JOB_RETRY, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fetched f = { .outcome = FETCH_ANSWERED, .status = rows[i].status, .retry_after = STR("120") };
		struct job_end end = notify_push_judge(&f, ID(push_id, 7));

		assert_int_equal(end.result, rows[i].result);
		assert_int_equal(end.then.wanted, rows[i].gone);
		assert_int_equal(end.retry_after_s, rows[i].result == JOB_RETRY ? 120 : 0);
		assert_int_equal(end.then.ref_id, rows[i].gone ? 7 : 0);
	}
}

static void silence_is_retried_and_an_address_of_ours_is_not(void **state)
{
	struct fetched f = { .outcome = FETCH_TIMEOUT };

	(void)state;
	assert_int_equal(notify_push_judge(&f, ID(push_id, 7)).result, JOB_RETRY);
	f.outcome = FETCH_REFUSED_ADDRESS;
	assert_int_equal(notify_push_judge(&f, ID(push_id, 7)).result, JOB_DROP);
	assert_false(notify_push_judge(&f, ID(push_id, 7)).then.wanted);
}

static void what_is_said_is_short_whatever_people_call_themselves(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a };
	char long_text[30000];
	struct push_draft d = { .locale = STR("de"), .type = NOTIFICATION_MENTION, .name = STR("Bob\n\n B."), .icon = STR("https://x/i.png"),
				.text = STR("  one\ntwo \n") };
	struct str said = notify_push_payload(&c, &d, STR("tok"), ID(notification_id, 12));

	(void)state;
	assert_true(str_eqz(said, "{\"access_token\":\"tok\",\"preferred_locale\":\"de\",\"notification_id\":12,\"notification_type\":\"mention\","
				  "\"icon\":\"https://x/i.png\",\"title\":\"Bob B. mentioned you\",\"body\":\"one two\"}"));
	for (size_t i = 0; i < sizeof long_text; i++)
		long_text[i] = "\xe2\x80\xa8"[i % 3];
	d.name = d.text = d.icon = str_of(long_text, sizeof long_text);
	said = notify_push_payload(&c, &d, STR("tok"), ID(notification_id, INT64_MAX));
	assert_true(said.n < WEBPUSH_PAYLOAD_MAX && str_is_utf8(said) && str_has_suffix(said, STR("…\"}")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_decides_what_becomes_of_job_and_subscription),
		cmocka_unit_test(silence_is_retried_and_an_address_of_ours_is_not),
		cmocka_unit_test(what_is_said_is_short_whatever_people_call_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
