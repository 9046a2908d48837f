#include "wire/csv.h"

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r')
			return true;
	return s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void csv_put(struct buf *b, const struct str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool quoted = needs_quotes(fields[i]);

		if (i)
			buf_addc(b, ',');
		if (quoted)
			buf_addc(b, '"');
		for (size_t k = 0; k < fields[i].n; k++) {
			if (fields[i].p[k] == '"')
				buf_addc(b, '"');
			buf_addc(b, fields[i].p[k]);
		}
		if (quoted)
			buf_addc(b, '"');
	}
	buf_addc(b, '\n');
}

static bool ends(char c) { return c == ',' || c == '\n' || c == '\r'; }

/* What is quoted from i on, with its end: as long as what comes of it is at most. */
static size_t quoted_length(struct str s, size_t i)
{
	size_t from = i;

	for (; i < s.n; i++) {
		if (s.p[i] != '"')
			continue;
		if (i + 1 >= s.n || s.p[i + 1] != '"')
			break;
		i++;
	}
	return i - from;
}

/* A field that began with a quote; *at stands behind it. A file of 20 MiB may be nothing but such fields. */
static struct str quoted_field(struct arena *a, struct str s, size_t *at)
{
	char *out = arena_alloc(a, quoted_length(s, *at) + 1);
	size_t n = 0;

	while (*at < s.n) {
		char c = s.p[(*at)++];

		if (c == '"' && (*at >= s.n || s.p[*at] != '"'))
			break;
		if (c == '"')
			(*at)++;
		out[n++] = c;
	}
	while (*at < s.n && !ends(s.p[*at]))
		(*at)++;
	return str_of(out, n);
}

static struct str plain_field(struct str s, size_t *at)
{
	size_t begin = *at;

	while (*at < s.n && !ends(s.p[*at]))
		(*at)++;
	return str_of(s.p + begin, *at - begin);
}

bool csv_next(struct arena *a, struct str *rest, struct str *fields, size_t max, size_t *ret_n)
{
	struct str s = *rest;
	size_t at = 0;
	bool more = true;

	while (at < s.n && (s.p[at] == '\n' || s.p[at] == '\r'))
		at++;
	*ret_n = 0;
	if (at == s.n) {
		*rest = str_from(s, at);
		return false;
	}
	while (more) {
		struct str field;

		if (at < s.n && s.p[at] == '"') {
			at++;
			field = quoted_field(a, s, &at);
		} else {
			field = plain_field(s, &at);
		}
		if (*ret_n < max)
			fields[(*ret_n)++] = field;
		more = at < s.n && s.p[at] == ',';
		at += more;
	}
	*rest = str_from(s, at);
	return true;
}
