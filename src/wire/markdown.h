/* wire/markdown.h: posts written in Markdown: CommonMark 0.29 with ~~strikethrough~~, line ends kept, and what wire/text.h finds in plain posts
 * found outside of code and links. Raw HTML is text, a picture is a link to it. Hides cmark-gfm. Cost is linear in the text but for its deepest
 * nesting; callers bound it as they do for wire/text.h. */
#pragma once
#include "wire/text.h"

/* As text_scan(), but `from` and `to` are places in the paragraph's text, not in the whole: name and domain are what counts. */
size_t markdown_scan(struct arena *a, struct str text, struct text_entity **ret);
/* HTML that has passed html_sanitize(); at most max bytes. */
struct str markdown_to_html(struct arena *a, struct str text, const struct text_format *how, size_t max);
