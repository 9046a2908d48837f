/* wire/html_priv.h: HTML in tokens (the HTML standard, 13.2.5, without its tree). */
#pragma once
#include "base/buf.h"

enum html_kind { HTML_END_OF_INPUT, HTML_TEXT, HTML_OPEN, HTML_CLOSE };

/* The attributes anyone here asks for. */
enum html_attr {
	HTML_ATTR_HREF, HTML_ATTR_CLASS, HTML_ATTR_REL, HTML_ATTR_TRANSLATE, HTML_ATTR_LANG, HTML_ATTR_START, HTML_ATTR_REVERSED,
	HTML_ATTR_VALUE, HTML_ATTR_DISPLAY, HTML_ATTR_ENCODING, HTML_ATTR_PROPERTY, HTML_ATTR_NAME, HTML_ATTR_CONTENT, HTML_ATTR_TYPE,
	HTML_ATTR_SRC, HTML_ATTR_WIDTH, HTML_ATTR_HEIGHT, HTML_ATTR_TITLE, HTML_ATTR_CHARSET, HTML_ATTRS
};

enum {
	HTML_KEEP = 1,            /* on the allow-list */
	HTML_BLOCK = 2,           /* its start ends an open paragraph */
	HTML_CONTAINER = 4,       /* paragraphs outside of it are not ended from inside */
	HTML_VOID = 8,            /* has no content and no end */
	HTML_RAW = 16,            /* its content is no markup; dropped up to its end tag */
	HTML_SKIP = 32,           /* dropped with all that is in it */
	HTML_HEADING = 64,
	HTML_SPACE = 128,         /* unwrapped, it leaves a blank where words would run together */
};

/* One kind of element that is treated in a way of its own; others are unwrapped. */
struct html_row {
	struct str name;
	unsigned flags;
};

struct html_token {
	enum html_kind kind;
	struct str name;          /* OPEN, CLOSE: as written */
	const struct html_row *row; /* NULL: nothing special */
	bool self_closing;
	struct str text;          /* TEXT: references not decoded */
	struct str attrs[HTML_ATTRS]; /* OPEN: as written, none if not there; the first of equal names */
};

/* Takes the next token off *rest. Comments, doctypes and instructions are passed over. */
void html__next(struct str *rest, struct html_token *ret);
/* Drops what stands before the end tag of a RAW element, and that tag. */
void html__skip_raw(struct str *rest, struct str name);
const struct html_row *html__row(struct str name);
/* Decodes character references. in_attribute: "&copy=" stays as it is. The result is valid UTF-8 if s is. */
struct str html__decode(struct arena *a, struct str s, bool in_attribute);
/* Valid UTF-8 without NUL: what is neither becomes U+FFFD. */
struct str html__clean(struct arena *a, struct str s);
