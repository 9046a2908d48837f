/* wire/form_priv.h: how the readers of forms put what they found into the tree. */
#pragma once
#include "wire/form.h"

/* One source (a query, a body) while it is read: a tree of its own, merged when it is whole. */
struct form_source {
	struct params *params;
	struct arena *arena;
	struct param_value *root;
};

/* Places value at a Rails name. */
MUST struct err *form__put(struct form_source *s, struct str name, struct param_value *value);
struct param_value *form__text(struct form_source *s, struct str text);
MUST struct err *form__multipart(struct form_source *s, struct str boundary, struct str body);
