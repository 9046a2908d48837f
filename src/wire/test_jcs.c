#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/jcs.h"

static struct str form(struct arena *a, const char *text)
{
	const struct json *v;
	struct str got;

	if (json_parse(a, str_z(text), &v) || jcs_write(a, v, NULL, &got))
		return STR("refused");
	return got;
}

/* RFC 8785, 3.2.2, 3.2.3 and appendix B. */
static void what_the_rfc_shows_comes_out(void **state)
{
	static const char *const known[][2] = {
		{ "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c"
		  "\\\\\\\"\\/\",\"literals\":[null,true,false]}",
		  "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}" },
		{ "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}",
		  "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\xef\xac\xb3\":3}" },
		{ "[0,-0.0,5e-324,1.7976931348623157e308,9007199254740992,-9007199254740992,295147905179352825856]",
		  "[0,0,5e-324,1.7976931348623157e+308,9007199254740992,-9007199254740992,295147905179352830000]" },
		{ "[9.999999999999997e22,1e23,1.0000000000000001e23,999999999999999700000,999999999999999900000,1e21]",
		  "[9.999999999999997e+22,1e+23,1.0000000000000001e+23,999999999999999700000,999999999999999900000,1e+21]" },
		{ "[9.999999999999997e-7,0.000001,333333333.3333332,-0.0000033333333333333333,1424953923781206.2]",
		  "[9.999999999999997e-7,0.000001,333333333.3333332,-0.0000033333333333333333,1424953923781206.2]" },
		{ "[9007199254740993,18446744073709551615,1.0,100,-12.50,0.1]", "[9007199254740992,18446744073709552000,1,100,-12.5,0.1]" },
		{ " { \"b\" : { } , \"a\" : [ ] } ", "{\"a\":[],\"b\":{}}" }, { "\"\\u007f\\b\\f\\u001f\"", "\"\x7f\\b\\f\\u001f\"" }, { "null", "null" },
	};
	AUTO_ARENA(a);

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(arena_strz(a, form(a, known[i][0])), known[i][1]);
}

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_string_equal(arena_strz(a, form(a, "{\"a\":1,\"b\":2,\"a\":1}")), "refused");
	assert_string_equal(arena_strz(a, form(a, "[{\"a\":1,\"\\u0061\":2}]")), "refused");
	assert_string_equal(arena_strz(a, form(a, "\"a\\u0000b\"")), "refused");
	assert_string_equal(arena_strz(a, form(a, "{\"a\\u0000b\":1}")), "refused");
}

static void a_member_is_left_out_and_another_put_in(void **state)
{
	AUTO_ARENA(a);
	const struct json *v, *context;
	struct jcs_change change = { .without = "proof" };
	struct str got;

	(void)state;
	assert_null(json_parse(a, STR("{\"proof\":{},\"type\":\"Note\",\"tag\":{\"proof\":1}}"), &v));
	assert_null(json_parse(a, STR("[\"x\"]"), &context));
	assert_null(jcs_write(a, v, &change, &got));
	assert_string_equal(arena_strz(a, got), "{\"tag\":{\"proof\":1},\"type\":\"Note\"}");
	change.with = "@context";
	change.value = context;
	assert_null(jcs_write(a, v, &change, &got));
	assert_string_equal(arena_strz(a, got), "{\"@context\":[\"x\"],\"tag\":{\"proof\":1},\"type\":\"Note\"}");
	change.with = "type";
	assert_null(jcs_write(a, v, &change, &got));
	assert_string_equal(arena_strz(a, got), "{\"tag\":{\"proof\":1},\"type\":[\"x\"]}");
}

/* Of doubles of all sizes, many of them below DBL_MIN: what is written means the same, and one digit less does not. */
static void a_number_has_the_fewest_digits_that_mean_it(void **state)
{
	uint64_t bits = 88172645463325252u, mask[] = { UINT64_MAX, ~(UINT64_C(0x7ff) << 52) }, one;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		AUTO_ARENA(a);
		char text[40], *end;
		size_t digits = 0, zeros = 0;
		struct str got;
		double v;

		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		one = bits & mask[i % 2];
		memcpy(&v, &one, sizeof v);
		if (!isfinite(v) || v == 0)
			continue;
		snprintf(text, sizeof text, "%.17e", v);
		got = form(a, text);
		assert_true(strtod(arena_strz(a, got), &end) == v && !*end);
		for (size_t k = 0; k < got.n && got.p[k] != 'e'; k++) {
			zeros = got.p[k] == '0' && digits ? zeros + 1 : 0;
			digits += (got.p[k] >= '1' && got.p[k] <= '9') || (got.p[k] == '0' && digits);
		}
		digits -= str_find(got, '.') == got.n ? zeros : 0;
		snprintf(text, sizeof text, "%.*e", digits > 1 ? (int)digits - 2 : 0, v);
		assert_true(digits == 1 || strtod(text, NULL) != v);
	}
}

static void a_form_ends_where_it_is_too_large(void **state)
{
	AUTO_ARENA(a);
	struct jcs_change change = { .max = 9 };
	const struct json *v;
	struct str got;

	(void)state;
	assert_null(json_parse(a, STR("[1,2,3,4]"), &v));
	assert_null(jcs_write(a, v, &change, &got));
	assert_string_equal(arena_strz(a, got), "[1,2,3,4]");
	change.max = 8;
	assert_int_equal(jcs_write(a, v, &change, &got)->code, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_rfc_shows_comes_out),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
		cmocka_unit_test(a_member_is_left_out_and_another_put_in),
		cmocka_unit_test(a_number_has_the_fewest_digits_that_mean_it),
		cmocka_unit_test(a_form_ends_where_it_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
