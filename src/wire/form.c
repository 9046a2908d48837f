#include "wire/form_priv.h"

#include <stdlib.h>

#include "wire/json.h"
#include "wire/link.h"
#include "wire/url.h"

struct params {
	struct arena *arena;
	struct param_value *root;
	size_t count;             /* values read so far, all sources together */
};

static struct param_value *node(struct arena *a, enum param_kind kind)
{
	struct param_value *v = arena_new(a, struct param_value);

	v->kind = kind;
	return v;
}

struct params *params_create(struct arena *a)
{
	struct params *p = arena_new(a, struct params);

	p->arena = a;
	p->root = node(a, PARAM_HASH);
	return p;
}

static struct param_value *hash_find(const struct param_value *hash, struct str key)
{
	for (size_t i = 0; i < hash->n; i++)
		if (str_eq(hash->keys[i], key))
			return hash->values[i];
	return NULL;
}

static void append(struct arena *a, struct param_value *v, struct str key, struct param_value *member)
{
	if (v->n == v->cap) {
		size_t cap = v->cap;

		if (v->kind == PARAM_HASH)
			v->keys = arena_vec_grow_(a, v->keys, v->n, &cap, sizeof *v->keys);
		cap = v->cap;
		v->values = arena_vec_grow_(a, v->values, v->n, &cap, sizeof *v->values);
		v->cap = cap;
	}
	if (v->kind == PARAM_HASH)
		v->keys[v->n] = key;
	v->values[v->n++] = member;
}

static void hash_put(struct arena *a, struct param_value *hash, struct str key, struct param_value *value)
{
	for (size_t i = 0; i < hash->n; i++)
		if (str_eq(hash->keys[i], key)) {
			hash->values[i] = value;
			return;
		}
	append(a, hash, key, value);
}

struct param_value *form__text(struct form_source *s, struct str text)
{
	struct param_value *v = node(s->arena, PARAM_TEXT);

	v->text = text.p ? text : STR("");
	return v;
}

struct path {
	struct str seg[PARAMS_DEPTH_MAX];   /* an empty one is "[]" */
	size_t n;
};

/* "a[b][]" in its steps. What is not of that form is one step, literally. False: too many. */
static bool path_parse(struct str name, struct path *ret)
{
	size_t open = str_find(name, '['), close;
	struct str rest = str_from(name, open);

	ret->seg[0] = str_upto(name, open);
	ret->n = 1;
	while (rest.n > 0) {
		close = str_find(rest, ']');
		if (open == 0 || rest.p[0] != '[' || close == rest.n) {
			ret->seg[0] = name;
			ret->n = 1;
			return true;
		}
		if (ret->n == PARAMS_DEPTH_MAX)
			return false;
		ret->seg[ret->n++] = str_of(rest.p + 1, close - 1);
		rest = str_from(rest, close + 1);
	}
	return true;
}

/* Does the last hash of a list have this member already, so that "a[][b]" begins the next one? */
static bool has_path(const struct param_value *v, const struct path *path, size_t at)
{
	for (; at < path->n; at++) {
		if (path->seg[at].n == 0 || v->kind != PARAM_HASH)
			return false;
		v = hash_find(v, path->seg[at]);
		if (!v)
			return false;
	}
	return true;
}

/* The member of a hash, made where it is missing. NULL where it is of another kind. */
static struct param_value *enter(struct arena *a, struct param_value *hash, struct str key, enum param_kind kind)
{
	struct param_value *v = hash_find(hash, key);

	if (!v) {
		v = node(a, kind);
		append(a, hash, key, v);
	}
	return v->kind == kind ? v : NULL;
}

struct err *form__put(struct form_source *s, struct str name, struct param_value *value)
{
	struct param_value *at = s->root, *last;
	struct path path;

	if (s->params->count++ >= PARAMS_MAX)
		return FAIL(s->arena, ERR_TOO_LARGE, "more than %d parameters", PARAMS_MAX);
	if (!path_parse(name, &path))
		return FAIL(s->arena, ERR_TOO_LARGE, "the parameter '" STR_FMT "' is nested too deep", STR_ARG(str_upto(name, 64)));
	for (size_t i = 0; i < path.n; i++) {
		bool to_list = i + 1 < path.n && path.seg[i + 1].n == 0;

		if (i + 1 == path.n) {
			hash_put(s->arena, at, path.seg[i], value);
			return NULL;
		}
		at = enter(s->arena, at, path.seg[i], to_list ? PARAM_LIST : PARAM_HASH);
		if (!at || (to_list && i + 2 < path.n && path.seg[i + 2].n == 0))
			break;
		if (!to_list)
			continue;
		if (i + 2 == path.n) {
			append(s->arena, at, STR_NONE, value);
			return NULL;
		}
		last = at->n ? at->values[at->n - 1] : NULL;
		if (!last || last->kind != PARAM_HASH || has_path(last, &path, i + 2)) {
			last = node(s->arena, PARAM_HASH);
			append(s->arena, at, STR_NONE, last);
		}
		at = last;
		i++;    /* "[]" is done with */
	}
	return FAIL(s->arena, ERR_BAD_REQUEST, "the parameter '" STR_FMT "' contradicts an earlier one", STR_ARG(str_upto(name, 64)));
}

