/* Finds mentions, hashtags and URLs in one pass: at each byte that could begin one it is tried; what matched is jumped over, so
 * the earliest wins and nothing overlaps. Each try reads at most to the end of its own match or of one run without blanks. */
#include "wire/text_priv.h"
#include "wire/url.h"
#include "wire/utf8_priv.h"

static bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The character before byte i, or 0 at the start. */
static uint32_t before(struct str s, size_t i)
{
	uint32_t c = 0;

	if (i > 0)
		wire__utf8_at(s, wire__utf8_before(s, i), &c);
	return c;
}

static uint32_t at(struct str s, size_t i)
{
	uint32_t c = 0;

	if (i < s.n)
		wire__utf8_at(s, i, &c);
	return c;
}

/* The end of "[a-z0-9_]+" runs joined by '.' and '-', from i. */
static size_t name_end(struct str s, size_t i)
{
	size_t end = i;

	for (; i < s.n && (is_name_char(s.p[i]) || s.p[i] == '.' || s.p[i] == '-'); i++)
		if (is_name_char(s.p[i]))
			end = i + 1;
	return end;
}

/* The same for hosts: word characters of any script joined by '.' and '-', and perhaps a port. */
static size_t host_end(struct str s, size_t i)
{
	size_t end = i, n, port;
	uint32_t c;

	for (size_t from = i; i < s.n && i - from <= 253 * 4; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (text__is_word(c))
			end = i + n;
		else if (c != '.' && c != '-')
			break;
	}
	port = end + 1;
	while (port < s.n && is_digit(s.p[port]) && port - end <= 5)
		port++;
	if (end < s.n && s.p[end] == ':' && port > end + 1 && !text__is_word(at(s, port)))
		return port;
	return end;
}

static bool accented(uint32_t c) { return c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7; }

/* s.p[i] is '@'. */
static bool mention(struct str s, size_t i, struct text_entity *ret)
{
	uint32_t prev = before(s, i);
	size_t end, host;

	if (prev == '=' || prev == '/' || (prev && text__is_word(prev)))
		return false;
	if (i + 1 >= s.n || !is_name_char(s.p[i + 1]))
		return false;
	end = name_end(s, i + 1);
	*ret = (struct text_entity){ .kind = TEXT_MENTION, .from = i, .to = end, .name = str_of(s.p + i + 1, end - i - 1) };
	if (end < s.n && s.p[end] == '@' && end + 1 < s.n && text__is_word(at(s, end + 1))) {
		host = host_end(s, end + 1);
		ret->domain = str_of(s.p + end + 1, host - end - 1);
		ret->to = host;
	}
	if (ret->to < s.n && s.p[ret->to] == '@')
		return false;
	return !accented(at(s, ret->to)) && !str_has_prefix(str_from(s, ret->to), STR("://"));
}

/* The tag at the front of s, without '#': 0 if it is none. */
static size_t tag_end(struct str s)
{
	bool separator = false, ok = false;
	size_t end = 0, n;
	uint32_t c;

	for (size_t i = 0; i < s.n; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0)
			break;
		if (text__is_separator(c)) {
			if (i == 0)
				break;
			separator = true;
		} else if (text__is_word(c)) {
			ok = ok || separator || text__is_letter(c);
			end = i + n;
		} else {
			break;
		}
	}
	return ok ? end : 0;
}

bool text_tag_ok(struct str name) { return name.n > 0 && str_is_utf8(name) && tag_end(name) == name.n; }

/* At s.p[i] stands '#' or its full-width form, of width bytes. */
static bool hashtag(struct str s, size_t i, size_t width, struct text_entity *ret)
{
	size_t end;

	if (i > 0 && !text__is_space(before(s, i)))
		return false;
	end = tag_end(str_from(s, i + width));
	*ret = (struct text_entity){ .kind = TEXT_HASHTAG, .from = i, .to = i + width + end, .name = str_of(s.p + i + width, end) };
	return end > 0;
}

static bool ends_url(uint32_t c) { return text__is_space(c) || c == '<' || c == '>' || c == '"' || c == 0x300c || c == 0x300d || c < 0x20; }

/* Punctuation that closes a sentence rather than an address. */
static bool is_trailing(char c, bool query) { return c && (strchr("!*';:,.$%[]~|@?(", c) || (!query && strchr("=&", c))); }

/* The end of an address' path and query that begin at i: up to a blank, a bracket that was not opened in it, or one that is never closed. No
 * address is longer than URL_MAX, so looking for that bracket ends there: the next address begins right behind the open one, and looks again. */
static size_t tail_end(struct str s, size_t i)
{
	size_t from = i, n, opened = 0, depth = 0, question;
	uint32_t c;

	for (; i < s.n && i - from <= URL_MAX; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0 || ends_url(c))
			break;
		if (c == '(' && depth++ == 0)
			opened = i;
		if (c == ')' && depth-- == 0)
			break;
	}
	if (depth != 0 && depth != (size_t)-1)
		i = opened;
	question = from + str_find(str_of(s.p + from, i - from), '?');
	while (i > from && is_trailing(s.p[i - 1], question < i - 1))
		i--;
	return i;
}

