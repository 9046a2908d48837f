/* base/err.h: the one error type. Whatever can fail returns struct err *, NULL for success; ignoring it does
 * not compile (MUST). Pass it on with TRY, make one with FAIL, decide about it only at an edge: gate turns it into
 * HTTP by its row in err.def, queue into retry or drop, the CLI into an exit code. */
#pragma once
#include "base/arena.h"

enum err_code {
#define ERR(CODE, http, retry, text) ERR_##CODE,
#include "base/err.def"
	ERR_CODES
};

enum err_retry { ERR_RETRY_DROP, ERR_RETRY_LATER, ERR_RETRY_NEVER };

struct err {
	enum err_code code;
	struct str text;          /* for people: what was wrong; no secrets */
	struct str field;         /* the request's field at fault, or none */
	const char *detail;       /* Mastodon's code of a field error ("ERR_TAKEN"), or NULL */
	int64_t retry_after_s;    /* 0: not said */
	const char *file;
	int line;
	struct err *next;         /* the next field at fault in the same request, or NULL */
};

#define MUST __attribute__((warn_unused_result))
#define TRY(expr) \
	do { \
		struct err *try_err_ = (expr); \
		if (try_err_) \
			return try_err_; \
	} while (0)

/* FAIL(arena, ERR_INVALID, "the name '%s' is taken", name); FAIL_DEFAULT uses the row's text. */
#define FAIL(arena, code, ...) err_make_((arena), (code), __FILE__, __LINE__, __VA_ARGS__)
#define FAIL_DEFAULT(arena, code) err_make_((arena), (code), __FILE__, __LINE__, "%s", err_default_text(code))
/* The same, naming the field and Mastodon's code for it: FAIL_FIELD(a, "username", "ERR_TAKEN", "has already been taken") is
 * a 422 that says "Validation failed: Username has already been taken". */
#define FAIL_FIELD(arena, field, detail, ...) err_field_((arena), (field), (detail), __FILE__, __LINE__, __VA_ARGS__)

struct err *err_make_(struct arena *a, enum err_code code, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
struct err *err_field_(struct arena *a, const char *field, const char *detail, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
const char *err_default_text(enum err_code code);
const char *err_name(enum err_code code);                     /* "NOT_FOUND" */
int err_http(enum err_code code);
enum err_retry err_retry(enum err_code code);
