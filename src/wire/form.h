/* wire/form.h: a request's parameters, wherever they come from: query, application/x-www-form-urlencoded, multipart/form-data
 * (RFC 7578) and JSON all become one tree, addressed by the names Rails gives them: "status", "id[]", "poll[options][]",
 * "fields_attributes[0][name]", "data[alerts][mention]". What Mastodon's clients may send: https://docs.joinmastodon.org/client/intro/
 *
 * Bounds: PARAMS_MAX values, PARAMS_DEPTH_MAX levels, PARTS_MAX parts with heads of PART_HEAD_MAX bytes. Texts are valid UTF-8 without NUL.
 * Everything lives in the arena, or in the body that was given. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { PARAMS_MAX = 1000, PARAMS_DEPTH_MAX = 8, PARTS_MAX = 100, PART_HEAD_MAX = 4096 };
enum param_kind { PARAM_NULL, PARAM_TEXT, PARAM_FILE, PARAM_LIST, PARAM_HASH };

struct upload {
	struct str filename;      /* as the client says: never to be used as a path */
	struct str content_type;  /* as the client says: to be checked; none if it says none */
	struct str data;
};

struct param_value {
	enum param_kind kind;
	struct str text;          /* TEXT: JSON's numbers and booleans as they are written */
	struct upload file;       /* FILE */
	struct str *keys;         /* HASH: n of them, beside values */
	struct param_value **values; /* LIST and HASH */
	size_t n, cap;
};

struct params;

struct params *params_create(struct arena *a);
/* Adds to what is there; a top-level name that is there already is replaced, so add the query first, then the body.
 * Fail: BAD_REQUEST  malformed, not UTF-8, a name that is a list here and a hash there;
 *       TOO_LARGE    a bound was reached. */
MUST struct err *params_add_query(struct params *p, struct str query);
/* By its Content-Type: a form, multipart, JSON (also "+json"); a body of no or another type gives no parameters. A JSON body that is no
 * object stands under "_json". */
MUST struct err *params_add_body(struct params *p, struct str content_type, struct str body);
MUST struct err *params_add_multipart(struct params *p, struct str boundary, struct str body);
/* From the path: overrides all others. */
void params_set(struct params *p, struct str name, struct str text);

const struct param_value *params_root(const struct params *p);                   /* a HASH */
/* name as in a form, without "[]": "poll[expires_in]". NULL where there is none; lists and hashes alike are entered by key or index. */
const struct param_value *params_find(const struct params *p, const char *name);
struct str params_get(const struct params *p, const char *name);                 /* its text; none unless it is one */
bool params_has(const struct params *p, const char *name);                       /* also null and empty ones */

/* All of these take NULL. */
const struct param_value *param_at(const struct param_value *v, const char *key);
struct str param_text(const struct param_value *v);
const struct upload *param_file(const struct param_value *v);                    /* NULL unless a file */
/* false, 0, f, off in small and capital letters, null and "" are false, all else is true. */
bool param_bool(const struct param_value *v, bool otherwise);
bool param_i64(const struct param_value *v, int64_t *ret);                       /* false: none, or no whole number */
bool param_f64(const struct param_value *v, double *ret);
/* A page's size: the absolute value of the leading digits, at most max; what is no number is 0; otherwise where there is none. */
int64_t param_limit(const struct param_value *v, int64_t otherwise, int64_t max);
/* The members: of a list; of a hash whose keys are numbers, in their order; a single text or file is a list of one.
 * Returns how many; nulls are left out. */
size_t param_list(struct arena *a, const struct param_value *v, const struct param_value ***ret);
