/* store/import.h: rows of imports: files that somebody brings along, taken over line by line. */
#pragma once
#include "model/import.h"
#include "store/store.h"

/* In a transaction, with its lines. *ret_made: false where one of theirs, of the last seven days, is not ended yet. */
MUST struct err *import_add(struct call *c, const struct import *i, const struct str *lines, size_t n, bool *ret_made);
MUST struct err *import_find(struct call *c, int64_t id, struct import *ret, bool *ret_found);
/* The newest of one person's. */
MUST struct err *imports_of(struct call *c, account_id who, int max, struct import **ret, size_t *ret_n);
MUST struct err *import_state_put(struct call *c, int64_t id, enum import_state state);      /* IMPORT_ENDED notes the time */

/* Lines after a position, in their order: those still to be done, those that failed, or all that are left. */
enum import_rows { IMPORT_ROWS_WAITING, IMPORT_ROWS_FAILED };
MUST struct err *import_rows_find(struct call *c, int64_t id, enum import_rows which, int64_t after, int max, struct import_row **ret, size_t *ret_n);
/* In a transaction. A line is done with: it goes, or stays as failed; counted once. */
MUST struct err *import_row_end(struct call *c, int64_t id, int64_t position, bool failed);
/* In a transaction. Those begun before that, with what is left of their lines, at most max. */
MUST struct err *imports_drop_old(struct call *c, int64_t before_us, int max, int64_t *ret_n);
