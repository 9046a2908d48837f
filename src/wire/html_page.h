/* wire/html_page.h: what a web page says of itself in its head: title, meta elements (OpenGraph, Twitter and their like), links,
 * structured data; and the frame in a piece of HTML. Nothing that comes out is markup. Bounds: HTML_INPUT_MAX (wire/html.h), and those below; what
 * is beyond them is passed over. */
#pragma once
#include "base/buf.h"

enum { HTML_METAS_MAX = 200, HTML_PAGE_LINKS_MAX = 100, HTML_DATA_MAX = 10 };

struct html_meta {
	struct str name, content;         /* name: of `property`, else of `name`, as written; content: references decoded */
};
struct html_page_link {
	struct str rel, href, type;       /* href: as written, references decoded; may be relative */
};
struct html_page {
	struct str title, language;       /* references decoded; none where not said */
	struct html_meta *metas;
	size_t metas_n;
	struct html_page_link *links;     /* <link href> */
	size_t links_n;
	struct str data[HTML_DATA_MAX];   /* the texts of <script type="application/ld+json"> */
	size_t data_n;
};
void html_page_read(struct arena *a, struct str html, struct html_page *ret);
/* The first content that is not empty of a meta element with this name or property; none if there is none. */
struct str html_page_meta(const struct html_page *p, const char *name);
/* The first link with this rel, or, where rel is NULL, of this type. */
struct str html_page_link(const struct html_page *p, const char *rel, const char *type);
/* The encoding that a page names in a meta element among its first kilobyte, before its bytes can be read as text; none if it does not. */
struct str html_charset(struct arena *a, struct str bytes);

struct html_frame {
	struct str src, title;
	int64_t width, height;            /* 0: not said, or not in pixels */
};
/* The first <iframe> with a src. False: none. */
bool html_frame_find(struct arena *a, struct str html, struct html_frame *ret);
