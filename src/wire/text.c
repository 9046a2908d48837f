#include "wire/text.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>

#include "wire/text_priv.h"
#include "wire/url.h"
#include "wire/utf8_priv.h"

enum { EMOJI_BYTES_MAX = 64 };

bool text__is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd | UC_CATEGORY_MASK_Pc);
}

bool text__is_letter(uint32_t c) { return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M); }
bool text__is_separator(uint32_t c) { return c == 0xb7 || c == 0x30fb || c == 0x200c; }
bool text__is_space(uint32_t c) { return c <= 0x20 || uc_is_property_white_space(c); }

struct str text__utf8(struct arena *a, struct str s)
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

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* The library allocates; what it gave is copied and freed here. */
static struct str adopt(struct arena *a, uint8_t *p, size_t n, struct str otherwise)
{
	struct str s = p ? arena_dup(a, str_of((const char *)p, n)) : otherwise;

	free(p);
	return s;
}

static struct str normalize(struct arena *a, struct str s, uninorm_t form)
{
	size_t n = 0;
	uint8_t *p;

	if (is_ascii(s))
		return s;
	p = u8_normalize(form, (const uint8_t *)s.p, s.n, NULL, &n);
	return adopt(a, p, n, s);
}

struct str text_fold(struct arena *a, struct str text)
{
	struct str s = text__utf8(a, text);

	if (is_ascii(s))
		return arena_lower(a, s);
	/* Normalising may make new letters to fold; the second time is enough. */
	for (int i = 0; i < 2; i++) {
		size_t n = 0;
		uint8_t *p = u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFKC, NULL, &n);

		s = adopt(a, p, n, s);
	}
	return s;
}

/* The ASCII letter for a small letter from U+00E0 to U+017F; '.' where there is none. */
static const char unaccented[] = "aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
				 "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllll"
				 "nnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

char text__unaccented(uint32_t c)
{
	return c >= 0xe0 && c <= 0x17f && unaccented[c - 0xe0] != '.' ? unaccented[c - 0xe0] : 0;
}

struct str text_tag_key(struct arena *a, struct str name)
{
	struct str s = text__utf8(a, name);
	uint8_t *lower;
	struct buf b;
	size_t n = 0;
	uint32_t c;

	if (is_ascii(s)) {
		s = arena_lower(a, s);
	} else {
		lower = u8_tolower((const uint8_t *)s.p, s.n, NULL, UNINORM_NFKC, NULL, &n);
		s = adopt(a, lower, n, s);
	}
	b = buf_init(a, s.n + 1);
	for (size_t i = 0; i < s.n; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (text__unaccented(c))
			buf_addc(&b, text__unaccented(c));
		else if (text__is_word(c) || text__is_separator(c))
			buf_add(&b, str_of(s.p + i, n));
	}
	return buf_str(&b);
}

size_t text_graphemes(struct arena *a, struct str text)
{
	struct str s = text__utf8(a, text);
	size_t count = 0;
	char *breaks;

	if (s.n == 0)
		return 0;
	if (is_ascii(s) && str_find(s, '\r') == s.n)
		return s.n;
	breaks = arena_alloc(a, s.n);
	u8_grapheme_breaks((const uint8_t *)s.p, s.n, breaks);
	for (size_t i = 0; i < s.n; i++)
		count += breaks[i] != 0;
	return count + (breaks[0] == 0);   /* versions differ in whether the start counts as a break */
}

static bool is_keycap(struct str s)
{
	bool base = s.n && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '#' || s.p[0] == '*');

	return base && str_has_suffix(s, STR("\xe2\x83\xa3"));
}

bool text_is_emoji(struct arena *a, struct str text)
{
	uint32_t ch;

	if (text.n == 0 || text.n > EMOJI_BYTES_MAX || !str_is_utf8(text) || text_graphemes(a, text) != 1)
		return false;
	if (is_keycap(text))
		return true;
	if (!wire__utf8_at(text, 0, &ch))
		return false;
	/* One regional indicator alone is no flag; two are one cluster. */
	if (ch >= 0x1f1e6 && ch <= 0x1f1ff)
		return text.n == 8;
	return ch >= 0x203c && uc_is_property_extended_pictographic(ch);
}

