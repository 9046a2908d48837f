/* view/data.h: what somebody may take along as files, and how far those they brought are. https://docs.joinmastodon.org/user/moving/#export */
#pragma once
#include "base/buf.h"
#include "base/call.h"
#include "model/import.h"

/* Lines beyond this are not in a file. */
enum { VIEW_EXPORT_MAX = 100000, VIEW_EXPORT_BYTES = 32 << 20 };

/* How many there are of each kind. */
MUST struct err *view_export_counts(struct call *c, account_id who, int64_t ret[DATA_COUNT]);
/* The file, as Mastodon writes it. */
MUST struct err *view_export(struct call *c, account_id who, enum data_kind kind, struct str *ret);

/* The newest few of one's own. */
MUST struct err *view_imports(struct call *c, account_id who, struct import **ret, size_t *ret_n);
/* The lines that could not be taken over, as a file that may be brought again. NOT_FOUND: it is not theirs. */
MUST struct err *view_import_failures(struct call *c, account_id who, int64_t id, struct str *ret);
