/* A struct json is a yyjson_val: the cast is this file's secret. Documents are never freed; they end with the arena. */
#include "wire/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

#include "wire/date.h"
#include "wire/utf8_priv.h"

static void *arena_malloc_fn(void *ctx, size_t size) { return arena_alloc(ctx, size); }
static void arena_free_fn(void *ctx, void *p) { (void)ctx, (void)p; }

static void *arena_realloc_fn(void *ctx, void *p, size_t old, size_t size)
{
	void *bigger;

	if (size <= old)
		return p;
	bigger = arena_alloc(ctx, size);
	memcpy(bigger, p, old);
	return bigger;
}

static yyjson_alc arena_alc(struct arena *a)
{
	return (yyjson_alc){ .malloc = arena_malloc_fn, .realloc = arena_realloc_fn, .free = arena_free_fn, .ctx = a };
}

static yyjson_val *val(const struct json *v) { return (yyjson_val *)(uintptr_t)v; }
static const struct json *json(yyjson_val *v) { return (const struct json *)v; }

/* The library parses without recursion; others who walk the tree do not, so depth is bounded before anything is built. */
static bool too_deep(struct str s)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

struct err *json_parse(struct arena *a, struct str text, const struct json **ret)
{
	yyjson_alc alc = arena_alc(a);
	yyjson_read_err why;
	yyjson_doc *doc;

	if (text.n == 0)
		return FAIL(a, ERR_BAD_REQUEST, "the JSON document is empty");
	if (too_deep(text))
		return FAIL(a, ERR_BAD_REQUEST, "the JSON document is nested deeper than %d", JSON_DEPTH_MAX);
	/* Without the in-place flag the text is only read. */
	doc = yyjson_read_opts((char *)(uintptr_t)text.p, text.n, YYJSON_READ_NOFLAG, &alc, &why);
	if (!doc)
		return FAIL(a, ERR_BAD_REQUEST, "not JSON: %s at byte %zu", why.msg, why.pos);
	*ret = json(yyjson_doc_get_root(doc));
	return NULL;
}

enum json_kind json_kind(const struct json *v)
{
	switch (yyjson_get_type(val(v))) {
	case YYJSON_TYPE_NULL: return JSON_NULL;
	case YYJSON_TYPE_BOOL: return JSON_BOOL;
	case YYJSON_TYPE_NUM: return JSON_NUMBER;
	case YYJSON_TYPE_STR: return JSON_STRING;
	case YYJSON_TYPE_ARR: return JSON_ARRAY;
	case YYJSON_TYPE_OBJ: return JSON_OBJECT;
	default: return JSON_NONE;
	}
}

const struct json *json_get_str(const struct json *object, struct str key)
{
	const struct json *found = NULL;

	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	for (struct json_iter it = json_iter(object); json_next(&it);)
		if (str_eq(it.key, key))
			found = it.value;
	return found;
}

const struct json *json_get(const struct json *object, const char *key) { return json_get_str(object, str_z(key)); }
const struct json *json_at(const struct json *array, size_t i) { return json(yyjson_arr_get(val(array), i)); }
struct str json_get_s(const struct json *object, const char *key) { return json_str(json_get(object, key)); }

size_t json_len(const struct json *v)
{
	enum json_kind kind = json_kind(v);

	return kind == JSON_ARRAY || kind == JSON_OBJECT ? yyjson_get_len(val(v)) : 0;
}

/* A text with a NUL in it would be cut short behind some C library's door, and no text of ours holds one: it is none. */
struct str json_str(const struct json *v)
{
	struct str s;

	if (json_kind(v) != JSON_STRING)
		return STR_NONE;
	s = str_of(yyjson_get_str(val(v)), yyjson_get_len(val(v)));
	return str_find(s, '\0') < s.n ? STR_NONE : s;
}

bool json_i64(const struct json *v, int64_t *ret)
{
	double d;

	if (json_kind(v) == JSON_STRING)
		return str_i64(json_str(v), ret);
	if (yyjson_is_real(val(v))) {
		d = yyjson_get_real(val(v));
		if (floor(d) != d || fabs(d) > 9007199254740992.0)
			return false;
		*ret = (int64_t)d;
		return true;
	}
	if (!yyjson_is_int(val(v)) || (yyjson_is_uint(val(v)) && yyjson_get_uint(val(v)) > (uint64_t)INT64_MAX))
		return false;
	*ret = yyjson_get_sint(val(v));
	return true;
}

bool json_f64(const struct json *v, double *ret)
{
	if (json_kind(v) != JSON_NUMBER)
		return false;
	*ret = yyjson_get_num(val(v));
	return true;
}

bool json_bool(const struct json *v, bool otherwise)
{
	return json_kind(v) == JSON_BOOL ? yyjson_get_bool(val(v)) : otherwise;
}

struct json_iter json_iter(const struct json *v)
{
	return (struct json_iter){ .of = v, .p = json_len(v) ? unsafe_yyjson_get_first(val(v)) : NULL };
}

bool json_next(struct json_iter *it)
{
	yyjson_val *at = it->p;

	if (it->i >= json_len(it->of))
		return false;
	if (json_kind(it->of) == JSON_OBJECT) {
		it->key = str_of(unsafe_yyjson_get_str(at), unsafe_yyjson_get_len(at));
		at++;   /* a key's value stands right behind it */
	}
	it->value = json(at);
	it->p = unsafe_yyjson_get_next(at);
	it->i++;
	return true;
}

