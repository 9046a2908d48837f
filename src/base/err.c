#include "base/err.h"

static const struct {
	const char *name;
	int http;
	enum err_retry retry;
	const char *text;
} rows[ERR_CODES] = {
#define ERR(CODE, http, retry, text) [ERR_##CODE] = { #CODE, http, ERR_RETRY_##retry, text },
#include "base/err.def"
};

const char *err_default_text(enum err_code code) { return rows[code].text; }
const char *err_name(enum err_code code) { return rows[code].name; }
int err_http(enum err_code code) { return rows[code].http; }
enum err_retry err_retry(enum err_code code) { return rows[code].retry; }

struct err *err_make_(struct arena *a, enum err_code code, const char *file, int line, const char *fmt, ...)
{
	struct err *e = arena_new(a, struct err);
	va_list ap;

	*e = (struct err){ .code = code, .file = file, .line = line };
	va_start(ap, fmt);
	e->text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return e;
}

/* "max_note" reads "Max note" at the head of a sentence, as Rails says it. */
static struct str humanize(struct arena *a, const char *field)
{
	struct str s = arena_dup(a, str_z(field));
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '_' ? ' ' : s.p[i];
	if (s.n && p[0] >= 'a' && p[0] <= 'z')
		p[0] = (char)(p[0] - 32);
	return str_of(p, s.n);
}

struct err *err_field_(struct arena *a, const char *field, const char *detail, const char *file, int line, const char *fmt, ...)
{
	struct err *e = arena_new(a, struct err);
	struct str what;
	va_list ap;

	va_start(ap, fmt);
	what = arena_vprintf(a, fmt, ap);
	va_end(ap);
	*e = (struct err){ .code = ERR_INVALID, .field = str_z(field), .detail = detail, .file = file, .line = line };
	e->text = arena_concat(a, STR("Validation failed: "), humanize(a, field), STR(" "), what);
	return e;
}
