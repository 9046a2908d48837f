#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/world.h"
#include "wire/date.h"

static void what_servers_send_is_read(void **state)
{
	static const struct { const char *text; int64_t us; } rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-08-01T12:35:00Z", INT64_C(1785587700) * US_PER_S },
		{ "2026-08-01T12:35:00.123Z", INT64_C(1785587700123) * US_PER_MS },
		{ "2026-08-01T12:35:00.123456789Z", INT64_C(1785587700123456) },
		{ "2026-08-01t14:35:00+02:00", INT64_C(1785587700) * US_PER_S },
		{ "2026-08-01 14:35:00+0200", INT64_C(1785587700) * US_PER_S },
		{ "2026-08-01T07:05:00-05:30", INT64_C(1785587700) * US_PER_S },
		{ "2026-08-01", INT64_C(1785542400) * US_PER_S },
		{ "2024-02-29T00:00:00Z", INT64_C(1709164800) * US_PER_S },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800) * US_PER_S },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) * US_PER_S },
	};
	int64_t us;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(date_parse(str_z(rows[i].text), &us));
		assert_true(us == rows[i].us);
	}
}

static void nonsense_is_refused(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-13-01", "2026-00-01", "2025-02-29T00:00:00Z", "2100-02-29", "1969-12-31T23:59:59Z",
		"1970-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00", "2026-08-01T24:00:00Z", "2026-08-01T12:60:00Z",
		"2026-08-01T12:35:00", "2026-08-01T12:35:00.Z", "2026-08-01T12:35:00Zx", "2026-08-01T12:35:00+2", "+026-08-01", "10000-01-01",
		"2026-08-01T12:35:00+99:00", "2026-8-1", "26-08-01T00:00:00Z" };
	int64_t us;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_parse(str_z(bad[i]), &us));
	assert_false(date_http_parse(STR("Sunday, 06-Nov-94 08:49:37 GMT"), &us));
	assert_false(date_http_parse(STR("Sun, 06 Nov 1994 08:49:37 CET"), &us));
	assert_false(date_http_parse(STR("Sun, 06 Nox 1994 08:49:37 GMT"), &us));
	assert_false(date_http_parse(STR("Sun, 31 Feb 1994 08:49:37 GMT"), &us));
	assert_false(date_http_parse(STR(""), &us));
}

static void lengths_of_time_are_read(void **state)
{
	static const struct { const char *text; int64_t ms; } rows[] = {
		{ "PT0S", 0 }, { "PT1.5S", 1500 }, { "PT12.3456S", 12345 }, { "PT1M2S", 62000 }, { "PT2H", 7200000 }, { "P1DT1H1M1.001S", 90061001 },
		{ "P2D", 172800000 },
	};
	static const char *const bad[] = { "", "P", "PT", "T1S", "1", "PT1", "PT-1S", "-PT1S", "PT1.5M", "PTS", "PT1S2M", "PT1S1S", "P1M", "P1S", "PT1D",
					   "P9999D", "PT9999999999S", "PT1.S5", "PT1S ", "P1DT" };
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(date_duration(str_z(rows[i].text), &ms));
		assert_int_equal(ms, rows[i].ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_duration(str_z(bad[i]), &ms));
}

static void every_day_survives_the_way_there_and_back(void **state)
{
	AUTO_ARENA(a);
	struct civil c;
	int64_t back;

	(void)state;
	for (int64_t day = 0; day < 2932896; day += 13) {
		int64_t us = day * US_PER_DAY + (day % 86400) * US_PER_S + day % 1000 * US_PER_MS;

		date_to_civil(us, &c);
		assert_int_equal(c.weekday, (day + 4) % 7);
		assert_true(date_from_civil(&c, &back) && back == us);
	}
	assert_true(date_http_parse(STR("Sun, 06 Nov 1994 08:49:37 GMT"), &back));
	assert_true(str_eqz(date_http(a, back), "Sun, 06 Nov 1994 08:49:37 GMT"));
	assert_true(str_eqz(date_iso_ms(a, back), "1994-11-06T08:49:37.000Z"));
	assert_true(str_eqz(date_iso_s(a, back), "1994-11-06T08:49:37Z"));
	assert_true(str_eqz(date_day(a, back), "1994-11-06"));
	assert_true(str_eqz(date_iso_ms(a, -1), "1970-01-01T00:00:00.000Z"));
	assert_true(str_eqz(date_iso_ms(a, INT64_MAX), "9999-12-31T23:59:59.999Z"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_servers_send_is_read),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(lengths_of_time_are_read),
		cmocka_unit_test(every_day_survives_the_way_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
