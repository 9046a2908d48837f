/* Invariant of the writer: at any moment `out` followed by the end tags of `open` is well-formed, at most max bytes long, and
 * holds nothing but rows with HTML_KEEP. That is also why the result is a fixed point: each rule that ends an element (a paragraph in a
 * paragraph, a link in a link, an item in an item) has already been applied to what is written. */
#include "wire/html.h"

#include "wire/html_priv.h"
#include "wire/utf8_priv.h"

struct open_element {
	const struct html_row *row;       /* as it is written */
	const struct html_row *source;    /* what its end tag will be called: a heading's paragraph ends with the heading */
};

struct writer {
	struct arena *arena;
	struct buf out;
	size_t max, closing;              /* closing: bytes that the end tags of all open elements need */
	bool full, plain;                 /* plain: without classes */
	struct open_element open[HTML_DEPTH_MAX];
	size_t depth;
};

static bool is(const struct html_row *row, const char *name) { return row && str_eqz(row->name, name); }

/* Writes a piece that must not be cut, unless it and all end tags no longer fit. */
static bool put(struct writer *w, struct str piece, size_t more)
{
	w->full = w->full || w->out.n + piece.n + w->closing + more > w->max;
	if (w->full)
		return false;
	buf_add(&w->out, piece);
	return true;
}

static void close_to(struct writer *w, size_t depth)
{
	while (w->depth > depth) {
		struct str name = w->open[--w->depth].row->name;

		w->closing -= name.n + 3;
		buf_add(&w->out, STR("</"));
		buf_add(&w->out, name);
		buf_addc(&w->out, '>');
	}
}

/* The innermost open element of this name that is not outside of one whose flags are in barrier, or depth + 1. */
static size_t find_open(const struct writer *w, const char *name, unsigned barrier)
{
	for (size_t i = w->depth; i-- > 0;) {
		if (is(w->open[i].row, name))
			return i;
		if (w->open[i].row->flags & barrier)
			break;
	}
	return w->depth + 1;
}

static void close_open(struct writer *w, const char *name, unsigned barrier)
{
	size_t at = find_open(w, name, barrier);

	if (at < w->depth)
		close_to(w, at);
}

static void text_put(struct writer *w, struct str s)
{
	for (size_t i = 0, n; i < s.n && !w->full; i += n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t cp;

		n = wire__utf8_at(s, i, &cp);
		if (c == '&')
			put(w, STR("&amp;"), 0);
		else if (c == '<')
			put(w, STR("&lt;"), 0);
		else if (c == '>')
			put(w, STR("&gt;"), 0);
		else if (c == '\r' && !(i + 1 < s.n && s.p[i + 1] == '\n'))
			put(w, STR("\n"), 0);
		else if ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t')
			put(w, str_of(s.p + i, n), 0);
		n = n ? n : 1;
	}
}

/* Words of unwrapped elements do not run together. */
static void space_put(struct writer *w)
{
	char last = w->out.n ? w->out.p[w->out.n - 1] : ' ';

	if (last != ' ' && last != '\n' && last != '\t' && last != '>')
		put(w, STR(" "), 0);
}

static const struct str schemes[] = { STRC("http"), STRC("https"), STRC("dat"), STRC("dweb"), STRC("ipfs"), STRC("ipns"), STRC("ssb"),
	STRC("gopher"), STRC("xmpp"), STRC("magnet"), STRC("gemini") };

/* The address of a link as browsers read it (blanks around it and line ends in it do not count); none where its scheme is not on the list. */
static struct str href_clean(struct arena *a, struct str raw)
{
	struct str s = raw.p ? html__decode(a, raw, true) : STR("");
	struct buf b = buf_init(a, s.n + 1);
	struct str scheme, rest;

	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] > ' ' && s.p[i] != 0x7f) || (s.p[i] == ' ' && b.n > 0))
			buf_addc(&b, s.p[i]);
	while (b.n && b.p[b.n - 1] == ' ')
		b.n--;
	if (!str_cut(buf_str(&b), ':', &scheme, &rest))
		return STR_NONE;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (str_ieq(scheme, schemes[i]))
			return buf_str(&b);
	return STR_NONE;
}