static struct form_source source(struct params *p)
{
	return (struct form_source){ .params = p, .arena = p->arena, .root = node(p->arena, PARAM_HASH) };
}

static void merge(struct params *p, const struct form_source *s)
{
	for (size_t i = 0; i < s->root->n; i++)
		hash_put(p->arena, p->root, s->root->keys[i], s->root->values[i]);
}

struct err *params_add_query(struct params *p, struct str query)
{
	struct form_source s = source(p);
	struct str rest = query, pair, name, value;

	while (str_next(&rest, '&', &pair)) {
		if (pair.n == 0)
			continue;
		str_cut(pair, '=', &name, &value);
		if (!url_decode(p->arena, name, true, &name) || !url_decode(p->arena, value, true, &value))
			return FAIL(p->arena, ERR_BAD_REQUEST, "a parameter is not percent-encoded correctly");
		if (!str_is_utf8(name) || !str_is_utf8(value))
			return FAIL(p->arena, ERR_BAD_REQUEST, "a parameter is not valid UTF-8");
		TRY(form__put(&s, name, form__text(&s, value)));
	}
	merge(p, &s);
	return NULL;
}

struct err *params_add_multipart(struct params *p, struct str boundary, struct str body)
{
	struct form_source s = source(p);

	TRY(form__multipart(&s, boundary, body));
	merge(p, &s);
	return NULL;
}

/* Recursion ends at PARAMS_DEPTH_MAX. */
static struct err *from_json(struct form_source *s, const struct json *v, int depth, struct param_value **ret)
{
	enum json_kind kind = json_kind(v);
	struct param_value *member = NULL;

	if (s->params->count++ >= PARAMS_MAX)
		return FAIL(s->arena, ERR_TOO_LARGE, "more than %d parameters", PARAMS_MAX);
	if (kind == JSON_NULL || kind == JSON_NONE) {
		*ret = node(s->arena, PARAM_NULL);
		return NULL;
	}
	if (kind != JSON_ARRAY && kind != JSON_OBJECT) {
		struct str text = kind == JSON_STRING ? json_str(v) : json_write(s->arena, v);

		if (!text.p)
			return FAIL(s->arena, ERR_BAD_REQUEST, "a parameter contains a NUL character");
		*ret = form__text(s, text);
		return NULL;
	}
	if (depth == PARAMS_DEPTH_MAX)
		return FAIL(s->arena, ERR_TOO_LARGE, "the parameters are nested deeper than %d", PARAMS_DEPTH_MAX);
	*ret = node(s->arena, kind == JSON_ARRAY ? PARAM_LIST : PARAM_HASH);
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		TRY(from_json(s, it.value, depth + 1, &member));
		if (kind == JSON_ARRAY)
			append(s->arena, *ret, STR_NONE, member);
		else
			hash_put(s->arena, *ret, it.key, member);
	}
	return NULL;
}

static struct err *add_json(struct params *p, struct str body)
{
	struct form_source s = source(p);
	struct param_value *v = NULL;
	const struct json *doc;

	if (str_trim(body).n == 0)
		return NULL;
	TRY(json_parse(p->arena, body, &doc));
	TRY(from_json(&s, doc, 0, &v));
	if (v->kind == PARAM_HASH)
		s.root = v;
	else
		hash_put(p->arena, s.root, STR("_json"), v);
	merge(p, &s);
	return NULL;
}

struct err *params_add_body(struct params *p, struct str content_type, struct str body)
{
	struct mime m;

	if (str_trim(content_type).n == 0)
		return NULL;
	if (!mime_parse(p->arena, content_type, &m))
		return FAIL(p->arena, ERR_BAD_REQUEST, "the Content-Type '" STR_FMT "' cannot be read", STR_ARG(str_upto(content_type, 100)));
	if (str_eq(m.type, STR("application/x-www-form-urlencoded")))
		return params_add_query(p, body);
	if (str_eq(m.type, STR("multipart/form-data")))
		return params_add_multipart(p, m.boundary, body);
	if (str_eq(m.type, STR("application/json")) || str_has_suffix(m.type, STR("+json")))
		return add_json(p, body);
	return NULL;
}

