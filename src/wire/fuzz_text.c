#include <stdlib.h>

#include "wire/html.h"
#include "wire/markdown.h"
#include "wire/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool everybody(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	*ret = (struct text_person){ STR("https://x.example/\"<"), name, domain };
	(void)arg;
	return name.n % 2 == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct str text = str_of((const char *)data, n), html, folded = text_fold(a, text), *names;
	struct text_format how = { .base_url = STR("https://a.example"), .mention = everybody };
	struct text_entity *e;
	size_t count = text_scan(a, text, &e), at = 0;

	for (size_t i = 0; i < count; at = e[i++].to)
		if (e[i].from < at || e[i].to <= e[i].from || e[i].to > n || e[i].name.n == 0)
			abort();
	if (!str_eq(folded, text_fold(a, folded)))
		abort();
	if (text_length(a, text) > 23 * n + 23 || text_emojis(a, text, &names) > n)
		abort();
	html = text_to_html(a, text, &how);
	/* What we write of our own passes the sanitizer, too: same text, nothing executable. */
	if (!str_is_utf8(html) || !str_eq(html_to_text(a, html), html_to_text(a, html_sanitize(a, html, 8 << 20))))
		abort();
	html = markdown_to_html(a, text, &how, 8 << 20);
	if (!str_is_utf8(html) || !str_eq(html, html_sanitize(a, html, 8 << 20)))
		abort();
	(void)text_fingerprint(a, text), (void)text_display_name(a, text), (void)text_tag_key(a, text);
	return 0;
}