static bool class_allowed(struct str word)
{
	static const struct str prefixes[] = { STRC("h-"), STRC("p-"), STRC("u-"), STRC("dt-"), STRC("e-") };
	static const struct str whole[] = { STRC("mention"), STRC("hashtag"), STRC("ellipsis"), STRC("invisible"), STRC("quote-inline") };

	for (size_t i = 0; i < 5; i++)
		if (str_has_prefix(word, prefixes[i]) || str_eq(word, whole[i]))
			return true;
	return false;
}

/* Takes the next word off a list cut by blanks of any kind. */
static bool word_next(struct str *s, struct str *ret)
{
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && (unsigned char)s->p[n] > ' ')
		n++;
	*ret = str_upto(*s, n);
	*s = str_from(*s, n);
	return n > 0;
}

bool html_has_word(struct str list, const char *word)
{
	struct str one;

	while (word_next(&list, &one))
		if (str_ieq(one, str_z(word)))
			return true;
	return false;
}

static void attr_write(struct buf *b, const char *name, struct str value)
{
	buf_addc(b, ' ');
	buf_addz(b, name);
	buf_add(b, STR("=\""));
	html_escape_into(b, value);
	buf_addc(b, '"');
}

static void class_write(struct arena *a, struct buf *b, struct str raw)
{
	struct str rest = html__decode(a, raw, true), word;
	struct buf kept = buf_init(a, rest.n + 1);

	while (word_next(&rest, &word)) {
		if (!class_allowed(word))
			continue;
		if (kept.n)
			buf_addc(&kept, ' ');
		buf_add(&kept, word);
	}
	if (kept.n)
		attr_write(b, "class", buf_str(&kept));
}

static bool is_number(struct str s)
{
	int64_t v;

	return s.n > 0 && s.n <= 9 && s.p[0] != '+' && str_i64(s, &v);
}

static bool is_language(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return s.n >= 1 && s.n <= 35;
}

/* The start tag, written anew. None: a link to nowhere that may be gone to. */
static struct str open_tag(struct arena *a, const struct html_row *row, const struct html_token *t, bool plain)
{
	struct buf b = buf_init(a, 8 * HTML_INPUT_MAX);
	bool link = is(row, "a");
	struct str href;

	buf_addc(&b, '<');
	buf_add(&b, row->name);
	if (link) {
		href = href_clean(a, t->attrs[HTML_ATTR_HREF]);
		if (!href.p)
			return STR_NONE;
		attr_write(&b, "href", href);
	}
	if (t && !plain && t->attrs[HTML_ATTR_CLASS].p && (link || is(row, "span") || is(row, "p")))
		class_write(a, &b, t->attrs[HTML_ATTR_CLASS]);
	if (t && (link || is(row, "span")) && str_ieq(t->attrs[HTML_ATTR_TRANSLATE], STR("no")))
		attr_write(&b, "translate", STR("no"));
	if (t && is(row, "ol") && is_number(t->attrs[HTML_ATTR_START]))
		attr_write(&b, "start", t->attrs[HTML_ATTR_START]);
	if (t && is(row, "ol") && t->attrs[HTML_ATTR_REVERSED].p)
		attr_write(&b, "reversed", STR(""));
	if (t && is(row, "li") && is_number(t->attrs[HTML_ATTR_VALUE]))
		attr_write(&b, "value", t->attrs[HTML_ATTR_VALUE]);
	if (t && is_language(t->attrs[HTML_ATTR_LANG]))
		attr_write(&b, "lang", t->attrs[HTML_ATTR_LANG]);
	if (link)
		buf_add(&b, STR(" rel=\"nofollow noopener\" target=\"_blank\""));
	buf_addc(&b, '>');
	return buf_str(&b);
}

static void open_put(struct writer *w, const char *name, const struct html_row *source, const struct html_token *t)
{
	const struct html_row *row = html__row(str_z(name));
	struct str tag = open_tag(w->arena, row, t, w->plain);
	bool ends = !(row->flags & HTML_VOID);

	if (!tag.p || (ends && w->depth == HTML_DEPTH_MAX) || !put(w, tag, ends ? row->name.n + 3 : 0) || !ends)
		return;
	w->open[w->depth++] = (struct open_element){ row, source };
	w->closing += row->name.n + 3;
}

