/* wire/html.h: strangers' HTML made safe, and HTML made of text. The allow-list is Mastodon's: elements p br span a del s pre
 * blockquote code b strong u i em ul ol li ruby rt rp; headings become <p><strong>; <math> becomes its TeX or plain annotation; the
 * contents of script, style, svg and their like are dropped; all else is unwrapped.
 *
 * What comes out is written anew, element by element, from that list: balanced, attributes quoted, text escaped. So it is safe
 * whatever the input was, and sanitising it again changes nothing. Time is linear in the input. Bounds: HTML_INPUT_MAX (the rest is cut off),
 * HTML_DEPTH_MAX (deeper elements are unwrapped), max bytes of output (the rest is cut off, elements are closed). */
#pragma once
#include "base/buf.h"

enum { HTML_INPUT_MAX = 1 << 20, HTML_DEPTH_MAX = 32, HTML_LINKS_MAX = 200 };

struct str html_sanitize(struct arena *a, struct str html, size_t max);
/* The same without classes, by which clients hide parts of a link's text: for fields of profiles, whose links are read as proofs. */
struct str html_sanitize_plain(struct arena *a, struct str html, size_t max);
/* The text a reader sees: elements gone, references decoded, line breaks where lines and paragraphs were. Not escaped. */
struct str html_to_text(struct arena *a, struct str html);

/* Character references decoded, in a text that came out of markup. */
struct str html_decode(struct arena *a, struct str text);
void html_escape_into(struct buf *b, struct str text);        /* & < > " ' : for text and for quoted attributes */
struct str html_escape(struct arena *a, struct str text);

struct html_link {
	struct str href;          /* as written, references decoded; may be relative */
	struct str rel, classes;  /* cut by blanks; none if not there */
	bool is_head;             /* a <link>, not an <a> */
};
/* The <a href> and <link href> of a document, in their order, at most HTML_LINKS_MAX: preview cards, rel="me". */
size_t html_links(struct arena *a, struct str html, struct html_link **ret);
/* A list cut by blanks holds this word (ASCII case ignored). */
bool html_has_word(struct str list, const char *word);
