/* Recursion is as deep as json_parse() lets a document be. */
#include "wire/jcs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct member {
	struct str key;
	const struct json *value;
};

/* ---- numbers ---- */

static bool means(double v, int more, char text[40])
{
	snprintf(text, 40, "%.*e", more, v);
	return strtod(text, NULL) == v;
}

/* The fewest digits that mean this double, and where its point is: 0.DIGITS times ten to the power of *ret_point. v > 0. More digits than
 * are enough are enough, too, so they are sought by halves: a document may be numbers from end to end. */
static size_t shortest(double v, char digits[20], int *ret_point)
{
	int less = -1, more = 16;
	char text[40];
	size_t n = 0;

	while (more - less > 1) {
		int half = (less + more) / 2;

		if (means(v, half, text))
			more = half;
		else
			less = half;
	}
	(void)means(v, more, text);
	*ret_point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	for (const char *p = text; *p != 'e'; p++)
		if (*p != '.')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

static void zeros(struct buf *b, int n)
{
	while (n-- > 0)
		buf_addc(b, '0');
}

/* ECMA-262, Number::toString. */
static void add_number(struct buf *b, double v)
{
	char digits[20];
	int point, n;

	if (v == 0) {
		buf_addc(b, '0');
		return;
	}
	if (v < 0)
		buf_addc(b, '-');
	n = (int)shortest(fabs(v), digits, &point);
	if (point > 21 || point <= -6) {
		buf_addc(b, digits[0]);
		if (n > 1)
			buf_addc(b, '.');
		buf_add(b, str_of(digits + 1, (size_t)n - 1));
		buf_addf(b, "e%+d", point - 1);
	} else if (point <= 0) {
		buf_addz(b, "0.");
		zeros(b, -point);
		buf_add(b, str_of(digits, (size_t)n));
	} else if (point >= n) {
		buf_add(b, str_of(digits, (size_t)n));
		zeros(b, point - n);
	} else {
		buf_add(b, str_of(digits, (size_t)point));
		buf_addc(b, '.');
		buf_add(b, str_of(digits + point, (size_t)(n - point)));
	}
}

/* ---- texts ---- */

static void add_text(struct buf *b, struct str s)
{
	static const char letters[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";

	buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(letters, s.p[i]) : NULL;

		if (at)
			buf_addf(b, "\\%c", names[at - letters]);
		else if ((unsigned char)s.p[i] < 0x20)
			buf_addf(b, "\\u%04x", (unsigned)s.p[i]);
		else
			buf_addc(b, s.p[i]);
	}
	buf_addc(b, '"');
}

/* UTF-8 is in the order of code points; in UTF-16 what is past U+FFFF comes before U+E000 to U+FFFF. */
static int weight(unsigned char c) { return c == 0xee || c == 0xef ? c + 0x10 : c; }

static int by_key(const void *one, const void *other)
{
	const struct str a = ((const struct member *)one)->key, b = ((const struct member *)other)->key;

	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (a.p[i] != b.p[i])
			return weight((unsigned char)a.p[i]) < weight((unsigned char)b.p[i]) ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

/* ---- values ---- */

static struct err *add_value(struct arena *a, struct buf *b, const struct json *v);

static struct err *add_members(struct arena *a, struct buf *b, struct member *m, size_t n)
{
	qsort(m, n, sizeof *m, by_key);
	buf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i && str_eq(m[i].key, m[i - 1].key))
			return FAIL(a, ERR_INVALID, "the member '" STR_FMT "' is there twice", STR_ARG(str_upto(m[i].key, 60)));
		if (str_find(m[i].key, '\0') < m[i].key.n)
			return FAIL(a, ERR_INVALID, "a member's name has a NUL in it");
		if (i)
			buf_addc(b, ',');
		add_text(b, m[i].key);
		buf_addc(b, ':');
		TRY(add_value(a, b, m[i].value));
	}
	buf_addc(b, '}');
	return NULL;
}

static struct err *add_object(struct arena *a, struct buf *b, const struct json *v, const struct jcs_change *change)
{
	struct member *m = arena_array(a, struct member, json_len(v) + 1);
	size_t n = 0;

	for (struct json_iter it = json_iter(v); json_next(&it);)
		if (!change || !((change->without && str_eqz(it.key, change->without)) || (change->with && str_eqz(it.key, change->with))))
			m[n++] = (struct member){ it.key, it.value };
	if (change && change->with)
		m[n++] = (struct member){ str_z(change->with), change->value };
	return add_members(a, b, m, n);
}

static struct err *add_array(struct arena *a, struct buf *b, const struct json *v)
{
	bool first = true;

	buf_addc(b, '[');
	for (struct json_iter it = json_iter(v); json_next(&it); first = false) {
		if (!first)
			buf_addc(b, ',');
		TRY(add_value(a, b, it.value));
	}
	buf_addc(b, ']');
	return NULL;
}

static struct err *add_value(struct arena *a, struct buf *b, const struct json *v)
{
	double number = 0;

	if (!buf_ok(b))
		return FAIL(a, ERR_INVALID, "the canonical form is too large");
	switch (json_kind(v)) {
	case JSON_OBJECT:
		return add_object(a, b, v, NULL);
	case JSON_ARRAY:
		return add_array(a, b, v);
	case JSON_STRING:
		if (!json_str(v).p)
			return FAIL(a, ERR_INVALID, "a text has a NUL in it");
		add_text(b, json_str(v));
		return NULL;
	case JSON_NUMBER:
		json_f64(v, &number);
		add_number(b, number);
		return NULL;
	case JSON_BOOL:
		buf_addz(b, json_bool(v, false) ? "true" : "false");
		return NULL;
	case JSON_NONE:
	case JSON_NULL:
		break;
	}
	buf_addz(b, "null");
	return NULL;
}

struct err *jcs_write(struct arena *a, const struct json *v, const struct jcs_change *change, struct str *ret)
{
	struct buf b = buf_init(a, change && change->max ? change->max : JCS_MAX);

	TRY(json_kind(v) == JSON_OBJECT ? add_object(a, &b, v, change) : add_value(a, &b, v));
	if (!buf_ok(&b))
		return FAIL(a, ERR_INVALID, "the canonical form is too large");
	*ret = buf_str(&b);
	return NULL;
}
