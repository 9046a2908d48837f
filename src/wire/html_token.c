#include "wire/html_priv.h"

#include <stdlib.h>

#include "wire/utf8_priv.h"

static const struct html_row rows[] = {
	{ STRC("a"), HTML_KEEP }, { STRC("b"), HTML_KEEP }, { STRC("code"), HTML_KEEP }, { STRC("del"), HTML_KEEP }, { STRC("em"), HTML_KEEP },
	{ STRC("i"), HTML_KEEP }, { STRC("rp"), HTML_KEEP }, { STRC("rt"), HTML_KEEP }, { STRC("ruby"), HTML_KEEP }, { STRC("s"), HTML_KEEP },
	{ STRC("span"), HTML_KEEP }, { STRC("strong"), HTML_KEEP }, { STRC("u"), HTML_KEEP }, { STRC("br"), HTML_KEEP | HTML_VOID },
	{ STRC("p"), HTML_KEEP | HTML_BLOCK }, { STRC("pre"), HTML_KEEP | HTML_BLOCK },
	{ STRC("blockquote"), HTML_KEEP | HTML_BLOCK | HTML_CONTAINER }, { STRC("ul"), HTML_KEEP | HTML_BLOCK | HTML_CONTAINER },
	{ STRC("ol"), HTML_KEEP | HTML_BLOCK | HTML_CONTAINER }, { STRC("li"), HTML_KEEP | HTML_BLOCK | HTML_CONTAINER },
	{ STRC("h1"), HTML_HEADING | HTML_BLOCK }, { STRC("h2"), HTML_HEADING | HTML_BLOCK }, { STRC("h3"), HTML_HEADING | HTML_BLOCK },
	{ STRC("h4"), HTML_HEADING | HTML_BLOCK }, { STRC("h5"), HTML_HEADING | HTML_BLOCK }, { STRC("h6"), HTML_HEADING | HTML_BLOCK },
	{ STRC("script"), HTML_RAW }, { STRC("style"), HTML_RAW }, { STRC("iframe"), HTML_RAW }, { STRC("noembed"), HTML_RAW },
	{ STRC("noframes"), HTML_RAW }, { STRC("noscript"), HTML_RAW }, { STRC("xmp"), HTML_RAW }, { STRC("plaintext"), HTML_RAW },
	{ STRC("title"), HTML_RAW }, { STRC("textarea"), HTML_RAW },
	{ STRC("svg"), HTML_SKIP }, { STRC("math"), HTML_SKIP }, { STRC("template"), HTML_SKIP }, { STRC("object"), HTML_SKIP },
	{ STRC("select"), HTML_SKIP },
	{ STRC("address"), HTML_SPACE | HTML_BLOCK }, { STRC("article"), HTML_SPACE | HTML_BLOCK }, { STRC("aside"), HTML_SPACE | HTML_BLOCK },
	{ STRC("dd"), HTML_SPACE | HTML_BLOCK }, { STRC("details"), HTML_SPACE | HTML_BLOCK }, { STRC("div"), HTML_SPACE | HTML_BLOCK },
	{ STRC("dl"), HTML_SPACE | HTML_BLOCK }, { STRC("dt"), HTML_SPACE | HTML_BLOCK }, { STRC("figcaption"), HTML_SPACE | HTML_BLOCK },
	{ STRC("figure"), HTML_SPACE | HTML_BLOCK }, { STRC("footer"), HTML_SPACE | HTML_BLOCK }, { STRC("header"), HTML_SPACE | HTML_BLOCK },
	{ STRC("hr"), HTML_SPACE | HTML_BLOCK }, { STRC("main"), HTML_SPACE | HTML_BLOCK }, { STRC("nav"), HTML_SPACE | HTML_BLOCK },
	{ STRC("section"), HTML_SPACE | HTML_BLOCK }, { STRC("summary"), HTML_SPACE | HTML_BLOCK }, { STRC("table"), HTML_SPACE | HTML_BLOCK },
	{ STRC("td"), HTML_SPACE }, { STRC("th"), HTML_SPACE }, { STRC("tr"), HTML_SPACE },
};

