/* acts/import_priv.h: what the files of imports share. */
#pragma once
#include "acts/import.h"

struct map;

/* The lines of a file, each a record of CSV with the columns that its kind keeps, in their order. INVALID: field "data". */
MUST struct err *acts__import_read(struct call *c, enum data_kind kind, struct str text, struct str **ret, size_t *ret_n);

/* Filters (acts/import_filter.c). Does what a line says: makes the filter of that title, or adds the keyword to it. */
MUST struct err *acts__import_filter(struct call *c, const struct import *i, const struct import_line *line);
/* What a line and a keyword that stands are compared by. */
struct str acts__import_filter_key(struct call *c, struct str title, struct str keyword);
/* Ends what the file does not name. */
MUST struct err *acts__import_filters_prune(struct call *c, const struct import *i, const struct map *keys, const struct map *titles);
/* Mastodon's JSON as lines of CSV. INVALID: field "data". */
MUST struct err *acts__import_filters_json(struct call *c, struct str text, struct str *ret);