struct str json_write(struct arena *a, const struct json *v)
{
	yyjson_alc alc = arena_alc(a);
	size_t n = 0;
	char *text = v ? yyjson_val_write_opts(val(v), YYJSON_WRITE_NOFLAG, &alc, &n, NULL) : NULL;

	return text ? str_of(text, n) : STR("null");
}

struct jw jw_init(struct buf *b) { return (struct jw){ .b = b }; }

/* Before a value or a key: the comma its forerunner left owing. */
static void begin(struct jw *w)
{
	if (w->comma)
		buf_addc(w->b, ',');
	w->comma = true;
}

static void open_with(struct jw *w, char c)
{
	begin(w);
	buf_addc(w->b, c);
	w->comma = false;
}

static void close_with(struct jw *w, char c)
{
	buf_addc(w->b, c);
	w->comma = true;
}

void jw_obj(struct jw *w) { open_with(w, '{'); }
void jw_obj_end(struct jw *w) { close_with(w, '}'); }
void jw_arr(struct jw *w) { open_with(w, '['); }
void jw_arr_end(struct jw *w) { close_with(w, ']'); }

static void escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char unicode[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	switch (c) {
	case '"': buf_add(b, STR("\\\"")); break;
	case '\\': buf_add(b, STR("\\\\")); break;
	case '\n': buf_add(b, STR("\\n")); break;
	case '\r': buf_add(b, STR("\\r")); break;
	case '\t': buf_add(b, STR("\\t")); break;
	default: buf_add(b, str_of(unicode, sizeof unicode));
	}
}

static void quoted(struct buf *b, struct str s)
{
	size_t from = 0, i = 0, len;
	uint32_t cp;

	buf_addc(b, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80) {
			len = wire__utf8_at(s, i, &cp);
			if (len > 0) {
				i += len;
				continue;
			}
		} else if (c >= 0x20 && c != '"' && c != '\\') {
			i++;
			continue;
		}
		buf_add(b, str_of(s.p + from, i - from));
		if (c >= 0x80)
			buf_add(b, STR("\xef\xbf\xbd"));
		else
			escape(b, c);
		from = ++i;
	}
	buf_add(b, str_of(s.p + from, i - from));
	buf_addc(b, '"');
}

void jw_key_str(struct jw *w, struct str key)
{
	begin(w);
	quoted(w->b, key);
	buf_addc(w->b, ':');
	w->comma = false;
}

void jw_key(struct jw *w, const char *key) { jw_key_str(w, str_z(key)); }

void jw_str(struct jw *w, struct str s)
{
	if (!s.p) {
		jw_null(w);
		return;
	}
	begin(w);
	quoted(w->b, s);
}

void jw_i64(struct jw *w, int64_t v)
{
	begin(w);
	buf_i64(w->b, v);
}

/* The shortest text that reads back as the same number; always with a point, as a float's reader expects. */
void jw_f64(struct jw *w, double v)
{
	char text[40];

	if (!isfinite(v)) {
		jw_null(w);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	begin(w);
	buf_addz(w->b, text);
	if (!strpbrk(text, ".e"))
		buf_add(w->b, STR(".0"));
}

void jw_bool(struct jw *w, bool v)
{
	begin(w);
	buf_add(w->b, v ? STR("true") : STR("false"));
}

void jw_null(struct jw *w)
{
	begin(w);
	buf_add(w->b, STR("null"));
}

void jw_raw(struct jw *w, struct str text)
{
	if (text.n == 0) {
		jw_null(w);
		return;
	}
	begin(w);
	buf_add(w->b, text);
}

void jw_id(struct jw *w, int64_t id)
{
	if (id == 0) {
		jw_null(w);
		return;
	}
	begin(w);
	buf_addc(w->b, '"');
	buf_i64(w->b, id);
	buf_addc(w->b, '"');
}

static void quoted_date(struct jw *w, int64_t us, size_t (*put)(char *, int64_t))
{
	char text[DATE_TEXT_MAX];
	size_t n = us != 0 ? put(text, us) : 0;

	if (n == 0) {
		jw_null(w);
		return;
	}
	begin(w);
	buf_addc(w->b, '"');
	buf_add(w->b, str_of(text, n));
	buf_addc(w->b, '"');
}

void jw_time(struct jw *w, int64_t us) { quoted_date(w, us, date_put_ms); }
void jw_date(struct jw *w, int64_t us) { quoted_date(w, us, date_put_day); }

void jw_kstr(struct jw *w, const char *key, struct str s) { jw_key(w, key), jw_str(w, s); }
void jw_kz(struct jw *w, const char *key, const char *z) { jw_key(w, key), jw_str(w, str_z(z)); }
void jw_ki64(struct jw *w, const char *key, int64_t v) { jw_key(w, key), jw_i64(w, v); }
void jw_kbool(struct jw *w, const char *key, bool v) { jw_key(w, key), jw_bool(w, v); }
void jw_knull(struct jw *w, const char *key) { jw_key(w, key), jw_null(w); }
void jw_kid(struct jw *w, const char *key, int64_t id) { jw_key(w, key), jw_id(w, id); }
void jw_ktime(struct jw *w, const char *key, int64_t us) { jw_key(w, key), jw_time(w, us); }
void jw_kraw(struct jw *w, const char *key, struct str text) { jw_key(w, key), jw_raw(w, text); }
