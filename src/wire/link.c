#include "wire/link.h"

#include "base/buf.h"

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~()/:@?=", c));
}

/* A quoted string at the front of *s, which stands behind the opening quote. */
static bool unquote(struct arena *a, struct str *s, struct str *ret)
{
	size_t end = 0, escapes = 0;
	struct buf b;

	for (; end < s->n && s->p[end] != '"'; end++)
		if (s->p[end] == '\\')
			end++, escapes++;
	if (end >= s->n)
		return false;
	*ret = str_upto(*s, end);
	*s = str_from(*s, end + 1);
	if (escapes == 0)
		return true;
	b = buf_init(a, ret->n + 1);
	for (size_t i = 0; i < ret->n; i++) {
		if (ret->p[i] == '\\')
			i++;
		buf_addc(&b, ret->p[i]);
	}
	*ret = buf_str(&b);
	return true;
}

static void skip_blanks(struct str *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = str_from(*s, 1);
}

bool header_param_next(struct arena *a, struct str *rest, char cut, struct str *ret_name, struct str *ret_value, bool *ret_bad)
{
	struct str s = *rest;
	size_t n = 0;

	*ret_bad = false;
	for (skip_blanks(&s); s.n && s.p[0] == cut; skip_blanks(&s))
		s = str_from(s, 1);
	if (s.n == 0)
		return false;
	*ret_bad = true;
	while (n < s.n && is_token(s.p[n]) && s.p[n] != '=' && s.p[n] != cut)
		n++;
	if (n == 0)
		return false;
	*ret_name = str_upto(s, n);
	*ret_value = STR_NONE;
	s = str_from(s, n);
	skip_blanks(&s);
	if (s.n && s.p[0] == '=') {
		s = str_from(s, 1);
		skip_blanks(&s);
		if (s.n && s.p[0] == '"') {
			s = str_from(s, 1);
			if (!unquote(a, &s, ret_value))
				return false;
		} else {
			for (n = 0; n < s.n && is_token(s.p[n]) && s.p[n] != cut;)
				n++;
			*ret_value = str_upto(s, n);
			s = str_from(s, n);
		}
		skip_blanks(&s);
	}
	if (s.n && s.p[0] != cut)
		return false;
	*rest = str_from(s, 1);
	*ret_bad = false;
	return true;
}

bool mime_parse(struct arena *a, struct str header, struct mime *ret)
{
	struct str type, rest, name, value;
	struct mime m = { 0 };
	bool bad;

	str_cut(header, ';', &type, &rest);
	type = str_trim(type);
	if (type.n < 3 || type.n > 127 || str_find(type, '/') == 0 || str_find(type, '/') >= type.n - 1)
		return false;
	for (size_t i = 0; i < type.n; i++)
		if (!is_token(type.p[i]))
			return false;
	m.type = arena_lower(a, type);
	while (header_param_next(a, &rest, ';', &name, &value, &bad)) {
		if (str_ieq(name, STR("charset")) && !m.charset.p)
			m.charset = value;
		else if (str_ieq(name, STR("boundary")) && !m.boundary.p)
			m.boundary = value;
		else if (str_ieq(name, STR("profile")) && !m.profile.p)
			m.profile = value;
	}
	if (bad)
		return false;
	*ret = m;
	return true;
}

/* A profile is a list of addresses cut by blanks. */
static bool profile_is_activity(struct str profile)
{
	struct str rest = profile, piece;

	while (str_next(&rest, ' ', &piece))
		if (str_eq(piece, STR("https://www.w3.org/ns/activitystreams")))
			return true;
	return false;
}

bool mime_is_activity(struct arena *a, struct str header)
{
	struct mime m;

	if (!mime_parse(a, header, &m))
		return false;
	return str_eq(m.type, STR("application/activity+json")) ||
	       (str_eq(m.type, STR("application/ld+json")) && profile_is_activity(m.profile));
}

bool mime_is_json(struct arena *a, struct str header)
{
	struct mime m;

	return mime_parse(a, header, &m) && (str_eq(m.type, STR("application/json")) || str_has_suffix(m.type, STR("+json")));
}

static unsigned accept_bits(struct str type, enum accept first)
{
	static const struct { struct str type; unsigned bits; } rows[] = {
		{ STRC("text/html"), ACCEPT_HTML },
		{ STRC("application/xhtml+xml"), ACCEPT_HTML },
		{ STRC("application/activity+json"), ACCEPT_ACTIVITY },
		{ STRC("application/ld+json"), ACCEPT_ACTIVITY },
		{ STRC("application/json"), ACCEPT_JSON },
		{ STRC("application/jrd+json"), ACCEPT_JRD },
		{ STRC("application/xrd+xml"), ACCEPT_XRD },
		{ STRC("text/*"), ACCEPT_HTML },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (str_ieq(type, rows[i].type))
			return rows[i].bits;
	if (str_eq(type, STR("*/*")) || (str_ieq(type, STR("application/*")) && first != ACCEPT_HTML))
		return first;
	return 0;
}

/* "0.75" in thousandths; what cannot be read is 1. */
static int quality(struct str s)
{
	int v = 0, unit = 100;

	if (s.n == 0 || (s.p[0] != '0' && s.p[0] != '1'))
		return 1000;
	v = (s.p[0] - '0') * 1000;
	for (size_t i = 2; i < s.n && unit > 0 && s.p[i] >= '0' && s.p[i] <= '9'; i++, unit /= 10)
		v += (s.p[i] - '0') * unit;
	return v > 1000 ? 1000 : v;
}

/* The next element of a list cut by commas; commas in quotes do not cut. */
static bool list_next(struct str *rest, struct str *ret)
{
	bool quoted = false;
	size_t i = 0;

	if (!rest->p || rest->n == 0)
		return false;
	for (; i < rest->n && (quoted || rest->p[i] != ','); i++) {
		if (rest->p[i] == '"')
			quoted = !quoted;
		else if (quoted && rest->p[i] == '\\')
			i++;
	}
	*ret = str_upto(*rest, i);
	*rest = str_from(*rest, i + 1);
	return true;
}

enum accept accept_choose(struct str header, unsigned offered, enum accept first)
{
	struct str rest = header, item, type, params, piece;
	unsigned best = 0;
	int best_q = 0;

	if (str_trim(header).n == 0)
		return offered & first;
	while (list_next(&rest, &item)) {
		unsigned bits;
		int q = 1000;

		str_cut(item, ';', &type, &params);
		while (str_next(&params, ';', &piece))
			if (str_ihas_prefix(str_trim(piece), STR("q=")))
				q = quality(str_from(str_trim(piece), 2));
		bits = accept_bits(str_trim(type), first) & offered;
		if (bits && q > best_q)
			best = bits, best_q = q;
	}
	return best;
}

struct str link_find(struct str header, const char *rel)
{
	struct str rest = header, item, target, params, piece, name, value, word;

	while (list_next(&rest, &item)) {
		item = str_trim(item);
		if (!str_has_prefix(item, STR("<")) || !str_cut(str_from(item, 1), '>', &target, &params))
			continue;
		while (str_next(&params, ';', &piece)) {
			str_cut(str_trim(piece), '=', &name, &value);
			value = str_trim(value);
			if (!str_ieq(str_trim(name), STR("rel")))
				continue;
			if (value.n >= 2 && value.p[0] == '"')
				value = str_of(value.p + 1, value.n - 2);
			while (str_next(&value, ' ', &word))
				if (str_ieq(word, str_z(rel)))
					return target;
		}
	}
	return STR_NONE;
}
