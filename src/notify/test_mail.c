#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conf/conf.h"
#include "notify/mail.h"

static struct call call_in(struct arena *a, struct conf *conf)
{
	conf->mail_from = STR("notifications@howdah.example");
	return (struct call){ .arena = a, .world = &world_real, .now_us = INT64_C(1785587700) * US_PER_S, .conf = conf };
}

static bool has(struct str s, const char *what) { return str_contains(s, str_z(what)); }

static void a_message_is_one_by_rfc_5322(void **state)
{
	AUTO_ARENA(a);
	struct conf conf = { 0 };
	struct call c = call_in(a, &conf);
	struct str m = notify_mail_message(&c, STR("bob@example.org"), STR("Hello"), STR("One\nTwo"));

	(void)state;
	assert_true(has(m, "Date: Sat, 01 Aug 2026 12:35:00 +0000\r\n"));
	assert_true(has(m, "From: notifications@howdah.example\r\nTo: bob@example.org\r\nSubject: Hello\r\n"));
	assert_true(has(m, "@howdah.example>\r\n"));
	assert_true(str_has_suffix(m, STR("\r\n\r\nOne\r\nTwo\r\n")));
}

static void a_subject_beyond_ascii_is_encoded_and_ends_no_line(void **state)
{
	AUTO_ARENA(a);
	struct conf conf = { 0 };
	struct call c = call_in(a, &conf);

	(void)state;
	assert_true(has(notify_mail_message(&c, STR("b@x.example"), STR("Grüße"), STR("")), "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"));
	assert_false(has(notify_mail_message(&c, STR("b@x.example"), STR("a\r\nBcc: c@x.example"), STR("")), "\nBcc:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_one_by_rfc_5322),
		cmocka_unit_test(a_subject_beyond_ascii_is_encoded_and_ends_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
