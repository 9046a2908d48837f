#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/words.h"

static int set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

#define WORDS(text, expected) assert_string_equal(arena_strz(*state, words_of(*state, STR(text), 1000)), expected)

/* "a b|c": phrases cut by bars. */
static const char *asked(struct arena *a, const char *text)
{
	struct str *v, out = STR("");
	size_t n = words_asked(a, str_z(text), &v);

	for (size_t i = 0; i < n; i++)
		out = arena_concat(a, out, i ? STR("|") : STR(""), v[i]);
	return arena_strz(a, out);
}
#define ASKED(text, expected) assert_string_equal(asked(*state, text), expected)

static void words_are_folded_runs_of_letters_and_digits(void **state)
{
	WORDS("Hello, World! 42", "hello world 42");
	WORDS("Grüße aus CAFÉ Łódź", "grusse aus cafe lodz");
	WORDS("Ἀθῆναι", "αθηναι");
	WORDS("snake_case don't e-mail", "snake case don t e mail");
	WORDS("ﬁne ｆｕｌｌ ①", "fine full 1");
	WORDS("война ёж", "война ёж");
	WORDS("", "");
	WORDS("... !!! \xf0\x9f\x98\x80", "");
	WORDS("x=y:'z\"", "x y z");
}

static void scripts_without_blanks_are_taken_in_pairs(void **state)
{
	WORDS("東京都", "東京 京都 東 京 都");
	WORDS("猫", "猫");
	WORDS("SQLite入門!", "sqlite 入門 入 門");
	WORDS("がが", "がが が");
	WORDS("นก", "นก น ก");
	ASKED("東京都", "東京 京都");
	ASKED("猫", "猫");
	ASKED("SQLite入門 guide", "入門|sqlite guide");
	ASKED("สวัสดี", "สว วั ัส สด ดี");
	ASKED("e-mail", "e mail");
	ASKED("?!", "");
}

static void what_is_long_is_cut_alike_on_both_sides(void **state)
{
	struct str *asked_for, indexed;
	char text[400];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = 'a';
	indexed = words_of(*state, str_of(text, sizeof text), 10);
	assert_int_equal(indexed.n, WORD_BYTES_MAX);
	assert_int_equal(words_asked(*state, str_of(text, sizeof text), &asked_for), 1);
	assert_true(str_eq(asked_for[0], indexed));
	assert_string_equal(arena_strz(*state, words_of(*state, STR("one two three four"), 2)), "one two");
	assert_string_equal(arena_strz(*state, words_of(*state, STR("東京都"), 1)), "東京");
}

static void any_bytes_are_taken(void **state)
{
	char bytes[3];

	for (int i = 0; i < 1 << 16; i++) {
		struct str *v, text = str_of(bytes, 3), words;

		bytes[0] = (char)(i >> 8);
		bytes[1] = (char)i;
		bytes[2] = 'x';
		words = words_of(*state, text, 100);
		assert_true(str_is_utf8(words));
		for (size_t k = 0; k < words.n; k++)
			assert_null(strchr("\"'=:\\&|!()<>*", words.p[k]));
		assert_true(words_asked(*state, text, &v) <= WORDS_PHRASES_MAX);
		if (i % 256 == 0)
			arena_reset(*state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_are_folded_runs_of_letters_and_digits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scripts_without_blanks_are_taken_in_pairs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_long_is_cut_alike_on_both_sides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(any_bytes_are_taken, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