void params_set(struct params *p, struct str name, struct str text)
{
	struct form_source s = { .params = p, .arena = p->arena };

	hash_put(p->arena, p->root, name, form__text(&s, text));
}

const struct param_value *params_root(const struct params *p) { return p->root; }

static const struct param_value *member(const struct param_value *v, struct str key)
{
	int64_t i;

	if (!v)
		return NULL;
	if (v->kind == PARAM_LIST)
		return str_i64(key, &i) && i >= 0 && (uint64_t)i < v->n ? v->values[i] : NULL;
	return v->kind == PARAM_HASH ? hash_find(v, key) : NULL;
}

const struct param_value *params_find(const struct params *p, const char *name)
{
	const struct param_value *v = p->root;
	struct path path;

	if (!path_parse(str_z(name), &path))
		return NULL;
	for (size_t i = 0; i < path.n && v; i++)
		v = member(v, path.seg[i]);
	return v;
}

struct str params_get(const struct params *p, const char *name) { return param_text(params_find(p, name)); }
bool params_has(const struct params *p, const char *name) { return params_find(p, name) != NULL; }
const struct param_value *param_at(const struct param_value *v, const char *key) { return member(v, str_z(key)); }
struct str param_text(const struct param_value *v) { return v && v->kind == PARAM_TEXT ? v->text : STR_NONE; }
const struct upload *param_file(const struct param_value *v) { return v && v->kind == PARAM_FILE ? &v->file : NULL; }

bool param_bool(const struct param_value *v, bool otherwise)
{
	static const char *const no[] = { "", "0", "f", "F", "false", "FALSE", "off", "OFF" };

	if (!v)
		return otherwise;
	if (v->kind == PARAM_NULL)
		return false;
	for (size_t i = 0; v->kind == PARAM_TEXT && i < sizeof no / sizeof *no; i++)
		if (str_eqz(v->text, no[i]))
			return false;
	return true;
}

bool param_i64(const struct param_value *v, int64_t *ret) { return str_i64(str_trim(param_text(v)), ret); }

bool param_f64(const struct param_value *v, double *ret)
{
	struct str s = str_trim(param_text(v));
	char text[64], *end;
	double d;

	if (s.n == 0 || s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strspn(text, "0123456789+-.eE") != s.n)
		return false;
	d = strtod(text, &end);
	if (*end)
		return false;
	*ret = d;
	return true;
}

int64_t param_limit(const struct param_value *v, int64_t otherwise, int64_t max)
{
	struct str s = str_trim(param_text(v));
	int64_t n = 0;

	if (!v || v->kind == PARAM_NULL)
		return otherwise;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n <= max; i++)
		n = n * 10 + (s.p[i] - '0');
	return n > max ? max : n;
}

struct indexed {
	int64_t index;
	const struct param_value *v;
};

/* An index-keyed hash in its numbers' order. Keys that are no numbers: no list, 0. */
static size_t hash_list(struct arena *a, const struct param_value *hash, const struct param_value **out)
{
	struct indexed *row = arena_array(a, struct indexed, hash->n), moved;
	size_t n = 0;

	for (size_t i = 0, at; i < hash->n; i++) {
		moved.v = hash->values[i];
		if (!str_i64(hash->keys[i], &moved.index))
			return 0;
		for (at = i; at > 0 && row[at - 1].index > moved.index; at--)
			row[at] = row[at - 1];
		row[at] = moved;
	}
	for (size_t i = 0; i < hash->n; i++)
		if (row[i].v->kind != PARAM_NULL)
			out[n++] = row[i].v;
	return n;
}

size_t param_list(struct arena *a, const struct param_value *v, const struct param_value ***ret)
{
	const struct param_value **out;
	size_t n = 0;

	*ret = NULL;
	if (!v || v->kind == PARAM_NULL)
		return 0;
	out = arena_array(a, const struct param_value *, v->n + 1);
	*ret = out;
	if (v->kind == PARAM_HASH)
		return hash_list(a, v, out);
	if (v->kind != PARAM_LIST) {
		out[0] = v;
		return 1;
	}
	for (size_t i = 0; i < v->n; i++)
		if (v->values[i]->kind != PARAM_NULL)
			out[n++] = v->values[i];
	return n;
}
