/* web/safe.h: what templates write without escaping, and where their addresses may lead. The compiler of templates
 * (tools/compile_templates.py) escapes all else. */
#pragma once
#include "base/buf.h"
#include "wire/html.h"

/* HTML that needs no escaping: written by a template, or by wire's sanitizer and read from the database. */
struct safe_html {
	struct str s;
};
/* Only for those two. */
static inline struct safe_html safe_html(struct str s) { return (struct safe_html){ s }; }

/* http, https, mailto, or a path, query or fragment here; anything else becomes "#". Escaped. */
void safe_url_into(struct buf *b, struct str url);
