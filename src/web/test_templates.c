#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/templates.h"

static const struct str nasty = STRC("\"><script>alert(1)</script>&'");

static struct str written(struct arena *a, const struct tpl_post *post)
{
	struct buf b = buf_init(a, 64 * 1024);

	tpl_post(&b, post);
	assert_true(buf_ok(&b));
	return buf_str(&b);
}

static bool has(struct str s, const char *what) { return str_contains(s, str_z(what)); }

static void strangers_texts_are_escaped_wherever_they_stand(void **state)
{
	AUTO_ARENA(a);
	struct tpl_media media = { .link = STR("https://x.example/\"onclick=\""), .preview = STR("/m.png"), .description = nasty, .shown = true };
	struct tpl_post post = { .name = nasty, .acct = nasty, .warning = nasty, .iso = nasty, .media = &media, .media_n = 1,
				 .content = safe_html(STR("<p>fine</p>")) };
	struct str html = written(a, &post);

	(void)state;
	assert_false(has(html, "<script>"));
	assert_false(has(html, "\"onclick"));
	assert_true(has(html, "&lt;script&gt;"));
	assert_true(has(html, "<p>fine</p>"));
}

static void addresses_lead_to_pages_only(void **state)
{
	static const char *const bad[] = { "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example", "/\\evil.example",
		" javascript:x", "x" };
	static const char *const good[] = { "https://a.example/?x=1&y=2", "http://localhost:3000/", "/@alice", "/", "mailto:a@b.example", "#x",
		"?max_id=1" };
	AUTO_ARENA(a);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(has(written(a, &(struct tpl_post){ .author_url = str_z(bad[i]) }), "class=\"author\" href=\"#\""));
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(has(written(a, &(struct tpl_post){ .author_url = str_z(good[i]) }),
				arena_strz(a, arena_concat(a, STR("class=\"author\" href=\""), html_escape(a, str_z(good[i])), STR("\"")))));
}

static void what_is_not_there_leaves_no_trace(void **state)
{
	AUTO_ARENA(a);
	struct str html = written(a, &(struct tpl_post){ .name = STR("Alice") });

	(void)state;
	assert_false(has(html, "<details"));
	assert_false(has(html, "boosted"));
	assert_false(has(html, "class=\"media\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_texts_are_escaped_wherever_they_stand),
		cmocka_unit_test(addresses_lead_to_pages_only),
		cmocka_unit_test(what_is_not_there_leaves_no_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
