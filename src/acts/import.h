/* acts/import.h: taking along what one had elsewhere: the files that Mastodon exports, read here, taken over line by line by jobs.
 * https://docs.joinmastodon.org/user/moving/#import */
#pragma once
#include "base/call.h"
#include "model/import.h"

enum { IMPORT_LINES_MAX = 20000, IMPORT_FILE_MAX = 20 << 20, IMPORT_KEPT_DAYS = 14 };

struct import_new {
	enum data_kind kind;
	bool overwrite;
	struct str file_name, text;
};
/* Reads the file, keeps its lines and queues the first job. Fails: INVALID  field "data": empty, not of this kind, too many lines; or one of
 * theirs is under way. */
MUST struct err *acts_import_start(struct call *c, account_id who, const struct import_new *in, int64_t *ret);

/* The rest is for the job (fed/import.c), which may have to ask other servers. *ret_found false: it is gone, or has ended. */
MUST struct err *acts_import_open(struct call *c, int64_t id, struct import *ret, bool *ret_found);
/* Where the file replaces what stands: ends what it does not name, some at a time. *place goes on from 0; 0 again: all is looked through. */
MUST struct err *acts_import_prune(struct call *c, const struct import *i, struct str *place);
MUST struct err *acts_import_lines(struct call *c, const struct import *i, int max, struct import_row **ret, size_t *ret_n);
void acts_import_line_read(struct call *c, enum data_kind kind, struct str line, struct import_line *ret);
/* Does what a line says, of somebody who has been found (none: a domain). Fails as the act does. */
MUST struct err *acts_import_line_do(struct call *c, const struct import *i, const struct import_line *line, account_id whom);
MUST struct err *acts_import_line_end(struct call *c, const struct import *i, int64_t position, bool failed);
/* Queues the next job, or ends the import. */
MUST struct err *acts_import_go_on(struct call *c, const struct import *i, struct str place, bool more);
