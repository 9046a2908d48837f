/* acts/import_priv.h: what the files of imports share. */
#pragma once
#include "acts/import.h"

/* The lines of a file, each a record of CSV with the columns that its kind keeps, in their order. INVALID: field "data". */
MUST struct err *acts__import_read(struct call *c, enum data_kind kind, struct str text, struct str **ret, size_t *ret_n);