/* What must end before this element begins. */
static void make_way(struct writer *w, const struct html_row *row)
{
	size_t at;

	if (is(row, "li")) {
		/* An item ends the item before it, not one around a list or a quotation. */
		for (at = w->depth; at-- > 0;) {
			if (is(w->open[at].row, "li"))
				close_to(w, at);
			else if (!(w->open[at].row->flags & HTML_CONTAINER))
				continue;
			break;
		}
	}
	if (row->flags & HTML_BLOCK)
		close_open(w, "p", HTML_CONTAINER);
	if (is(row, "a"))
		close_open(w, "a", 0);
	if (is(row, "rt") || is(row, "rp")) {
		for (at = w->depth; at-- > 0 && !(w->open[at].row->flags & HTML_BLOCK) && !is(w->open[at].row, "ruby");)
			if (is(w->open[at].row, "rt") || is(w->open[at].row, "rp")) {
				close_to(w, at);
				break;
			}
	}
}

static void end_tag(struct writer *w, const struct html_row *row)
{
	if (row->flags & HTML_SPACE)
		space_put(w);
	for (size_t i = w->depth; i-- > 0;) {
		const struct html_row *source = w->open[i].source;

		if (source && (source == row || ((source->flags & HTML_HEADING) && (row->flags & HTML_HEADING)))) {
			close_to(w, i);
			return;
		}
	}
}

/* The text a formula has besides its markup: TeX between dollar signs, or plain. */
struct formula {
	struct str tex, plain;
	bool block;
};

/* Passes over all that is inside an element, and over its end. Gathers a formula's annotations on the way. */
static void skip_element(struct arena *a, struct str *rest, const struct html_token *first, struct formula *ret)
{
	struct html_token t, content;
	struct str encoding, ahead;
	int depth = 1;

	if (first->self_closing)
		return;
	for (html__next(rest, &t); t.kind != HTML_END_OF_INPUT; html__next(rest, &t)) {
		if (t.kind == HTML_OPEN && t.row && (t.row->flags & HTML_RAW) && !t.self_closing)
			html__skip_raw(rest, t.name);
		else if (t.kind == HTML_OPEN && t.row == first->row && !t.self_closing)
			depth++;
		else if (t.kind == HTML_CLOSE && t.row == first->row && --depth == 0)
			return;
		if (t.kind != HTML_OPEN || !str_ieq(t.name, STR("annotation")))
			continue;
		encoding = t.attrs[HTML_ATTR_ENCODING];
		ahead = *rest;
		html__next(&ahead, &content);
		if (content.kind == HTML_TEXT && str_ieq(encoding, STR("application/x-tex")) && !ret->tex.p)
			ret->tex = html__decode(a, content.text, false);
		else if (content.kind == HTML_TEXT && str_ieq(encoding, STR("text/plain")) && !ret->plain.p)
			ret->plain = html__decode(a, content.text, false);
	}
}

static void formula_put(struct writer *w, const struct formula *f)
{
	struct str mark = f->block ? STR("$$") : STR("$");

	if (f->tex.p)
		text_put(w, arena_concat(w->arena, mark, str_trim(f->tex), mark));
	else if (f->plain.p)
		text_put(w, f->plain);
}

static void start_tag(struct writer *w, const struct html_token *t, struct str *rest)
{
	struct formula formula = { .block = str_ieq(t->attrs[HTML_ATTR_DISPLAY], STR("block")) };

	if (t->row->flags & HTML_RAW) {
		html__skip_raw(rest, t->name);
		return;
	}
	if (t->row->flags & HTML_SKIP) {
		skip_element(w->arena, rest, t, &formula);
		if (is(t->row, "math"))
			formula_put(w, &formula);
		return;
	}
	make_way(w, t->row);
	if (t->row->flags & HTML_SPACE)
		space_put(w);
	if (t->row->flags & HTML_HEADING) {
		open_put(w, "p", t->row, NULL);
		open_put(w, "strong", NULL, NULL);
	}
	if (t->row->flags & HTML_KEEP)
		open_put(w, t->row->name.p, t->row, t);
}

