#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "app/cli.h"

struct outcome {
	int code;
	struct str out, err;
};

/* Runs "howdah" with the words of line, which are parted by single spaces. */
static struct outcome howdah(struct arena *a, const char *line)
{
	static const char *const no_environment[] = { NULL };
	char *out, *err;
	size_t out_n, err_n;
	const char *argv[20] = { "howdah" };
	int argc = 1;
	struct str rest = str_z(line), word;
	struct cli cli = { .arena = a, .in = stdin, .out = open_memstream(&out, &out_n), .err = open_memstream(&err, &err_n),
		.environ = no_environment };
	struct outcome o;

	while (*line && str_next(&rest, ' ', &word))
		argv[argc++] = arena_strz(a, word);
	o.code = cli_run(&cli, argc, argv);
	fclose(cli.out);
	fclose(cli.err);
	o.out = arena_dup(a, str_of(out, out_n));
	o.err = arena_dup(a, str_of(err, err_n));
	free(out);
	free(err);
	return o;
}

static void assert_part(struct str all, const char *part)
{
	if (!str_contains(all, str_z(part)))
		fail_msg("'%s' is not said in:\n%.*s", part, STR_ARG(all));
}

static void help_is_had_everywhere(void **state)
{
	static const struct { const char *line, *says; } cases[] = {
		{ "help", "howdah config sample\n" },
		{ "--help", "howdah version\n" },
		{ "-h", "howdah version\n" },
		{ "help config", "howdah config show\n" },
		{ "config --help", "howdah config show\n" },
		{ "--help config show", "Prints every setting and where" },
		{ "help config show", "Prints every setting and where" },
		{ "version --help", "Prints the version." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);
		struct outcome o = howdah(a, cases[i].line);

		assert_int_equal(o.code, 0);
		assert_part(o.out, cases[i].says);
		assert_int_equal(o.err.n, 0);
	}
}

static void wrong_usage_is_2_and_says_what_was_meant(void **state)
{
	static const struct { const char *line, *says; } cases[] = {
		{ "", "a command is wanted" },
		{ "vesrion", "did you mean 'version'?" },
		{ "config shwo", "did you mean 'config show'?" },
		{ "config", "'config' wants another word:\n  howdah config check" },
		{ "frobnicate", "'howdah help' lists all" },
		{ "version now", "does not know what to do with 'now'" },
		{ "version --loud", "there is no option '--loud'; 'howdah help' lists all" },
		{ "serve --listn 127.0.0.1:0", "there is no option '--listn'; did you mean '--listen'?" },
		{ "version now", "usage: howdah version\n" },
		{ "version --config", "'--config' wants a value: FILE" },
		{ "version --data a --data b", "'--data' is given twice" },
		{ "version --help=yes", "'--help' takes no value" },
		{ "help frobnicate", "there is no command 'frobnicate'" },
		{ "a b c d e f g h i j", "too many arguments" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);
		struct outcome o = howdah(a, cases[i].line);

		assert_int_equal(o.code, 2);
		assert_part(o.err, cases[i].says);
		assert_int_equal(o.out.n, 0);
	}
}

static void errors_are_1_and_go_to_standard_error(void **state)
{
	AUTO_ARENA(a);
	struct outcome o = howdah(a, "config check --config /nonexistent/howdah.conf");

	(void)state;
	assert_int_equal(o.code, 1);
	assert_part(o.err, "/nonexistent/howdah.conf: cannot be opened: ");
	assert_part(o.err, "howdah: the settings have 1 problem\n");
	assert_int_equal(o.out.n, 0);
}

static void options_stand_before_or_after_the_words(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_part(howdah(a, "--data /nonexistent config show").out, "data_dir = /nonexistent  # command line");
	assert_part(howdah(a, "config show --data=/nonexistent").out, "secret_key_file = /nonexistent/secret.key  # derived");
	assert_part(howdah(a, "config --data /nonexistent check").out, "the settings are in order: localhost:3000 at http://localhost:3000\n");
	assert_true(str_eqz(howdah(a, "version").out, "howdah " HOWDAH_VERSION "\n"));
	assert_true(str_eqz(howdah(a, "--version").out, "howdah " HOWDAH_VERSION "\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_is_had_everywhere),
		cmocka_unit_test(wrong_usage_is_2_and_says_what_was_meant),
		cmocka_unit_test(errors_are_1_and_go_to_standard_error),
		cmocka_unit_test(options_stand_before_or_after_the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
