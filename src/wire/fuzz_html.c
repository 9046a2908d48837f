#include <stdlib.h>

#include "wire/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(struct str html, size_t max)
{
	AUTO_ARENA(a);
	struct str once = html_sanitize(a, html, max), twice = html_sanitize(a, once, max), lower = arena_lower(a, once);
	struct str plain = html_sanitize_plain(a, html, max);

	if (!str_eq(plain, html_sanitize_plain(a, plain, max)) || !str_eq(plain, html_sanitize(a, plain, max)))
		abort();
	if (!str_eq(once, twice) || once.n > max || !str_is_utf8(once))
		abort();
	if (str_contains(lower, STR("<script")) || str_contains(lower, STR("<svg")) || str_contains(lower, STR("<a href=\"javascript")))
		abort();
	/* No attribute but these, so no handler and no style: each '<' begins a tag that was written here. */
	for (size_t i = 0; i < once.n; i++)
		if (once.p[i] == '<' && (i + 1 == once.n || !strchr("/abcdeiloprsu", once.p[i + 1])))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct str html = str_of((const char *)data, n);
	struct html_link *links;

	check(html, HTML_INPUT_MAX);
	check(html, 100);
	if (!str_is_utf8(html_to_text(a, html)) || html_links(a, html, &links) > HTML_LINKS_MAX)
		abort();
	return 0;
}
