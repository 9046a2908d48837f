#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/qr.h"

static void a_text_becomes_a_picture(void **state)
{
	AUTO_ARENA(a);
	struct str svg = qr_svg(a, STR("otpauth://totp/a:b?secret=ABC"), STR("A \"code\""));

	(void)state;
	assert_true(str_has_prefix(svg, STR("<svg ")) && str_has_suffix(svg, STR("</svg>")));
	assert_true(str_contains(svg, STR("aria-label=\"A &quot;code&quot;\"")));
	/* The finder pattern's top edge: seven dark modules at the left, after the quiet zone. */
	assert_true(str_contains(svg, STR("d=\"M4 4h7v1h-7z")));
	assert_false(str_contains(svg, STR("style")));
}

static void what_does_not_fit_is_none(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_null(qr_svg(a, STR(""), STR("x")).p);
	assert_null(qr_svg(a, str_of(arena_alloc(a, 5000), 5000), STR("x")).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_becomes_a_picture),
		cmocka_unit_test(what_does_not_fit_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
