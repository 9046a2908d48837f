#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/base64.h"
#include "wire/multibase.h"

static void bytes_are_written_and_read_again(void **state)
{
	/* draft-msporny-base58, and a key of the did:key document. */
	static const char *const known[][2] = { { "48656c6c6f20576f726c6421", "z2NEpo7TZRRrLZSi2U" }, { "0000287fb4cd", "z11233QC4" }, { "00", "z1" },
		{ "ed012e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6", "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK" } };
	AUTO_ARENA(a);
	struct str bytes, got;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		assert_true(hex_decode(a, str_z(known[i][0]), &bytes));
		assert_string_equal(arena_strz(a, multibase_encode(a, bytes)), known[i][1]);
		assert_true(multibase_decode(a, str_z(known[i][1]), &got) && str_eq(got, bytes));
	}
	assert_true(multibase_decode(a, STR("uAQID"), &got) && str_eqz(got, "\1\2\3"));
}

static void what_is_none_is_refused_and_so_is_what_is_too_long(void **state)
{
	static const char *const bad[] = { "", "z", "u", "2NEpo7", "z0", "zl", "zI", "zO", "z ", "mAQID", "u+/", "z\xc3\xa9" };
	static char many[4 * MULTIBASE_BYTES_MAX];
	AUTO_ARENA(a);
	struct str got;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (multibase_decode(a, str_z(bad[i]), &got))
			fail_msg("%s was taken", bad[i]);
	memset(many, 0xff, sizeof many);
	assert_null(multibase_encode(a, str_of(many, MULTIBASE_BYTES_MAX + 1)).p);
	assert_true(multibase_decode(a, multibase_encode(a, str_of(many, MULTIBASE_BYTES_MAX)), &got) && got.n == MULTIBASE_BYTES_MAX);
	memset(many, '1', sizeof many);
	many[0] = 'z';
	assert_true(multibase_decode(a, str_of(many, MULTIBASE_BYTES_MAX + 1), &got) && got.n == MULTIBASE_BYTES_MAX);
	assert_false(multibase_decode(a, str_of(many, MULTIBASE_BYTES_MAX + 2), &got));
	memset(many + 1, 'z', sizeof many - 1);
	assert_false(multibase_decode(a, str_of(many, sizeof many), &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_written_and_read_again),
		cmocka_unit_test(what_is_none_is_refused_and_so_is_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