static struct str sanitize(struct arena *a, struct str html, size_t max, bool plain)
{
	struct writer w = { .arena = a, .out = buf_init(a, max), .max = max, .plain = plain };
	struct str rest = html__clean(a, str_utf8_upto(html, HTML_INPUT_MAX));
	struct html_token t;

	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT && !w.full; html__next(&rest, &t)) {
		if (t.kind == HTML_TEXT)
			text_put(&w, html__decode(a, t.text, false));
		else if (t.row && t.kind == HTML_OPEN)
			start_tag(&w, &t, &rest);
		else if (t.row)
			end_tag(&w, t.row);
	}
	close_to(&w, 0);
	return buf_str(&w.out);
}

struct str html_sanitize(struct arena *a, struct str html, size_t max) { return sanitize(a, html, max, false); }
struct str html_sanitize_plain(struct arena *a, struct str html, size_t max) { return sanitize(a, html, max, true); }

/* At least `want` line ends at the end of what is there, unless nothing is. */
static void lines_put(struct buf *b, int want)
{
	size_t at = b->n;

	for (; want > 0 && at > 0 && b->p[at - 1] == '\n'; want--)
		at--;
	while (want-- > 0 && b->n > 0)
		buf_addc(b, '\n');
}

struct str html_to_text(struct arena *a, struct str html)
{
	struct str rest = html__clean(a, str_utf8_upto(html, HTML_INPUT_MAX));
	struct buf b = buf_init(a, 4 * HTML_INPUT_MAX);
	struct formula formula;
	struct html_token t;

	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT; html__next(&rest, &t)) {
		if (t.kind == HTML_TEXT) {
			buf_add(&b, html__decode(a, t.text, false));
		} else if (!t.row) {
			continue;
		} else if (t.row->flags & HTML_RAW) {
			if (t.kind == HTML_OPEN)
				html__skip_raw(&rest, t.name);
		} else if (t.row->flags & HTML_SKIP) {
			formula = (struct formula){ 0 };
			if (t.kind == HTML_OPEN)
				skip_element(a, &rest, &t, &formula);
			buf_add(&b, formula.tex.p ? formula.tex : formula.plain);
		} else if (is(t.row, "br")) {
			buf_addc(&b, '\n');
		} else if (is(t.row, "li") || (t.row->flags & HTML_SPACE)) {
			lines_put(&b, 1);
		} else if (t.row->flags & HTML_BLOCK) {
			lines_put(&b, 2);
		}
	}
	return str_trim(buf_str(&b));
}

void html_escape_into(struct buf *b, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		const char *as = NULL;

		switch (text.p[i]) {
		case '&': as = "&amp;"; break;
		case '<': as = "&lt;"; break;
		case '>': as = "&gt;"; break;
		case '"': as = "&quot;"; break;
		case '\'': as = "&#39;"; break;
		default: continue;
		}
		buf_add(b, str_of(text.p + from, i - from));
		buf_addz(b, as);
		from = i + 1;
	}
	if (from < text.n)
		buf_add(b, str_of(text.p + from, text.n - from));
}

struct str html_escape(struct arena *a, struct str text)
{
	struct buf b = buf_init(a, 6 * text.n + 1);

	html_escape_into(&b, text);
	return buf_str(&b);
}

struct str html_decode(struct arena *a, struct str text) { return html__decode(a, text, false); }

size_t html_links(struct arena *a, struct str html, struct html_link **ret)
{
	struct str rest = html__clean(a, str_utf8_upto(html, HTML_INPUT_MAX));
	struct html_token t;
	struct formula unused = { 0 };
	VEC(struct html_link) v = { 0 };

	for (html__next(&rest, &t); t.kind != HTML_END_OF_INPUT && v.n < HTML_LINKS_MAX; html__next(&rest, &t)) {
		bool head = str_ieq(t.name, STR("link"));

		if (t.kind != HTML_OPEN)
			continue;
		if (t.row && (t.row->flags & HTML_RAW))
			html__skip_raw(&rest, t.name);
		else if (t.row && (t.row->flags & HTML_SKIP))
			skip_element(a, &rest, &t, &unused);
		if ((!head && !is(t.row, "a")) || !t.attrs[HTML_ATTR_HREF].p)
			continue;
		vec_push(a, &v, (struct html_link){ .href = str_trim(html__decode(a, t.attrs[HTML_ATTR_HREF], true)),
				    .rel = html__decode(a, t.attrs[HTML_ATTR_REL], true),
				    .classes = html__decode(a, t.attrs[HTML_ATTR_CLASS], true), .is_head = head });
	}
	*ret = v.v;
	return v.n;
}
