#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "acts/import_priv.h"

static struct str *lines;
static size_t n;

static struct err *read_file(struct call *c, enum data_kind kind, const char *text)
{
	return acts__import_read(c, kind, str_z(text), &lines, &n);
}

static void columns_are_found_by_their_heads(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a };
	struct import_line l;

	(void)state;
	assert_null(read_file(&c, DATA_FOLLOWS, "\xef\xbb\xbf" "Languages,Account address,Show boosts\r\n\"de, en\",@a@b.example,FALSE\r\n,,true\r\n"));
	assert_int_equal(n, 1);
	acts_import_line_read(&c, DATA_FOLLOWS, lines[0], &l);
	assert_true(str_eqz(l.acct, "a@b.example") && str_eqz(l.languages, "de,en") && !l.boosts && !l.notify);
	assert_null(read_file(&c, DATA_MUTES, "a@b.example\nc@d.example,false\n"));
	assert_int_equal(n, 2);
	acts_import_line_read(&c, DATA_MUTES, lines[0], &l);
	assert_true(l.hide_notifications);
	acts_import_line_read(&c, DATA_MUTES, lines[1], &l);
	assert_false(l.hide_notifications);
	assert_null(read_file(&c, DATA_LISTS, "\"Rowers, fast\",a@b.example\n"));
	acts_import_line_read(&c, DATA_LISTS, lines[0], &l);
	assert_true(str_eqz(l.title, "Rowers, fast") && str_eqz(l.acct, "a@b.example"));
	assert_null(read_file(&c, DATA_FILTERS, "Filter keyword,Filter title,Filter contexts\nfinale,Films,\"home, public\"\n,Films,\n"));
	assert_int_equal(n, 1);
	acts_import_line_read(&c, DATA_FILTERS, lines[0], &l);
	assert_true(str_eqz(l.title, "Films") && str_eqz(l.contexts, "home, public") && str_eqz(l.keyword, "finale") && l.whole_word && !l.action.n);
}

static void files_of_another_kind_are_refused(void **state)
{
	static const struct { enum data_kind kind; const char *text; } rows[] = {
		{ DATA_FOLLOWS, "" }, { DATA_FOLLOWS, "\n\r\n" }, { DATA_FOLLOWS, "Account address\n" }, { DATA_FOLLOWS, "#domain\nb.example\n" },
		{ DATA_LISTS, "Account address\na@b.example\n" }, { DATA_BOOKMARKS, "Account address\na@b.example\n" }, { DATA_BLOCKS, "\xff\n" },
		{ DATA_FILTERS, "Account address\na@b.example\n" }, { DATA_FILTERS, "{\"a\":1}" }, { DATA_FILTERS, "{" },
		{ DATA_FILTERS, "{\"custom_filters\":[]}" },
	};
	AUTO_ARENA(a);
	struct call c = { .arena = a };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err *e = read_file(&c, rows[i].kind, rows[i].text);

		assert_non_null(e);
		assert_true(e->code == ERR_INVALID && str_eqz(e->field, "data"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_found_by_their_heads),
		cmocka_unit_test(files_of_another_kind_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