size_t text_length(struct arena *a, struct str text)
{
	struct str s = text__utf8(a, text);
	struct buf b = buf_init(a, s.n + 1);
	struct text_entity *e;
	size_t n = text_scan(a, s, &e), at = 0, urls = 0;

	for (size_t i = 0; i < n; i++) {
		buf_add(&b, str_of(s.p + at, e[i].from - at));
		at = e[i].to;
		if (e[i].kind == TEXT_MENTION) {
			buf_addc(&b, '@');
			buf_add(&b, e[i].name);
		} else if (e[i].kind == TEXT_URL && str_contains(e[i].name, STR("://")) && e[i].to - e[i].from <= TEXT_URL_COUNTED_MAX) {
			buf_addc(&b, 'u');   /* one of its characters: so clusters beside it stay apart */
			urls++;
		} else {
			buf_add(&b, str_of(s.p + e[i].from, e[i].to - e[i].from));
		}
	}
	buf_add(&b, str_from(s, at));
	return text_graphemes(a, buf_str(&b)) + urls * (TEXT_URL_LENGTH - 1);
}

struct str text_without_domain(struct arena *a, struct str text, struct str domain)
{
	struct str s = text__utf8(a, text), one;
	struct buf b = buf_init(a, s.n + 1);
	struct text_entity *e;
	size_t n = text_scan(a, s, &e), at = 0;

	for (size_t i = 0; i < n; i++) {
		if (e[i].kind != TEXT_MENTION || !e[i].domain.p || !domain_normalize(a, e[i].domain, &one) || !str_eq(one, domain))
			continue;
		buf_add(&b, str_of(s.p + at, e[i].from - at));
		buf_addc(&b, '@');
		buf_add(&b, e[i].name);
		at = e[i].to;
	}
	buf_add(&b, str_from(s, at));
	return buf_str(&b);
}

struct str text_fingerprint(struct arena *a, struct str text)
{
	struct str s = normalize(a, text__utf8(a, text), UNINORM_NFC);
	struct buf b = buf_init(a, s.n + 1);
	bool space = false;
	uint32_t c;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (text__is_space(c)) {
			space = b.n > 0;
			continue;
		}
		if (space)
			buf_addc(&b, ' ');
		space = false;
		buf_add(&b, str_of(s.p + i, n));
	}
	return buf_str(&b);
}

static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

/* Direction overrides, embeddings and isolates; characters of no width. */
static bool deceives(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x200b || c == 0xfeff || c == 0xad || c == 0x180e || c == 0x034f ||
	       c == 0x3164 || c == 0xffa0 || (c >= 0x115f && c <= 0x1160) || (c >= 0x17b4 && c <= 0x17b5) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0x1d173 && c <= 0x1d17a) || (c >= 0xe0000 && c < 0xe0020) || (c & 0xfffe) == 0xfffe;
}

static bool is_tag(uint32_t c) { return c >= 0xe0020 && c <= 0xe007f; }

/* What some need and others hide with: joiners and direction marks, between letters that need none (Latin, Greek, Cyrillic); tags, but behind
 * a black flag, which they make a region's. before: what was kept before it; 0: nothing. */
static bool hides(uint32_t c, uint32_t before)
{
	if (is_tag(c))
		return before != 0x1f3f4 && !is_tag(before);
	return ((c >= 0x200c && c <= 0x200f) || c == 0x061c) && before < 0x530;
}

struct str text_display_name(struct arena *a, struct str name)
{
	struct str s = text__utf8(a, name);
	struct buf b = buf_init(a, s.n + 1);
	uint32_t c, before = 0;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (c == '\n' || c == '\r' || c == '\t')
			buf_addc(&b, ' ');
		else if (is_control(c) || deceives(c) || hides(c, before))
			continue;
		else
			buf_add(&b, str_of(s.p + i, n));
		before = c;
	}
	return str_trim(buf_str(&b));
}

struct str text_tidy(struct arena *a, struct str text)
{
	struct str s = text__utf8(a, text);
	struct buf b = buf_init(a, s.n + 1);
	uint32_t c;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (c == '\r') {
			if (i + 1 == s.n || s.p[i + 1] != '\n')
				buf_addc(&b, '\n');
		} else if (!is_control(c) || c == '\n' || c == '\t') {
			buf_add(&b, str_of(s.p + i, n));
		}
	}
	return str_trim(buf_str(&b));
}
