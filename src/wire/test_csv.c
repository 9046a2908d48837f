#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/csv.h"

enum { FIELDS = 4 };

static void records_come_one_after_another(void **state)
{
	AUTO_ARENA(a);
	struct str rest = STR("Account address,Show boosts\r\n\r\na@b.example,true\n\"x, \"\"y\"\"\nz\" rest,,3,4,5\nlast"), f[FIELDS];
	size_t n;

	(void)state;
	assert_true(csv_next(a, &rest, f, FIELDS, &n) && n == 2 && str_eqz(f[0], "Account address") && str_eqz(f[1], "Show boosts"));
	assert_true(csv_next(a, &rest, f, FIELDS, &n) && n == 2 && str_eqz(f[0], "a@b.example") && str_eqz(f[1], "true"));
	assert_true(csv_next(a, &rest, f, FIELDS, &n) && n == FIELDS && str_eqz(f[0], "x, \"y\"\nz") && f[1].n == 0 && str_eqz(f[3], "4"));
	assert_true(csv_next(a, &rest, f, FIELDS, &n) && n == 1 && str_eqz(f[0], "last"));
	assert_false(csv_next(a, &rest, f, FIELDS, &n));
	rest = STR("\"never closed");
	assert_true(csv_next(a, &rest, f, FIELDS, &n) && n == 1 && str_eqz(f[0], "never closed"));
	assert_false(csv_next(a, &rest, f, FIELDS, &n));
}

static void what_is_written_is_read_again(void **state)
{
	AUTO_ARENA(a);
	struct str in[] = { STR("plain"), STR("a,b"), STR("say \"hi\""), STR("two\nlines") }, out[FIELDS], rest;
	struct buf b = buf_init(a, 1000);
	size_t n;

	(void)state;
	csv_put(&b, in, FIELDS);
	csv_put(&b, in, 1);
	rest = buf_str(&b);
	assert_true(csv_next(a, &rest, out, FIELDS, &n));
	for (size_t i = 0; i < FIELDS; i++)
		assert_true(str_eq(in[i], out[i]));
	assert_true(csv_next(a, &rest, out, FIELDS, &n) && n == 1 && str_eq(out[0], in[0]));
}

static void what_it_takes_grows_with_the_file_and_no_faster(void **state)
{
	static const char *const pieces[] = { "\"a\",", "\"a\n", "\"\"", "\"\"\"\",", "\"\n\",\n", ",", "a,\"" };

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		AUTO_ARENA(a);
		struct buf b = buf_init(a, 1 << 20);
		struct str rest, f[FIELDS];
		size_t n, used;

		while (buf_str(&b).n < 200000)
			buf_addz(&b, pieces[i]);
		rest = buf_str(&b);
		used = arena_used(a);
		while (csv_next(a, &rest, f, FIELDS, &n))
			;
		/* An arena hands out pieces of sixteen bytes. */
		if (arena_used(a) - used > 200000 * 32)
			fail_msg("%s: %zu bytes", pieces[i], arena_used(a) - used);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_one_after_another),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(what_it_takes_grows_with_the_file_and_no_faster),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
