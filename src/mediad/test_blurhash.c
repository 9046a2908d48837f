#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "mediad/blurhash.h"

enum { SIDE = 32 };

static unsigned char picture[SIDE * SIDE * 3];
static char hash[BLURHASH_LENGTH + 1];

static void one_colour_has_no_waves(void **state)
{
	(void)state;
	memset(picture, 255, sizeof picture);
	blurhash_encode(picture, SIDE, SIDE, hash);
	assert_int_equal(strlen(hash), BLURHASH_LENGTH);
	/* 4x4 components, the colour 0xffffff in base 83 */
	assert_memory_equal(hash, "U", 1);
	assert_memory_equal(hash + 2, "TSUA", 4);
}

static void black_is_all_zero_waves(void **state)
{
	(void)state;
	memset(picture, 0, sizeof picture);
	blurhash_encode(picture, SIDE, SIDE, hash);
	/* no wave at all: the smallest maximum, every component in the middle (9, 9, 9) = 3429 = "fQ" */
	assert_string_equal(hash, "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ");
}

static void sides_differ_where_the_picture_does(void **state)
{
	char other[BLURHASH_LENGTH + 1];

	(void)state;
	memset(picture, 0, sizeof picture);
	for (int y = 0; y < SIDE; y++)
		memset(picture + y * SIDE * 3, 255, SIDE / 2 * 3);
	blurhash_encode(picture, SIDE, SIDE, hash);
	memset(picture, 0, sizeof picture);
	memset(picture, 255, sizeof picture / 2);
	blurhash_encode(picture, SIDE, SIDE, other);
	assert_string_not_equal(hash, other);
	assert_memory_equal(hash, other, 6); /* the same average and the same strongest wave */
}

static void one_pixel_is_a_picture(void **state)
{
	const unsigned char red[] = { 255, 0, 0 };

	(void)state;
	blurhash_encode(red, 1, 1, hash);
	assert_int_equal(strlen(hash), BLURHASH_LENGTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_colour_has_no_waves),
		cmocka_unit_test(black_is_all_zero_waves),
		cmocka_unit_test(sides_differ_where_the_picture_does),
		cmocka_unit_test(one_pixel_is_a_picture),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
