/* store/tag_priv.h: rows of (id, name) as tags. */
#pragma once
#include "model/status.h"
#include "store/store.h"

void store__tags_read(struct call *c, const struct sql_rows *rows, struct tag **ret, size_t *ret_n);
