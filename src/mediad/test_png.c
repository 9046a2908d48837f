#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mediad/png.h"

#define SIGN "\x89PNG\r\n\x1a\n"
#define HEAD "\0\0\0\1IHDRa1234"
#define TEXT "\0\0\0\3tEXtk\0v1234"
#define PACKED "\0\0\0\2zTXtxx1234"
#define WORDS "\0\0\0\0iTXt1234"
#define DATA "\0\0\0\2IDATbb1234"
#define END "\0\0\0\0IEND1234"

/* A copy of just its size, so that a sanitizer sees who looks behind it. */
static void check(const char *in, size_t in_n, const char *out, size_t out_n)
{
	unsigned char *p = malloc(in_n ? in_n : 1);

	memcpy(p, in, in_n);
	assert_int_equal(png_without_texts(p, in_n), out_n);
	assert_memory_equal(p, out, out_n);
	free(p);
}
#define CHECK(in, out) check(in, sizeof(in) - 1, out, sizeof(out) - 1)

static void texts_go_and_all_else_stays(void **state)
{
	(void)state;
	CHECK(SIGN HEAD DATA END, SIGN HEAD DATA END);
	CHECK(SIGN HEAD TEXT PACKED DATA WORDS DATA TEXT END, SIGN HEAD DATA DATA END);
	CHECK(SIGN TEXT, SIGN);
	CHECK(SIGN HEAD TEXT END "behind the end", SIGN HEAD END "behind the end");
}

static void what_is_no_chunk_is_left_as_it_is(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK(SIGN, SIGN);
	CHECK("short", "short");
	CHECK(SIGN "\0\0\0", SIGN "\0\0\0");
	CHECK(SIGN TEXT "\0\0\0\xfftEXtcut", SIGN "\0\0\0\xfftEXtcut");
	CHECK(SIGN HEAD "\xff\xff\xff\xfftEXt1234", SIGN HEAD "\xff\xff\xff\xfftEXt1234");
	CHECK(SIGN "\0\0\0\1tEXt123", SIGN "\0\0\0\1tEXt123");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_go_and_all_else_stays),
		cmocka_unit_test(what_is_no_chunk_is_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