static const struct scheme {
	struct str text;
	bool web;                 /* its host must look like one */
} schemes[] = {
	{ STRC("https://"), true }, { STRC("http://"), true }, { STRC("dat://"), false }, { STRC("dweb://"), false }, { STRC("ipfs://"), false },
	{ STRC("ipns://"), false }, { STRC("ssb://"), false }, { STRC("gopher://"), false }, { STRC("gemini://"), false },
	{ STRC("xmpp:"), false }, { STRC("magnet:?"), false },
};

/* Some scripts need no blanks: their words may stand right before an address, and right behind its host. */
static bool may_precede(uint32_t c)
{
	bool of_name = c < 0x80 && c != '_' && is_name_char((char)c);

	return !of_name && c != '@' && c != '#' && c != '$' && c != 0xff20 && c != 0xff03 && c != 0xfeff && c != 0xfffe && c != 0xffff;
}

/* No top-level domain begins in ASCII and goes on in a script that is not Latin: what does is the text that follows. */
static size_t without_text(struct str s, size_t from, size_t end)
{
	size_t dot = str_rfind(str_of(s.p + from, end - from), '.'), i = from + (dot < end - from ? dot + 1 : 0), n;
	uint32_t c;

	if (i >= end || !is_name_char(s.p[i]))
		return end;
	for (; i < end; i += n) {
		n = wire__utf8_at(s, i, &c);
		if (n == 0 || c > 0x24f)
			return i;
	}
	return end;
}

/* A letter stands at s.p[i]. */
static bool url(struct str s, size_t i, struct text_entity *ret)
{
	const struct scheme *scheme = NULL;
	size_t from, end;
	struct str host;

	if (!may_precede(before(s, i)))
		return false;
	for (size_t k = 0; k < sizeof schemes / sizeof *schemes && !scheme; k++)
		if (str_ihas_prefix(str_from(s, i), schemes[k].text))
			scheme = &schemes[k];
	if (!scheme)
		return false;
	from = i + scheme->text.n;
	if (scheme->text.p[scheme->text.n - 1] != '/') {
		end = tail_end(s, from);
	} else {
		if (from >= s.n || !text__is_word(at(s, from)))
			return false;
		end = without_text(s, from, host_end(s, from));
		host = str_of(s.p + from, end - from);
		if (scheme->web && !str_contains(host, STR(".")) && !str_ihas_prefix(host, STR("localhost")))
			return false;
		if (end < s.n && strchr("/?#", s.p[end]))
			end = tail_end(s, end);
	}
	*ret = (struct text_entity){ .kind = TEXT_URL, .from = i, .to = end, .name = str_of(s.p + i, end - i) };
	return end > from;
}

size_t text_scan(struct arena *a, struct str text, struct text_entity **ret)
{
	VEC(struct text_entity) v = { 0 };
	struct text_entity e;

	*ret = NULL;
	if (!str_is_utf8(text))
		return 0;
	for (size_t i = 0; i < text.n && v.n < TEXT_ENTITIES_MAX;) {
		char c = text.p[i];
		bool found = false;

		if (c == '@')
			found = mention(text, i, &e);
		else if (c == '#')
			found = hashtag(text, i, 1, &e);
		else if (c == '\xef' && str_has_prefix(str_from(text, i), STR("\xef\xbc\x83")))
			found = hashtag(text, i, 3, &e);
		else if (strchr("hdisgxmHDISGXM", c))
			found = url(text, i, &e);
		if (found)
			vec_push(a, &v, e);
		i = found ? e.to : i + 1;
	}
	*ret = v.v;
	return v.n;
}

static bool alnum(uint32_t c) { return c != '_' && text__is_word(c); }

size_t text_emojis(struct arena *a, struct str text, struct str **ret)
{
	VEC(struct str) v = { 0 };
	size_t end, k;

	*ret = NULL;
	if (!str_is_utf8(text))
		return 0;
	for (size_t i = 0; i + 3 < text.n && v.n < TEXT_ENTITIES_MAX; i++) {
		struct str name;
		uint32_t prev;

		if (text.p[i] != ':')
			continue;
		for (end = i + 1; end < text.n && is_name_char(text.p[end]);)
			end++;
		name = str_of(text.p + i + 1, end - i - 1);
		prev = before(text, i);
		if (name.n < 2 || end >= text.n || text.p[end] != ':' || prev == ':' || (prev && alnum(prev)) || at(text, end + 1) == ':' ||
		    (end + 1 < text.n && alnum(at(text, end + 1)))) {
			i = end - 1;
			continue;
		}
		for (k = 0; k < v.n && !str_eq(v.v[k], name);)
			k++;
		if (k == v.n)
			vec_push(a, &v, name);
		i = end;
	}
	*ret = v.v;
	return v.n;
}