const struct html_row *html__row(struct str name)
{
	for (size_t i = 0; name.n <= 10 && i < sizeof rows / sizeof *rows; i++)
		if (str_ieq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

static void skip_blanks(struct str *s)
{
	while (s->n && is_blank(s->p[0]))
		*s = str_from(*s, 1);
}

/* "<!--…-->", "<!doctype>", "<?x>", "</ >": what follows '<' stands in s. */
static struct str after_comment(struct str s)
{
	size_t at;

	if (!str_has_prefix(s, STR("!--")))
		return str_from(s, str_find(s, '>') + 1);
	s = str_from(s, 3);
	if (s.n && s.p[0] == '>')
		return str_from(s, 1);
	if (str_has_prefix(s, STR("->")))
		return str_from(s, 2);
	for (at = 0; at + 1 < s.n; at++) {
		if (s.p[at] != '-' || s.p[at + 1] != '-')
			continue;
		if (str_has_prefix(str_from(s, at + 2), STR(">")))
			return str_from(s, at + 3);
		if (str_has_prefix(str_from(s, at + 2), STR("!>")))
			return str_from(s, at + 4);
	}
	return str_from(s, s.n);
}

static void attr_put(struct html_token *t, struct str name, struct str value)
{
	static const char *const names[HTML_ATTRS] = { "href", "class", "rel", "translate", "lang", "start", "reversed", "value", "display",
		"encoding", "property", "name", "content", "type", "src", "width", "height", "title", "charset" };

	for (int i = 0; i < HTML_ATTRS; i++)
		if (!t->attrs[i].p && str_ieq(name, str_z(names[i])))
			t->attrs[i] = value;
}

/* One attribute; *s stands at its first character. */
static void attr_next(struct str *s, struct html_token *t)
{
	struct str name, value = STR("");
	size_t n = 1;             /* a '=' at the front belongs to the name */

	while (n < s->n && !is_blank(s->p[n]) && !strchr("/>=", s->p[n]))
		n++;
	name = str_upto(*s, n);
	*s = str_from(*s, n);
	skip_blanks(s);
	if (s->n && s->p[0] == '=') {
		*s = str_from(*s, 1);
		skip_blanks(s);
		if (s->n && (s->p[0] == '"' || s->p[0] == '\'')) {
			char quote = s->p[0];

			*s = str_from(*s, 1);
			n = str_find(*s, quote);
			value = str_upto(*s, n);
			*s = str_from(*s, n + 1);
		} else {
			for (n = 0; n < s->n && !is_blank(s->p[n]) && s->p[n] != '>';)
				n++;
			value = str_upto(*s, n);
			*s = str_from(*s, n);
		}
	}
	attr_put(t, name, value);
}

/* A tag whose name begins at *s. False: the input ends inside of it, and it is none. */
static bool tag(struct str *s, struct html_token *t)
{
	size_t n = 0;

	while (n < s->n && !is_blank(s->p[n]) && s->p[n] != '/' && s->p[n] != '>')
		n++;
	t->name = str_upto(*s, n);
	t->row = html__row(t->name);
	*s = str_from(*s, n);
	for (;;) {
		while (s->n && (is_blank(s->p[0]) || s->p[0] == '/')) {
			t->self_closing = s->p[0] == '/';
			*s = str_from(*s, 1);
		}
		if (s->n == 0)
			return false;
		if (s->p[0] == '>') {
			*s = str_from(*s, 1);
			return true;
		}
		t->self_closing = false;
		attr_next(s, t);
	}
}

void html__next(struct str *rest, struct html_token *t)
{
	struct str s = *rest;
	size_t n = 0;
	bool close;

	*t = (struct html_token){ .kind = HTML_END_OF_INPUT };
	while (s.n > 0 && s.p[0] == '<') {
		struct str after = str_from(s, 1);

		close = after.n > 0 && after.p[0] == '/';
		if (close)
			after = str_from(after, 1);
		if (after.n > 0 && is_letter(after.p[0])) {
			t->kind = close ? HTML_CLOSE : HTML_OPEN;
			if (!tag(&after, t))
				t->kind = HTML_END_OF_INPUT;
			*rest = after;
			return;
		}
		if (!(close && after.n > 0) && !(after.n > 0 && (after.p[0] == '!' || after.p[0] == '?')))
			break;
		s = after_comment(close ? str_from(s, 2) : after);
	}
	if (s.n > 0) {
		/* A '<' at the front is a plain character here. */
		n = 1 + str_find(str_from(s, 1), '<');
		t->kind = HTML_TEXT;
		t->text = str_upto(s, n);
	}
	*rest = str_from(s, n);
}

void html__skip_raw(struct str *rest, struct str name)
{
	struct str s = *rest;
	struct html_token t;

	if (str_ieq(name, STR("plaintext"))) {
		*rest = str_from(s, s.n);
		return;
	}
	for (;;) {
		size_t at = str_find_str(s, STR("</"));

		s = str_from(s, at + 2);
		if (s.n == 0)
			break;
		if (str_ihas_prefix(s, name) && s.n > name.n && (is_blank(s.p[name.n]) || s.p[name.n] == '/' || s.p[name.n] == '>')) {
			t = (struct html_token){ 0 };
			tag(&s, &t);
			break;
		}
	}
	*rest = s;
}

struct entity {
	char name[32];
	char text[8];
	bool bare;                /* may stand without its semicolon */
};

static const struct entity entities[] = {
#define E(name, text, bare) { name, text, bare },
#include "wire/entities.def"
};

static int entity_cmp(const void *key, const void *row)
{
	return str_cmp(*(const struct str *)key, str_z(((const struct entity *)row)->name));
}

static const struct entity *entity_find(struct str name)
{
	return bsearch(&name, entities, sizeof entities / sizeof *entities, sizeof *entities, entity_cmp);
}

/* "&name;" or "&name" at the front of s. Returns how many bytes it takes, 0 if it is none. */
static size_t named(struct str s, bool in_attribute, struct buf *b)
{
	const struct entity *e = NULL;
	size_t n = 0, run;

	while (n < 31 && n + 1 < s.n && (is_letter(s.p[n + 1]) || (s.p[n + 1] >= '0' && s.p[n + 1] <= '9')))
		n++;
	run = n;
	if (n > 0 && n + 1 < s.n && s.p[n + 1] == ';' && (e = entity_find(str_of(s.p + 1, n)))) {
		buf_addz(b, e->text);
		return n + 2;
	}
	for (; n >= 2; n--) {
		e = entity_find(str_of(s.p + 1, n));
		if (e && e->bare)
			break;
	}
	if (n < 2 || (in_attribute && (n < run || (n + 1 < s.n && s.p[n + 1] == '='))))
		return 0;
	buf_addz(b, e->text);
	return n + 1;
}

/* What old pages mean by 128 to 159: Windows-1252. */
static const uint16_t windows[32] = { 0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d,
	0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178 };

/* "&#65;" or "&#x41" at the front of s. */
static size_t numeric(struct str s, struct buf *b)
{
	bool hex = s.n > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	size_t at = hex ? 3 : 2, from = at;
	uint32_t v = 0;

	for (; at < s.n; at++) {
		char c = (char)(s.p[at] | 32);
		uint32_t digit;

		if (s.p[at] >= '0' && s.p[at] <= '9')
			digit = (uint32_t)(s.p[at] - '0');
		else if (hex && c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a' + 10);
		else
			break;
		v = v > 0x10ffff ? v : v * (hex ? 16 : 10) + digit;
	}
	if (at == from)
		return 0;
	if (v >= 0x80 && v <= 0x9f)
		v = windows[v - 0x80];
	if (v == 0 || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		v = 0xfffd;
	wire__utf8_put(b, v);
	return at < s.n && s.p[at] == ';' ? at + 1 : at;
}

struct str html__decode(struct arena *a, struct str s, bool in_attribute)
{
	struct buf b;
	size_t at = str_find(s, '&'), n;

	if (at == s.n)
		return s;
	b = buf_init(a, 2 * s.n + 8);   /* a few names are shorter than their text */
	while (s.n > 0) {
		buf_add(&b, str_upto(s, at));
		s = str_from(s, at);
		if (s.n == 0)
			break;
		n = s.n > 1 && s.p[1] == '#' ? numeric(s, &b) : named(s, in_attribute, &b);
		if (n == 0) {
			buf_addc(&b, '&');
			n = 1;
		}
		s = str_from(s, n);
		at = str_find(s, '&');
	}
	return buf_str(&b);
}

struct str html__clean(struct arena *a, struct str s)
{
	struct buf b;
	uint32_t cp;

	if (str_is_utf8(s))
		return s;
	b = buf_init(a, 3 * s.n);
	for (size_t i = 0, n; i < s.n; i += n ? n : 1) {
		n = s.p[i] ? wire__utf8_at(s, i, &cp) : 0;
		buf_add(&b, n ? str_of(s.p + i, n) : STR("\xef\xbf\xbd"));
	}
	return buf_str(&b);
}
