#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypt/totp.h"

/* "12345678901234567890" of RFC 6238, appendix B, in base32. */
#define RFC_SEED STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

static void the_vectors_of_the_rfc_hold(void **state)
{
	AUTO_ARENA(a);
	static const struct { int64_t s; const char *code; } rows[] = {
		{ 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" }, { 1234567890, "005924" }, { 2000000000, "279037" },
		{ 20000000000, "353130" },
	};
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(totp_step_of(RFC_SEED, str_z(rows[i].code), rows[i].s * US_PER_S, &step));
		assert_int_equal(step, rows[i].s / TOTP_STEP_S);
		assert_true(str_eqz(totp_code(a, RFC_SEED, rows[i].s * US_PER_S), rows[i].code));
	}
}

static void a_clock_may_be_half_a_minute_wrong(void **state)
{
	int64_t step, at = 1111111111 * US_PER_S;

	(void)state;
	assert_true(totp_step_of(RFC_SEED, STR("050 471"), at + 30 * US_PER_S, &step));
	assert_int_equal(step, 1111111111 / TOTP_STEP_S);
	assert_true(totp_step_of(RFC_SEED, STR("050471"), at - 30 * US_PER_S, &step));
	assert_false(totp_step_of(RFC_SEED, STR("050471"), at + 90 * US_PER_S, &step));
	assert_false(totp_step_of(RFC_SEED, STR("050471"), at - 90 * US_PER_S, &step));
}

static void what_is_no_code_is_none(void **state)
{
	static const char *const bad[] = { "", "05047", "0504711", "O50471", "-50471", "050471x" };
	int64_t step, at = 1111111111 * US_PER_S;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(totp_step_of(RFC_SEED, str_z(bad[i]), at, &step));
	assert_false(totp_step_of(STR(""), STR("050471"), at, &step));
	assert_false(totp_step_of(STR("not base32!"), STR("050471"), at, &step));
}

static void seeds_and_recovery_codes_can_be_typed(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a, .world = &world_real };
	struct str seed = totp_seed_random(&c), code = totp_recovery_random(&c);

	(void)state;
	assert_int_equal(seed.n, 32);
	assert_false(str_eq(seed, totp_seed_random(&c)));
	assert_int_equal(code.n, 19);
	assert_int_equal(totp_recovery_key(a, code).n, 16);
	assert_true(str_eqz(totp_recovery_key(a, STR(" AbCd-efgh ijkl_mnop\n")), "abcdefghijklmnop"));
	assert_true(str_eqz(totp_uri(a, STR("ABC"), STR("my house"), STR("a@b")),
			    "otpauth://totp/my%20house:a%40b?secret=ABC&issuer=my%20house&algorithm=SHA1&digits=6&period=30"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc_hold),
		cmocka_unit_test(a_clock_may_be_half_a_minute_wrong),
		cmocka_unit_test(what_is_no_code_is_none),
		cmocka_unit_test(seeds_and_recovery_codes_can_be_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
