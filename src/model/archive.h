/* model/archive.h: all that somebody has here, as one file for them. */
#pragma once
#include "base/str.h"
#include "model/ids.h"

enum { ARCHIVE_DAYS = 7 };        /* kept so long, and made once in so long */

struct own_archive {
	account_id account;
	int64_t asked_us, ready_us;   /* ready 0: being made */
	struct str file;              /* in storage, never served to others; none: not begun */
	int64_t bytes, posts;
};
