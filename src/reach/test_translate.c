/* What a translation server is told, and what it calls languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reach/translate_priv.h"

#define assert_str(s, z) assert_true(str_eqz((s), (z)))

static void a_language_is_found_by_whatever_name_the_server_has_for_it(void **state)
{
	static const struct str list[] = { STRC("en"), STRC("pt"), STRC("pt-BR"), STRC("zh-Hans"), STRC("zh-Hant") }, plain[] = { STRC("zh") };
	static const char *const same[][2] = {
		{ "en", "en" }, { "EN-gb", "en" }, { "pt-br", "pt-BR" }, { "pt-PT", "pt" }, { "zh-CN", "zh-Hans" }, { "zh", "zh-Hans" },
		{ "zh-TW", "zh-Hant" }, { "zh-HK", "zh-Hant" }, { "xx", "" }, { "-", "" },
	};
	AUTO_ARENA(a);
	struct call c = { .arena = a };

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_str(reach__language_among(&c, list, 5, str_z(same[i][0])), same[i][1]);
	assert_str(reach__language_among(&c, plain, 1, STR("zh-TW")), "zh");
	assert_int_equal(reach__language_among(&c, NULL, 0, STR("en")).n, 0);
}

static void only_emojis_of_the_post_are_marked_and_only_in_its_text(void **state)
{
	static const struct str emojis = STRC("[{\"shortcode\":\"cat\",\"url\":\"https://x/cat.png\"},{\"shortcode\":\"b_2\"}]");
	static const char *const texts[] = {
		"<p title=\":cat:\">at 10:30 a :cat:</p>:dog: :cat:b_2: &amp; :b_2::", "", ":", "::", ":cat", "<p>", "a <b :cat:", ":cat: :cat:",
	};
	AUTO_ARENA(a);
	struct call c = { .arena = a };

	(void)state;
	assert_str(reach__emojis_mark(&c, str_z(texts[0]), emojis),
		   "<p title=\":cat:\">at 10:30 a <span translate=\"no\">:cat:</span></p>:dog: <span translate=\"no\">:cat:</span>b_2: &amp; "
		   "<span translate=\"no\">:b_2:</span>:");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_str(reach__emojis_unmark(&c, reach__emojis_mark(&c, str_z(texts[i]), emojis)), texts[i]);
	assert_str(reach__emojis_mark(&c, STR("a :cat:"), STR("[]")), "a :cat:");
	assert_str(reach__emojis_mark(&c, STR("a :cat:"), STR("nonsense")), "a :cat:");
	/* Other spans are none of ours. */
	assert_str(reach__emojis_unmark(&c, STR("<span translate=\"no\">@a</span> <span translate=\"no\">:cat: </span>")),
		   "<span translate=\"no\">@a</span> <span translate=\"no\">:cat: </span>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_language_is_found_by_whatever_name_the_server_has_for_it),
		cmocka_unit_test(only_emojis_of_the_post_are_marked_and_only_in_its_text),
	};

	return cmocka_run_group_tests_name("reach/translate", tests, NULL, NULL);
}
