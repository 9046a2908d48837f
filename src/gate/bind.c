/* Parameters into the struct of the endpoint's handler, by its rows. */
#include "gate/gate_priv.h"

enum { STR_MAX_DEFAULT = 20000, LIST_MAX_DEFAULT = 100 };

static int64_t id_of(struct str text)
{
	int64_t v;

	if (!text.n)
		return 0;
	return str_i64(text, &v) && v > 0 ? v : -1;
}

enum { DIGITS_MAX = 18 };     /* of what certainly fits */

static int64_t number_at_front(struct str s)
{
	size_t sign, n;
	int64_t v;

	s = str_trim(s);
	sign = s.n && s.p[0] == '-';
	for (n = sign; n < s.n && s.p[n] >= '0' && s.p[n] <= '9';)
		n++;
	if (n > sign + DIGITS_MAX)
		return sign ? INT64_MIN : INT64_MAX;
	return n > sign && str_i64(str_upto(s, n), &v) ? v : 0;
}

static void bind_strs(struct call *c, const struct param *row, const struct param_value *v, struct str_list *ret)
{
	const struct param_value **items;
	size_t n = param_list(c->arena, v, &items), max = row->max ? (size_t)row->max : LIST_MAX_DEFAULT;

	ret->v = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n && ret->n < max; i++)
		if (param_text(items[i]).p)
			ret->v[ret->n++] = param_text(items[i]);
}

static void bind_ids(struct call *c, const struct param *row, const struct param_value *v, struct id_list *ret)
{
	struct str_list texts = { 0 };

	bind_strs(c, row, v, &texts);
	ret->v = arena_array(c->arena, int64_t, texts.n + 1);
	for (size_t i = 0; i < texts.n; i++)
		if (id_of(texts.v[i]) > 0)
			ret->v[ret->n++] = id_of(texts.v[i]);
}

static struct err *bind_str(struct call *c, const struct param *row, const struct param_value *v, struct str *ret)
{
	struct str s = param_text(v);
	int64_t max = row->max ? row->max : STR_MAX_DEFAULT;

	if (s.p && s.n > (size_t)max)
		return FAIL_FIELD(c->arena, row->name, "ERR_TOO_LONG", "is too long (maximum is %lld characters)", (long long)max);
	*ret = s;
	return NULL;
}

static struct err *bind_one(struct call *c, const struct param *row, const struct param_value *v, void *at)
{
	switch (row->kind) {
	case BIND_STR:
		return bind_str(c, row, v, at);
	case BIND_TRI:
		*(enum tri *)at = !v ? TRI_UNSET : param_bool(v, false) ? TRI_TRUE : TRI_FALSE;
		return NULL;
	case BIND_I64:
		*(int64_t *)at = row->def;
		if (v && param_text(v).n && !param_i64(v, at))
			return FAIL_FIELD(c->arena, row->name, "ERR_INVALID", "is not a number");
		return NULL;
	case BIND_OFFSET:
		*(int64_t *)at = number_at_front(param_text(v));
		return NULL;
	case BIND_F64:
		if (v && param_text(v).n && !param_f64(v, at))
			return FAIL_FIELD(c->arena, row->name, "ERR_INVALID", "is not a number");
		return NULL;
	case BIND_ID:
		*(int64_t *)at = id_of(param_text(v));
		return NULL;
	case BIND_STRS:
		bind_strs(c, row, v, at);
		return NULL;
	case BIND_IDS:
		bind_ids(c, row, v, at);
		return NULL;
	case BIND_NODE:
		*(const struct param_value **)at = v;
		return NULL;
	case BIND_FILE:
		*(const struct upload **)at = param_file(v);
		return NULL;
	}
	return NULL;
}

struct err *gate__bind(struct call *c, struct req *r)
{
	const struct endpoint *e = r->endpoint;

	r->in = arena_alloc(c->arena, e->params_size ? e->params_size : 1);
	for (size_t i = 0; i < e->params_n; i++) {
		const struct param_value *v = params_find(r->params, e->params[i].name);

		if (e->params[i].required && (!v || (v->kind == PARAM_TEXT && v->text.n == 0) || v->kind == PARAM_NULL))
			return FAIL_FIELD(c->arena, e->params[i].name, "ERR_BLANK", "can't be blank");
		TRY(bind_one(c, &e->params[i], v, (char *)r->in + e->params[i].offset));
	}
	return NULL;
}
