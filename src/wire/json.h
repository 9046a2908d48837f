/* wire/json.h: JSON in and out (RFC 8259). Reading gives values that live in the arena; every accessor takes NULL and
 * wrong kinds and answers with "none", so a chain of json_get() needs no checks. Strings are valid UTF-8.
 * Bounds: JSON_DEPTH_MAX, and what the body's cap lets in. Writing streams into a buf, so that rendered fragments
 * can be spliced in (jw_raw). */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { JSON_DEPTH_MAX = 64 };
enum json_kind { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json;                                                  /* one value */

/* Fails: BAD_REQUEST with where and why; too deep counts as that. */
MUST struct err *json_parse(struct arena *a, struct str text, const struct json **ret);

enum json_kind json_kind(const struct json *v);
const struct json *json_get(const struct json *object, const char *key);     /* the last of equal keys; NULL if none */
const struct json *json_get_str(const struct json *object, struct str key);
/* Counts from the front: a list whose length is a stranger's to choose is walked with json_iter. */
const struct json *json_at(const struct json *array, size_t i);
size_t json_len(const struct json *v);                        /* members of an array or object, else 0 */
struct str json_str(const struct json *v);                    /* none unless a string */
bool json_i64(const struct json *v, int64_t *ret);            /* whole numbers, and strings that hold one */
bool json_f64(const struct json *v, double *ret);
bool json_bool(const struct json *v, bool otherwise);
/* json_str(json_get(v, key)) */
struct str json_get_s(const struct json *object, const char *key);

/* Walks an array or object:  for (struct json_iter it = json_iter(v); json_next(&it);) it.value, it.key (objects) */
struct json_iter {
	const struct json *of, *value;
	struct str key;
	size_t i;
	void *p;
};
struct json_iter json_iter(const struct json *v);
bool json_next(struct json_iter *it);

struct str json_write(struct arena *a, const struct json *v); /* compact text of a value */

/* Writer. Commas are its business. Invalid UTF-8 is written as U+FFFD. */
struct jw {
	struct buf *b;
	bool comma;
};
struct jw jw_init(struct buf *b);
void jw_obj(struct jw *w);
void jw_obj_end(struct jw *w);
void jw_arr(struct jw *w);
void jw_arr_end(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_key_str(struct jw *w, struct str key);
void jw_str(struct jw *w, struct str s);                      /* none is null */
void jw_i64(struct jw *w, int64_t v);
void jw_f64(struct jw *w, double v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, struct str text);                   /* one value, already JSON */
void jw_id(struct jw *w, int64_t id);                         /* "123"; 0 is null */
void jw_time(struct jw *w, int64_t us);                       /* "2026-08-01T12:35:00.123Z"; 0 is null */
void jw_date(struct jw *w, int64_t us);                       /* "2026-08-01"; 0 is null */
/* A key and its value in one. */
void jw_kstr(struct jw *w, const char *key, struct str s);
void jw_kz(struct jw *w, const char *key, const char *z);
void jw_ki64(struct jw *w, const char *key, int64_t v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_knull(struct jw *w, const char *key);
void jw_kid(struct jw *w, const char *key, int64_t id);
void jw_ktime(struct jw *w, const char *key, int64_t us);
void jw_kraw(struct jw *w, const char *key, struct str text);
